"""The rules for charts and past rates: `график тенге за год`, `what was the dollar in march 2024`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from bot.domain.amounts import ConvertError, amount
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.offer_rules import charted
from bot.domain.intents.sentence import Sentence
from bot.domain.periods import FIRST_YEAR, HistoryError, NotAPeriod, Period, is_month_name, parse_period
from bot.domain.spans import UNITS, Span, days_of, span_of
from bot.domain.spelling import fold
from bot.domain.tokens import QUANTITY, Token

YESTERDAY = "yesterday"
_LAST_YEAR = 2100
_LAST_DAY = 31
_MOST_DAYS = 20 * 365
# The beginnings of the words for `last` that mean the time until now: `the past month`, `соңғы айда`, `oxirgi oyda`.
_UNTIL_NOW = (
    *("past", "послед", "соңғы", "сонгы", "акыркы", "oxirgi", "ohirgi", "songi", "songgi", "sungi", "sunggi"),
    *("охир", "сўнги", "сўнгги", "сунги", "сунгги", "sonky"),
)
# The months of a unit: "two months ago" on 1 March is in January, although 60 days before is in December.
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_DATE = re.compile(
    r"(?<![\w.,/-])(?:\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?|\d{1,2}[-./](?:\d{1,2}[-./])?\d{4})(?![\w/-]|[.,]\d)", re.ASCII
)
_DAY_FIRST = re.compile(r"\d{1,2}[-./](\d{1,2}[-./]\d{4})", re.ASCII)


def chart(sentence: Sentence) -> Intent | None:
    """Return the intent of a chart: one that is named, or a currency within a span of time."""
    unknown = len(sentence.unknown)
    codes = sentence.codes
    if sentence.has("chart"):
        codes = codes or _money_of(sentence)
        if unknown > (2 if codes else 0) or len(codes) > 2:
            return None
    elif unknown or not 1 <= len(codes) <= 2 or not _is_over_time(sentence):
        return None
    span = span_of([token for token in sentence.tokens if token.kind != "filler"]) if _names_span(sentence) else None
    span = span or Span("")
    intent = charted(sentence) or Intent(IntentKind.CHART, currencies=codes)
    return replace(intent, span=span.range or None, asked_span=span.asked)


def typed_span(sentence: Sentence) -> Span | None:
    """Return the span of time in the arguments of a chart, the usual one without any; None for a wrong one."""
    rest = [token for token in sentence.tokens if token.code is None and token.kind != "filler"]
    return span_of(rest) if _names_span(sentence) or sentence.numbers else Span(DEFAULT_RANGE)


def _names_span(sentence: Sentence) -> bool:
    return sentence.has("unit", "all", "extreme") or any(number.digits for number in sentence.numbers)


def _is_over_time(sentence: Sentence) -> bool:
    if not sentence.has("unit") or sentence.has("ago", "month", "when", "alert", "convert"):
        return False
    return not sentence.numbers


def _money_of(sentence: Sentence) -> tuple[str, ...]:
    """Return the currencies of the countries that a sentence names instead of their money."""
    return tuple(
        dict.fromkeys(token.meaning.partition(":")[2] for token in sentence.places if "?" not in token.meaning)
    )


def history(sentence: Sentence) -> Intent | None:
    """Return the intent of past rates: a month, a year, yesterday, or just the history of a currency."""
    if found := _DATE.search(sentence.text):
        rest = sentence.without(*found.span())
        period = _parsed(_DAY_FIRST.sub(r"\1", found[0]))
        dated = rest.codes or (("USD",) if rest.has("rate") else ())
        day, asked = _full_date(found[0]), _amount(rest)
        is_clear = not rest.numbers or (day is not None and asked is not None)
        if period and 1 <= len(dated) <= 2 and is_clear and _is_clear(rest) and not rest.has("above", "below"):
            return Intent(IntentKind.HISTORY, amount=asked, currencies=dated, period=period, day=day)
    codes = sentence.codes or (("USD",) if sentence.has("rate") and sentence.has("month", "yesterday", "ago") else ())
    if not codes and sentence.has("history") and sentence.only("history", "rate"):
        return Intent(IntentKind.HISTORY)
    if not 1 <= len(codes) <= 2 or not _is_clear(sentence) or sentence.has("above", "below", "alert", "when", "chart"):
        return None
    if sentence.has("yesterday"):
        before = _days_before(sentence)
        day = sentence.today and sentence.today - dt.timedelta(days=before)
        period, span = Period(day.year, day.month) if day else None, YESTERDAY if before == 1 else None
        return Intent(IntentKind.HISTORY, amount=_amount(sentence), currencies=codes, span=span, period=period, day=day)
    period = _month(sentence) or _year(sentence) or _relative(sentence)
    if period is None and not sentence.has("history", "month", "ago"):
        return None
    day = _day(sentence, period)
    asked = None if day is None else _amount(sentence)
    return Intent(IntentKind.HISTORY, amount=asked, currencies=codes, period=period, day=day)


def _amount(sentence: Sentence) -> Decimal | None:
    """Return the amount of the first of two currencies that a sentence about a day names right before it, or None."""
    codes = sentence.codes
    for number, currency in pairwise(sentence.tokens):
        if len(codes) == 2 and number.kind == QUANTITY and currency.code == codes[0] and not number.percent:
            try:
                return amount(number)
            except ConvertError:
                return None
    return None


def _days_before(sentence: Sentence) -> int:
    """Return 1 for yesterday, 2 for the day before it."""
    named = next(token.meaning for token in sentence.tokens if token.kind == "yesterday")
    return int(named.partition(":")[2] or 1)


def _full_date(text: str) -> dt.date | None:
    """Return the date that has a day (`25.11.2026`, `2026-11-25`), or None."""
    numbers = [int(number) for number in re.split(r"[-./]", text)]
    if len(numbers) < 3:
        return None
    year, month, day = numbers if numbers[0] > _LAST_DAY else numbers[::-1]
    return _date_of(year, month, day)


def _day(sentence: Sentence, period: Period | None) -> dt.date | None:
    """Return the day that stands beside a month's name: `25 ноября`, `nov 25`."""
    if sentence.today is not None and sentence.has("ago") and _unit(sentence) in ("day", "week"):
        passed = days_of(sentence.tokens) or 0
        return sentence.today - dt.timedelta(days=passed) if 0 < passed < _MOST_DAYS else None
    place = next((place for place, token in enumerate(sentence.tokens) if token.kind == "month"), None)
    if place is None or period is None or period.month is None:
        return None
    beside = (*sentence.tokens[max(place - 1, 0) : place], *sentence.tokens[place + 1 : place + 2])
    days = [int(token.digits) for token in beside if token.digits and token.digits.isdigit() and token.times is None]
    return next((date for day in days if (date := _date_of(period.year, period.month, day))), None)


