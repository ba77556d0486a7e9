"""The texts of a chart: in the picture, in its caption, and on its buttons."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import Decimal

from bot.domain.alerts import AlertState, Side
from bot.domain.charts import DEFAULT_RANGE, RANGES, ChartSeries
from bot.domain.rate_graph import TICKER
from bot.domain.rate_series import per_units
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Translator, dates
from bot.views import actions
from bot.views.buttons import under_record
from bot.views.currencies import code_label, flags, money, sign
from bot.views.message import Button, View, capital, rows
from bot.views.pair_text import legible, legs_text
from bot.views.picture import THEMES, Level, Picture, Points
from bot.views.rate_text import change, day, number, rate_text
from bot.views.rates import source_name

# Of a chat's alerts the nearest ones are drawn.
MOST_LEVELS = 12
# Currencies offered: three rows of buttons.
_CHOICES = 9
# Signs of currencies that the font of the charts lacks; a picture has the code instead.
_NOT_DRAWN = {"₼": "AZN", "₾": "GEL", "֏": "AMD"}
# Incremented when pictures are drawn differently, so that those that Telegram has are not sent again.
_VERSION = 4


def levels_of(t: Translator, chart: ChartSeries) -> tuple[Level, ...]:
    """Return the levels of the alerts nearest to the last rate, in the direction and units of the chart."""
    found: dict[tuple[float, bool], Level] = {}
    for alert in chart.alerts:
        rule = alert.rule
        if rule.level is None or alert.state is AlertState.DONE or rule.pair not in (chart.pair, chart.pair.inverted):
            continue
        same = rule.pair == chart.pair
        level = (rule.level if same else 1 / rule.level) * chart.units
        above = (rule.side is Side.ABOVE) == same
        found[float(level), above] = Level(float(level), _short(t, level), above)
    last = float(chart.main[-1].value * chart.units)
    nearest_first = sorted(found.values(), key=lambda level: abs(level.value - last))
    return tuple(sorted(nearest_first[:MOST_LEVELS], key=lambda level: (level.value, level.above)))


def _short(t: Translator, level: Decimal) -> str:
    """Return a level without zeros at its end: 544, 545.31."""
    rounded = meaningful_digits(level, level / 20_000).normalize()
    return number(t, rounded if int(rounded.as_tuple().exponent) < 0 else rounded.quantize(Decimal(1)))


def units_text(t: Translator, chart: ChartSeries) -> str:
    """Return the amount of the base that the values are for: `100 ₽`."""
    return money(t, number(t, Decimal(chart.units)), chart.pair.base)


def _value(t: Translator, chart: ChartSeries, rate: Rate) -> str:
    return rate_text(t, legible(per_units(rate, chart.units)))


def _fixed(t: Translator, chart: ChartSeries) -> str:
    rate = money(t, _value(t, chart, chart.main[-1]), chart.pair.quote)
    return t.plain("charts.fixed", base=units_text(t, chart), rate=rate)


def time_text(t: Translator, chart: ChartSeries) -> str:
    """Return the time that is drawn: `90 days`, or since when there are rates."""
    begin = chart.begins_on
    if begin is not None:
        return t.plain("charts.since", day=date_text(t, chart, begin))
    return t.plain(f"charts.span_{chart.span}")


def date_text(t: Translator, chart: ChartSeries, date: dt.date) -> str:
    """Return a day, with its year if that is not the last rate's."""
    same_year = date.year == chart.main[-1].valid_on.year
    return dates.short_day(date, t.language) if same_year else dates.short_day_of_year(date, t.language)


def moved_text(t: Translator, chart: ChartSeries) -> str:
    """Return the change from the first to the last value."""
    moved = change(t, chart.main[0], chart.main[-1])
    return t.plain("charts.unchanged") if moved == "=" else moved


def _subtitle(t: Translator, chart: ChartSeries) -> list[str]:
    """Return the parts of the subtitle: units, time and change; of a single rate there is no change."""
    if chart.fixed:
        return [_fixed(t, chart)]
    units = t.plain("charts.units", base=units_text(t, chart), quote=sign(t, chart.pair.quote))
    return [units, time_text(t, chart), *([moved_text(t, chart)] if len(chart.main) > 1 else [])]


def _points(chart: ChartSeries, found: Sequence[Rate]) -> Points:
    return tuple((rate.valid_on, float(rate.value * chart.units)) for rate in found)


def drawn(text: str) -> str:
    """Return a text without the signs of currencies that the font of the charts lacks."""
    return "".join(_NOT_DRAWN.get(letter, letter) for letter in text)


def picture(t: Translator, chart: ChartSeries, theme: str) -> Picture:
    """Return the picture to draw."""
    last = chart.main[-1]
    return Picture(
        title=str(chart.pair),
        last=drawn(money(t, _value(t, chart, last), chart.pair.quote)),
        subtitle=drawn(" · ".join(_subtitle(t, chart))),
        official=_points(chart, chart.official),
        ticker=_points(chart, () if chart.fixed else chart.ticker),
        levels=levels_of(t, chart),
        own_level=t.plain("charts.own_level", level="{}"),
        own_levels=t.plain("charts.own_levels", levels="{}"),
        language=t.language,
        digits=_digits(legible(per_units(last, chart.units))),
        fixed=chart.fixed,
        theme=theme,
    )


