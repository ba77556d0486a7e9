"""Rates: the table of all, and one currency in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bot.domain.rate_graph import PEG, TICKER, RateTableRow, ResolvedRate, authority
from bot.domain.rates import Rate, meaningful_digits
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.currencies import FLAGS, sign
from bot.views.message import Button, View, rows
from bot.views.rate_text import APPROXIMATE_FROM, RANGE_FROM, ago, approximate, change, day, number, percent, rate_text

# A table wider than this breaks its lines on a narrow phone.
TABLE_WIDTH = 32


def source_name(t: Translator, source: str) -> str:
    """Return the displayed name of a source of rates."""
    return t.plain(f"sources.name.{source}")


def _shown(line: RateTableRow, *, per_dollar: bool) -> tuple[Rate, Rate | None, Rate | None]:
    """Return a row's rates in the shown direction: now, the last different one, a week ago."""
    if per_dollar:
        return line.resolved.rate, line.previous, line.week_ago
    return (
        line.resolved.rate.inverted,
        line.previous.inverted if line.previous else None,
        line.week_ago.inverted if line.week_ago else None,
    )


def table(t: Translator, lines: Sequence[RateTableRow], *, per_dollar: bool) -> Html:
    """Return the rates as a monospaced table of at most 32 columns: code, value, last change, change in 7 days.

    The rate of a stale source is marked with an exclamation mark.
    """
    cells = []
    for line in lines:
        now, previous, week_ago = _shown(line, per_dollar=per_dollar)
        mark = "!" if line.resolved.stale else ""
        cells.append((line.code + mark, rate_text(t, now), change(t, previous, now), change(t, week_ago, now)))
    head = (
        "",
        t.plain("rates.per_dollar_short" if per_dollar else "rates.per_unit_short"),
        t.plain("rates.last"),
        "7d",
    )
    widths = [max(len(row[n]) for row in (head, *cells)) for n in range(4)]
    drawn = [
        f"{row[0]:<{widths[0]}} {row[1]:>{widths[1]}} {row[2]:>{widths[2]}} {row[3]:>{widths[3]}}".rstrip()
        for row in (head, *cells)
    ]
    return Html("<pre>" + "\n".join(line[:TABLE_WIDTH] for line in drawn) + "</pre>")


def provenance(t: Translator, rate_table: Sequence[ResolvedRate], now: dt.datetime) -> list[str]:
    """Return the lines about the sources of rates (USD as the base), their age, and which are stale or coarse."""
    foreign: dict[str, list[str]] = {}
    for resolved in rate_table:
        if resolved.source != authority(resolved.rate.pair.quote):
            foreign.setdefault(resolved.source, []).append(resolved.rate.pair.quote)
    lines = []
    if sum(map(len, foreign.values())) < len(rate_table):
        lines.append(t("rates.banks", day=day(max(resolved.rate.valid_on for resolved in rate_table), t)))
    lines += [
        t("rates.exceptions", codes=", ".join(codes), source=source_name(t, source))
        for source, codes in foreign.items()
    ]
    observed = [resolved.rate.confirmed_at for resolved in rate_table if resolved.source != PEG]
    if observed:
        lines.append(t("rates.source", ago=ago(max(observed), now, t)))
    silent = dict.fromkeys(source for resolved in rate_table for source in resolved.silent)
    lines += [t("rates.old", name=source_name(t, source)) for source in silent]
    if any(resolved.rate.coarseness > APPROXIMATE_FROM for resolved in rate_table):
        lines.append(t("rates.coarse"))
    return lines


def rate_table(t: Translator, lines: Sequence[RateTableRow], now: dt.datetime, *, per_dollar: bool) -> View:
    """Show every rate, with its source, its age and its coarseness."""
    if not lines:
        return View(t("rates.none"))
    text = "\n".join(
        (
            t("rates.title_per_dollar" if per_dollar else "rates.title_per_unit"),
            table(t, lines, per_dollar=per_dollar),
            *provenance(t, [line.resolved for line in lines], now),
        )
    )
    flip = Button(
        t.plain("rates.button_per_unit" if per_dollar else "rates.button_per_dollar"),
        data=actions.RATES_DIRECTION("unit" if per_dollar else "dollar"),
    )
    each = [
        Button(f"{FLAGS.get(line.code, '')} {line.code}".strip(), data=actions.RATES_ONE(line.code)) for line in lines
    ]
    return View(text, (*rows(each, 3), (flip, Button(t.plain("rates.button_alert"), data=actions.ALERTS_BUILD()))))


