"""Alerts: the lines a person drew, and the cry when one is crossed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.numbers import D, inverse
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.domain.thresholds import Line, LineProblem, Side, Threshold, ThresholdState, canonical
from bot.i18n import Html, Translator
from bot.views.currencies import FLAGS
from bot.views.figures import change, figure, moment, number
from bot.views.message import Button, View, data, rows


def describe(t: Translator, line: Line) -> Html:
    """Return a line in the person's own direction: `USD/KZT above 520`."""
    if line.move is not None:
        return Html(t("alerts.line_move", pair=str(line.pair), share=number(t, (line.move * 100).normalize())))
    level = number(t, line.level or Decimal(0))
    return Html(
        t("alerts.line_above" if line.side is Side.ABOVE else "alerts.line_below", pair=str(line.pair), level=level)
    )


def _turned(rate: Rate, pair: Pair) -> Rate:
    """Return the rate in the direction the person asked in."""
    return rate if rate.pair == pair else rate.inverted


def _level_as_asked(canonical_level: Decimal, threshold: Threshold, tick: Decimal) -> Decimal:
    """Return a canonical level in the direction asked, with the digits that the tick allows."""
    if threshold.line.pair == threshold.pair:
        return meaningful_digits(canonical_level, tick)
    value = inverse(canonical_level)
    return meaningful_digits(value, tick * value * value)


def _rearm(t: Translator, threshold: Threshold, tick: Decimal) -> Html:
    rearm = threshold.rearms_at(tick * 2)
    if rearm is None:
        share = number(t, ((threshold.line.move or Decimal(0)) * 100).normalize())
        return Html(t("alerts.again_move", share=share))
    return Html(t("alerts.again_at", level=number(t, _level_as_asked(rearm, threshold, tick))))


def drawn(t: Translator, threshold: Threshold, rate: Rate) -> View:
    """Confirm a new line: what it is, where the rate is now, when it is armed again after a cry."""
    text = "\n".join(
        (
            t("alerts.drawn", line=describe(t, threshold.line)),
            t("alerts.now", figure=figure(t, _turned(rate, threshold.line.pair)), pair=str(threshold.line.pair)),
            _rearm(t, threshold, rate.tick),
        )
    )
    buttons = (
        (
            Button(t.plain("alerts.button_delete"), data=data("alerts", "delete", threshold.id), style="danger"),
            Button(t.plain("alerts.button_list"), data=data("alerts", "list")),
        ),
    )
    return View(text, buttons)


def already(t: Translator, line: Line, rate: Rate) -> View:
    """Ask what to do about a line that the rate is beyond already."""
    pair, _, _ = canonical(line)
    level = "" if line.level is None else str(line.level)
    arguments = (line.pair.base, line.pair.quote, line.side.value[0], level)
    text = t("alerts.already", line=describe(t, line), figure=figure(t, _turned(rate, line.pair)), pair=str(line.pair))
    return View(
        text,
        (
            (Button(t.plain("alerts.button_next"), data=data("alerts", "next", *arguments), style="primary"),),
            (Button(t.plain("alerts.button_rate"), data=data("rates", "one", pair.base)),),
        ),
    )


def crossing(
    t: Translator, threshold: Threshold, payload: Mapping[str, Any], zone: ZoneInfo, *, repeat: bool = False
) -> View:
    """Cry a crossing: rule, value before and now (in the direction asked), when, and when it can cry again.

    `payload`: before, now, tick as decimal strings in the canonical pair (USD per 1 unit), `at` in ISO UTC.
    """
    at = dt.datetime.fromisoformat(payload["at"])
    tick = D(payload["tick"])

    def rate(value: Decimal) -> Rate:
        return Rate(threshold.pair, value, tick, payload["source"], at, at, at.date())

    now = rate(D(payload["now"]))
    before = rate(D(payload["before"])) if payload.get("before") else None
    asked = threshold.line.pair
    lines = [
        t("alerts.crossed", flag=FLAGS.get(threshold.pair.base, ""), line=describe(t, threshold.line)),
        t("alerts.crossed_now", figure=figure(t, _turned(now, asked)), pair=str(asked)),
    ]
    if before is not None and before.value != now.value:
        moved = change(t, _turned(before, asked), _turned(now, asked))
        lines.append(t("alerts.crossed_before", figure=figure(t, _turned(before, asked)), change=moved))
    lines.append(t("alerts.crossed_at", moment=moment(at, t, zone)))
    lines.append(_rearm(t, threshold, tick))
    if repeat:
        lines.append(t("alerts.repeat"))
    buttons = (
        (
            Button(t.plain("alerts.button_snooze_hour"), data=data("alerts", "snooze", threshold.id, "hour")),
            Button(t.plain("alerts.button_snooze_day"), data=data("alerts", "snooze", threshold.id, "day")),
        ),
        (
            Button(t.plain("alerts.button_delete"), data=data("alerts", "delete", threshold.id), style="danger"),
            Button(t.plain("alerts.button_rate"), data=data("rates", "one", threshold.pair.base)),
        ),
    )
    return View("\n".join(lines), buttons)


