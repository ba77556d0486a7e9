"""The codec of events: frozen dataclasses of `bot.domain.events` to and from the columns of a row.

A row holds the kind, the version of the codec and a JSON object of the fields: decimals as text, instants and dates in
ISO 8601. Fields that equal their default are left out, so a new field with a default needs no new version.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from bot.domain.events import (
    AlertFired,
    AlertsCapped,
    ArticleCorrected,
    ArticlePublished,
    BroadcastSent,
    ChatPaused,
    DigestDue,
    EventContent,
    EventKind,
    SourceBack,
    SourceStale,
    TopicClosed,
    Unreadable,
)
from bot.domain.letters import storable_data
from bot.domain.numbers import D
from bot.domain.rates import Rate

# To be raised, with a branch for the older rows in `decode`, when the meaning of a field changes.
VERSION = 1

TYPES: dict[EventKind, type[EventContent]] = {
    content.kind: content
    for content in (
        ArticlePublished,
        ArticleCorrected,
        AlertFired,
        AlertsCapped,
        DigestDue,
        SourceStale,
        SourceBack,
        ChatPaused,
        TopicClosed,
        BroadcastSent,
    )
}

Convert = Callable[[Any], Any]


def encode(content: EventContent) -> dict[str, Any]:
    """Return the columns `kind`, `version` and `payload` of an event."""
    of: Any = type(content)
    payload = _encoder(of)(content)
    if isinstance(content, BroadcastSent):  # the only text from outside: a database refuses some letters
        payload, _ = storable_data(payload)
    return {"kind": content.kind, "version": VERSION, "payload": payload}


def decode(row: Any) -> EventContent:
    """Return the event of a row with the columns `kind`, `version` and `payload`; `Unreadable` if it is of no use here.

    One such row must not keep the others of its batch from being sent.
    """
    kind = EventKind(row.kind)
    if row.version != VERSION:
        return Unreadable(kind)
    try:
        of: Any = TYPES[kind]
        content: EventContent = _decoder(of)(row.payload)
    except (KeyError, TypeError, ValueError):
        return Unreadable(kind)
    return content


@lru_cache(maxsize=64)
def _encode_rate(rate: Rate) -> dict[str, Any]:
    """Encode a rate once for all alerts that it fires."""
    payload: dict[str, Any] = _encode_fields(Rate)(rate)
    return payload


def _has_fields(hint: Any) -> bool:
    return is_dataclass(hint)


def _same(value: Any) -> Any:
    return value


def _optional(hint: Any) -> Any | None:
    """Return X for the type `X | None`."""
    if get_origin(hint) is not UnionType:
        return None
    [inner] = [one for one in get_args(hint) if one is not NoneType]
    return inner


@cache
def _encoder(hint: Any) -> Convert:
    """Return the function that turns a value of a type into JSON."""
    if inner := _optional(hint):
        some = _encoder(inner)
        return lambda value: None if value is None else some(value)
    if hint is Rate:
        return _encode_rate
    if _has_fields(hint):
        return _encode_fields(hint)
    if get_origin(hint) is tuple:
        each = [_encoder(one) for one in get_args(hint)]
        return lambda value: [item(one) for item, one in zip(each, value, strict=True)]
    if hint is Decimal:
        return str
    convert: Convert = hint.isoformat if issubclass(hint, dt.date) else _same
    return convert


@cache
def _encode_fields(hint: Any) -> Convert:
    """Return the function that turns a dataclass into JSON, without the fields that equal their default."""
    parts = [(name, default, _encoder(inner)) for name, default, inner in _parts(hint)]
    return lambda value: {
        name: convert(part)
        for name, default, convert in parts
        if (part := getattr(value, name)) is not default and (default is MISSING or part != default)
    }


@cache
def _decoder(hint: Any) -> Convert:
    """Return the function that turns JSON into a value of a type."""
    if inner := _optional(hint):
        some = _decoder(inner)
        return lambda value: None if value is None else some(value)
    if _has_fields(hint):
        parts = {name: _decoder(inner) for name, _, inner in _parts(hint)}
        return lambda value: hint(**{name: parts[name](part) for name, part in value.items()})
    if get_origin(hint) is tuple:
        each = [_decoder(one) for one in get_args(hint)]
        return lambda value: tuple(item(one) for item, one in zip(each, value, strict=True))
    if hint is Decimal:
        return D
    convert: Convert = hint.fromisoformat if issubclass(hint, dt.date) else hint
    return convert


def _parts(hint: Any) -> list[tuple[str, Any, Any]]:
    """Return the name, the default (MISSING: none) and the type of each field of a dataclass."""
    hints = get_type_hints(hint)
    return [(one.name, one.default, hints[one.name]) for one in fields(hint)]
