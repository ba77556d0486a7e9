"""Alerts: the lines a person drew, and the cry when one is crossed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    A_DAY,
    CRIES_A_DAY,
    EXTREMES,
    HYSTERESIS,
    SPANS,
    Kind,
    Line,
    LineProblem,
    Side,
    Threshold,
    ThresholdState,
    draw,
    fired,
)
from bot.domain.articles import StoredArticle
from bot.domain.numbers import D, inverse
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Html, Translator
from bot.views.currencies import FLAGS
from bot.views.figures import approximate, change, figure, moment, number, percent
from bot.views.message import Button, View, data, rows
from bot.views.news import headline_from
from bot.views.rates import source_name

# More lines than this on one message, with their buttons, are not read on a phone.
PAGE = 10
# By how much a tap moves a line.
SHIFTS = {"down": D("0.99"), "up": D("1.01")}
# The kinds that are built by buttons, besides a level's two sides.
BUILT = {
    "above": Kind.LEVEL,
    "below": Kind.LEVEL,
    "move": Kind.MOVE,
    "day": Kind.DAY,
    "week": Kind.WEEK,
    "high": Kind.HIGH,
    "low": Kind.LOW,
}


def _percents(t: Translator, share: Decimal) -> str:
    """Return a share as a number of per cent without a sign: 0.02 -> 2."""
    shown = (abs(share) * 100).normalize()
    return number(t, shown if int(shown.as_tuple().exponent) <= 0 else shown.quantize(Decimal(1)))


def describe(t: Translator, line: Line, *, once: bool = False) -> Html:
    """Return a line in the person's own direction: `USD/KZT above 520`."""
    pair = str(line.pair)
    match line.kind:
        case Kind.LEVEL:
            said = t(f"alerts.line_level_{line.side}", pair=pair, level=number(t, line.level or Decimal(0)))
        case Kind.HIGH | Kind.LOW:
            said = t(f"alerts.line_{line.kind}", pair=pair, span=t.plain(f"alerts.days_{line.days}"))
        case Kind.PEG:
            said = t("alerts.line_peg", pair=pair)
        case _:
            said = t(f"alerts.line_{line.kind}_{line.side}", pair=pair, share=_percents(t, line.move or Decimal(0)))
    return Html(t("alerts.line_once", line=Html(said)) if once else said)


def _turned(rate: Rate, pair: Pair) -> Rate:
    """Return the rate in the direction the person asked in."""
    return rate if rate.pair == pair else rate.inverted


def _level_as_asked(canonical_level: Decimal, asked: Pair, rate: Rate) -> Decimal:
    """Return a canonical level in the direction asked, with as many decimals as the (canonical) rate is shown with."""
    turned = _turned(rate, asked)
    level = canonical_level if asked == rate.pair else inverse(canonical_level)
    return level.quantize(meaningful_digits(turned.value, turned.tick))


def _again(t: Translator, threshold: Threshold, rate: Rate) -> Html:
    """Return when a line can cry again, once it has cried."""
    if threshold.once:
        return Html(t("alerts.again_never"))
    line = threshold.line
    if line.kind is Kind.MOVE:
        return Html(t("alerts.again_move", share=_percents(t, line.move or Decimal(0))))
    if line.kind in SPANS or line.kind is Kind.PEG:
        share = max((line.move or D("0.01")) - HYSTERESIS, Decimal(0))
        return Html(t("alerts.again_share", share=_percents(t, share)))
    back = threshold.comes_back_at(rate.tick * 2)
    if back is None or back <= 0:
        return Html(t("alerts.again_extreme", share=_percents(t, HYSTERESIS)))
    return Html(t("alerts.again_at", level=number(t, _level_as_asked(back, line.pair, rate))))


