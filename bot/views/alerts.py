"""Alerts: the list of a chat's rules, their creation by buttons, and why one cannot be created."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    EXTREMES,
    HYSTERESIS,
    SPANS,
    Alert,
    AlertRule,
    AlertState,
    Kind,
    RuleChoice,
    Side,
    Span,
)
from bot.domain.numbers import D, inverse
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.currencies import FLAGS
from bot.views.message import Button, View, rows
from bot.views.rate_text import approximate, moment, number, percent

# A longer list on one page, with its buttons, is hard to use on a phone.
PAGE = 10


def percents(t: Translator, share: Decimal) -> str:
    """Return a share as a number of per cent without a sign: 0.02 -> 2."""
    shown = (abs(share) * 100).normalize()
    return number(t, shown if int(shown.as_tuple().exponent) <= 0 else shown.quantize(Decimal(1)))


def describe(t: Translator, rule: AlertRule, *, once: bool = False) -> Html:
    """Return the text of a rule in the direction that was asked for: `USD/KZT above 520`."""
    pair = str(rule.pair)
    match rule.kind:
        case Kind.LEVEL:
            said = t(f"alerts.line_level_{rule.side}", pair=pair, level=number(t, rule.level or Decimal(0)))
        case Kind.HIGH | Kind.LOW:
            said = t(f"alerts.line_{rule.kind}", pair=pair, span=t.plain(f"alerts.days_{rule.days}"))
        case Kind.PEG:
            said = t("alerts.line_peg", pair=pair)
        case _:
            said = t(f"alerts.line_{rule.kind}_{rule.side}", pair=pair, share=percents(t, rule.move or Decimal(0)))
    return Html(t("alerts.line_once", line=Html(said)) if once else said)


def as_asked(rate: Rate, pair: Pair) -> Rate:
    """Return the rate in the direction that was asked for."""
    return rate if rate.pair == pair else rate.inverted


def _level_as_asked(canonical_level: Decimal, asked: Pair, rate: Rate) -> Decimal:
    """Return a canonical level in the direction that was asked for, with the decimals of the (canonical) rate."""
    turned = as_asked(rate, asked)
    level = canonical_level if asked == rate.pair else inverse(canonical_level)
    return level.quantize(meaningful_digits(turned.value, turned.tick))


def again(t: Translator, rule: AlertRule, rearms_at: Decimal | None, rate: Rate, *, once: bool) -> Html:
    """Return the text on when an alert can fire again after it has fired.

    `rearms_at` is the value in the direction of `rate`; None where no value decides that.
    """
    if once:
        return Html(t("alerts.again_never"))
    if rule.kind is Kind.MOVE:
        return Html(t("alerts.again_move", share=percents(t, rule.move or Decimal(0))))
    if rule.kind in SPANS or rule.kind is Kind.PEG:
        share = max((rule.move or D("0.01")) - HYSTERESIS, Decimal(0))
        return Html(t("alerts.again_share", share=percents(t, share)))
    if rearms_at is None or rearms_at <= 0:
        return Html(t("alerts.again_extreme", share=percents(t, HYSTERESIS)))
    return Html(t("alerts.again_at", level=number(t, _level_as_asked(rearms_at, rule.pair, rate))))


def created(t: Translator, alert: Alert, rate: Rate) -> View:
    """Confirm a new alert: its rule, the current rate, and when it is armed again after it has fired."""
    asked = alert.rule.pair
    resting = alert.state is AlertState.FIRED
    text = "\n".join(
        (
            t(
                "alerts.drawn_next" if resting else "alerts.drawn",
                line=describe(t, alert.rule, once=alert.once),
            ),
            t("alerts.now", rate=approximate(t, as_asked(rate, asked)), pair=str(asked)),
            again(t, alert.rule, alert.rearms_at_value(rate.tick * 2), rate, once=alert.once),
        )
    )
    buttons = (
        (
            Button(t.plain("alerts.button_delete"), data=actions.ALERTS_DELETE(alert.id), style="danger"),
            Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0)),
        ),
    )
    return View(text, buttons)


def replacing(t: Translator, view: View, gone: Sequence[AlertRule]) -> View:
    """Add the alerts that were replaced, because their message was edited, to an answer."""
    lines = [t("alerts.replaced", line=describe(t, rule)) for rule in gone]
    return replace(view, text="\n".join([view.text, *lines]))


def already(t: Translator, rule: AlertRule, rate: Rate, *, once: bool) -> View:
    """Ask what to do about a rule that the rate meets already."""
    shown = approximate(t, as_asked(rate, rule.pair))
    text = t("alerts.already", line=describe(t, rule), rate=shown, pair=str(rule.pair))
    return View(
        text,
        (
            (Button(t.plain("alerts.button_next"), data=actions.ALERTS_CREATE_FIRED(rule, once), style="primary"),),
            (Button(t.plain("alerts.button_now"), data=actions.ALERTS_CREATE_AND_FIRE(rule, once)),),
        ),
    )


def listing(
    t: Translator,
    alerts: Sequence[Alert],
    away: Mapping[int, Decimal],
    now: dt.datetime,
    zone: ZoneInfo,
    page: int = 0,
) -> View:
    """List a chat's alerts, each with its state, its distance (a share, by id) and its buttons; ten on a page."""
    if not alerts:
        return View(t("alerts.empty"), ((Button(t.plain("alerts.button_new"), data=actions.ALERTS_BUILD()),),))
    pages = (len(alerts) - 1) // PAGE
    page = min(page, pages)
    lines = [t("alerts.title")]
    buttons: list[tuple[Button, ...]] = []
    for n, alert in list(enumerate(alerts, 1))[page * PAGE : (page + 1) * PAGE]:
        distance = away.get(alert.id)
        far = "" if distance is None else " · " + percent(t, distance)
        said = describe(t, alert.rule, once=alert.once)
        lines.append(f"{n}. {said}{far} {_state(t, alert, now, zone)}")
        idle = alert.state in (AlertState.PAUSED, AlertState.DONE)
        buttons.append(
            (
                Button(f"{n} ✕", data=actions.ALERTS_DELETE(alert.id)),
                Button(
                    f"{n} {'▶' if idle else '⏸'}",
                    data=(actions.ALERTS_RESUME if idle else actions.ALERTS_PAUSE)(alert.id),
                ),
                Button(f"{n} 💤", data=actions.ALERTS_ASK_SNOOZE(alert.id)),
            )
        )
    turning = [
        Button(label, data=actions.ALERTS_LIST(target))
        for label, target in (("‹", page - 1), ("›", page + 1))
        if 0 <= target <= pages
    ]
    if turning:
        buttons.append(tuple(turning))
    buttons.append((Button(t.plain("alerts.button_new"), data=actions.ALERTS_BUILD()),))
    return View("\n".join(lines), tuple(buttons))


