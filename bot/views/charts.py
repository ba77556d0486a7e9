"""The texts of a chart: in the picture, in its caption, and on its buttons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.domain.alerts import AlertState, Side, canonical
from bot.domain.charts import RANGES, ChartSeries
from bot.domain.rates import Pair, meaningful_digits
from bot.i18n import Translator
from bot.views import actions
from bot.views.currencies import FLAGS, sign
from bot.views.message import Button, View, rows
from bot.views.picture import Picture
from bot.views.rate_text import change, day, number, rate_text
from bot.views.rates import source_name

# Of a chat's alerts the nearest ones are drawn.
MOST_LINES = 12
# Currencies offered: three rows of buttons.
_CHOICES = 9
# Incremented when pictures are drawn differently, so that those that Telegram has are not sent again.
_SAMPLE = 2


def _levels(t: Translator, chart: ChartSeries) -> tuple[tuple[float, str], ...]:
    """Return the alerts nearest to the last rate, as levels of USD/code with their labels."""
    found: dict[float, str] = {}
    for alert in chart.alerts:
        line = alert.rule
        if line.level is None or alert.state is AlertState.DONE or canonical(line)[0] != Pair(chart.code, "USD"):
            continue
        per_dollar = line.pair.base == "USD"
        level = line.level if per_dollar else 1 / line.level
        above = (line.side is Side.ABOVE) == per_dollar
        shown = meaningful_digits(level, level / 20_000)
        found[float(level)] = f"{'>' if above else '<'} {number(t, shown)}"
    last = float(chart.main[-1].value)
    return tuple(sorted(sorted(found.items(), key=lambda line: abs(line[0] - last))[:MOST_LINES]))


def picture(t: Translator, chart: ChartSeries, theme: str) -> Picture:
    """Return the picture to draw."""
    last = chart.main[-1]
    digits = max(0, -int(meaningful_digits(last.value, last.tick).as_tuple().exponent))
    subtitle = t.plain(
        "charts.subtitle",
        sign=sign(t, chart.code),
        span=t.plain(f"charts.span_{chart.span}"),
        change=change(t, chart.main[0], last),
    )
    name = source_name(t, chart.main_source)
    return Picture(
        title=str(last.pair),
        subtitle=subtitle,
        official=tuple((rate.valid_on, float(rate.value)) for rate in chart.official),
        ticker=tuple((rate.valid_on, float(rate.value)) for rate in chart.ticker),
        lines=_levels(t, chart),
        official_name=source_name(t, chart.source),
        ticker_name=source_name(t, "ticker"),
        footer=t.plain("charts.footer", source=name, day=day(last.valid_on, t), year=last.valid_on.year),
        language=t.language,
        digits=digits,
        theme=theme,
    )


def key(t: Translator, chart: ChartSeries, theme: str) -> str:
    """Return the key of a picture, a hash of its content: pair, range, last rates, language, theme, levels."""
    parts: list[object] = [_SAMPLE, chart.code, chart.span, chart.source, t.language, theme, _levels(t, chart)]
    for rates in (chart.official, chart.ticker):
        parts += [len(rates), *((rate.valid_on, rate.value) for rate in (*rates[:1], *rates[-1:]))]
    return f"{chart.code}:{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def caption(t: Translator, chart: ChartSeries, theme: str) -> View:
    """Return the caption of the picture, with buttons for ranges, light or dark, and the rates."""
    last = chart.main[-1]
    lowest, highest = min(chart.main, key=lambda r: r.value), max(chart.main, key=lambda r: r.value)
    text = t(
        "charts.caption" if lowest.value < highest.value else "charts.caption_flat",
        flag=FLAGS.get(chart.code, ""),
        pair=str(last.pair),
        rate=rate_text(t, last),
        sign=sign(t, chart.code),
        change=change(t, chart.main[0], last),
        span=t.plain(f"charts.span_{chart.span}"),
        low=rate_text(t, lowest),
        high=rate_text(t, highest),
        source=source_name(t, chart.main_source),
        day=day(last.valid_on, t),
    )
    spans = (
        Button(
            ("✓ " if span == chart.span else "") + t.plain(f"charts.button_{span}"),
            data=actions.CHARTS_SHOW(Pair("USD", chart.code), span),
        )
        for span in RANGES
    )
    other = "dark" if theme == "light" else "light"
    last_row = (
        Button(
            t.plain(f"charts.button_{other}"), data=actions.CHARTS_THEME(Pair("USD", chart.code), chart.span, other)
        ),
        Button(t.plain("charts.button_rates"), data=actions.RATES_PAIR(Pair("USD", chart.code))),
    )
    return View(text, (*rows(spans, 4), last_row))


def choose(t: Translator, codes: Sequence[str]) -> View:
    """Offer some of the known currencies, or say that no rate is known yet."""
    if not codes:
        return View(t("rates.none"))
    buttons = (
        Button(f"{FLAGS.get(code, '')} {code}".strip(), data=actions.CHARTS_SHOW(Pair("USD", code), "90d"))
        for code in codes[:_CHOICES]
    )
    return View(t("charts.choose"), rows(buttons, 3))
