"""The codec of events: frozen dataclasses of `bot.domain.events` to and from the columns of a row.

A row holds the kind, the version of the codec and a JSON object of the fields: decimals as text, instants and dates in
ISO 8601. Fields that equal their default are left out, so a new field with a default needs no new version.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from bot.domain.events import BroadcastSent, EventContent, EventKind, Unreadable
from bot.domain.letters import storable_data
from bot.domain.numbers import D
from bot.domain.rates import Rate

# To be raised, with a branch for the older rows in `decode`, when the meaning of a field changes.
VERSION = 1

TYPES: dict[EventKind, Any] = {one.kind: one for one in get_args(EventContent) if one is not Unreadable}


def encode(content: EventContent) -> dict[str, Any]:
    """Return the columns `kind`, `version` and `payload` of an event."""
    payload = _encode_fields(content)
    if isinstance(content, BroadcastSent):  # the only text from outside: a database refuses some letters
        payload, _ = storable_data(payload)
    return {"kind": content.kind, "version": VERSION, "payload": payload}


def decode(row: Any) -> EventContent:
    """Return the event of a row with the columns `kind`, `version` and `payload`; `Unreadable` if that fails.

    One such row must not keep the others of its batch from being sent.
    """
    kind = EventKind(row.kind)
    if row.version != VERSION:
        return Unreadable(kind)
    try:
        content: EventContent = _decode(TYPES[kind], row.payload)
    except (KeyError, TypeError, ValueError):
        return Unreadable(kind)
    return content


@lru_cache(maxsize=256)
def _parts(of: Any) -> dict[str, tuple[Any, Any]]:
    """Return the type and the default (MISSING: none) of each field of a dataclass."""
    hints = get_type_hints(of)
    return {one.name: (hints[one.name], one.default) for one in fields(of)}


def _encode_fields(value: Any) -> dict[str, Any]:
    encoded, of = {}, cast("Any", type(value))
    for name, (_, default) in _parts(of).items():
        part = getattr(value, name)
        if part is not default and part != default:
            encoded[name] = _encode(part)
    return encoded


@lru_cache(maxsize=64)
def _encode_rate(rate: Rate) -> dict[str, Any]:
    """Encode a rate once for all alerts that it fires."""
    return _encode_fields(rate)


def _encode(value: Any) -> Any:
    """Return a value of a field as JSON."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    return _encode_rate(value) if isinstance(value, Rate) else _encode_fields(value)


def _decode(of: Any, value: Any) -> Any:
    """Return JSON as a value of a type."""
    if get_origin(of) is UnionType:
        if value is None:
            return None
        [of] = [one for one in get_args(of) if one is not NoneType]
    if get_origin(of) is tuple:
        return tuple(_decode(one, part) for one, part in zip(get_args(of), value, strict=True))
    if of is Decimal:
        return D(value)
    if "__dataclass_fields__" in vars(of):
        parts = _parts(of)
        return of(**{name: _decode(parts[name][0], part) for name, part in value.items()})
    return of.fromisoformat(value) if issubclass(of, dt.date) else of(value)
