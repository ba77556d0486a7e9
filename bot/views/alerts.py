"""Alerts in words: a rule, its distance, the answer to a request for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.alerts import HYSTERESIS, SPANS, Alert, AlertRule, AlertState, Kind, counted_per, distance
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.gold import USUAL_WEIGHT, gold_of
from bot.domain.numbers import D, inverse
from bot.domain.offers import channel_of
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.currencies import code_label, money
from bot.views.gold_actions import GOLD_CHART
from bot.views.market_text import source_line
from bot.views.message import Button, View, capital, rows
from bot.views.rate_text import is_marked, number, percent, readable, short


def percents(t: Translator, share: Decimal) -> str:
    """Return a share as a number of per cent without a sign: 0.02 -> 2."""
    shown = (abs(share) * 100).normalize()
    return number(t, shown if int(shown.as_tuple().exponent) <= 0 else shown.quantize(Decimal(1)))


def describe(t: Translator, rule: AlertRule, *, once: bool = False, named: bool = True) -> Html:
    """Return the text of a rule in the direction that was asked for: `USD/KZT above 520`; not `named`: `above 520`."""
    pair = pair_name(t, rule.pair) if named else ""
    match rule.kind:
        case Kind.LEVEL:
            said = t(f"alerts.line_level_{rule.side}", pair=pair, level=level_text(t, rule))
        case Kind.HIGH | Kind.LOW:
            said = t(f"alerts.line_{rule.kind}", pair=pair, span=t.plain(f"alerts.days_{rule.days}"))
        case Kind.PEG:
            said = t("alerts.line_peg", pair=pair)
        case _:
            said = t(f"alerts.line_{rule.kind}_{rule.side}", pair=pair, share=percents(t, rule.move or Decimal(0)))
    said = said.lstrip(" :")
    return Html(t("alerts.line_once", line=Html(said)) if once else said)


def pair_name(t: Translator, pair: Pair) -> str:
    """Return the name of a pair, with its market if that is not the official rate: `RUB/TJS (best bank, …)`."""
    if not pair.market:
        return str(pair)
    if (gold := gold_of(pair)) is not None:
        return t.plain(f"alerts.gold_{gold[1]}", currency=pair.quote)
    channel, side = channel_of(pair.market)
    way = t.plain(f"banks.way.{channel}")
    return t.plain(f"alerts.market_{side}", pair=str(pair), way=way[:1].lower() + way[1:])


def level_text(t: Translator, rule: AlertRule) -> str:
    """Return the level of a rule, for one unit of the base."""
    return number(t, plain(rule.level or Decimal(0)))


def counted(t: Translator, rule: AlertRule) -> str:
    """Return the level as people count small money, ` (100 ₽ = 12 TJS)`; nothing where they count single units."""
    unit = 1 if rule.level is None else counted_per(rule.pair, rule.level)
    if rule.level is None or unit == 1:
        return ""
    base, quote = number(t, Decimal(unit)), number(t, plain(rule.level * unit))
    return f" ({money(t, base, rule.pair.base)} = {money(t, quote, rule.pair.quote)})"


def plain(value: Decimal) -> Decimal:
    """Return a value without zeros after its last decimal: 12.00 -> 12, 0.120 -> 0.12."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def as_asked(rate: Rate, pair: Pair) -> Rate:
    """Return the rate in the direction that was asked for."""
    return rate if rate.pair == pair else rate.inverted


def stated(t: Translator, rate: Rate) -> str:
    """Return a rate without digits that people do not read, marked `≈` where its last digit may mislead."""
    return ("≈ " if is_marked(rate) else "") + short(t, rate)


def now_text(t: Translator, rule: AlertRule, rate: Rate) -> str:
    """Return the current rate as a rule states it."""
    return stated(t, as_asked(rate, rule.pair))


def value_text(t: Translator, rule: AlertRule, value: Decimal, rate: Rate) -> str:
    """Return a canonical value as a rule states it, with the decimals of the (canonical) rate."""
    asked = as_asked(rate, rule.pair)
    shown = value if rule.pair == rate.pair else inverse(value)
    return number(t, shown.quantize(readable(asked) or meaningful_digits(asked.value, asked.tick)))


