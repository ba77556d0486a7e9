"""Actions of people in a chat: they write, press buttons and delete messages."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.telegram import membership
from bot.demo.telegram.forums import place_in_topic
from bot.demo.telegram.guests import summon
from bot.demo.telegram.people import ANONYMOUS_ADMIN, Chat, check_writer
from bot.demo.telegram.rights import IN_CHAT, KICKED
from bot.demo.telegram.spans import found_entities, trimmed
from bot.demo.telegram.wire import JSON, bad_request
from bot.demo.telegram.world import CALLBACK_SECONDS, MAX_TEXT, World


def say(
    world: World,
    person_id: int,
    text: str,
    chat_id: int | None = None,
    reply_to: int | None = None,
    *,
    thread: int = 0,
    anonymous: bool = False,
    entities: Sequence[JSON] = (),
) -> JSON:
    """Write a message as a person; writing to a blocked bot unblocks it, as the Restart button does.

    Raises ValueError for an unknown person or chat, a person who is not in the group or may not write there, an
    anonymous one who is no admin there, and an empty or too long text; ApiError for an unknown or closed topic.
    """
    person, chat = world.present(person_id, chat_id)
    check_writer(chat, person_id)
    if anonymous and (person_id not in chat.admins or chat.kind == "channel"):
        raise ValueError("only admins of a group may be anonymous")
    if chat.private and chat.bot.status == KICKED:
        membership.set_bot(world, chat, person_id, IN_CHAT)
    person.started = person.started or chat.private
    content = written(chat, text, entities, reply_to)
    place_in_topic(chat, content, thread, manages=chat.member(person_id).may("can_manage_topics"))
    if anonymous:
        content["sender_chat"] = chat.object
    message = world.add_message(chat, ANONYMOUS_ADMIN if anonymous else person.user(), content)
    world.deliver(chat, message)
    summon(world, chat, message)
    return message


def written(chat: Chat, text: str, entities: Sequence[JSON] = (), reply_to: int | None = None) -> JSON:
    """Return the content of a message that a person writes. Raises ValueError for an empty or too long text."""
    text, kept = trimmed(text, list(entities))
    if not 0 < len(text) <= MAX_TEXT:
        raise ValueError(f"a message has 1 to {MAX_TEXT} characters")
    content: JSON = {"text": text}
    if found := kept + found_entities(text, kept):
        content["entities"] = found
    if reply_to is not None:
        if reply_to not in chat.messages:
            raise ValueError(f"no message {reply_to} in chat {chat.id}")
        content["reply_to_message"] = {
            name: value for name, value in chat.messages[reply_to].items() if name != "reply_to_message"
        }
    return content


def press(world: World, person_id: int, message_id: int, data: str, chat_id: int | None = None) -> JSON:
    """Press a button as a person. The data may be anything: a forged client can send any value.

    Raises ValueError for an unknown person or chat. The query of a deleted message has an inaccessible message.
    """
    person, chat = world.present(person_id, chat_id)
    query_id = world.number()
    world.callbacks[query_id] = (chat.id, person_id, world.clock())
    message = chat.messages.get(message_id) or {"message_id": message_id, "chat": chat.object, "date": 0}
    query = {
        "id": query_id,
        "from": person.user(),
        "message": message,
        "chat_instance": str(chat.id * -7919),
        "data": data,
    }
    if chat.bot.present:
        world.updates.add("callback_query", query)
    return query


def answer_callback(world: World, query_id: str, text: str, alert: bool) -> None:
    """Show the answer to a button press. Raises ApiError for an unknown, answered or old query."""
    chat_id, person_id, at = world.callbacks.pop(query_id, (0, 0, float("-inf")))
    if world.clock() - at > CALLBACK_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    world.publish({"type": "answer", "chat": chat_id, "person": person_id, "text": text, "alert": alert})


def delete(world: World, person_id: int, message_id: int, chat_id: int | None = None) -> None:
    """Delete a message as a person, of which the bot gets no update.

    Raises ValueError for an unknown message, and for one of somebody else without the right to delete it.
    """
    person, chat = world.present(person_id, chat_id)
    message = chat.messages.get(message_id)
    if message is None:
        raise ValueError(f"no message {message_id} in chat {chat.id}")
    if not chat.private and chat.author(message) != person.id and not chat.member(person.id).may("can_delete_messages"):
        raise ValueError(f"person {person_id} may not delete message {message_id}")
    world.delete_message(chat, message_id)
