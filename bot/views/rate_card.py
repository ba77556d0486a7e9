"""The card of a pair: its rate in both directions, changes, sources, and the rates of other sources.

A card is a record: only its own refresh changes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.charts import DEFAULT_RANGE
from bot.domain.rate_graph import CROSS, PEG, TICKER, PairRate, ResolvedRate, authority
from bot.domain.rate_series import per_units, shown_units
from bot.domain.rates import Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions, policy_rates
from bot.views.buttons import under_record
from bot.views.currencies import flags, money, names
from bot.views.message import Button, View, record
from bot.views.rate_text import (
    RANGE_FROM,
    change,
    checked,
    copied,
    day,
    equals,
    interval,
    is_marked,
    number,
    percent,
    readable,
    short,
)
from bot.views.rates import source_name, stale_lines

# The widest label of a button in a row of two.
HALF_ROW = 20


def statement(t: Translator, rate: Rate, *, bold: bool = False) -> Html:
    """Return a rate as people say it, for the amount that makes it readable: `100 ₽ = 11.41 TJS`."""
    unit = shown_units(rate)
    whole = per_units(rate, unit)
    key = "rates.statement_bold" if bold else "rates.statement"
    return Html(
        t(
            key,
            amount=money(t, number(t, Decimal(unit)), rate.pair.base),
            equals=equals(rate),
            rate=money(t, short(t, whole), rate.pair.quote),
            interval=interval(t, whole),
        )
    )


def _gap(t: Translator, other: Rate, chosen: Rate) -> str:
    """Return the difference of another source's rate from the chosen one, in percent; `✓` where it is negligible."""
    if other.low <= chosen.high and chosen.low <= other.high:
        return "✓"
    apart = percent(t, (other.value - chosen.value) / chosen.value)
    return "✓" if apart == "=" else apart


def card(t: Translator, found: PairRate, now: dt.datetime, zone: ZoneInfo) -> View:
    """Show the rate of a pair in the asked direction and in the other one, and how it came about."""
    rate, pair = found.resolved.rate, found.resolved.rate.pair
    lines = [
        t("rates.pair_title", flags=flags(pair), pair=str(pair)),
        t("rates.names", names=names(t, pair)),
        statement(t, rate, bold=True),
        statement(t, rate.inverted),
    ]
    if rate.coarseness > RANGE_FROM:
        lines.append(t("rates.very_coarse"))
    lines += _changes(t, found)
    lines += origin(t, found.resolved, now, zone)
    if found.others:
        lines.append(t("rates.others"))
        lines += [_other(t, one, rate) for one in found.others]
    lines += [policy_rates.line(t, one, now) for one in found.policy]
    return View("\n".join(lines), _buttons(t, rate))


def _changes(t: Translator, found: PairRate) -> list[str]:
    """Return the lines about the changes of a rate that is not fixed."""
    rate, earlier = found.resolved.rate, dict(found.earlier)
    if found.resolved.source == PEG:
        return []
    lines, before = [], earlier.pop("day", None)
    if before is not None:
        was = short(t, per_units(before, shown_units(rate)))
        lines.append(t("rates.change_day", change=change(t, before, rate), day=day(before.valid_on, t), rate=was))
    spans = [
        t(f"rates.change_{span}", change=change(t, then, rate)) for span, then in earlier.items() if then is not None
    ]
    return [*lines, " · ".join(spans)] if spans else lines


def _other(t: Translator, other: ResolvedRate, chosen: Rate) -> str:
    rate = other.rate
    value = ("≈ " if is_marked(rate) else "") + short(t, per_units(rate, shown_units(chosen)))
    return "• " + t("rates.other", source=source_name(t, rate.source), rate=value, gap=_gap(t, rate, chosen))


def origin(t: Translator, resolved: ResolvedRate, now: dt.datetime, zone: ZoneInfo) -> list[str]:
    """Return the lines about a rate's source or the sources of its legs, their days, and what is stale."""
    rate, source = resolved.rate, resolved.source
    if source == PEG:
        return [t("rates.from_fixed", source=source_name(t, source))]
    time = checked(t, rate.confirmed_at, now, zone)
    if source == CROSS:
        lines = [t("rates.by_path", path=" → ".join(resolved.path), sources=sources_text(t, [resolved]), time=time)]
    else:
        lines = [t("rates.from_source", source=source_name(t, source), day=day(rate.valid_on, t), time=time)]
        banks = {authority(code) for code in (rate.pair.base, rate.pair.quote)} - {None}
        if banks and source not in (TICKER, *banks):
            lines.append(t("rates.stand_in"))
    return lines + stale_lines(t, [resolved])


def sources_text(t: Translator, found: Sequence[ResolvedRate]) -> str:
    """Return the sources of rates by the days of their tables: `Bank of Russia, … (8 December); …`."""
    days: dict[dt.date | None, dict[str, None]] = {}
    for leg in (leg for resolved in found for leg in resolved.legs):
        days.setdefault(None if leg.source == PEG else leg.valid_on, {})[source_name(t, leg.source)] = None
    return "; ".join(
        ", ".join(names_of_day) + ("" if valid_on is None else f" ({day(valid_on, t)})")
        for valid_on, names_of_day in days.items()
    )


def _buttons(t: Translator, rate: Rate) -> tuple[tuple[Button, ...], ...]:
    pair = rate.pair
    reverse = Button(f"⇄ {pair.inverted}", data=actions.RATES_PAIR(pair.inverted))
    value = readable(per_units(rate, shown_units(rate)))
    first = (chart_and_alert(t, pair), (*copy_button(t, value), reverse))
    return (*record(View("", first)).buttons, last_row(t, actions.RATES_PAIR(pair), f"{pair.base} {pair.quote}"))


def chart_and_alert(t: Translator, pair: Pair) -> tuple[Button, Button]:
    """Return the buttons for the chart of a pair and an alert on it."""
    return (
        Button(t.plain("rates.button_chart"), data=actions.CHARTS_SHOW(pair, DEFAULT_RANGE)),
        Button(t.plain("rates.button_alert"), data=actions.ALERTS_PAIR(pair)),
    )


def copy_button(t: Translator, value: Decimal | None) -> tuple[Button, ...]:
    """Return the button that copies a shown value; none for a range, which is no number."""
    if value is None:
        return ()
    label = t.plain("rates.button_copy_value", value=number(t, value))
    return (Button(label if len(label) <= HALF_ROW else t.plain("rates.button_copy"), copy=copied(t, value)),)


def last_row(t: Translator, refresh: str, query: str) -> tuple[Button, ...]:
    """Return the last buttons of a card: renew it in place, share it by an inline query, and go to all rates."""
    return (
        Button(t.plain("rates.button_refresh"), data=refresh),
        Button(t.plain("rates.button_share"), share=query.lower()),
        Button(t.plain("rates.button_all"), data=under_record(actions.RATES_ALL())),
    )