def position(t: Translator, alert: Alert, rate: Rate) -> Html:
    """Return the current rate and what is missing until an alert fires: `now 516.43, 0.7% away`."""
    missing = missing_text(t, alert, rate)
    if alert.kind is Kind.MOVE and missing:
        return missing
    now = now_text(t, alert.rule, rate)
    return Html(t("alerts.now_away", rate=now, away=missing) if missing else t("alerts.now", rate=now))


def missing_text(t: Translator, alert: Alert, rate: Rate) -> Html | None:
    """Return how far the rate is from where an alert fires; None where no value decides that, or it has fired."""
    if alert.kind is Kind.MOVE and alert.anchor is not None:
        levels = [value_text(t, alert.rule, value, rate) for value in _fires_at(alert)]
        at = t("alerts.either", first=levels[0], second=levels[-1]) if len(levels) > 1 else levels[0]
        return Html(t("alerts.fires_at", last=value_text(t, alert.rule, alert.anchor, rate), levels=Html(at)))
    away = distance(alert, rate) if alert.kind is Kind.LEVEL and alert.state is not AlertState.FIRED else None
    if away is None or is_met(alert, rate):
        return None
    return Html(t("alerts.away", share=percent(t, away).lstrip("▲▼")))


def is_met(alert: Alert, rate: Rate) -> bool:
    """Return whether the current rate is beyond the level that an alert waits for."""
    above, below = alert.fires_above, alert.fires_below
    return (above is not None and rate.value >= above) or (below is not None and rate.value <= below)


def _fires_at(alert: Alert) -> list[Decimal]:
    """Return the canonical values at which an alert fires, the lower one (as asked for) first."""
    levels = [level for level in (alert.fires_below, alert.fires_above) if level is not None]
    return levels[::-1] if alert.inverted else levels


def again(t: Translator, alert: Alert, rate: Rate | None) -> str:
    """Return when an alert can fire again after it has fired, as the text of a callback answer."""
    rule = alert.rule
    if rule.kind is Kind.MOVE:
        return t.plain("alerts.again_move", share=percents(t, rule.move or Decimal(0)))
    if rule.kind in SPANS or rule.kind is Kind.PEG:
        share = max((rule.move or D("0.01")) - HYSTERESIS, Decimal(0))
        return t.plain("alerts.again_share", share=percents(t, share))
    rearms_at = alert.rearms_at_value(rate.tick * 2) if rate else None
    if rate is None or rearms_at is None or rearms_at <= 0:
        return t.plain("alerts.again_extreme", share=percents(t, HYSTERESIS))
    return t.plain("alerts.again_at", level=value_text(t, rule, rearms_at, rate))


def can_change(rule: AlertRule) -> bool:
    """Return whether a rule has a number that a person can change."""
    return rule.level is not None or rule.move is not None


def change_button(t: Translator, alert_id: int, rule: AlertRule) -> tuple[Button, ...]:
    """Return the button that asks for another level or per cent; none for a rule without a number."""
    if not can_change(rule):
        return ()
    key = "alerts.button_change" if rule.level is not None else "alerts.button_change_move"
    return (Button(t.plain(key), data=actions.ALERTS_CHANGE(alert_id)),)


def chart_button(t: Translator, pair: Pair) -> Button:
    """Return the button for the chart of a pair; of gold, for that of the usual bar."""
    gold = gold_of(pair)
    data = GOLD_CHART(gold[0], USUAL_WEIGHT, DEFAULT_RANGE) if gold else actions.CHARTS_SHOW(pair, DEFAULT_RANGE)
    return Button(t.plain("alerts.button_chart"), data=data)


def list_button(t: Translator) -> Button:
    """Return the button that opens the list."""
    return Button(t.plain("alerts.button_list"), data=actions.ALERTS_LIST(0))


