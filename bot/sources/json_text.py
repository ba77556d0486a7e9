"""JSON as served: after a byte order mark or PHP notices, and with junk behind it."""

from __future__ import annotations

import json
import re
from typing import Any

# Possible starts of JSON: at the start of a line, or after a tag of a notice.
_BEGIN = re.compile(r"(?:^|>)[ \t]*(?=[\[{])", re.MULTILINE)
_OBJECTS = re.compile(r"\[\s*\{\s*\"")
# Number of starts to try; each may cost a pass over the whole document.
_MAX_TRIES = 20
# Numbers are kept as printed: a float loses digits, and a number of a million digits takes minutes. Line breaks inside
# strings are accepted: programs that concatenate JSON print them.
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
_STRING = r'"(?:[^"\\]|\\.)*"'
# Syntax of JavaScript that JSON lacks: a comma after the last member, a backslash before any letter.
_LOOSE = re.compile(rf"({_STRING})|,(?=\s*[\]}}])", re.DOTALL)
_BACKSLASH = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(?P<odd>.))', re.DOTALL)


def find_json(text: str) -> Any:
    """Return the first list or object of a document, its numbers as text; ValueError where there is none.

    A list without any object, which may be part of a notice, is skipped if more follows. An object whose keys are
    numbers is a list: PHP prints a list with a gap in that form.
    """
    try:
        return _as_list(_find(text))
    except ValueError:
        mended = _mended(text)
        if mended == text:
            raise
    return _as_list(_find(mended))


def _mended(text: str) -> str:
    """Return a document without JavaScript's extensions of JSON."""

    def string(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        return _BACKSLASH.sub(lambda sign: sign[0] if sign["odd"] is None else sign["odd"], found[1])

    return _LOOSE.sub(string, text)


def _as_list(found: Any) -> Any:
    if isinstance(found, dict) and found and all(name.isdigit() for name in found):
        return list(found.values())
    return found


def _find(text: str) -> Any:
    try:
        return _DECODER.decode(text.strip("\ufeff \t\r\n"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        pass
    for tried, begin in enumerate(_BEGIN.finditer(text)):
        if tried >= _MAX_TRIES:
            break
        try:
            found, _ = _DECODER.raw_decode(text, begin.end())
        except (ValueError, RecursionError):
            if _OBJECTS.match(text, begin.end()):
                break  # it is truncated, and its inner values are not the document
            continue
        if isinstance(found, dict) or (isinstance(found, list) and any(isinstance(one, dict) for one in found)):
            return found
    raise ValueError("no JSON")


def whole_objects(text: str) -> list[Any]:
    """Return the complete objects of a truncated list."""
    begin = re.search(r"\[\s*(?=\{)", text)
    found: list[Any] = []
    place = begin.end() if begin else len(text)
    while text[place : place + 1] == "{":
        try:
            one, place = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        found.append(one)
        place = re.compile(r"[\s,]*").match(text, place).end()  # type: ignore[union-attr]
    return found
