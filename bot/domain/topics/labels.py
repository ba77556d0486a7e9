"""Articles and labels as JSON, one object a line."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.letters import storable
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.measuring import Labelled


class LabelError(ValueError):
    """A line that is no article; says what was expected."""


def labelled(line: bytes) -> Labelled:
    """Return the article of a line: `title`, and perhaps `lead`, `text`, `lang`, `site`, `categories` (or `category`).

    Labels are `must` and `may` ({"countries": […], "themes": […]}) and `not_in_title`; other fields are ignored.
    """
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LabelError("expected UTF-8 text") from None
    except (ValueError, RecursionError):
        raise LabelError("this is no JSON") from None
    if not isinstance(value, dict) or "title" not in value:
        raise LabelError("expected a JSON object with a title")
    one = value.get("category")
    return Labelled(
        _text(value, "title"),
        _text(value, "lead"),
        _text(value, "text"),
        _text(value, "lang"),
        _text(value, "site"),
        (*_texts(value, "categories"), *([one] if isinstance(one, str) and one else ())),
        _topics(value, "must"),
        _topics(value, "may"),
        _known("not_in_title", _texts(value, "not_in_title")),
    )


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if found is not None and not isinstance(found, str):
        raise LabelError(f"{name}: expected text")
    return storable(found or "")


def _texts(value: dict[str, Any], name: str) -> list[str]:
    found = value.get(name)
    if found is not None and not (isinstance(found, list) and all(isinstance(one, str) for one in found)):
        raise LabelError(f"{name}: expected a list of texts")
    return [storable(one) for one in found or ()]


def _topics(value: dict[str, Any], name: str) -> frozenset[str]:
    found = value.get(name) or {}
    if not isinstance(found, dict):
        raise LabelError(f'{name}: expected {{"countries": […], "themes": […]}}')
    return _known(name, [*_texts(found, "countries"), *_texts(found, "themes")])


def _known(name: str, slugs: list[str]) -> frozenset[str]:
    for slug in slugs:
        if slug not in TOPICS:
            raise LabelError(f"{name}: {slug[:40]!r} is none of {', '.join(TOPICS)}")
    return frozenset(slugs)
