"""The table of rates, with its sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.rate_graph import PEG, RateTableRow, ResolvedRate, authority
from bot.domain.rate_series import per_units, shown_units
from bot.domain.rates import Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.buttons import under_record
from bot.views.currencies import code_label
from bot.views.message import Button, View, rows
from bot.views.rate_text import change, checked, day, is_marked, number, short

# A table wider than this breaks its lines on a narrow phone.
TABLE_WIDTH = 32
# Rates that a group gets unless it asks for all: those of the region, which come first.
FEW = 6
# Currencies that are offered instead of an unknown one.
OFFERED = 6


def source_name(t: Translator, source: str) -> str:
    """Return the displayed name of a source of rates."""
    return t.plain(f"sources.name.{source}")


def cells(t: Translator, resolved: ResolvedRate, earlier: Sequence[Rate | None], *, per_dollar: bool) -> list[str]:
    """Return the cells of a row: code (with its unit), value, and the change since each earlier rate."""
    now = resolved.rate if per_dollar else resolved.rate.inverted
    unit = shown_units(now)
    amount = "" if per_dollar else f"{number(t, Decimal(unit))} "
    first = f"{amount}{resolved.rate.pair.quote}{'!' if resolved.stale else ''}"
    value = ("≈" if is_marked(now) else "") + short(t, now if per_dollar else per_units(now, unit))
    if resolved.source == PEG:
        return [first, value, *[""] * (len(earlier) - 1), t.plain("rates.fixed")]
    changes = (then and change(t, then if per_dollar else then.inverted, now) for then in earlier)
    return [first, value, *(each or "" for each in changes)]


def table(t: Translator, lines: Sequence[RateTableRow], *, per_dollar: bool) -> Html:
    """Return the rates as a monospaced table of at most 32 columns: code, value, change of a day, change of a week.

    The rate of a stale source is marked with an exclamation mark; a column without any value is left out.
    """
    found = [cells(t, line.resolved, (line.previous, line.week_ago), per_dollar=per_dollar) for line in lines]
    value = t.plain("rates.per_dollar_short" if per_dollar else "rates.per_unit_short")
    return columns(("", value, t.plain("rates.day"), t.plain("rates.week")), found)


def columns(head: Sequence[str], found: Sequence[Sequence[str]]) -> Html:
    """Return rows of cells under their heads, monospaced; a column without any cell is left out."""
    used = [n for n in range(len(head)) if any(row[n] for row in found)]
    widths = {n: max(len(row[n]) for row in (head, *found)) for n in used}
    drawn = [
        " ".join(f"{row[n]:<{widths[n]}}" if n == 0 else f"{row[n]:>{widths[n]}}" for n in used).rstrip()
        for row in (head, *found)
    ]
    return Html("<pre>" + "\n".join(line[:TABLE_WIDTH] for line in drawn) + "</pre>")


def provenance(t: Translator, found: Sequence[ResolvedRate], now: dt.datetime, zone: ZoneInfo) -> list[str]:
    """Return the lines about the sources of rates (USD as the base), each with its day, and which are stale."""
    lines = source_lines(t, found)
    observed = [resolved.rate.confirmed_at for resolved in found if resolved.source != PEG]
    if observed:
        lines.append(t("rates.checked", time=checked(t, max(observed), now, zone)))
    return lines + stale_lines(t, found)


def source_lines(t: Translator, found: Sequence[ResolvedRate]) -> list[str]:
    """Return the lines about the sources of rates (USD as the base), each with its day."""
    days: dict[dt.date, list[str]] = {}
    foreign: dict[tuple[str, dt.date], list[str]] = {}
    for resolved in found:
        code, valid_on = resolved.rate.pair.quote, resolved.rate.valid_on
        if resolved.source != authority(code):
            foreign.setdefault((resolved.source, valid_on), []).append(code)
        elif resolved.source != PEG:
            days.setdefault(valid_on, []).append(code)
    lines = []
    if days:
        usual = max(days, key=lambda valid_on: (len(days[valid_on]), valid_on))
        lines.append(t("rates.banks", day=day(usual, t)))
        lines += [
            t("rates.banks_of_day", codes=", ".join(codes), day=day(valid_on, t))
            for valid_on, codes in sorted(days.items())
            if valid_on != usual
        ]
    return lines + [
        t("rates.exceptions", codes=", ".join(codes), source=source_name(t, source), day=day(valid_on, t))
        for (source, valid_on), codes in foreign.items()
    ]


def stale_lines(t: Translator, found: Sequence[ResolvedRate]) -> list[str]:
    """Return a line about each source of rates that is stale."""
    stale = dict.fromkeys(source for resolved in found for source in resolved.silent)
    return [t("rates.old", name=source_name(t, source)) for source in stale]


def rate_table(
    t: Translator,
    lines: Sequence[RateTableRow],
    now: dt.datetime,
    zone: ZoneInfo,
    *,
    per_dollar: bool,
    private: bool = True,
    whole: bool = True,
) -> View:
    """Show every rate with its source; in a group with one button only. Not `whole`: the first rates.

    The table itself is renewed in place; the answers to its other buttons are new messages.
    """
    if not lines:
        return View(t("rates.none"))
    button = Button(t.plain("rates.button_refresh"), data=actions.RATES_ALL())
    if not whole and len(lines) > FEW:
        lines, button = lines[:FEW], all_button(t)
    text = [
        t("rates.title_per_dollar" if per_dollar else "rates.title_per_unit"),
        table(t, lines, per_dollar=per_dollar),
        *provenance(t, [line.resolved for line in lines], now, zone),
    ]
    if any(is_marked(line.resolved.rate) for line in lines):
        text.append(t("rates.coarse"))
    if not private:
        return View("\n".join(text), ((button,),))
    flip = Button(
        t.plain("rates.button_per_unit" if per_dollar else "rates.button_per_dollar"),
        data=actions.RATES_DIRECTION("unit" if per_dollar else "dollar"),
    )
    alert = Button(t.plain("rates.button_alert"), data=under_record(actions.ALERTS_BUILD()))
    each = (_currency(line.code) for line in lines)
    return View("\n".join(text), (*rows(each, 4), (flip, alert, button)))


def all_button(t: Translator) -> Button:
    """Return the button that shows all rates in place of some."""
    return Button(t.plain("rates.button_all"), data=actions.RATES_ALL())


def _currency(code: str) -> Button:
    return Button(code_label(code), data=under_record(actions.RATES_PAIR(Pair("USD", code))))


def unknown(t: Translator, word: str, known: Sequence[str]) -> View:
    """Answer a currency that is not among the known ones, or that no rate is known yet."""
    if not known:
        return View(t("rates.none"))
    buttons = rows((_currency(code) for code in known[:OFFERED]), 3)
    return View(t("rates.unknown", word=word, known=", ".join(("USD", *known))), buttons)


def no_rate(t: Translator, pair: Pair) -> View:
    """Answer a pair that there is no rate for."""
    return View(t("convert.no_rate", base=pair.base, quotes=pair.quote))