def _state(t: Translator, alert: Alert, now: dt.datetime, zone: ZoneInfo) -> Html:
    if alert.snoozed_until is not None and now < alert.snoozed_until:
        return Html(t("alerts.state_snoozed", moment=moment(alert.snoozed_until, t, zone)))
    if alert.state is AlertState.FIRED and alert.last_fired_at is not None:
        return Html(t("alerts.state_fired_at", moment=moment(alert.last_fired_at, t, zone)))
    return Html(t(f"alerts.state_{alert.state}"))


def snoozing(t: Translator, alert: Alert) -> View:
    """Ask how long an alert is to be snoozed."""
    choice = (
        Button(t.plain(f"alerts.button_snooze_{span}"), data=actions.ALERTS_SNOOZE(alert.id, span)) for span in Span
    )
    back = Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0))
    return View(t("alerts.snooze_ask", line=describe(t, alert.rule)), (*rows(choice, 1), (back,)))


def build_currency(t: Translator, codes: Sequence[str]) -> View:
    """Ask for the currency: the first step."""
    buttons = (
        Button(f"{FLAGS.get(code, '')} {code}".strip(), data=actions.ALERTS_PAIR(Pair("USD", code))) for code in codes
    )
    return View(t("alerts.build_currency"), rows(buttons, 3))


def build_side(t: Translator, rate: Rate, *, pegged: bool) -> View:
    """Ask for the kind of rule: the second step. `rate` is USD/code."""
    code = rate.pair.quote
    choice = [
        Button(t.plain(f"alerts.button_{side}", code=code), data=actions.ALERTS_SIDE(rate.pair, side))
        for side in RuleChoice
    ]
    if pegged:
        peg = AlertRule(rate.pair, Side.BOTH, kind=Kind.PEG)
        choice.append(Button(t.plain("alerts.button_peg"), data=actions.ALERTS_CREATE(peg, False)))
    return View(t("alerts.build_side", code=code, rate=approximate(t, rate)), rows(choice, 2))


def build_level(t: Translator, rate: Rate, rules: Sequence[AlertRule]) -> View:
    """Offer usable rules by their labels, or typing one: the third step."""
    code = rate.pair.quote
    choice = [Button(_label(t, rule), data=actions.ALERTS_CREATE(rule, False)) for rule in rules]
    typed = Button(t.plain("alerts.button_type"), data=actions.ALERTS_TYPE(rate.pair))
    return View(t("alerts.build_level", code=code, rate=approximate(t, rate)), (*rows(choice, 3), (typed,)))


def _label(t: Translator, rule: AlertRule) -> str:
    if rule.kind in EXTREMES:
        return t.plain(f"alerts.days_{rule.days}")
    return number(t, rule.level) if rule.level is not None else f"±{percents(t, rule.move or Decimal(0))} %"


def type_level(t: Translator, code: str) -> View:
    """Ask for a typed level."""
    return View(t("alerts.type_level", code=code))


def deleted(t: Translator, rule: AlertRule) -> str:
    """Return the answer to the button that deleted an alert."""
    return t.plain("alerts.deleted", pair=str(rule.pair))