def drawn(t: Translator, threshold: Threshold, rate: Rate) -> View:
    """Confirm a line: what it is, where the rate is now, when it is armed again after a cry."""
    asked = threshold.line.pair
    resting = threshold.state is ThresholdState.FIRED
    text = "\n".join(
        (
            t(
                "alerts.drawn_next" if resting else "alerts.drawn",
                line=describe(t, threshold.line, once=threshold.once),
            ),
            t("alerts.now", figure=approximate(t, _turned(rate, asked)), pair=str(asked)),
            _again(t, threshold, rate),
        )
    )
    buttons = (
        (
            Button(t.plain("alerts.button_delete"), data=data("alerts", "delete", threshold.id), style="danger"),
            Button(t.plain("alerts.button_list"), data=data("alerts", "list")),
        ),
    )
    return View(text, buttons)


def replacing(t: Translator, view: View, gone: Sequence[Line]) -> View:
    """Add to an answer the alerts that it replaces: their message was edited."""
    lines = [t("alerts.replaced", line=describe(t, line)) for line in gone]
    return replace(view, text="\n".join([view.text, *lines]))


def arguments(line: Line, *, once: bool) -> tuple[str, ...]:
    """Return a line as the arguments of a button: base, quote, kind, side, number, once."""
    number_ = line.level if line.level is not None else line.move if line.move is not None else line.days
    shown = "" if number_ is None else f"{number_:f}" if isinstance(number_, Decimal) else str(number_)
    return line.pair.base, line.pair.quote, str(line.kind), str(line.side), shown, "1" if once else "0"


def already(t: Translator, line: Line, rate: Rate, *, once: bool) -> View:
    """Ask what to do about a line that the rate is beyond already."""
    shown = approximate(t, _turned(rate, line.pair))
    text = t("alerts.already", line=describe(t, line), figure=shown, pair=str(line.pair))
    typed = arguments(line, once=once)
    return View(
        text,
        (
            (Button(t.plain("alerts.button_next"), data=data("alerts", "next", *typed), style="primary"),),
            (Button(t.plain("alerts.button_now"), data=data("alerts", "now", *typed)),),
        ),
    )


def _told(payload: Mapping[str, Any], chat_id: int, at: dt.datetime) -> tuple[Threshold, Rate]:
    """Return the line as it was when it cried, and the canonical rate that it met, from an event's payload."""
    seen = payload["seen"]
    pair = Pair(seen["base"], seen["quote"])
    low, high, value = D(seen["low"]), D(seen["high"]), D(seen["now"])
    day = dt.date.fromisoformat(seen["valid_on"])
    tick = max(high - value, value - low)
    rate = Rate(pair, value, tick, seen["source"], at, at, day, bounds=(low, high))
    asked = Pair(payload["base"], payload["quote"])
    kind = Kind(payload["kind"])
    line = Line(
        asked,
        Side(payload["side"]),
        None if payload["level"] is None else D(payload["level"]),
        None if payload["move"] is None else D(payload["move"]),
        kind if asked == pair else kind.opposite,
        payload["days"],
    )
    threshold = draw(line, chat_id, 0, rate, once=bool(payload["once"]))
    side = Side.BELOW if kind is Kind.LOW else Side.ABOVE if threshold.side is Side.BOTH else threshold.side
    return fired(threshold, side, value, at), rate


