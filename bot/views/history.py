"""The history of a pair: a table of a month or a year, and a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal

from bot.domain.charts import DEFAULT_RANGE
from bot.domain.currencies import OWN
from bot.domain.numbers import CONTEXT
from bot.domain.periods import FIRST_YEAR, HistoryError, Period
from bot.domain.rate_graph import ResolvedRate
from bot.domain.rate_series import RateHistory, per_units, shown_units
from bot.domain.rates import Change, Pair, Rate
from bot.i18n import Html, Translator, dates
from bot.views import actions, convert
from bot.views.currencies import code_label, flags, money, name
from bot.views.message import Button, View, capital, rows
from bot.views.pair_text import legible, legs_text
from bot.views.rate_text import number, rate_text
from bot.views.rates import TABLE_WIDTH, source_name

# A product of rates in a file has so many significant digits.
_CSV_DIGITS = 8


def _moved(t: Translator, before: Rate | None, now: Rate) -> str:
    """Return the change of a rate, finer than elsewhere: a bank's rate changes by hundredths of a per cent a day."""
    if before is None:
        return "·"
    share = Change(before, now).share * 100
    rounded = abs(share).quantize(Decimal("0.01"))
    return f"{'▲' if share > 0 else '▼'}{number(t, rounded)}%" if rounded else "="


def table(t: Translator, shown: Sequence[Rate], before: Rate | None) -> Html:
    """Return rates as a monospaced table of at most 32 columns: day, value, change from the row above."""
    cells = []
    for rate in shown:
        label = dates.short_day(rate.valid_on, t.language)
        cells.append((label, rate_text(t, legible(rate)), _moved(t, before, rate)))
        before = rate
    widths = [max(len(row[n]) for row in cells) for n in range(3)]
    lines = [f"{row[0]:>{widths[0]}} {row[1]:>{widths[1]}} {row[2]:>{widths[2]}}".rstrip() for row in cells]
    return Html("<pre>" + "\n".join(line[:TABLE_WIDTH] for line in lines) + "</pre>")


def period_name(t: Translator, period: Period) -> str:
    """Return `December 2025` or `2025`, in Russian `2025 год`."""
    if period.month is None:
        return t.plain("history.year", year=str(period))
    return dates.month(period.first, t.language)


def _pair_name(t: Translator, pair: Pair) -> str:
    """Return the name of a pair: of one with the dollar that of the other currency, with a capital letter."""
    if "USD" not in (pair.base, pair.quote):
        return str(pair)
    return capital(name(t, pair.quote if pair.base == "USD" else pair.base))


def page(t: Translator, history: RateHistory, period: Period, today: dt.date) -> View:
    """Show the rates of a month, or the last ones of a year's months, oldest first."""
    pair, shown, before = history.pair, history.rates, history.before
    if not shown:
        lines = [t("history.empty", pair=str(pair), period=period_name(t, period))]
    else:
        units = shown_units(shown[-1])
        lines = [
            t("history.title", flags=flags(pair), name=_pair_name(t, pair), period=period_name(t, period)),
            t("history.pair", units=number(t, Decimal(units)), base=pair.base, quote=pair.quote),
            table(t, [per_units(rate, units) for rate in shown], before and per_units(before, units)),
            t("history.source" if period.month else "history.source_year", source=_sources(t, history)),
        ]
    return View("\n".join(lines), _buttons(t, history, period, today))


def days(t: Translator, histories: Sequence[RateHistory], day: dt.date, amount: Decimal | None = None) -> View:
    """Show the rates of pairs on a day: the last ones until then, with their own day where it is another one.

    `amount` is of the base of the first pair; it is converted by the rate of that day.
    """
    lines = [t("history.day", day=dates.day_of_year(day, t.language))]
    if amount is not None and (known := _until(histories[0], day)):
        lines.append(convert.statement_of(t, amount, known[-1]))
    lines += [_on(t, history, day) for history in histories]
    sources = dict.fromkeys(_sources(t, history) for history in histories if history.fixed is None)
    lines.append(t("history.day_source", source=". ".join(sources)))
    period = Period(day.year, day.month)
    if len(histories) == 1:
        pages = [_page_button(capital(period_name(t, period)), histories[0].pair, period)]
    else:
        pages = [_page_button(f"{flags(one.pair)} {one.pair}", one.pair, period) for one in histories]
    return View("\n".join(lines), rows(pages, 2))


def _on(t: Translator, history: RateHistory, day: dt.date) -> Html:
    """Return the rate of a day: `🇰🇿 $1 = 514.37 ₸ (▲0.14%)`."""
    if history.fixed is not None:
        return _day_rate(t, history.pair, history.fixed, t.plain("rates.fixed"))
    known = _until(history, day)
    if not known:
        return Html(t("history.day_none", flags=flags(history.pair), pair=str(history.pair)))
    rate = known[-1]
    moved = _moved(t, known[-2] if len(known) > 1 else None, rate).strip("·")
    asked = "" if rate.valid_on == day else dates.short_day(rate.valid_on, t.language)
    note = ", ".join(one for one in (moved if not asked else "", asked) if one) or "="
    return _day_rate(t, history.pair, rate, note)


