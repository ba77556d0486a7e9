"""Typed requests for alerts: the words after /alert are parsed here. The meaning of currency words is passed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.alerts.rule import EXTREMES, Kind, Side
from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, NotANumber, parse_number

# Longer than any real request for an alert.
MAX_REQUEST_LENGTH = 80
# The days of "a new high" that was asked for without a number: a quarter.
USUAL_DAYS = 90

_SIDES = {
    **dict.fromkeys((">", ">=", "above", "over", "up", "rises", "выше", "больше", "более", "вырастет"), Side.ABOVE),
    **dict.fromkeys(("<", "<=", "below", "under", "down", "falls", "ниже", "меньше", "менее", "упадет"), Side.BELOW),
}
_KINDS = {
    **dict.fromkeys(("day", "daily", "день", "сутки"), Kind.DAY),
    **dict.fromkeys(("week", "weekly", "неделю", "неделя", "недели"), Kind.WEEK),
    **dict.fromkeys(("high", "highest", "max", "maximum", "максимум", "макс"), Kind.HIGH),
    **dict.fromkeys(("low", "lowest", "min", "minimum", "минимум", "мин"), Kind.LOW),
    **dict.fromkeys(("peg", "фикс"), Kind.PEG),
}
_ONCE = {"once", "раз", "однажды"}
# Words without a meaning of their own.
_SMALL = {"a", "per", "within", "in", "the", "of", "days", "в", "за", "на", "один", "дней", "дня"}
_PIECE = re.compile(r"[<>]=?|[^\s<>/=]+")
_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?:\D|$))")
_DAYS = re.compile(r"(\d{1,4})(?:d|д|days|дней|дня)?\Z")


@dataclass(frozen=True, slots=True)
class AlertRequest:
    """A parsed request, before the current rate is known: one or two currencies and the parts that were typed.

    `move` is a share (0.02); `days` are those of an extreme.
    """

    currencies: tuple[str, ...]
    side: Side | None
    level: Decimal | None
    move: Decimal | None
    kind: Kind = Kind.LEVEL
    days: int | None = None
    once: bool = False


class UnknownCurrency(InvalidInput):
    """A word that is neither a currency nor a number; `word` is as typed, cut to 20 characters."""

    def __init__(self, word: str) -> None:
        self.word = word[:20]
        super().__init__("alerts.unknown_currency", word=self.word)


def parse_request(text: str, code_of: Callable[[str], str | None]) -> AlertRequest:
    """Read `usd kzt > 520`, `kzt < 0,0019`, `kzt 2%`, `kzt 3% за неделю`, `usd kzt high 90`, `tmt peg`, `… once`.

    Raise InvalidInput for a missing or impossible number or currency, UnknownCurrency for a word that is neither.
    """
    if len(text) > MAX_REQUEST_LENGTH:
        raise InvalidInput("alerts.error.form")
    currencies: list[str] = []
    numbers: list[str] = []
    side: Side | None = None
    kind: Kind | None = None
    percent = once = False
    for piece in _PIECE.findall(_GROUPED.sub("", text)):
        word = piece.casefold().replace("ё", "е")
        if word in _SIDES:
            side = _SIDES[word]
        elif word in _KINDS and kind is None:
            kind = _KINDS[word]
        elif word in _ONCE:
            once = True
        elif word == "%":
            percent = True
        elif word in _SMALL:
            continue
        elif (code := code_of(piece)) is not None:
            currencies.append(code)
        elif piece[0].isdigit() or piece[0] in "+-±.,":
            percent = percent or piece.endswith("%")
            numbers.append(word)
        else:
            raise UnknownCurrency(piece)
    _check_currencies(currencies)
    kind = kind or (Kind.MOVE if percent else Kind.LEVEL)
    if kind is Kind.PEG and not numbers:
        return AlertRequest(tuple(currencies), None, None, None, kind, once=once)
    if kind in EXTREMES:
        return AlertRequest(tuple(currencies), None, None, None, kind, _days(numbers), once)
    number = _number(numbers)
    if kind is Kind.LEVEL:
        return AlertRequest(tuple(currencies), side, number, None, kind, once=once)
    return AlertRequest(tuple(currencies), side, None, CONTEXT.divide(number, Decimal(100)), kind, once=once)


def _check_currencies(currencies: list[str]) -> None:
    if not currencies or len(currencies) > 2:
        raise InvalidInput("alerts.error.form")
    if len(currencies) == 2 and currencies[0] == currencies[1]:
        raise InvalidInput("alerts.error.same")


def _number(typed: list[str]) -> Decimal:
    if len(typed) != 1:
        raise InvalidInput("alerts.error.number")
    try:
        number = parse_number(typed[0].rstrip("%").lstrip("±+"))
    except NotANumber:
        raise InvalidInput("alerts.error.number") from None
    if not number:
        raise InvalidInput("alerts.error.number")
    return number


def _days(typed: list[str]) -> int:
    if not typed:
        return USUAL_DAYS
    match = _DAYS.match(typed[0]) if len(typed) == 1 else None
    if match is None:
        raise InvalidInput("alerts.error.number")
    return int(match[1])
