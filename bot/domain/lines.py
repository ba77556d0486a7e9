"""What people type after /alert, read as a line to draw. Pure; the meaning of currency words is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.numbers import CONTEXT, NotANumber, inverse, parse_number
from bot.domain.rates import Pair, Rate
from bot.domain.thresholds import Line, LineProblem, Side

# Longer than any line a person types for an alert.
MAX_LINE_LENGTH = 80

_ABOVE = {">", ">=", "above", "over", "up", "выше", "больше", "более"}
_BELOW = {"<", "<=", "below", "under", "down", "ниже", "меньше", "менее"}
_PIECE = re.compile(r"[<>]=?|[^\s<>/=]+")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?:\D|$))")


@dataclass(frozen=True, slots=True)
class Wish:
    """A typed line before the current rate is known: one or two currencies, perhaps a side, a level or a move."""

    currencies: tuple[str, ...]
    side: Side | None
    level: Decimal | None
    move: Decimal | None


class UnknownCurrency(ValueError):
    """A word that is no currency and no number; `word` is what was typed."""

    def __init__(self, word: str) -> None:
        super().__init__("unknown currency")
        self.word = word[:20]


def parse_wish(text: str, code_of: Callable[[str], str | None]) -> Wish:
    """Read `usd kzt > 520`, `kzt < 0,0019`, `kzt 520`, `kzt 2%`, `тенге выше 520`.

    LineProblem for a missing or impossible number or currency, UnknownCurrency for a word that is neither.
    """
    if len(text) > MAX_LINE_LENGTH:
        raise LineProblem("alerts.error.form")
    currencies: list[str] = []
    side: Side | None = None
    number: Decimal | None = None
    percent = False
    for piece in _PIECE.findall(_GROUPED.sub("", text)):
        word = piece.casefold()
        if word in _ABOVE or word in _BELOW:
            side = Side.ABOVE if word in _ABOVE else Side.BELOW
        elif word == "%":
            percent = True
        elif (code := code_of(piece)) is not None:
            currencies.append(code)
        elif piece[0].isdigit() or piece[0] in "+-±.,":
            percent = percent or piece.endswith("%")
            number = _number(piece.rstrip("%").lstrip("±+"), number)
        else:
            raise UnknownCurrency(piece)
    if not currencies or len(currencies) > 2:
        raise LineProblem("alerts.error.form")
    if len(currencies) == 2 and currencies[0] == currencies[1]:
        raise LineProblem("alerts.error.same")
    if number is None or number <= 0:
        raise LineProblem("alerts.error.number")
    if percent:
        return Wish(tuple(currencies), side, None, CONTEXT.divide(number, Decimal(100)))
    return Wish(tuple(currencies), side, number, None)


def _number(text: str, already: Decimal | None) -> Decimal:
    if already is not None:
        raise LineProblem("alerts.error.number")
    try:
        return parse_number(text)
    except NotANumber:
        raise LineProblem("alerts.error.number") from None


def canonical_pair(wish: Wish) -> Pair:
    """Return the pair as it is stored: the currency against the dollar. LineProblem for two without the dollar."""
    others = [code for code in wish.currencies if code != "USD"]
    if len(others) != 1:
        raise LineProblem("alerts.error.pair")
    return Pair(others[0], "USD")


def resolve(wish: Wish, rate: Rate) -> Line:
    """Complete a wish by the current rate (of the canonical pair): which way round, which side.

    With two currencies typed, `usd kzt` means tenge a dollar. With one, the nearer of the two ways round is meant:
    520 is tenge a dollar, 0.0019 is dollars a tenge. Without a side, the line is ahead of the current value.
    """
    pair = rate.pair
    if wish.move is not None:
        return Line(pair.inverted, Side.BOTH, move=wish.move)
    if wish.level is None:
        raise LineProblem("alerts.error.number")
    if len(wish.currencies) == 2:
        asked = Pair(wish.currencies[0], wish.currencies[1])
    else:
        asked = (
            pair if _distance(wish.level, rate.value) < _distance(wish.level, inverse(rate.value)) else pair.inverted
        )
    now = rate.value if asked == pair else inverse(rate.value)
    side = wish.side or (Side.ABOVE if wish.level > now else Side.BELOW)
    return Line(asked, side, level=wish.level)


def _distance(level: Decimal, value: Decimal) -> Decimal:
    """Return how many times apart two positive values are, at least 1."""
    ratio = CONTEXT.divide(level, value)
    return max(ratio, CONTEXT.divide(Decimal(1), ratio)) if ratio else Decimal("Infinity")