def crossing(
    t: Translator,
    payload: Mapping[str, Any],
    chat_id: int,
    zone: ZoneInfo,
    stories: Sequence[StoredArticle] = (),
    *,
    repeat: bool = False,
) -> View:
    """Cry a crossing: rule, value before and now (in the direction asked), when, whose figure, when it can cry again.

    `payload` is the event's and tells all, whatever has become of the line since; `stories` are the newest that may
    say why.
    """
    at = dt.datetime.fromisoformat(payload["seen"]["at"])
    threshold, now = _told(payload, chat_id, at)
    line, asked, seen = threshold.line, threshold.line.pair, payload["seen"]
    flag = FLAGS.get(currency(asked), "")
    lines = [
        t("alerts.crossed", flag=flag, line=describe(t, line)),
        t("alerts.crossed_now", figure=approximate(t, _turned(now, asked)), pair=str(asked)),
    ]
    if seen.get("before"):
        before = _like(_turned(now, asked), D(seen["before"]) if asked == now.pair else inverse(D(seen["before"])))
        if before.value != _turned(now, asked).value:
            moved = change(t, before, _turned(now, asked))
            lines.append(t("alerts.crossed_before", figure=figure(t, before), change=moved))
    if line.kind in SPANS and "share" in seen:
        share = D(seen["share"])
        lines.append(t(f"alerts.crossed_{line.kind}", change=percent(t, _share_as_asked(share, asked, now.pair))))
    if line.kind is Kind.PEG and "share" in seen:
        lines.append(t("alerts.crossed_peg", share=_percents(t, D(seen["share"]).quantize(D("0.001")))))
    lines.append(t("alerts.crossed_at", moment=moment(at, t, zone), source=source_name(t, seen["source"])))
    lines.append(_again(t, threshold, now))
    if stories:
        lines += ["", t("alerts.why"), *("• " + headline_from(story) for story in stories)]
    if repeat:
        lines.append(t("alerts.repeat"))
    return View("\n".join(lines), _cry_buttons(t, payload["threshold_id"], threshold))


def brief(t: Translator, payload: Mapping[str, Any], chat_id: int) -> Html:
    """Return a crossing as one line: the rule, and the figure that crossed it."""
    at = dt.datetime.fromisoformat(payload["seen"]["at"])
    threshold, now = _told(payload, chat_id, at)
    asked = threshold.line.pair
    return Html(
        t(
            "alerts.brief",
            flag=FLAGS.get(currency(asked), ""),
            line=describe(t, threshold.line),
            figure=approximate(t, _turned(now, asked)),
        )
    )


def _like(rate: Rate, value: Decimal) -> Rate:
    """Return an earlier value of the same figure, as coarse as it is now."""
    return Rate(rate.pair, value, rate.tick, rate.source, rate.observed_at, rate.confirmed_at, rate.valid_on)


def _share_as_asked(share: Decimal, asked: Pair, pair: Pair) -> Decimal:
    return share if asked == pair else inverse(1 + share) - 1


def currency(pair: Pair) -> str:
    """Return the currency that a pair is about: not the dollar, else the quote."""
    return pair.base if pair.quote == "USD" else pair.quote


def _cry_buttons(t: Translator, threshold_id: int, threshold: Threshold) -> tuple[tuple[Button, ...], ...]:
    found = [
        tuple(
            Button(t.plain(f"alerts.button_snooze_{span}"), data=data("alerts", "snooze", threshold_id, span))
            for span in ("hour", "day", "monday")
        )
    ]
    if threshold.line.kind is Kind.LEVEL:
        found.append(
            tuple(
                Button(t.plain(f"alerts.button_shift_{way}"), data=data("alerts", "shift", threshold_id, way))
                for way in SHIFTS
            )
        )
    chart = Button(t.plain("alerts.button_chart"), data=data("charts", "show", currency(threshold.line.pair), "90d"))
    arm = Button(t.plain("alerts.button_arm"), data=data("alerts", "resume", threshold_id))
    delete = Button(t.plain("alerts.button_delete"), data=data("alerts", "delete", threshold_id), style="danger")
    return (*found, (chart, arm, delete))


def capped(t: Translator, began: dt.datetime, cries: int, zone: ZoneInfo) -> View:
    """Say once a day that no more crossings are told in it, how many there were by now, and when the next begins."""
    until = moment(began + A_DAY, t, zone)
    text = t("alerts.capped", limit=CRIES_A_DAY, more=max(cries - CRIES_A_DAY, 1), until=until)
    return View(text, ((Button(t.plain("alerts.button_list"), data=data("alerts", "list")),),))


