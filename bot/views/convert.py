"""Conversions: an amount of one currency in others, without insignificant digits. Each is a record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from bot.domain.amounts import LARGEST_AMOUNT, ConvertError
from bot.domain.conversion import Conversion
from bot.domain.currencies import OWN
from bot.domain.numbers import CONTEXT
from bot.domain.offer_ranking import OfferRanking
from bot.domain.rate_graph import PEG, TICKER, ResolvedRate
from bot.domain.rates import Rate, meaningful_digits
from bot.i18n import Translator
from bot.views import actions
from bot.views.currencies import FLAGS, names
from bot.views.message import Button, View, record, rows
from bot.views.offers import best_line
from bot.views.rate_card import HALF_ROW, chart_and_alert, copy_button, last_row, origin, sources_text, statement
from bot.views.rate_text import RANGE_FROM, between, checked, equals, number
from bot.views.rates import stale_lines

# Money has cents; a result below one keeps this many digits that are not zero.
CENTS = 2
SMALL_DIGITS = 3


def result(amount: Decimal, rate: Rate) -> tuple[Decimal, ...]:
    """Return the result of a conversion with its significant digits; for a very coarse rate, its two bounds."""
    tick = CONTEXT.multiply(amount, rate.tick)
    if rate.coarseness > RANGE_FROM:
        # The bounds have one digit more than a single value would have.
        return tuple(_money(CONTEXT.multiply(amount, edge), tick / 5) for edge in (rate.low, rate.high))
    return (_money(CONTEXT.multiply(amount, rate.value), tick),)


def _money(value: Decimal, tick: Decimal) -> Decimal:
    shown = meaningful_digits(value, tick)
    places = CENTS if value >= 1 else max(CENTS, SMALL_DIGITS - 1 - value.adjusted())
    if -int(shown.as_tuple().exponent) <= places:
        return shown
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, CONTEXT)


def converted(t: Translator, amount: Decimal, rate: Rate) -> str:
    """Return the result of a conversion as text: a number, or a range."""
    ends = result(amount, rate)
    return number(t, ends[0]) if len(ends) == 1 else between(t, ends[0], ends[1])


def _asked(t: Translator, amount: Decimal, code: str) -> str:
    return f"{number(t, amount)} {code}"


def _hint(t: Translator, found: Sequence[ResolvedRate]) -> list[str]:
    """Return the line about the rates of transfers and exchange offices, if the rates are official ones."""
    official = any(leg.source != TICKER for resolved in found for leg in resolved.legs)
    return [t("convert.official")] if official else []


def statement_of(t: Translator, amount: Decimal, rate: Rate) -> str:
    """Return an amount in the other currency of a rate: `100 USD = 51,592 KZT`."""
    return t(
        "convert.result",
        amount=_asked(t, amount, rate.pair.base),
        equals=equals(rate),
        result=converted(t, amount, rate),
        quote=rate.pair.quote,
    )


def one(
    t: Translator,
    amount: Decimal,
    resolved: ResolvedRate,
    now: dt.datetime,
    zone: ZoneInfo,
    offers: OfferRanking | None = None,
) -> View:
    """Show an amount in one currency, with the rate in the same direction, its sources and days, and the best offer."""
    rate = resolved.rate
    pair = rate.pair
    lines = [
        statement_of(t, amount, rate),
        t("rates.names", names=names(t, pair)),
        statement(t, rate),
    ]
    if rate.coarseness > RANGE_FROM:
        lines.append(t("rates.very_coarse"))
    best = best_line(t, offers, zone)
    lines += [*origin(t, resolved, now, zone), *(best or _hint(t, [resolved]))]
    return View("\n".join(lines), _buttons(t, amount, rate))


def _buttons(t: Translator, amount: Decimal, rate: Rate) -> tuple[tuple[Button, ...], ...]:
    pair, ends = rate.pair, result(amount, rate)
    label = f"⇄ {_asked(t, amount, pair.quote)} → {pair.base}"
    if len(label) > HALF_ROW:
        label = f"⇄ {pair.quote} → {pair.base}"
    reverse = Button(label, data=actions.CONVERT_ASK(amount, pair.quote, pair.base))
    first = ((*copy_button(t, ends[0] if len(ends) == 1 else None), reverse), chart_and_alert(t, pair))
    refresh = actions.CONVERT_ASK(amount, pair.base, pair.quote)
    query = f"{amount:f} {pair.base} {pair.quote}"
    return (*record(View("", first)).buttons, last_row(t, refresh, query))


def answer(t: Translator, conversion: Conversion, now: dt.datetime, zone: ZoneInfo) -> View:
    """Show an amount in its target currencies, or that there is no rate."""
    if not conversion.found:
        return View(_no_rate(t, conversion) if conversion.any_rate else t("rates.none"))
    if len(conversion.targets) == 1:
        return one(t, conversion.request.amount, conversion.found[0], now, zone, conversion.offers)
    return several(t, conversion, now, zone)


def several(t: Translator, conversion: Conversion, now: dt.datetime, zone: ZoneInfo) -> View:
    """Show an amount in several currencies, a line each, and the sources of the rates."""
    request, found = conversion.request, conversion.found
    lines = [t("convert.amount", flag=FLAGS.get(request.base, ""), amount=_asked(t, request.amount, request.base))]
    lines += [
        t(
            "convert.line",
            flag=FLAGS.get(resolved.rate.pair.quote, ""),
            equals=equals(resolved.rate),
            result=converted(t, request.amount, resolved.rate),
            quote=resolved.rate.pair.quote,
        )
        for resolved in found
    ]
    seen = [leg.confirmed_at for resolved in found for leg in resolved.legs if leg.source != PEG]
    time = checked(t, max(seen, default=now), now, zone)
    lines += [t("convert.sources", sources=sources_text(t, found), time=time), *stale_lines(t, found)]
    if any(equals(resolved.rate) == "≈" for resolved in found):
        lines.append(t("rates.coarse"))
    lines += _hint(t, found)
    if conversion.missing:
        lines.append(_no_rate(t, conversion))
    each = (
        Button(pair.quote, data=actions.CONVERT_ASK(request.amount, pair.base, pair.quote))
        for pair in (resolved.rate.pair for resolved in found)
    )
    return record(View("\n".join(lines), rows(each, 4)))


def _no_rate(t: Translator, conversion: Conversion) -> str:
    return t("convert.no_rate", base=conversion.request.base, quotes=", ".join(conversion.missing))


def how(t: Translator) -> View:
    """Show examples, with a hundred dollars in each of the five currencies as buttons."""
    return View(t("convert.how"), _examples(t))


def _examples(t: Translator) -> tuple[tuple[Button, ...], ...]:
    hundred = Decimal(100)
    each = (
        Button(f"{_asked(t, hundred, 'USD')} → {code}", data=actions.CONVERT_ASK(hundred, "USD", code)) for code in OWN
    )
    return rows(each, 2)


def problem(t: Translator, error: ConvertError) -> View:
    """Explain why an input cannot be converted."""
    return View(t(error.key, word=error.word, largest=number(t, LARGEST_AMOUNT)), _examples(t))
