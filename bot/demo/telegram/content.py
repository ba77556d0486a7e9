"""The content of messages: texts and captions with their entities."""

from __future__ import annotations

import re

from bot.demo.telegram.entities import given_entities, parse_html
from bot.demo.telegram.links import link_problem
from bot.demo.telegram.spans import found_entities, trimmed
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import MAX_TEXT, World

# The longest caption, counted like a text (caption_length_max of https://core.telegram.org/api/config).
MAX_CAPTION = 1024
# Half a surrogate pair: JSON can carry it, UTF-8 cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")


def with_mentions(world: World, entities: list[JSON]) -> list[JSON]:
    """Return entities with the links to people as mentions of them."""
    made: list[JSON] = []
    for entity in entities:
        number = str(entity.get("url", "")).removeprefix("tg://user?id=")
        person = world.people.get(int(number)) if number.isdecimal() else None
        if person is not None:
            place = {"offset": entity["offset"], "length": entity["length"]}
            entity = {"type": "text_mention", **place, "user": person.user()}
        made.append(entity)
    return made


def text_content(params: Params) -> JSON:
    """Return text, entities and preview options of a text message, without missing ones."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    content: JSON = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := params.mapping("link_preview_options"):
        if preview.get("url") and link_problem(str(preview["url"])):
            raise bad_request("WEBPAGE_URL_INVALID")
        content["link_preview_options"] = preview
    return content


def caption_content(params: Params) -> JSON:
    """Return caption and entities, empty without a caption."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[JSON]]:
    """Return a text after entity parsing, with the entities that the server detects itself."""
    text = params.text(name).replace("\r", "").replace("\0", "")
    if _SURROGATE.search(text):
        raise bad_request("strings must be encoded in UTF-8")
    mode = params.text("parse_mode").lower()
    entities: list[JSON] = []
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")  # the real server also has two kinds of Markdown
    else:
        entities = given_entities(text, params.array(entities_name) or [])
    found = found_entities(text, entities)
    if found:
        entities = sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed(text, entities)
