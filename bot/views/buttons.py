"""The declaration of buttons: an action is declared once, and it builds, parses and checks their callback data.

Callback data is `v1:alerts:snooze:17:hour`: the version, the name of the action in two parts, and its arguments. Where
the button is about a managed chat, the id of the destination follows the version: `v1.5:topics:list:0`.
The actions themselves are in bot/views/actions.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar, TypeVarTuple, overload

from bot.domain.errors import ExpiredButton
from bot.domain.numbers import D

T = TypeVar("T")
S = TypeVar("S", bound=str)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
Ts = TypeVarTuple("Ts")

# The version of the data; a button of another version is answered as an expired one.
VERSION = "v1"
# The same version, in a button under a record (see `under_record`).
RECORD_VERSION = "r1"
# Telegram's limit on callback data, in bytes (Bot API, InlineKeyboardButton).
MAX_DATA_BYTES = 64
# The largest id of a destination in a button, and the bytes that are left free for it in every button.
MAX_DESTINATION = 9_999_999
DESTINATION_BYTES = len(f".{MAX_DESTINATION}")


class Access(StrEnum):
    """The people who may press a button."""

    ANYONE = "anyone"
    ADMINS = "admins"  # of a group; the person in their own chat. For what changes settings.
    OPERATORS = "operators"  # ADMIN_IDS, in their own chat with the bot


@dataclass(frozen=True, slots=True)
class Argument(Generic[T]):
    """One argument of an action. `parse` raises ValueError for other texts; `options` are all values, if they are few.

    A text is accepted only if `write` returns the same text for its value: there is one text for each value. A text has
    `parts` with colons between them.
    """

    parse: Callable[[str], T]
    write: Callable[[T], str] = str
    options: tuple[T, ...] = ()
    parts: int = 1

    def read(self, text: str) -> T:
        """Return the value of a text; ValueError for one that `write` never returns."""
        value = self.parse(text)
        if self.write(value) != text:
            raise ValueError(text)
        return value


def integer(lowest: int, highest: int) -> Argument[int]:
    """Return an argument that is a whole number, both ends included."""

    def parse(text: str) -> int:
        value = int(text)
        if not lowest <= value <= highest:
            raise ValueError(text)
        return value

    return Argument(parse)


def choice(options: Iterable[S]) -> Argument[S]:
    """Return an argument that is one of some strings, or of the members of a StrEnum."""
    known = {str(option): option for option in options}

    def parse(text: str) -> S:
        if text not in known:
            raise ValueError(text)
        return known[text]

    return Argument(parse, options=tuple(known.values()))


def optional(argument: Argument[T]) -> Argument[T | None]:
    """Return an argument that may be absent: None is the empty text."""
    return Argument(
        lambda text: argument.read(text) if text else None,
        lambda value: "" if value is None else argument.write(value),
    )


def _positive(text: str) -> Decimal:
    if (value := D(text)) <= 0:
        raise ValueError(text)
    return value


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(text), dt.UTC)


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).date()


# Any text without a colon.
TEXT: Argument[str] = Argument(str)
# The id of a stored row.
ID = integer(1, 2**63 - 1)
# A positive number.
NUMBER = Argument(_positive, lambda value: format(value, "f"))
FLAG: Argument[bool] = Argument("01".index, lambda value: "01"[value], (False, True))  # type: ignore[arg-type]
# An instant (UTC) in whole Unix seconds.
INSTANT = Argument(_instant, lambda at: str(int(at.timestamp())))
DAY = Argument(_day, lambda day: f"{day:%Y%m%d}")


def _fits(data: str) -> bool:
    """Return whether callback data leaves room for a destination."""
    return len(data.encode(errors="replace")) <= MAX_DATA_BYTES - DESTINATION_BYTES


class Action(Generic[*Ts]):
    """An action of buttons: name (`alerts:snooze`), arguments, access. Calling it builds callback data."""

    def __init__(self, name: str, arguments: tuple[Argument[Any], ...], access: Access) -> None:
        self.name, self.arguments, self.access = name, arguments, access

    def __repr__(self) -> str:
        """Return the name."""
        return f"Action({self.name})"

    def __call__(self, *values: *Ts) -> str:
        """Return callback data; ValueError if it is over Telegram's limit, or a text in it holds a colon."""
        given: tuple[Any, ...] = values
        texts = [argument.write(value) for argument, value in zip(self.arguments, given, strict=True)]
        data = ":".join((VERSION, self.name, *texts))
        parts = [argument.parts for argument in self.arguments]
        if not _fits(data) or [text.count(":") + 1 for text in texts] != parts:
            raise ValueError(f"button data does not fit: {self.name}")
        return data

    def read(self, parts: Sequence[str]) -> tuple[Any, ...]:
        """Return the values of the arguments; ValueError or ArithmeticError for what `__call__` never builds."""
        values, start = [], 0
        for argument in self.arguments:
            values.append(argument.read(":".join(parts[start : start + argument.parts])))
            start += argument.parts
        if start != len(parts):
            raise ValueError(self.name)
        return tuple(values)