def listing(t: Translator, thresholds: Sequence[Threshold], now: dt.datetime, zone: ZoneInfo) -> View:
    """List a chat's lines, each with its buttons."""
    if not thresholds:
        return View(t("alerts.empty"), ((Button(t.plain("alerts.button_new"), data=data("alerts", "build")),),))
    lines = [t("alerts.title")]
    buttons: list[tuple[Button, ...]] = []
    for n, threshold in enumerate(thresholds, 1):
        lines.append(f"{n}. {describe(t, threshold.line)} {_state(t, threshold, now, zone)}")
        paused = threshold.state is ThresholdState.PAUSED
        buttons.append(
            (
                Button(f"{n} ✕", data=data("alerts", "delete", threshold.id)),
                Button(
                    f"{n} {'▶' if paused else '⏸'}", data=data("alerts", "resume" if paused else "pause", threshold.id)
                ),
                Button(f"{n} 💤", data=data("alerts", "sleep", threshold.id)),
            )
        )
    buttons.append((Button(t.plain("alerts.button_new"), data=data("alerts", "build")),))
    return View("\n".join(lines), tuple(buttons))


def _state(t: Translator, threshold: Threshold, now: dt.datetime, zone: ZoneInfo) -> Html:
    if threshold.snoozed_until is not None and now < threshold.snoozed_until:
        return Html(t("alerts.state_snoozed", moment=moment(threshold.snoozed_until, t, zone)))
    return Html(t(f"alerts.state_{threshold.state}"))


def snoozing(t: Translator, threshold: Threshold) -> View:
    """Ask how long a line should sleep."""
    spans = ("hour", "day", "monday")
    choice = (
        Button(t.plain(f"alerts.button_snooze_{span}"), data=data("alerts", "snooze", threshold.id, span))
        for span in spans
    )
    back = Button(t.plain("alerts.button_list"), data=data("alerts", "list"))
    return View(t("alerts.snooze_ask", line=describe(t, threshold.line)), (*rows(choice, 1), (back,)))


def build_currency(t: Translator, codes: Sequence[str]) -> View:
    """First tap: which currency."""
    buttons = (Button(f"{FLAGS.get(code, '')} {code}".strip(), data=data("alerts", "currency", code)) for code in codes)
    return View(t("alerts.build_currency"), rows(buttons, 3))


def build_side(t: Translator, rate: Rate) -> View:
    """Second tap: over, under, or any move."""
    code = rate.pair.base
    choice = (
        Button(t.plain(f"alerts.button_{side}", code=code), data=data("alerts", "side", code, side))
        for side in ("above", "below", "move")
    )
    return View(t("alerts.build_side", code=code, figure=figure(t, rate.inverted)), rows(choice, 1))


def build_level(t: Translator, rate: Rate, side: str, levels: Sequence[Decimal]) -> View:
    """Third tap: a usable level (tenge a dollar), or a share for a move; or type one."""
    code = rate.pair.base
    labels = (f"±{number(t, level)}%" if side == "move" else number(t, level) for level in levels)
    choice = [
        Button(label, data=data("alerts", "level", code, side, level))
        for label, level in zip(labels, levels, strict=True)
    ]
    typed = Button(t.plain("alerts.button_type"), data=data("alerts", "type", code, side))
    return View(t("alerts.build_level", code=code, figure=figure(t, rate.inverted)), (*rows(choice, 3), (typed,)))


def type_level(t: Translator, code: str) -> View:
    """Ask for a typed level."""
    return View(t("alerts.type_level", code=code))


def problem(t: Translator, error: LineProblem, known: Sequence[str]) -> View:
    """Explain why a line cannot be drawn, with the nearest usable value where there is one."""
    nearest = "" if error.nearest is None else number(t, _short(error.nearest))
    return View(t(error.key, nearest=nearest, known=", ".join(known)))


def _short(value: Decimal) -> Decimal:
    """Return a level with as many digits as a person types: six significant ones at most."""
    rounded = +value.quantize(Decimal(1).scaleb(value.adjusted() - 5))
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def unknown_currency(t: Translator, word: str, suggestion: str | None, known: Sequence[str]) -> View:
    """Answer a word that is no currency."""
    if suggestion:
        return View(t("alerts.did_you_mean", word=word, code=suggestion))
    return View(t("alerts.unknown_currency", word=word, known=", ".join(known)))


def too_many(t: Translator, limit: int) -> View:
    """Say that no more lines fit."""
    return View(t("alerts.too_many", limit=limit))


def deleted(t: Translator, line: Line) -> str:
    """Return the toast for a deleted line."""
    return t.plain("alerts.deleted", pair=str(line.pair))