def _until(history: RateHistory, day: dt.date) -> list[Rate]:
    """Return the known rates until a day, that day's last."""
    return [rate for rate in (history.before, *history.rates) if rate is not None and rate.valid_on <= day]


def _day_rate(t: Translator, pair: Pair, rate: Rate, note: str) -> Html:
    units = shown_units(rate)
    base = money(t, number(t, Decimal(units)), pair.base)
    value = money(t, rate_text(t, legible(per_units(rate, units))), pair.quote)
    return Html(t("history.day_rate", flags=flags(pair), base=base, rate=value, note=note))


def _sources(t: Translator, history: RateHistory) -> str:
    if len(history.legs) > 1:
        return t.plain("history.calculated", legs=legs_text(t, history.legs))
    return source_name(t, history.legs[0].source)


def _buttons(t: Translator, history: RateHistory, period: Period, today: dt.date) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons for other periods, the chart and the files."""
    pair = history.pair
    arrows = []
    if period.year > FIRST_YEAR and (history.before is not None or not history.rates):
        arrows.append(_page_button(f"◀ {capital(period_name(t, period.previous))}", pair, period.previous))
    if period.next.first <= today:
        arrows.append(_page_button(f"{capital(period_name(t, period.next))} ▶", pair, period.next))
    other = Period(period.year) if period.month else Period(today.year, today.month)
    more = [_page_button(capital(period_name(t, other)), pair, other)]
    files = []
    if history.rates:
        more.append(Button(t.plain("history.button_chart"), data=actions.CHARTS_SHOW(pair, DEFAULT_RANGE)))
        files = [
            Button(t.plain("history.button_csv", period=period), data=actions.HISTORY_CSV(pair, period)),
            Button(t.plain("history.button_csv_all"), data=actions.HISTORY_CSV(pair, None)),
        ]
    return tuple(tuple(row) for row in (arrows, more, files) if row)


def _page_button(label: str, pair: Pair, period: Period) -> Button:
    return Button(label, data=actions.HISTORY_SHOW(pair, period))


def as_csv(found: Sequence[ResolvedRate]) -> bytes:
    """Return rates as printed, in columns date, pair, value, source; a cross rate has a column for each leg too.

    All rates have the same legs.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    legs = found[0].legs if len(found[0].legs) > 1 else ()
    writer.writerow(("date", "pair", "value", "source", *(f"{leg.source} {leg.pair}" for leg in legs)))
    for one in found:
        rate = one.rate if legs else one.legs[0]
        value = rate.value.normalize(CONTEXT) if not legs else _rounded(rate.value)
        printed = (format(leg.value, "f") for leg in one.legs) if legs else ()
        writer.writerow((one.rate.valid_on, rate.pair, format(value, "f"), rate.source, *printed))
    return text.getvalue().encode()


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - _CSV_DIGITS + 1), context=CONTEXT)


def caption(t: Translator, pair: Pair, found: Sequence[ResolvedRate]) -> str:
    """Return a description of a file of rates, in HTML."""
    first, last = found[0].rate.valid_on, found[-1].rate.valid_on
    return t("history.csv", pair=str(pair), count=len(found), first=str(first), last=str(last))


def _examples(own: Pair | None = None) -> tuple[tuple[Button, ...], ...]:
    first = ((Button(f"{own.base} → {own.quote}", data=actions.HISTORY_NOW(own)),),) if own else ()
    each = (Button(code_label(code), data=actions.HISTORY_NOW(Pair("USD", code))) for code in OWN)
    return (*first, *rows(each, 3))


def how(t: Translator, own: Pair | None = None) -> View:
    """Show examples, with the chat's own pair and the five currencies as buttons."""
    return View(t("history.how"), _examples(own))


def in_which(t: Translator, period: Period) -> View:
    """Ask for the currency that the dollar's past rates are wanted in."""
    each = (_page_button(code_label(code), Pair("USD", code), period) for code in OWN)
    return View(t("history.in_which", name=capital(name(t, "USD")), period=period_name(t, period)), rows(each, 3))


def problem(t: Translator, error: HistoryError) -> View:
    """Explain why there is nothing to show."""
    return View(t(error.key, word=error.word), _examples())


def fixed(t: Translator, rate: Rate) -> View:
    """Show a fixed rate, which has no history."""
    pair = rate.pair
    named = _pair_name(t, pair)
    return View(t("history.fixed", name=named, base=pair.base, value=rate_text(t, rate), quote=pair.quote))
