"""Guest queries: messages that mention the bot in a group where it is not, and its answer there.

https://core.telegram.org/bots/api#answerguestquery
"""

from __future__ import annotations

from bot.demo.telegram.inline import result_content
from bot.demo.telegram.people import Chat, mentions
from bot.demo.telegram.records import GuestQueryRecord
from bot.demo.telegram.rights import LEFT
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World

# The time for an answer. The real limit is not published.
ANSWER_SECONDS = 60.0
# Older queries cannot be answered.
QUERIES_KEPT = 1000


def summon(world: World, chat: Chat, message: JSON) -> None:
    """Send the guest query of a person's message, if it mentions the bot in a group that the bot is not in.

    A group that removed the bot has no guest queries, either.
    """
    if chat.kind not in ("group", "supergroup") or chat.bot.status != LEFT or not mentions(world.bot, message):
        return
    query_id = world.number()
    world.guests[query_id] = GuestQueryRecord(chat.id, message, world.clock())
    if len(world.guests) > QUERIES_KEPT:
        del world.guests[next(iter(world.guests))]
    world.updates.add("guest_message", message | {"guest_query_id": query_id})


def answer_guest_query(world: World, params: Params) -> JSON:
    """Send the answer to a guest query into its chat, as a reply to the message that asked."""
    query_id = params.text("guest_query_id")
    record = world.guests.get(query_id)
    if record is None or world.clock() - record.at > ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    _, content = result_content(world, params.mapping("result"))
    del world.guests[query_id]
    asked = record.message
    caller = {"guest_bot_caller_chat": asked["sender_chat"]} if "sender_chat" in asked else {}
    content |= caller or {"guest_bot_caller_user": asked["from"]}
    content |= {name: asked[name] for name in ("message_thread_id", "is_topic_message") if name in asked}
    content["reply_to_message"] = {name: value for name, value in asked.items() if name != "reply_to_message"}
    message = world.add_message(world.chats[record.chat], world.bot, content)
    return {"inline_message_id": f"{record.chat}_{message['message_id']}"}
