"""Charts in words: what stands in the picture, under it, and on its buttons."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.alerts import Alert, AlertState, Side, canonical
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Translator
from bot.views import actions
from bot.views.currencies import FLAGS, sign
from bot.views.message import Button, View, rows
from bot.views.picture import Picture
from bot.views.rate_text import change, day, number, rate_text
from bot.views.rates import source_name

# What can be asked for, in days; `max` is all there is (no bank's past is filled farther back than it was asked for).
RANGES = {"30d": 30, "90d": 90, "1y": 365, "max": 20 * 365}

# Of a person's lines the nearest are drawn.
MOST_LINES = 12
# Raised when pictures are drawn otherwise, so that those Telegram has are not sent any more.
_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Charted:
    """What a chart is made of: USD/code figures of its bank and of the ticker, oldest first, and the lines drawn on it.

    At least one of `official` and `ticker` has a figure; `source` names where the official ones are from.
    """

    code: str
    span: str
    source: str
    official: Sequence[Rate]
    ticker: Sequence[Rate]
    alerts: Sequence[Alert]

    @property
    def main(self) -> Sequence[Rate]:
        """The figures that the chart is about."""
        return self.official or self.ticker

    @property
    def main_source(self) -> str:
        """Where these are from."""
        return self.source if self.official else "ticker"


def _levels(t: Translator, charted: Charted) -> tuple[tuple[float, str], ...]:
    """Return the lines nearest to the last figure, as levels of USD/code with their labels."""
    found: dict[float, str] = {}
    for alert in charted.alerts:
        line = alert.rule
        if line.level is None or alert.state is AlertState.DONE or canonical(line)[0] != Pair(charted.code, "USD"):
            continue
        per_dollar = line.pair.base == "USD"
        level = line.level if per_dollar else 1 / line.level
        above = (line.side is Side.ABOVE) == per_dollar
        shown = meaningful_digits(level, level / 20_000)
        found[float(level)] = f"{'>' if above else '<'} {number(t, shown)}"
    last = float(charted.main[-1].value)
    return tuple(sorted(sorted(found.items(), key=lambda line: abs(line[0] - last))[:MOST_LINES]))


def picture(t: Translator, charted: Charted, theme: str) -> Picture:
    """Return the picture to draw."""
    last = charted.main[-1]
    digits = max(0, -int(meaningful_digits(last.value, last.tick).as_tuple().exponent))
    subtitle = t.plain(
        "charts.subtitle",
        sign=sign(charted.code),
        span=t.plain(f"charts.span_{charted.span}"),
        change=change(t, charted.main[0], last),
    )
    name = source_name(t, charted.main_source)
    return Picture(
        title=str(last.pair),
        subtitle=subtitle,
        official=tuple((rate.valid_on, float(rate.value)) for rate in charted.official),
        ticker=tuple((rate.valid_on, float(rate.value)) for rate in charted.ticker),
        lines=_levels(t, charted),
        official_name=source_name(t, charted.source),
        ticker_name=source_name(t, "ticker"),
        footer=t.plain("charts.footer", source=name, day=day(last.valid_on, t), year=last.valid_on.year),
        language=t.language,
        digits=digits,
        theme=theme,
    )


def key(t: Translator, charted: Charted, theme: str) -> str:
    """Return what a picture depends on: pair, range, last figures, language, theme, lines; hashed to fit."""
    parts: list[object] = [_SAMPLE, charted.code, charted.span, charted.source, t.language, theme, _levels(t, charted)]
    for rates in (charted.official, charted.ticker):
        parts += [len(rates), *((rate.valid_on, rate.value) for rate in (*rates[:1], *rates[-1:]))]
    return f"{charted.code}:{hashlib.sha256(repr(parts).encode()).hexdigest()[:48]}"


def caption(t: Translator, charted: Charted, theme: str) -> View:
    """Return the words under the picture and the buttons: ranges, light or dark, the figures."""
    last = charted.main[-1]
    lowest, highest = min(charted.main, key=lambda r: r.value), max(charted.main, key=lambda r: r.value)
    text = t(
        "charts.caption" if lowest.value < highest.value else "charts.caption_flat",
        flag=FLAGS.get(charted.code, ""),
        pair=str(last.pair),
        rate=rate_text(t, last),
        sign=sign(charted.code),
        change=change(t, charted.main[0], last),
        span=t.plain(f"charts.span_{charted.span}"),
        low=rate_text(t, lowest),
        high=rate_text(t, highest),
        source=source_name(t, charted.main_source),
        day=day(last.valid_on, t),
    )
    spans = (
        Button(
            ("✓ " if span == charted.span else "") + t.plain(f"charts.button_{span}"),
            data=actions.CHARTS_SHOW(charted.code, span),
        )
        for span in RANGES
    )
    other = "dark" if theme == "light" else "light"
    last_row = (
        Button(t.plain(f"charts.button_{other}"), data=actions.CHARTS_THEME(charted.code, charted.span, other)),
        Button(t.plain("charts.button_rates"), data=actions.RATES_ONE(charted.code)),
    )
    return View(text, (*rows(spans, 4), last_row))


def choose(t: Translator, codes: Sequence[str]) -> View:
    """Ask which currency."""
    buttons = (Button(f"{FLAGS.get(code, '')} {code}".strip(), data=actions.CHARTS_SHOW(code, "90d")) for code in codes)
    return View(t("charts.choose"), rows(buttons, 3))


def since(now: dt.datetime, span: str) -> dt.date:
    """Return the first day of a range that ends now (UTC)."""
    return now.date() - dt.timedelta(days=RANGES[span])
