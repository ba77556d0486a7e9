"""Prices of gold bars: the price lists of banks, and the chart of one bar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal

from bot.domain.charts import DEFAULT_RANGE, RANGES
from bot.domain.gold import CURRENCY_OF, USUAL_WEIGHT, BarSeries, PriceList, gold_pair
from bot.domain.numbers import CONTEXT
from bot.domain.offers import Side
from bot.domain.rate_series import CARRY
from bot.i18n import Html, Translator, dates
from bot.views.actions import ALERTS_PAIR
from bot.views.buttons import under_record
from bot.views.currencies import FLAGS, money, name, sign
from bot.views.gold_actions import GOLD_CHART, GOLD_SHOW
from bot.views.message import Button, View, capital, rows
from bot.views.picture import Picture
from bot.views.rate_text import number, percent
from bot.views.rates import TABLE_WIDTH, source_name

# Decimals of a price for the whole bar or for one gram: nobody pays with tiyin in Uzbekistan.
_DIGITS = {"UZS": 0, "KGS": 2}
# The currencies of countries whose central bank has no price list that is read, with the key of the explaining text.
_WITHOUT = {"KZT": "gold.none_kz", "TJS": "gold.none_tj"}
# The currencies of the countries that /gold answers for.
ANSWERED = (*CURRENCY_OF.values(), *_WITHOUT)
# Charts are offered of the lightest bars first; six are what the banks sell.
_MOST_WEIGHTS = 6
_TENTH = Decimal("0.1")


def prices(
    t: Translator, lists: Sequence[PriceList], others: Sequence[str] = (), home: str = "", *, private: bool = True
) -> View:
    """Show price lists; `others` are banks that buttons offer, `home` is the currency of the chat's country.

    Not `private`: short, as for a group, with the prices of the bars only, and without the button for an alert.
    """
    lines = [t(_WITHOUT[home])] if home in _WITHOUT else []
    for found in lists:
        lines += [*([""] if lines else []), *_price_list(t, found, whole=private)]
    if private:
        lines.append(t("gold.explained"))
    charts = [
        Button(
            t.plain("gold.button_chart") if len(lists) == 1 else f"📈 {FLAGS[found.currency]} {found.currency}",
            data=under_record(GOLD_CHART(found.source, _usual(found), DEFAULT_RANGE)),
        )
        for found in lists
    ]
    alerts = [
        Button(
            t.plain("rates.button_alert") if len(lists) == 1 else f"🔔 {FLAGS[found.currency]} {found.currency}",
            data=under_record(ALERTS_PAIR(gold_pair(found.source, Side.SELL))),
        )
        for found in lists
        if private and found.bar(USUAL_WEIGHT)
    ]
    banks = [Button(f"{FLAGS[CURRENCY_OF[source]]} {CURRENCY_OF[source]}", data=GOLD_SHOW(source)) for source in others]
    return View("\n".join(lines), rows([*charts, *alerts, *banks], 2))


def _usual(found: PriceList) -> Decimal:
    return USUAL_WEIGHT if found.bar(USUAL_WEIGHT) else found.bars[0].weight


def _price_list(t: Translator, found: PriceList, *, whole: bool) -> list[str]:
    """Return the title of a list and its tables: the prices of each bar, and the price of a gram with the spread."""
    weights = [_weight(t, bar.weight) for bar in found.bars]
    bars = [(t.plain("gold.column_weight"), t.plain("gold.column_sale"), t.plain("gold.column_buyback"))]
    gram = [(t.plain("gold.column_weight"), t.plain("gold.column_gram"), t.plain("gold.column_spread"))]
    for weight, bar in zip(weights, found.bars, strict=True):
        buyback = "—" if bar.buyback is None else _price(t, bar.buyback, found.currency)
        bars.append((weight, _price(t, bar.sale, found.currency), buyback))
        spread = "—" if bar.spread is None else f"{number(t, (bar.spread * 100).quantize(_TENTH))}%"
        gram.append((weight, _price(t, bar.per_gram, found.currency), spread))
    bank, day = source_name(t, found.source), dates.day_of_year(found.valid_on, t.language)
    return [
        t("gold.title", flag=FLAGS[found.currency], currency=name(t, found.currency)),
        _table(bars),
        *([_table(gram)] if whole else []),
        t("gold.published", bank=bank, day=day),
    ]


def _weight(t: Translator, weight: Decimal) -> str:
    return number(t, weight)


def _price(t: Translator, price: Decimal, currency: str) -> str:
    return number(t, price.quantize(Decimal(1).scaleb(-_DIGITS[currency]), context=CONTEXT))


def _table(cells: Sequence[tuple[str, str, str]]) -> Html:
    """Return cells as a monospaced table that fits on a phone."""
    widths = [max(len(row[n]) for row in cells) for n in range(3)]
    lines = [" ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in cells]
    return Html("<pre>" + "\n".join(line[:TABLE_WIDTH] for line in lines) + "</pre>")


def off(t: Translator) -> View:
    """Say that no price lists are polled here."""
    return View(t("gold.off"))


def nothing(t: Translator) -> View:
    """Say that no prices are stored yet."""
    return View(t("gold.nothing"))


def no_pictures(t: Translator) -> View:
    """Say that nobody may send pictures in this group."""
    return View(t("gold.not_allowed"))


def caption(t: Translator, series: BarSeries) -> View:
    """Return the caption of a chart, with buttons for ranges and for the other bars."""
    currency, (first_day, first), (last_day, last) = CURRENCY_OF[series.source], series.points[0], series.points[-1]
    time = capital(_time(t, series))
    moved = t("gold.chart_change", span=time, change=_moved(first, last, t)) if first_day < last_day else time
    lines = [
        t("gold.chart_caption", flag=FLAGS[currency], weight=_weight(t, series.weight), price=_last(t, series)),
        moved,
        t("gold.published", bank=source_name(t, series.source), day=dates.day_of_year(last_day, t.language)),
    ]
    spans = [
        Button(
            ("✓ " if span == series.span else "") + t.plain(f"charts.button_{span}"),
            data=GOLD_CHART(series.source, series.weight, span),
        )
        for span in RANGES
    ]
    weights = [
        Button(
            ("✓ " if weight == series.weight else "") + t.plain("gold.button_weight", weight=_weight(t, weight)),
            data=GOLD_CHART(series.source, weight, series.span),
        )
        for weight in series.weights[:_MOST_WEIGHTS]
    ]
    return View("\n".join(lines), (tuple(spans), *rows(weights, 3)))


def _last(t: Translator, series: BarSeries) -> str:
    currency = CURRENCY_OF[series.source]
    return money(t, _price(t, series.points[-1][1], currency), currency)


def _moved(first: Decimal, last: Decimal, t: Translator) -> str:
    moved = percent(t, CONTEXT.divide(last - first, first))
    return t.plain("charts.unchanged") if moved == "=" else moved


def _time(t: Translator, series: BarSeries) -> str:
    """Return the time that is drawn: `90 days`, or since when there are prices."""
    begin = series.points[0][0]
    if series.span != "max" and begin - series.since <= CARRY:
        return t.plain(f"charts.span_{series.span}")
    return t.plain("charts.since", day=_short(begin, series.points[-1][0], t))


def _short(day: dt.date, last: dt.date, t: Translator) -> str:
    return dates.short_day(day, t.language) if day.year == last.year else dates.short_day_of_year(day, t.language)


def picture(t: Translator, series: BarSeries, theme: str) -> Picture:
    """Return the chart to draw."""
    currency, points = CURRENCY_OF[series.source], series.points
    parts = [t.plain("gold.chart_units", currency=sign(t, currency)), _time(t, series)]
    if len(points) > 1:
        parts.append(_moved(points[0][1], points[-1][1], t))
    return Picture(
        title=t.plain("gold.chart_title", weight=_weight(t, series.weight)),
        last=_last(t, series),
        subtitle=" · ".join(parts),
        official=tuple((day, float(price)) for day, price in points),
        ticker=(),
        levels=(),
        own_level="{}",
        own_levels="{}",
        language=t.language,
        digits=_DIGITS[currency],
        theme=theme,
    )


def key(t: Translator, series: BarSeries, theme: str) -> str:
    """Return the key of a picture, a hash of its content."""
    ends = (len(series.points), series.points[0], series.points[-1])
    parts = (series.source, series.weight, series.span, series.since, ends, t.language, theme)
    return f"gold:{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"