def listing(
    t: Translator,
    thresholds: Sequence[Threshold],
    away: Mapping[int, Decimal],
    now: dt.datetime,
    zone: ZoneInfo,
    page: int = 0,
) -> View:
    """List a chat's lines, each with its state, its distance (a share, by id) and its buttons; ten on a page."""
    if not thresholds:
        return View(t("alerts.empty"), ((Button(t.plain("alerts.button_new"), data=data("alerts", "build")),),))
    pages = (len(thresholds) - 1) // PAGE
    page = min(page, pages)
    lines = [t("alerts.title")]
    buttons: list[tuple[Button, ...]] = []
    for n, threshold in list(enumerate(thresholds, 1))[page * PAGE : (page + 1) * PAGE]:
        distance = away.get(threshold.id)
        far = "" if distance is None else " · " + percent(t, distance)
        said = describe(t, threshold.line, once=threshold.once)
        lines.append(f"{n}. {said}{far} {_state(t, threshold, now, zone)}")
        idle = threshold.state in (ThresholdState.PAUSED, ThresholdState.DONE)
        buttons.append(
            (
                Button(f"{n} ✕", data=data("alerts", "delete", threshold.id)),
                Button(f"{n} {'▶' if idle else '⏸'}", data=data("alerts", "resume" if idle else "pause", threshold.id)),
                Button(f"{n} 💤", data=data("alerts", "sleep", threshold.id)),
            )
        )
    turning = [
        Button(label, data=data("alerts", "list", target))
        for label, target in (("‹", page - 1), ("›", page + 1))
        if 0 <= target <= pages
    ]
    if turning:
        buttons.append(tuple(turning))
    buttons.append((Button(t.plain("alerts.button_new"), data=data("alerts", "build")),))
    return View("\n".join(lines), tuple(buttons))


def _state(t: Translator, threshold: Threshold, now: dt.datetime, zone: ZoneInfo) -> Html:
    if threshold.snoozed_until is not None and now < threshold.snoozed_until:
        return Html(t("alerts.state_snoozed", moment=moment(threshold.snoozed_until, t, zone)))
    if threshold.state is ThresholdState.FIRED and threshold.last_fired_at is not None:
        return Html(t("alerts.state_fired_at", moment=moment(threshold.last_fired_at, t, zone)))
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


def build_side(t: Translator, rate: Rate, *, pegged: bool) -> View:
    """Second tap: over, under, any move, a new extreme. `rate` is USD/code."""
    code = rate.pair.quote
    choice = [
        Button(t.plain(f"alerts.button_{side}", code=code), data=data("alerts", "side", code, side)) for side in BUILT
    ]
    if pegged:
        typed = arguments(Line(rate.pair, Side.BOTH, kind=Kind.PEG), once=False)
        choice.append(Button(t.plain("alerts.button_peg"), data=data("alerts", "draw", *typed)))
    return View(t("alerts.build_side", code=code, figure=approximate(t, rate)), rows(choice, 2))


def build_level(t: Translator, rate: Rate, lines: Mapping[str, Line], side: str) -> View:
    """Third tap: a usable line by its label; or type one."""
    code = rate.pair.quote
    choice = [
        Button(_label(t, line), data=data("alerts", "draw", *arguments(line, once=False))) for line in lines.values()
    ]
    typed = Button(t.plain("alerts.button_type"), data=data("alerts", "type", code, side))
    return View(t("alerts.build_level", code=code, figure=approximate(t, rate)), (*rows(choice, 3), (typed,)))


def _label(t: Translator, line: Line) -> str:
    if line.kind in EXTREMES:
        return t.plain(f"alerts.days_{line.days}")
    return number(t, line.level) if line.level is not None else f"±{_percents(t, line.move or Decimal(0))} %"


def type_level(t: Translator, code: str) -> View:
    """Ask for a typed level."""
    return View(t("alerts.type_level", code=code))


def problem(t: Translator, error: LineProblem, known: Sequence[str]) -> View:
    """Explain why a line cannot be drawn, with the nearest usable value where there is one."""
    nearest = "" if error.nearest is None else number(t, short(error.nearest))
    return View(t(error.key, nearest=nearest, known=", ".join(known)))


def short(value: Decimal) -> Decimal:
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
