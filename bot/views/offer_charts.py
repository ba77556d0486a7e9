"""The chart of offers: the best and the median of a way of payment, beside the official rate."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.charts import RANGES
from bot.domain.numbers import CONTEXT
from bot.domain.offer_charts import OfferSeries
from bot.domain.offer_ranking import request_of
from bot.domain.offers import Side
from bot.domain.rates import Pair, Rate
from bot.i18n import Translator
from bot.views import actions
from bot.views.buttons import under_record
from bot.views.charts import change_line, drawn, levels_of, ranges_line, time_text, units_text
from bot.views.currencies import flags
from bot.views.message import Button, Rows, View, link
from bot.views.offer_actions import OFFERS_CHART
from bot.views.offers import sum_text
from bot.views.picture import Line, Picture, Points
from bot.views.rate_text import moment, short_day
from bot.views.rates import source_name

# Incremented when pictures are drawn differently, so that those that Telegram has are not sent again.
_VERSION = 1
# The decimals of a price of one unit in the table.
_TABLE_DIGITS = 4


def picture(t: Translator, series: OfferSeries, theme: str) -> Picture:
    """Return the picture to draw: the best offers, their median, and the official rate, with the source in words."""
    best, quote = series.best, series.pair.quote
    published = short_day(best.main[-1].valid_on, t)
    parts = [_way(t, series), time_text(t, best)]
    median = tuple(
        (rate.valid_on, float(value * best.units)) for rate, value in zip(best.main, series.median, strict=True)
    )
    return Picture(
        title=str(series.pair),
        last=sum_text(t, _last(series), quote),
        subtitle=drawn(" · ".join(parts)),
        official=_points(series.rates, best.units),
        ticker=(),
        levels=levels_of(t, best),
        own_level=t.plain("charts.own_level", level="{}"),
        own_levels=t.plain("charts.own_levels", levels="{}"),
        language=t.language,
        digits=_digits(series),
        theme=theme,
        lines=(
            Line(t.plain("banks.chart_best"), "offer", _stretches(series, _points(best.main, best.units))),
            Line(t.plain("banks.chart_median"), "offer", _stretches(series, median), dashed=True),
        ),
        official_name=t.plain("banks.chart_official"),
        note=t.plain("banks.chart_note", source=source_name(t, series.source), day=published),
    )


def _way(t: Translator, series: OfferSeries) -> str:
    """Return the way of payment with what the customer does: `Transfer: you get for 100 ₽`."""
    channel, side = series.market
    key = "banks.chart_get" if side is Side.BUY else "banks.chart_pay"
    return t.plain(key, way=t.plain(f"banks.way.{channel}"), base=units_text(t, series.best))


def _last(series: OfferSeries) -> Decimal:
    return CONTEXT.multiply(series.best.main[-1].value, Decimal(series.best.units))


def _points(rates: Sequence[Rate], units: int) -> Points:
    return tuple((rate.valid_on, float(rate.value * units)) for rate in rates)


def _stretches(series: OfferSeries, points: Points) -> tuple[Points, ...]:
    return tuple(points[stretch.start : stretch.stop] for stretch in series.stretches)


def _digits(series: OfferSeries) -> int:
    """Return the decimals of a price of one unit as the table prints it, of so many units."""
    return max(_TABLE_DIGITS - Decimal(series.best.units).adjusted(), 2)


def key(t: Translator, series: OfferSeries, theme: str) -> str:
    """Return the key of a picture, a hash of its content: market, range, offers, rates, language, theme, levels."""
    best = series.best
    parts: list[object] = [_VERSION, series.pair, best.span, t.language, theme, levels_of(t, best), series.stretches]
    for rates in (best.main, series.rates):
        parts += [len(rates), *((rate.valid_on, rate.value) for rate in (*rates[:1], *rates[-1:]))]
    parts += [series.median[0], series.median[-1]]
    return f"{series.pair}:offers:{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def caption(t: Translator, series: OfferSeries, zone: ZoneInfo, asked: str = "") -> View:
    """Return the caption of the picture, with buttons for ranges, an alert, and the ranking of the banks.

    `asked` is the length of time that was typed where there is no such range.
    """
    best, pair, units = series.best, series.pair, Decimal(series.best.units)
    first = t("banks.chart_caption", flags=flags(pair), pair=str(pair), way=_way(t, series), result=_sum(t, series))
    median = sum_text(t, CONTEXT.multiply(series.median[-1], units), pair.quote)
    lines = [first.strip(), t("banks.median", result=median, gap="", provider=""), change_line(t, best)]
    if asked:
        lines.insert(0, ranges_line(t, best.span, asked))
    if series.rates:
        official = sum_text(t, CONTEXT.multiply(series.rates[-1].value, units), pair.quote)
        lines.append(t("banks.official", result=official, source=source_name(t, series.rates[-1].source)))
    source = link(source_name(t, series.source), series.home)
    lines.append(t("banks.chart_published", time=moment(series.as_of, t, zone), source=source))
    return View("\n".join(lines), _buttons(t, series))


def _sum(t: Translator, series: OfferSeries) -> str:
    return sum_text(t, _last(series), series.pair.quote)


def _buttons(t: Translator, series: OfferSeries) -> Rows:
    """Return the buttons: a range is drawn in place, all else is a new message."""
    pair, (channel, side) = series.pair, series.market
    codes = (pair.base, pair.quote) if side is Side.BUY else (pair.quote, pair.base)
    spans = (
        Button(
            ("✓ " if span == series.best.span else "") + t.plain(f"charts.button_{span}"),
            data=OFFERS_CHART(pair, span),
        )
        for span in RANGES
    )
    return (
        tuple(spans),
        (
            Button(t.plain("rates.button_alert"), data=under_record(actions.ALERTS_PAIR(pair))),
            Button(
                t.plain("banks.button_banks"),
                data=under_record(actions.OFFERS_SHOW(request_of(codes, channel), False)),
            ),
        ),
    )


def nothing(t: Translator) -> View:
    """Say that there are no offers to draw."""
    return View(t("banks.chart_nothing"))


def not_allowed(t: Translator, pair: Pair) -> View:
    """Say that nobody may send pictures in this group."""
    return View(t("banks.chart_not_allowed", base=pair.base.lower(), quote=pair.quote.lower()))