def _date_of(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None


def typed_period(sentence: Sentence) -> Period | None:
    """Return the month or the year in the arguments of a history; None without any, HistoryError for a wrong one."""
    words = sentence.text.replace("/", " ").split()
    typed = " ".join(word for word in words if any(map(str.isdigit, word)) or is_month_name(word))
    period = _parsed(typed) or _month(sentence) or _relative(sentence)
    if period is None and any(map(str.isdigit, typed)):
        raise HistoryError("history.error.period", typed)
    if period is None and sentence.has("yesterday") and sentence.today is not None:
        yesterday = sentence.today - dt.timedelta(days=1)
        return Period(yesterday.year, yesterday.month)
    return period


def _is_clear(sentence: Sentence) -> bool:
    return not sentence.unknown or (len(sentence.unknown) == 1 and sentence.has("rate", "howmuch", "cost", "history"))


def _parsed(text: str) -> Period | None:
    try:
        return parse_period(text)
    except NotAPeriod:
        return None


def _year_of(token: Token) -> int | None:
    digits = token.digits or ""
    plausible = len(digits) == 4 and digits.isdigit() and token.times is None and not token.percent
    return int(digits) if plausible and FIRST_YEAR <= int(digits) <= _LAST_YEAR else None


def _month(sentence: Sentence) -> Period | None:
    """Return the named month, of the named year or the last one that is not in the future."""
    month = next((int(token.meaning.partition(":")[2]) for token in sentence.tokens if token.kind == "month"), None)
    if month is None:
        return None
    # Of all numbers: `2022 года` looks like a span of that many years.
    year = next((year for year in map(_year_of, sentence.tokens) if year), None)
    if year is not None:
        return Period(year, month)
    if sentence.today is None:
        return None
    year = sentence.today.year - (month > sentence.today.month)
    return Period(year - (year == sentence.today.year and _names_last_year(sentence)), month)


def _names_last_year(sentence: Sentence) -> bool:
    return sentence.has("last") and any(token.meaning == "unit:year" for token in sentence.tokens)


def _year(sentence: Sentence) -> Period | None:
    """Return the named year, where the number cannot be an amount: `курс тенге 2023`, `tenge in 2023`."""
    tokens = sentence.tokens
    for place, token in enumerate(tokens):
        if (year := _year_of(token)) is None:
            continue
        before = tokens[place - 1].kind if place else ""
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if after is not None and (after.code or after.kind == "into"):
            continue
        is_year = before in ("into", "per", "from", "history") or "unit:year" in _meanings_beside(tokens, place)
        if is_year or sentence.has("history", "rate") or _ends_with_year(sentence, place, year):
            return Period(year)
    return None


def _meanings_beside(tokens: Sequence[Token], place: int) -> set[str]:
    """Return the meanings of the tokens before and after a place: `2023 год`, `соли 2023`."""
    return {token.meaning for token in (*tokens[max(place - 1, 0) : place], *tokens[place + 1 : place + 2])}


def _ends_with_year(sentence: Sentence, place: int, year: int) -> bool:
    """Return whether a number is a year after currencies alone (`тенге 2023`); a round one is an amount."""
    is_past = sentence.today is None or year <= sentence.today.year
    return (
        is_past and bool(year % 100) and place == len(sentence.tokens) - 1 and sentence.kinds == {"currency", QUANTITY}
    )


def _relative(sentence: Sentence) -> Period | None:
    """Return the month or year that `a year ago` or `в прошлом месяце` is in."""
    unit = _unit(sentence)
    if not unit or unit == "always" or not sentence.has("ago", "last") or sentence.has("per"):
        return None
    if sentence.has("ago"):
        days = days_of(sentence.tokens) or 0
    elif sentence.has("quantity") or not _is_previous(sentence):
        return None
    else:
        days = UNITS[unit]
    if sentence.today is None or not 0 < days < _MOST_DAYS:
        return None
    if unit not in _MONTHS:
        day = sentence.today - dt.timedelta(days=days)
        return Period(day.year, day.month)
    passed = days // UNITS[unit] * _MONTHS[unit]
    year, month = divmod(12 * sentence.today.year + sentence.today.month - 1 - passed, 12)
    return Period(year, None if sentence.has("last") and unit == "year" else month + 1)


def _unit(sentence: Sentence) -> str:
    """Return the first unit of time that is named, or an empty text."""
    return next((token.meaning.partition(":")[2] for token in sentence.tokens if token.kind == "unit"), "")


def _is_previous(sentence: Sentence) -> bool:
    """Return whether `last` means the one before (`last month`), not the time until now (`the past month`)."""
    words = {fold(token.text).replace("'", "") for token in sentence.tokens if token.kind == "last"}
    return not any(word.startswith(_UNTIL_NOW) for word in words)