def created(t: Translator, alert: Alert, rate: Rate, *, undo: bool = False) -> View:
    """Confirm an alert that is new or has a new rule. `undo`: it was created by a sentence, perhaps misread."""
    if alert.once:
        promise = "alerts.promise_once"
    elif alert.state is AlertState.FIRED:
        promise = "alerts.promise_next"
    else:
        promise = "alerts.promise_level" if alert.kind is Kind.LEVEL else "alerts.promise_other"
    line = t("alerts.created", line=describe(t, alert.rule)) + counted(t, alert.rule)
    lines = (line, f"{capital(position(t, alert, rate))}. {t(promise)}", *source_line(t, rate))
    first = [*change_button(t, alert.id, alert.rule)]
    times = "alerts.button_each_time" if alert.once else "alerts.button_once"
    first.append(Button(t.plain(times), data=actions.ALERTS_ONCE(alert.id, not alert.once)))
    second = [list_button(t)]
    if not alert.once:
        second.append(Button(t.plain("alerts.button_repeats"), data=actions.ALERTS_REPEATS(alert.id)))
    found = [tuple(first), tuple(second)]
    if undo:
        found.append((Button(t.plain("alerts.button_undo"), data=actions.ALERTS_DELETE(alert.id)),))
    return View("\n".join(lines), tuple(found))


def duplicate(t: Translator, alert: Alert, rate: Rate) -> View:
    """Answer a request for an alert that the chat has already."""
    said = t("alerts.duplicate", line=describe(t, alert.rule), rate=now_text(t, alert.rule, rate))
    text = "\n".join((said, *source_line(t, rate)))
    change = change_button(t, alert.id, alert.rule)
    delete = Button(t.plain("alerts.button_delete"), data=actions.ALERTS_DELETE(alert.id))
    found = [(*change, delete)]
    if alert.state is AlertState.PAUSED:
        text += "\n" + t("alerts.state_paused")
        found.insert(0, (Button(t.plain("alerts.button_resume"), data=actions.ALERTS_RESUME(alert.id)),))
    return View(text, (*found, (list_button(t),)))


def replacing(t: Translator, view: View, gone: Sequence[AlertRule]) -> View:
    """Add the alerts that were replaced, because their message was edited, to an answer."""
    lines = [t("alerts.replaced", line=describe(t, rule)) for rule in gone]
    return replace(view, text="\n".join([view.text, *lines]))


def already(t: Translator, rule: AlertRule, rate: Rate, *, once: bool) -> View:
    """Ask what to do about a rule that the rate meets already."""
    said = t("alerts.already", line=describe(t, rule), rate=now_text(t, rule, rate))
    text = "\n".join((said, *source_line(t, rate)))
    return View(
        text,
        (
            (Button(t.plain("alerts.button_next"), data=actions.ALERTS_CREATE_FIRED(rule, once), style="primary"),),
            (Button(t.plain("alerts.button_now"), data=actions.ALERTS_CREATE_AND_FIRE(rule, once)),),
        ),
    )


def far(t: Translator, rule: AlertRule, rate: Rate, share: Decimal, *, once: bool, alert_id: int | None) -> View:
    """Ask whether a level that is far from the rate is meant; `alert_id` is the alert that is to get it, if any."""
    said = t(
        "alerts.far",
        line=describe(t, rule),
        rate=now_text(t, rule, rate),
        share=number(t, (share * 100).quantize(Decimal(1))),
    )
    text = "\n".join((said, *source_line(t, rate)))
    if alert_id is None:
        set_it, other = actions.ALERTS_CREATE(rule, once), actions.ALERTS_TYPE_SIDE(rule.pair, rule.side)
    else:
        set_it = actions.ALERTS_SET(alert_id, rule.side, rule.level or Decimal(0))
        other = actions.ALERTS_CHANGE(alert_id)
    return View(
        text,
        (
            (
                Button(t.plain("alerts.button_set"), data=set_it),
                Button(t.plain("alerts.button_other"), data=other),
            ),
        ),
    )


def which_currency(t: Translator, rules: Sequence[AlertRule], *, once: bool) -> View:
    """Ask for the currency of a rule on the dollar alone."""
    sides = {rule.side for rule in rules}
    if rules[0].level is not None and len(sides) == 1:
        text = t(f"alerts.which_{sides.pop()}", level=number(t, rules[0].level))
    else:
        text = t("alerts.which")
    buttons = (Button(code_label(rule.pair.quote), data=actions.ALERTS_CREATE(rule, once)) for rule in rules)
    return View(text, rows(buttons, 3))
