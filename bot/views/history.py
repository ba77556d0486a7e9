"""The history of a currency: a table of a month or a year, and a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal

from babel.dates import format_date

from bot.domain.currencies import OWN
from bot.domain.periods import FIRST_YEAR, HistoryError, Period
from bot.domain.rates import Change, Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.currencies import FLAGS, name, nearest
from bot.views.message import Button, View, rows
from bot.views.rate_text import number, rate_text
from bot.views.rates import TABLE_WIDTH, source_name


def _moved(t: Translator, before: Rate | None, now: Rate) -> str:
    """Return the change of a rate, finer than elsewhere: a bank's rate changes by hundredths of a per cent a day."""
    if before is None:
        return "·"
    share = Change(before, now).share * 100
    rounded = abs(share).quantize(Decimal("0.01"))
    return f"{'▲' if share > 0 else '▼'}{number(t, rounded)}%" if rounded else "="


def table(t: Translator, shown: Sequence[Rate], before: Rate | None) -> Html:
    """Return rates as a monospaced table of at most 32 columns: day, value, change from the line above."""
    cells = []
    for rate in shown:
        label = format_date(rate.valid_on, "d MMM", locale=t.language)
        cells.append((label, rate_text(t, rate), _moved(t, before, rate)))
        before = rate
    widths = [max(len(row[n]) for row in cells) for n in range(3)]
    lines = [f"{row[0]:>{widths[0]}} {row[1]:>{widths[1]}} {row[2]:>{widths[2]}}".rstrip() for row in cells]
    return Html("<pre>" + "\n".join(line[:TABLE_WIDTH] for line in lines) + "</pre>")


def period_name(t: Translator, period: Period) -> str:
    """Return `December 2025` or `2025`."""
    return str(period) if period.month is None else format_date(period.first, "LLLL y", locale=t.language)


def _press(code: str, period: Period) -> str:
    return actions.HISTORY_SHOW(Pair("USD", code), period)


def page(t: Translator, code: str, period: Period, shown: Sequence[Rate], before: Rate | None, today: dt.date) -> View:
    """Show the rates of a month, or the last ones of a year's months, oldest first; `before` is the one before them.

    All rates are of one source and one direction.
    """
    if not shown:
        lines = [t("history.empty", code=code, period=period_name(t, period))]
    else:
        pair = shown[0].pair
        lines = [
            t("history.title", flag=FLAGS.get(code, ""), name=name(t, code), period=period_name(t, period)),
            t("history.pair", base=pair.base, quote=pair.quote),
            table(t, shown, before),
            t("history.source" if period.month else "history.source_year", source=source_name(t, shown[0].source)),
        ]
    arrows = []
    if period.year > FIRST_YEAR and (before is not None or not shown):
        arrows.append(Button(f"◀ {period_name(t, period.previous)}", data=_press(code, period.previous)))
    if period.next.first <= today:
        arrows.append(Button(f"{period_name(t, period.next)} ▶", data=_press(code, period.next)))
    other = Period(period.year) if period.month else Period(today.year, today.month)
    more = [Button(period_name(t, other), data=_press(code, other))]
    if shown:
        more.append(Button(t.plain("rates.button_chart"), data=actions.CHARTS_SHOW(Pair("USD", code), "90d")))
    files = (
        (
            Button(t.plain("history.button_csv", period=period), data=actions.HISTORY_CSV(Pair("USD", code), period)),
            Button(t.plain("history.button_csv_all"), data=actions.HISTORY_CSV(Pair("USD", code), None)),
        )
        if shown
        else ()
    )
    return View("\n".join(lines), tuple(row for row in (tuple(arrows), tuple(more), files) if row))


def as_csv(shown_rates: Sequence[Rate]) -> bytes:
    """Return rates as printed, in columns date, pair, value, source."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("date", "pair", "value", "source"))
    writer.writerows((rate.valid_on, rate.pair, format(rate.value, "f"), rate.source) for rate in shown_rates)
    return text.getvalue().encode()


def caption(t: Translator, code: str, shown_rates: Sequence[Rate]) -> str:
    """Return a description of a file of rates, in HTML."""
    return t(
        "history.csv",
        code=code,
        count=len(shown_rates),
        first=str(shown_rates[0].valid_on),
        last=str(shown_rates[-1].valid_on),
    )


def _examples() -> tuple[tuple[Button, ...], ...]:
    return rows((Button(f"{FLAGS[code]} {code}", data=actions.HISTORY_NOW(Pair("USD", code))) for code in OWN), 3)


def how(t: Translator) -> View:
    """Show examples, with the five currencies as buttons."""
    return View(t("history.how"), _examples())


def problem(t: Translator, error: HistoryError) -> View:
    """Explain why there is nothing to show; for an unknown word suggest the nearest currency."""
    if error.key == "history.error.unknown" and (suggestion := nearest(error.word)):
        return View(t("history.did_you_mean", word=error.word, code=suggestion), _examples())
    return View(t(error.key, word=error.word), _examples())


def fixed(t: Translator, code: str, rate: Rate) -> View:
    """Show a fixed rate, which has no history."""
    pair, value = rate.pair, rate_text(t, rate)
    return View(t("history.fixed", name=name(t, code), base=pair.base, value=value, quote=pair.quote))
