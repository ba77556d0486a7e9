"""Telegram's HTML: converts markup to text and entities, as strictly as the real server.

The rules and the texts of the errors follow tdlib's td/telegram/MessageEntity.cpp. Offsets and lengths count
UTF-16 code units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.demo.telegram.links import canonical, link_problem
from bot.demo.telegram.spans import nested, utf16_length
from bot.demo.telegram.wire import JSON, ApiError, bad_request

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset({*_STYLES, "a", "pre", "code", "blockquote", "tg-emoji", "tg-time"})
_FOUND_TYPES = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_GIVEN_TYPES = _FOUND_TYPES | {
    *_STYLES.values(),
    "pre",
    "code",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
    "blockquote",
    "expandable_blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_MARKUP = re.compile("[<&]")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"""[^\s=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SPACES = re.compile(r"\s*")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
# A reference of ten characters or more before its semicolon is kept as text.
_LONGEST_REFERENCE = 10
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


@dataclass(slots=True)
class _Open:
    """A start tag without its end tag so far."""

    tag: str
    argument: str
    offset: int
    begin: int
    attributes: dict[str, str]


def parse_html(markup: str) -> tuple[str, list[JSON]]:
    """Return the text and the entities of a message in parse_mode HTML.

    Raises ApiError ("Bad Request: can't parse entities: ...") for markup that the real server refuses.
    """
    pieces: list[str] = []
    length = 0  # of the text so far, UTF-16
    found: list[JSON] = []
    open_tags: list[_Open] = []
    position = 0
    while match := _MARKUP.search(markup, position):
        begin = match.start()
        if begin > position:
            pieces.append(markup[position:begin])
            length += utf16_length(pieces[-1])
        if markup[begin] == "&":
            character, position = _reference(markup, begin)
            pieces.append(character)
            length += utf16_length(character)
        elif markup.startswith("/", begin + 1):
            position = _end_tag(markup, begin, open_tags)
            closed = open_tags.pop()
            if length > closed.offset:
                _close(closed, length - closed.offset, "".join(pieces[closed.begin :]), found)
        else:
            opened, position = _start_tag(markup, begin)
            opened.offset, opened.begin = length, len(pieces)
            open_tags.append(opened)
    pieces.append(markup[position:])
    if open_tags:
        raise _refusal(f'Can\'t find end tag corresponding to start tag "{open_tags[-1].tag}"')
    for entity in found:
        if entity["type"] == "code":
            entity.pop("language", None)  # only code inside pre has a language
    return "".join(pieces), nested(found)


def _refusal(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")


def _at(markup: str, position: int) -> int:
    """Return the byte offset of a position: errors count bytes."""
    return len(markup[:position].encode("utf-8", "surrogatepass"))


def _reference(markup: str, begin: int) -> tuple[str, int]:
    """Return the character of an `&...;` and the position after it; the `&` itself if it is no reference."""
    match = _REFERENCE.match(markup, begin)
    if match is None:
        return "&", begin + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (_NAMED[name], match.end()) if name in _NAMED else ("&", begin + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < code < 0x10FFFF or len(match[0].rstrip(";")) >= _LONGEST_REFERENCE:
        return "&", begin + 1
    if 0xD800 <= code <= 0xDFFF:
        raise _refusal(
            "Text contains invalid Unicode characters after decoding HTML entities,"
            " check for unmatched surrogate code units"
        )
    return chr(code), match.end()


def _end_tag(markup: str, begin: int, open_tags: list[_Open]) -> int:
    """Return the position after an end tag that matches the innermost open one."""
    if not open_tags:
        raise _refusal(f"Unexpected end tag at byte offset {_at(markup, begin)}")
    end = _span_end(_TAG_NAME, markup, begin + 2)
    name = markup[begin + 2 : end].lower()
    end = _span_end(_SPACES, markup, end)
    if not markup.startswith(">", end):
        raise _refusal(f"Unclosed end tag at byte offset {_at(markup, begin)}")
    expected = open_tags[-1].tag
    if name and name != expected:
        raise _refusal(
            f'Unmatched end tag at byte offset {_at(markup, begin)}, expected "</{expected}>", found "</{name}>"'
        )
    return end + 1


def _start_tag(markup: str, begin: int) -> tuple[_Open, int]:
    """Return a start tag with its attributes, and the position after it."""
    position = _span_end(_TAG_NAME, markup, begin + 1)
    if position == len(markup):
        raise _refusal(f"Unclosed start tag at byte offset {_at(markup, begin)}")
    tag = markup[begin + 1 : position].lower()
    if tag not in _TAGS:
        raise _refusal(f'Unsupported start tag "{tag}" at byte offset {_at(markup, begin)}')
    attributes: dict[str, str] = {}
    while True:
        position = _span_end(_SPACES, markup, position)
        if markup.startswith(">", position):
            break
        end = _span_end(_ATTRIBUTE_NAME, markup, position)
        name = markup[position:end]
        if not name:
            raise _refusal(f'Empty attribute name in the tag "{tag}" at byte offset {_at(markup, begin)}')
        position = _span_end(_SPACES, markup, end)
        if markup.startswith("=", position):
            position = _span_end(_SPACES, markup, position + 1)
            value, position = _attribute_value(markup, position)
        else:
            value = ""
        if position >= len(markup):
            raise _refusal(f'Unclosed start tag "{tag}" at byte offset {_at(markup, begin)}')
        attributes[name] = value
    return _Open(tag, _argument(tag, attributes, _at(markup, begin)), 0, 0, attributes), position + 1


def _attribute_value(markup: str, position: int) -> tuple[str, int]:
    """Return a quoted value with its references decoded, or a bare name in lower case, and the position after it."""
    quote = markup[position : position + 1]
    if quote not in ('"', "'"):
        end = _span_end(_NAME_TOKEN, markup, position)
        if end < len(markup) and not (markup[end].isspace() or markup[end] == ">"):
            raise _refusal(f"Unexpected end of name token at byte offset {_at(markup, position)}")
        return markup[position:end].lower(), end
    pieces: list[str] = []
    position += 1
    while position < len(markup) and markup[position] != quote:
        if markup[position] == "&":
            character, position = _reference(markup, position)
            pieces.append(character)
        else:
            pieces.append(markup[position])
            position += 1
    return "".join(pieces), min(position + 1, len(markup))


def _argument(tag: str, attributes: dict[str, str], begin: int) -> str:
    """Return the one attribute that a tag uses."""
    if tag == "a":
        return attributes.get("href", "")
    if tag == "blockquote":
        return "expandable" if "expandable" in attributes else ""
    if tag == "tg-emoji":
        return attributes.get("emoji-id", "")
    if tag == "tg-time":
        return attributes.get("unix", "")
    name = attributes.get("class", "")
    if tag == "code":
        return name.removeprefix("language-") if name.startswith("language-") else ""
    if tag == "span" and name != "tg-spoiler":
        raise _refusal(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    return ""


def _span_end(pattern: re.Pattern[str], markup: str, position: int) -> int:
    match = pattern.match(markup, position)
    return match.end() if match else position


def _close(tag: _Open, length: int, text: str, found: list[JSON]) -> None:
    """Add the entity of a closed tag that holds `text`."""
    entity: JSON = {"type": _STYLES.get(tag.tag, tag.tag), "offset": tag.offset, "length": length}
    last = found[-1] if found and (found[-1]["offset"], found[-1]["length"]) == (tag.offset, length) else None
    if tag.tag == "a":
        url = tag.argument or text
        if link_problem(url):
            return  # as on the real server, the text is kept without the link
        entity |= {"type": "text_link", "url": canonical(url)}
    elif tag.tag == "blockquote":
        entity["type"] = "expandable_blockquote" if tag.argument else "blockquote"
    elif tag.tag == "tg-emoji":
        if not tag.argument.isdigit() or int(tag.argument) == 0:
            raise _refusal("Invalid custom emoji identifier specified")
        entity |= {"type": "custom_emoji", "custom_emoji_id": tag.argument}
    elif tag.tag == "tg-time":
        if not re.fullmatch(r"-?\d{1,10}", tag.argument):
            raise _refusal("Invalid date specified")
        style = tag.attributes.get("format", "")
        if not _TIME_FORMAT.fullmatch(style):
            raise _refusal("Invalid date-time format specified")
        entity |= {"type": "date_time", "unix_time": int(tag.argument)}
        if style:
            entity["date_time_format"] = style
    elif tag.tag == "pre" and last and last["type"] == "code" and last.get("language"):
        last["type"] = "pre"
        return
    elif tag.tag == "code" and tag.argument:
        if last and last["type"] == "pre":
            last["language"] = tag.argument
            return
        entity["language"] = tag.argument
    found.append(entity)


def given_entities(text: str, entities: list[Any]) -> list[JSON]:
    """Return the entities that a caller lists instead of using a parse mode. Raises ApiError for invalid ones."""
    end = utf16_length(text)
    for entity in entities:
        if not isinstance(entity, dict) or str(entity.get("type")) not in _GIVEN_TYPES:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int):
            raise bad_request("can't parse MessageEntity: offset and length must be Integers")
        if offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if length < 0:
            raise bad_request(f"receive an entity with incorrect length {length}")
        if offset > end:
            raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if offset + length > end:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
                f" at UTF-16 offset {offset + length}"
            )
        if entity["type"] == "text_link" and (problem := link_problem(str(entity.get("url", "")))):
            raise bad_request(f"entity URL '{entity.get('url', '')}' is invalid: {problem}")
    # Entities that the server detects are ignored in the list, because it detects them again.
    return nested([dict(entity) for entity in entities if entity["length"] and entity["type"] not in _FOUND_TYPES])