def _digits(rate: Rate) -> int:
    return max(0, -int(meaningful_digits(rate.value, rate.tick).as_tuple().exponent))


def known_keys(t: Translator, chart: ChartSeries, theme: str) -> list[str]:
    """Return the keys of a picture in every theme, the wanted one first."""
    return [key(t, chart, one) for one in sorted(THEMES, key=lambda one: one != theme)]


def key(t: Translator, chart: ChartSeries, theme: str) -> str:
    """Return the key of a picture, a hash of its content: pair, range, source, rates, language, theme, levels."""
    parts: list[object] = [_VERSION, chart.pair, chart.span, chart.legs, t.language, theme, levels_of(t, chart)]
    for rates in (chart.official, chart.ticker):
        parts += [len(rates), *((rate.valid_on, rate.value) for rate in (*rates[:1], *rates[-1:]))]
    return f"{chart.pair}:{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def caption(t: Translator, chart: ChartSeries, asked: str = "") -> View:
    """Return the caption of the picture, with buttons for ranges, an alert, sharing, and the rate.

    `asked` is the length of time that was typed where there is no such range.
    """
    pair, last = chart.pair, chart.main[-1]
    rate = money(t, _value(t, chart, last), pair.quote)
    lines = [t("charts.caption", flags=flags(pair), pair=str(pair), base=units_text(t, chart), rate=rate).strip()]
    if asked:
        lines.insert(0, ranges_line(t, chart.span, asked))
    if chart.fixed:
        lines.append(t("charts.fixed_source"))
    else:
        lines.append(change_line(t, chart))
        lowest, highest = min(chart.main, key=lambda r: r.value), max(chart.main, key=lambda r: r.value)
        lines += [
            t(
                f"charts.{name}",
                rate=_value(t, chart, found),
                day=date_text(t, chart, found.valid_on),
            )
            for name, found in (("lowest", lowest), ("highest", highest))
            if lowest.value < highest.value
        ]
        lines.append(_source(t, chart))
        if chart.official and chart.ticker:
            lines.append(t("charts.dots", source=source_name(t, TICKER)))
    return View("\n".join(lines), _buttons(t, chart))


def change_line(t: Translator, chart: ChartSeries) -> str:
    """Return the line of a caption about the time that is drawn, and the change in it: `90 days: ▲1.9%`."""
    time = capital(time_text(t, chart))
    return t("charts.change", span=time, change=moved_text(t, chart)) if len(chart.main) > 1 else time


def _source(t: Translator, chart: ChartSeries) -> str:
    when = day(chart.main[-1].valid_on, t)
    if chart.official and len(chart.legs) > 1:
        return t("charts.calculated", legs=legs_text(t, chart.legs), day=when)
    return t("charts.source", source=source_name(t, chart.legs[0].source if chart.official else TICKER), day=when)


def ranges_line(t: Translator, span: str, asked: str) -> str:
    """Return the line that there is no range of the typed length, and which one is shown."""
    known = ", ".join(t.plain(f"charts.button_{one}") for one in RANGES)
    return t("charts.ranges", asked=asked, known=known, shown=t.plain(f"charts.button_{span}"))


def _buttons(t: Translator, chart: ChartSeries) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons: a range is drawn in place, all else is a new message."""
    pair = chart.pair
    spans = (
        Button(
            ("✓ " if span == chart.span else "") + t.plain(f"charts.button_{span}"),
            data=actions.CHARTS_SHOW(pair, span),
        )
        for span in RANGES
    )
    return (
        tuple(spans),
        (
            Button(t.plain("rates.button_alert"), data=under_record(actions.ALERTS_PAIR(pair))),
            Button(t.plain("rates.button_share"), share=f"{pair.base} {pair.quote}".lower()),
        ),
        (Button(t.plain("charts.button_rate", pair=str(pair)), data=under_record(actions.RATES_PAIR(pair))),),
    )


def choose(t: Translator, codes: Sequence[str], own: Pair | None = None) -> View:
    """Offer the chat's own pair and some of the known currencies, or say that no rate is known yet."""
    if not codes:
        return View(t("rates.none"))
    return View(t("charts.choose"), _choices(codes, own))


def _choices(codes: Sequence[str], own: Pair | None = None) -> tuple[tuple[Button, ...], ...]:
    first = ((_choice(f"{own.base} → {own.quote}", own),),) if own else ()
    each = (_choice(code_label(code), Pair("USD", code)) for code in codes[:_CHOICES])
    return (*first, *rows(each, 3))


def _choice(label: str, pair: Pair) -> Button:
    return Button(label, data=actions.CHARTS_SHOW(pair, DEFAULT_RANGE))


def unknown(t: Translator, word: str, codes: Sequence[str]) -> View:
    """Answer a word that is no currency."""
    return View(t("charts.unknown", word=word), _choices(codes))


def too_many(t: Translator) -> View:
    """Answer more than two currencies."""
    return View(t("charts.too_many"))


def nothing(t: Translator, pair: Pair) -> View:
    """Say that there are no rates to draw."""
    return View(t("charts.nothing", pair=str(pair)))
