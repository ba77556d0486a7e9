"""Messages as the app of a person sends them: with formatting typed as in Telegram's apps, and edited afterwards."""

from __future__ import annotations

import re

from bot.demo.telegram import talking
from bot.demo.telegram.spans import found_entities, trimmed, utf16_length
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import MAX_TEXT, World

# The marks that Telegram's apps replace by formatting.
_MARKS = {"**": "bold", "__": "italic", "~~": "strikethrough", "||": "spoiler", "`": "code"}
_MARKED = re.compile(r"(\*\*|__|~~|\|\||`)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)


def write(
    world: World, person_id: int, text: str, chat_id: int, reply_to: int | None = None, *, thread: int = 0
) -> JSON:
    """Send what was typed. Raises ValueError and ApiError as `talking.say` does."""
    text, entities = formatted(text)
    return talking.say(world, person_id, text, chat_id, reply_to, thread=thread, entities=entities)


def edit(world: World, person_id: int, message_id: int, text: str, chat_id: int) -> JSON:
    """Replace the text of a person's own message; the bot gets it as edited_message where it got the message.

    Raises ValueError for a message of somebody else or without a text, and for an empty, too long or equal text.
    """
    person, chat = world.present(person_id, chat_id)
    message = chat.messages.get(message_id)
    if message is None or chat.author(message) != person.id or "text" not in message:
        raise ValueError(f"no text {message_id} of person {person_id} in chat {chat_id}")
    text, entities = trimmed(*formatted(text))
    if not 0 < len(text) <= MAX_TEXT or text == message["text"]:
        raise ValueError(f"another text of 1 to {MAX_TEXT} characters is expected")
    entities += found_entities(text, entities)
    edited = world.change_message(chat, message, {"text": text, "entities": entities or None})
    world.deliver(chat, edited, edited=True)
    return edited


def formatted(text: str) -> tuple[str, list[JSON]]:
    """Return a text without the marks of formatting, and its entities; marks inside other marks stay as they are."""
    plain, entities, at = "", [], 0
    for match in _MARKED.finditer(text):
        plain += text[at : match.start()]
        entities.append({"type": _MARKS[match[1]], "offset": utf16_length(plain), "length": utf16_length(match[2])})
        plain += match[2]
        at = match.end()
    return plain + text[at:], entities