def _gap(t: Translator, other: Rate, chosen: Rate) -> str:
    """Return the difference of another source's rate from the chosen one, in percent; `✓` where it is negligible."""
    if other.low <= chosen.high and chosen.low <= other.high:
        return "✓"
    apart = percent(t, (other.value - chosen.value) / chosen.value)
    return "✓" if apart == "=" else apart


def one(
    t: Translator,
    resolved: ResolvedRate,
    previous: Rate | None,
    earlier: Mapping[str, Rate | None],
    others: Sequence[ResolvedRate],
    now: dt.datetime,
) -> View:
    """Show one currency in both directions: source, day and age, changes, and the rates of other sources.

    All rates have USD as the base; `earlier` holds those of a week, a month and a year ago.
    """
    rate = resolved.rate
    code = rate.pair.quote
    lines = [
        t("rates.one_title", flag=FLAGS.get(code, ""), code=code),
        t("rates.one_per_dollar", rate=approximate(t, rate), sign=sign(code)),
        t("rates.one_per_unit", rate=approximate(t, rate.inverted), code=code),
    ]
    if rate.coarseness > APPROXIMATE_FROM:
        finer = rate.tick / 5  # the bounds with one digit more than the rate itself
        interval = "–".join(number(t, meaningful_digits(edge, finer)) for edge in (rate.low, rate.high))
        lines.append(t("rates.one_interval", interval=interval, sign=sign(code)))
    lines += origin(t, resolved, now)
    if rate.coarseness > RANGE_FROM:
        lines.append(t("rates.very_coarse"))
    if previous is not None:
        was, until = rate_text(t, previous), day(previous.valid_on, t)
        lines.append(t("rates.one_previous", change=change(t, previous, rate), rate=was, day=until))
    spans = [
        t.plain(f"rates.change_{span}", change=change(t, then, rate))
        for span, then in earlier.items()
        if then is not None
    ]
    if spans:
        lines.append(" · ".join(spans))
    if others:
        lines.append(t("rates.others"))
        lines += [
            "• "
            + t(
                "rates.other",
                source=source_name(t, other.rate.source),
                rate=approximate(t, other.rate),
                gap=_gap(t, other.rate, rate),
            )
            for other in others
        ]
    buttons = (
        (
            Button(t.plain("rates.button_chart"), data=actions.CHARTS_SHOW(rate.pair, "90d")),
            Button(t.plain("rates.button_alert"), data=actions.ALERTS_PAIR(rate.pair)),
        ),
        (
            Button(t.plain("rates.button_copy"), copy=rate_text(t, rate)),
            Button(t.plain("rates.button_all"), data=actions.RATES_ALL()),
        ),
    )
    return View("\n".join(lines), buttons)


def origin(t: Translator, resolved: ResolvedRate, now: dt.datetime) -> list[str]:
    """Return the lines about a rate's source, its day, its age, its legs, and what is stale."""
    rate = resolved.rate
    when = {"day": day(rate.valid_on, t), "ago": ago(rate.confirmed_at, now, t)}
    lines = [t("rates.from_source", source=source_name(t, resolved.source), **when)]
    if len(resolved.legs) > 1:
        sources = dict.fromkeys(source_name(t, leg.source) for leg in resolved.legs)
        lines.append(t("rates.by_path", path=" → ".join(resolved.path), sources=", ".join(sources)))
    elif resolved.source not in (TICKER, authority(rate.pair.base), authority(rate.pair.quote)):
        lines.append(t("rates.stand_in"))
    if resolved.stale:
        silent = ", ".join(source_name(t, source) for source in resolved.silent)
        lines.append(t("rates.old", name=silent))
    return lines


def unknown(t: Translator, word: str, suggestion: str | None, known: Sequence[str]) -> View:
    """Answer a currency that is not among the known ones, or that no rate is known yet."""
    if not known:
        return View(t("rates.none"))
    buttons = rows((Button(code, data=actions.RATES_ONE(code)) for code in known), 3)
    if suggestion and suggestion in known:
        return View(t("rates.did_you_mean", word=word, code=suggestion), buttons)
    return View(t("rates.unknown", word=word, known=", ".join(known)), buttons)
