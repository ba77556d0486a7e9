"""Boards: pinned messages with current rates, edited in place. Pure: instants are UTC and passed in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.deliveries import Priority
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair

# A board is edited at most once in this time: a group takes 20 messages and edits a minute, which its news need.
EDIT_EVERY = dt.timedelta(minutes=5)
# Edits leave after alerts, news and corrections, and before digests.
PRIORITY = int(Priority.EDIT) + 1
# A pinned message that is longer than the screen of a phone hides its end, and `boards.pairs` has 120 characters.
MAX_PAIRS = 8

# A comma or a line's end stands between two requests; so does a space before a pair with a slash.
_BETWEEN = re.compile(r"[,;\n]+|\s+(?=[^\s/]+/[^\s/])")


@dataclass(frozen=True, slots=True)
class Board:
    """The board of a chat and thread (0: none).

    `message_id` is 0 where the message is out of reach: its group became a supergroup. `pairs` are the shown pairs;
    empty: the whole table of rates. `shown` is a hash of the text that the message has, and `changes` counts how often
    a shown rate has changed.
    """

    chat_id: int
    thread_id: int
    message_id: int
    pairs: tuple[Pair, ...] = ()
    shown: str = ""
    changes: int = 0


def requests_in(text: str) -> list[str]:
    """Return the parts of typed arguments that each name one base and its quotes: `usd kzt, rub kzt`."""
    return [part for one in _BETWEEN.split(text) if (part := one.strip())]


def pairs_of(named: Iterable[Sequence[str]]) -> tuple[Pair, ...]:
    """Return the pairs of currencies that were named together: the first one against each of the others.

    One currency alone stands against the dollar, the dollar alone for the whole table (no pairs). InvalidInput for more
    than MAX_PAIRS.
    """
    found: dict[Pair, None] = {}
    for codes in named:
        base, *quotes = dict.fromkeys(codes)
        if not quotes and base != "USD":
            base, quotes = "USD", [base]
        found |= dict.fromkeys(Pair(base, quote) for quote in quotes)
    if len(found) > MAX_PAIRS:
        raise InvalidInput("boards.too_many", limit=MAX_PAIRS)
    return tuple(found)


def has_changed(before: RateGraph, after: RateGraph, pair: Pair) -> bool:
    """Return whether a board that shows a pair shows something else now: another rate, day, source or warning.

    A rate that a source prints again unchanged keeps its id.
    """
    was, is_now = before.resolve(pair), after.resolve(pair)
    if was is None or is_now is None:
        return was is not is_now
    return [leg.id for leg in was.legs] != [leg.id for leg in is_now.legs] or was.silent != is_now.silent