AnyAction: TypeAlias = Action[*tuple[Any, ...]]
# All declared actions by their names.
ACTIONS: dict[str, AnyAction] = {}


@overload
def action(name: str, *, access: Access = ...) -> Action[()]: ...
@overload
def action(name: str, a: Argument[A], /, *, access: Access = ...) -> Action[A]: ...
@overload
def action(name: str, a: Argument[A], b: Argument[B], /, *, access: Access = ...) -> Action[A, B]: ...
@overload
def action(n: str, a: Argument[A], b: Argument[B], c: Argument[C], /, *, access: Access = ...) -> Action[A, B, C]: ...
def action(name: str, *arguments: Argument[Any], access: Access = Access.ANYONE) -> AnyAction:
    """Declare an action; ValueError if there is one of this name."""
    if name in ACTIONS:
        raise ValueError(f"two actions are named {name}")
    ACTIONS[name] = made = AnyAction(name, arguments, access)
    return made


def under_record(data: str) -> str:
    """Return callback data for a button under a record: a fired alert, a digest, an article, a card.

    A record is never overwritten: the answer to such a button is a new message (handlers/context.py).
    """
    return RECORD_VERSION + data.removeprefix(VERSION) if _version(data) == VERSION else data


def is_under_record(data: str) -> bool:
    """Return whether a button stands under a record, or may do so: data of other versions says nothing of it."""
    return _version(data) != VERSION


def for_destination(data: str, destination: int) -> str:
    """Return callback data that acts on a destination."""
    version, _, rest = data.partition(":")
    return f"{version}.{destination}:{rest}"


def destination_of(data: str) -> int | None:
    """Return the destination that a button acts on; None: the chat that it stands in. ExpiredButton for a wrong one."""
    _, dot, number = data.partition(":")[0].partition(".")
    if not dot:
        return None
    if not (number.isascii() and number.isdigit() and number[0] != "0" and int(number) <= MAX_DESTINATION):
        raise ExpiredButton
    return int(number)


def is_about_destination(data: str) -> bool:
    """Return whether a button acts on a destination, or claims to."""
    return "." in data.partition(":")[0]


def _version(data: str) -> str:
    return data.partition(":")[0].partition(".")[0]


def parse_data(data: str) -> tuple[AnyAction, tuple[Any, ...]]:
    """Return the action of a pressed button and the values of its arguments; ExpiredButton for anything else."""
    _, *parts = data.split(":")
    found = ACTIONS.get(":".join(parts[:2]))
    built = ":".join((_version(data), *parts))
    if _version(data) not in (VERSION, RECORD_VERSION) or found is None or not _fits(built):
        raise ExpiredButton
    try:
        return found, found.read(parts[2:])
    except (ValueError, ArithmeticError, OSError):  # an instant beyond the system's calendar is an OSError
        raise ExpiredButton from None
