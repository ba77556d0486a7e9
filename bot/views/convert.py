"""Conversions: an amount of one currency in others, without insignificant digits."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.amounts import LARGEST_AMOUNT, ConvertError
from bot.domain.conversion import Conversion
from bot.domain.currencies import OWN
from bot.domain.numbers import CONTEXT
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Translator
from bot.views import actions
from bot.views.currencies import FLAGS, name, nearest
from bot.views.message import Button, View, rows
from bot.views.rate_text import APPROXIMATE_FROM, RANGE_FROM, number, rate_text
from bot.views.rates import origin, provenance

# Money has cents; a result below one keeps this many digits that are not zero.
CENTS = 2
SMALL_DIGITS = 3


def equals(rate: Rate) -> str:
    """Return the sign between an amount and its result: exact to a bank's own digits, or about."""
    return "≈" if rate.coarseness > APPROXIMATE_FROM else "="


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


def _in_words(t: Translator, amount: Decimal, rate: Rate) -> str:
    return "–".join(number(t, end) for end in result(amount, rate))


def rate_line(t: Translator, rate: Rate) -> str:
    """Return a rate in the direction in which it is at least one: 0.002 dollars for a tenge is hard to read."""
    turned = rate if rate.value >= 1 else rate.inverted
    return t(
        "convert.rate",
        base=turned.pair.base,
        equals=equals(turned),
        rate=rate_text(t, turned),
        quote=turned.pair.quote,
    )


def _press(amount: Decimal, pair: Pair) -> str:
    return actions.CONVERT_ASK(amount, pair.base, pair.quote)


def _asked(t: Translator, amount: Decimal, code: str) -> str:
    return f"{number(t, amount)} {code}"


def one(t: Translator, amount: Decimal, resolved: ResolvedRate, now: dt.datetime) -> View:
    """Show an amount in one currency, with the rate, its source, day and path."""
    rate = resolved.rate
    pair = rate.pair
    lines = [
        t(
            "convert.result",
            amount=_asked(t, amount, pair.base),
            equals=equals(rate),
            result=_in_words(t, amount, rate),
            quote=pair.quote,
        ),
        t("convert.names", base=name(t, pair.base), quote=name(t, pair.quote)),
        rate_line(t, rate),
        *origin(t, resolved, now),
    ]
    if rate.coarseness > RANGE_FROM:
        lines.append(t("rates.very_coarse"))
    copied = "–".join(format(end, "f") for end in result(amount, rate))
    buttons = (
        (
            Button(t.plain("convert.button_copy", result=_in_words(t, amount, rate)), copy=copied),
            Button(f"⇄ {_asked(t, amount, pair.quote)} → {pair.base}", data=_press(amount, pair.inverted)),
        ),
        (
            Button(t.plain("rates.button_chart"), data=actions.CHARTS_SHOW(pair, "90d")),
            Button(t.plain("rates.button_alert"), data=actions.ALERTS_PAIR(pair)),
        ),
    )
    return View("\n".join(lines), buttons)


def answer(t: Translator, conversion: Conversion, now: dt.datetime) -> View:
    """Show an amount in its target currencies, or that there is no rate."""
    if not conversion.found:
        return View(_no_rate(t, conversion) if conversion.any_rate else t("rates.none"))
    if len(conversion.targets) == 1:
        return one(t, conversion.request.amount, conversion.found[0], now)
    return several(t, conversion, now)


def several(t: Translator, conversion: Conversion, now: dt.datetime) -> View:
    """Show an amount in several currencies, a line each, and the sources of the rates."""
    request, found = conversion.request, conversion.found
    lines = [t("convert.amount", flag=FLAGS.get(request.base, ""), amount=_asked(t, request.amount, request.base))]
    lines += [
        t(
            "convert.line",
            flag=FLAGS.get(resolved.rate.pair.quote, ""),
            equals=equals(resolved.rate),
            result=_in_words(t, request.amount, resolved.rate),
            quote=resolved.rate.pair.quote,
        )
        for resolved in found
    ]
    lines += provenance(t, found, now)
    if conversion.missing:
        lines.append(_no_rate(t, conversion))
    each = (Button(resolved.rate.pair.quote, data=_press(request.amount, resolved.rate.pair)) for resolved in found)
    return View("\n".join(lines), rows(each, 3))


def _no_rate(t: Translator, conversion: Conversion) -> str:
    return t("convert.no_rate", base=conversion.request.base, quotes=", ".join(conversion.missing))


def how(t: Translator) -> View:
    """Show examples, with a hundred dollars in each of the five currencies as buttons."""
    return View(t("convert.how"), _examples(t))


def _examples(t: Translator) -> tuple[tuple[Button, ...], ...]:
    hundred = Decimal(100)
    each = (Button(f"{_asked(t, hundred, 'USD')} → {code}", data=_press(hundred, Pair("USD", code))) for code in OWN)
    return rows(each, 2)


def problem(t: Translator, error: ConvertError) -> View:
    """Explain why an input cannot be converted; for an unknown word suggest the nearest currency."""
    if error.key == "convert.error.unknown" and (suggestion := nearest(error.word)):
        return View(t("convert.did_you_mean", word=error.word, code=suggestion), _examples(t))
    return View(t(error.key, word=error.word, largest=number(t, LARGEST_AMOUNT)), _examples(t))
