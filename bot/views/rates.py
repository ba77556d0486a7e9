"""Rates: the board of all, and one currency in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.rates import TICKER_CURRENCIES, BoardLine, Rate, meaningful_digits
from bot.i18n import Html, Translator
from bot.views.currencies import FLAGS, sign
from bot.views.figures import RANGE_FROM, ago, change, day, figure, number
from bot.views.message import Button, View, data, rows

# Older than this a figure is called old on sight: the ticker is polled every quarter of an hour.
OLD = dt.timedelta(hours=6)
# A table wider than this breaks its lines on a narrow phone.
TABLE_WIDTH = 32


def _order(line: BoardLine) -> tuple[int, str]:
    base = line.now.pair.base
    return (TICKER_CURRENCIES.index(base) if base in TICKER_CURRENCIES else 99, base)


def table(t: Translator, lines: Sequence[BoardLine], *, per_dollar: bool) -> Html:
    """Return the figures as a monospaced table of at most 32 columns: code, value, last change, change in 7 days."""
    cells = [
        (
            line.now.pair.base,
            figure(t, line.now.inverted if per_dollar else line.now),
            change(t, line.previous, line.now, per_dollar=per_dollar),
            change(t, line.week_ago, line.now, per_dollar=per_dollar),
        )
        for line in sorted(lines, key=_order)
    ]
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


def board(t: Translator, lines: Sequence[BoardLine], now: dt.datetime, *, per_dollar: bool) -> View:
    """Show every rate, with its source, its age and how coarse it is."""
    if not lines:
        return View(t("rates.none"))
    newest = max(line.now.confirmed_at for line in lines)
    text = "\n".join(
        (
            t("rates.title_per_dollar" if per_dollar else "rates.title_per_unit"),
            table(t, lines, per_dollar=per_dollar),
            t("rates.source", ago=ago(newest, now, t), day=day(max(line.now.valid_on for line in lines), t)),
            *([t("rates.old")] if now - newest > OLD else []),
            t("rates.coarse"),
        )
    )
    turn = Button(
        t.plain("rates.button_per_unit" if per_dollar else "rates.button_per_dollar"),
        data=data("rates", "turn", "unit" if per_dollar else "dollar"),
    )
    each = [
        Button(f"{FLAGS.get(code, '')} {code}".strip(), data=data("rates", "one", code))
        for code in (line.now.pair.base for line in sorted(lines, key=_order))
    ]
    return View(text, (*rows(each, 3), (turn, Button(t.plain("rates.button_alert"), data=data("alerts", "build")))))


def one(
    t: Translator, rate: Rate, previous: Rate | None, week_ago: Rate | None, now: dt.datetime, zone: ZoneInfo
) -> View:
    """Show one currency both ways round, with the interval its printed figure stands for."""
    code, flipped = rate.pair.base, rate.inverted
    finer = flipped.tick / 5  # the edges with one digit more than the figure itself
    interval = "–".join(number(t, meaningful_digits(edge, finer)) for edge in (flipped.low, flipped.high))
    lines = [
        t("rates.one_title", flag=FLAGS.get(code, ""), code=code),
        t("rates.one_per_dollar", figure=figure(t, flipped), sign=sign(code)),
        t("rates.one_per_unit", figure=figure(t, rate), code=code),
        t("rates.one_interval", interval=interval, sign=sign(code)),
    ]
    if previous is not None:
        lines.append(
            t(
                "rates.one_previous",
                change=change(t, previous, rate, per_dollar=True),
                figure=figure(t, previous.inverted),
                day=day(previous.confirmed_at.astimezone(zone).date(), t),
            )
        )
    if week_ago is not None:
        lines.append(t("rates.one_week", change=change(t, week_ago, rate, per_dollar=True)))
    lines.append(t("rates.source", ago=ago(rate.confirmed_at, now, t), day=day(rate.valid_on, t)))
    if now - rate.confirmed_at > OLD:
        lines.append(t("rates.old"))
    if rate.coarseness > RANGE_FROM:
        lines.append(t("rates.very_coarse"))
    buttons = (
        (
            Button(t.plain("rates.button_alert"), data=data("alerts", "currency", code)),
            Button(t.plain("rates.button_copy"), copy=str(figure(t, flipped))),
        ),
        (Button(t.plain("rates.button_all"), data=data("rates", "all")),),
    )
    return View("\n".join(lines), buttons)


def unknown(t: Translator, word: str, suggestion: str | None, known: Sequence[str]) -> View:
    """Answer a currency that is not on the board."""
    buttons = rows((Button(code, data=data("rates", "one", code)) for code in known), 3)
    if suggestion and suggestion in known:
        return View(t("rates.did_you_mean", word=word, code=suggestion), buttons)
    return View(t("rates.unknown", word=word, known=", ".join(known)), buttons)
