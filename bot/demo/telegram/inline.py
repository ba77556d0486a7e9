"""Inline mode: the queries that people type in any chat, the bot's results, and the chosen result."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.telegram.content import caption_content, text_content
from bot.demo.telegram.keyboards import inline_keyboard
from bot.demo.telegram.media import photo_content
from bot.demo.telegram.people import Chat, Person, check_writer
from bot.demo.telegram.records import InlineQueryRecord
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World

# https://core.telegram.org/bots/api#inlinequery and #answerinlinequery
MAX_QUERY = 256
MAX_RESULTS = 50
MAX_ID_BYTES = 64
# Clients do not wait longer for an answer.
ANSWER_SECONDS = 10.0
# Each typed letter makes a query; only the last ones can be answered or chosen from.
QUERIES_KEPT = 1000

_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def ask(world: World, person_id: int, query: str, chat_id: int | None = None) -> JSON:
    """Return the inline query of a person who types `@bot query` in a chat.

    The id of another person stands for the chat of the two. Clients cut the query to 256 characters. Raises ValueError
    for an unknown person or chat.
    """
    person, chat = _place(world, person_id, chat_id)
    query_id = world.number()
    world.inline[query_id] = InlineQueryRecord(chat.id, person_id, query[:MAX_QUERY], world.clock())
    if len(world.inline) > QUERIES_KEPT:
        del world.inline[next(iter(world.inline))]
    record = {
        "id": query_id,
        "from": person.user(),
        "query": query[:MAX_QUERY],
        "offset": "",
        "chat_type": "sender" if chat.id == person_id else chat.kind,
    }
    world.updates.add("inline_query", record)
    return record


def answer_inline_query(world: World, params: Params) -> bool:
    """Show results above the text field of the query."""
    record = world.inline.get(params.text("inline_query_id"))
    if record is None or record.results is not None or world.clock() - record.at > ANSWER_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    given = params.array("results")
    if given is None:
        raise bad_request("can't parse inline query results: expected an Array")
    if len(given) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results: dict[str, JSON] = {}
    cards = []
    for result in given:
        card, content = result_content(world, result)
        if card["id"] in results:
            raise bad_request("RESULT_ID_DUPLICATE")
        results[card["id"]] = content
        cards.append(card)
    button = _button(params.mapping("button"))
    record.results = results
    world.publish(
        {
            "type": "inline",
            "chat": record.chat,
            "person": record.person,
            "query_id": params.text("inline_query_id"),
            "query": record.query,
            "cards": cards,
            "button": button,
        }
    )
    return True


def choose(world: World, person_id: int, query_id: str, result_id: str) -> JSON:
    """Send a result as a message of a person; the bot receives it if it is in that chat.

    A chat of two people is not kept: its message is only returned.

    Raises ValueError for a result that this person was not shown.
    """
    record = world.inline.get(query_id)
    if record is None or record.person != person_id or record.results is None or result_id not in record.results:
        raise ValueError(f"no card {result_id!r} for person {person_id}")
    person, chat = _place(world, person_id, record.chat)
    if chat.private and chat.id != person_id:
        head = {"message_id": 1, "from": person.user(), "chat": chat.object, "date": int(world.clock())}
        return {**head, "via_bot": world.bot, **record.results[result_id]}
    check_writer(chat, person_id)
    message = world.add_message(chat, person.user(), {"via_bot": world.bot, **record.results[result_id]})
    world.deliver(chat, message, always=True)
    return message


def result_content(world: World, result: Any) -> tuple[JSON, JSON]:
    """Return an InlineQueryResult as it is listed, and the message that it becomes.

    Articles and photos by file_id are known here. Raises ApiError for a result that the real server refuses.
    """
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    given = Params(result)
    photo = result.get("type") == "photo" and "photo_file_id" in result
    if result.get("type") != "article" and not photo:
        raise bad_request("can't parse inline query result: only articles and cached photos are known here")
    if not 1 <= len(given.text("id").encode()) <= MAX_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if not photo and not given.text("title").strip():
        raise bad_request("can't parse inline query result: title must be non-empty")
    picture = photo_content(world, given, given.text("photo_file_id"), "photo_file_id") if photo else {}
    message_content = given.mapping("input_message_content")
    if message_content is not None:
        content = text_content(Params({**message_content, "text": message_content.get("message_text", "")}))
    elif photo:
        content = picture | caption_content(given)
    else:
        raise bad_request("can't parse inline query result: input_message_content is missing")
    if markup := inline_keyboard(given):
        content["reply_markup"] = markup
    return {name: given.text(name) for name in ("id", "title", "description")} | picture, content


def _place(world: World, person_id: int, chat_id: int | None) -> tuple[Person, Chat]:
    """Return a person and the chat they type in, where the id of another person stands for the chat of the two."""
    other = world.people.get(chat_id or 0)
    if other is None or other.id == person_id or person_id not in world.people:
        return world.present(person_id, chat_id)
    return world.people[person_id], world.chats[other.id]


def _button(button: JSON | None) -> JSON | None:
    """Return the button above the results."""
    if button is None:
        return None
    if not _START_PARAMETER.fullmatch(Params(button).text("start_parameter")):
        raise bad_request("START_PARAM_INVALID")
    if not Params(button).text("text").strip():
        raise bad_request("can't parse inline query results button: text must be non-empty")
    return button
