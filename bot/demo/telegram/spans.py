"""Entities in a text: nesting, trimming, and the ones that the server detects itself.

Offsets and lengths count UTF-16 code units. The rules follow tdlib's td/telegram/MessageEntity.cpp.
"""

from __future__ import annotations

import re

from bot.demo.telegram.wire import JSON

# tdlib's MAX_CUSTOM_ENTITY_COUNT: further entities of a message are dropped, without an error.
MAX_ENTITIES = 100

# Entities that the server detects in plain text.
_FOUND = re.compile(
    r"(?<![\w@/.:#-])"
    r"(?:(?P<url>https?://[^\s<>\"]+[^\s<>\"'.,:;!?)\]»”])"
    r"|(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/]))"
    r"|(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31}\b)"
    r"|(?P<hashtag>\#(?=\w*[^\W\d_])\w{1,256}))"
)

_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_PRE = frozenset({"pre", "code"})
# Inside these the server still detects links and commands.
_OPEN_TYPES = _QUOTES | _SPLITTABLE


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def nested(entities: list[JSON]) -> list[JSON]:
    """Return sorted entities that keep the server's nesting rules.

    Links, code and the like do not contain one another; a quote does not contain a quote; styles join when they touch
    and stop at code.
    """
    if not entities:
        return entities
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    quotes = _apart([entity for entity in entities if entity["type"] in _QUOTES])
    solid = _apart([entity for entity in entities if entity["type"] not in _QUOTES | _SPLITTABLE])
    solid = [entity for entity in solid if not any(_crosses(entity, quote) for quote in quotes)]
    styles: list[JSON] = []
    for kind in _SPLITTABLE:
        spans = _joined([entity for entity in entities if entity["type"] == kind])
        for code in (entity for entity in solid if entity["type"] in _PRE):
            spans = _without(spans, code["offset"], code["offset"] + code["length"])
        styles += [{"type": kind, "offset": start, "length": end - start} for start, end in spans]
    return sorted(quotes + solid + styles, key=lambda entity: (entity["offset"], -entity["length"], entity["type"]))


def found_entities(text: str, taken: list[JSON]) -> list[JSON]:
    """Return the commands, links, mentions and hashtags of a text outside links and code among `taken`."""
    if "/" not in text and "@" not in text and "#" not in text:
        return []
    closed = [
        (entity["offset"], entity["offset"] + entity["length"]) for entity in taken if entity["type"] not in _OPEN_TYPES
    ]
    found: list[JSON] = []
    for match in _FOUND.finditer(text):
        offset, length = utf16_length(text[: match.start()]), utf16_length(match[0])
        if not any(start < offset + length and offset < end for start, end in closed):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    return found


def trimmed(text: str, entities: list[JSON]) -> tuple[str, list[JSON]]:
    """Return the text without white space around it, and at most MAX_ENTITIES entities, cut and moved to fit."""
    stripped = text.strip()
    if stripped == text:
        return text, entities[:MAX_ENTITIES]
    left = utf16_length(text[: len(text) - len(text.lstrip())])
    right = left + utf16_length(stripped)
    fitted: list[JSON] = []
    for entity in entities:
        start = max(entity["offset"], left)
        end = min(entity["offset"] + entity["length"], right)
        if end > start:
            fitted.append(entity | {"offset": start - left, "length": end - start})
    return stripped, fitted[:MAX_ENTITIES]


def _apart(entities: list[JSON]) -> list[JSON]:
    """Return the entities that begin after the end of the previous one."""
    kept: list[JSON] = []
    end = 0
    for entity in entities:
        if entity["offset"] >= end:
            kept.append(entity)
            end = entity["offset"] + entity["length"]
    return kept


def _crosses(entity: JSON, quote: JSON) -> bool:
    """Return whether an entity overlaps a quote without lying inside it."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    quote_start, quote_end = quote["offset"], quote["offset"] + quote["length"]
    return start < quote_end and quote_start < end and not (quote_start <= start and end <= quote_end)


def _joined(entities: list[JSON]) -> list[tuple[int, int]]:
    """Return spans of one style, with touching ones joined."""
    spans: list[tuple[int, int]] = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _without(spans: list[tuple[int, int]], hole_start: int, hole_end: int) -> list[tuple[int, int]]:
    """Return the spans with one stretch cut out."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if end <= hole_start or hole_end <= start:
            kept.append((start, end))
            continue
        kept += [(a, b) for a, b in ((start, hole_start), (hole_end, end)) if a < b]
    return kept
