"""Messages about alerts that fired: one alert, its line in a summary, and the daily cap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from zoneinfo import ZoneInfo

from bot.domain.alerts import A_DAY, MAX_ALERTS_A_DAY, Alert, AlertRule, AlertState, Kind
from bot.domain.articles import StoredArticle
from bot.domain.events import AlertFired
from bot.domain.numbers import D, inverse
from bot.domain.providers import display_name
from bot.domain.rates import Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.alert_list import is_snoozed, moment_near, short_moment
from bot.views.alerts import (
    as_asked,
    change_button,
    chart_button,
    describe,
    level_text,
    list_button,
    pair_name,
    percents,
    stated,
)
from bot.views.currencies import FLAGS
from bot.views.market_text import market_source, published
from bot.views.message import Button, View, capital, record, shorten
from bot.views.news import headline_from
from bot.views.offers import NAME_LENGTH
from bot.views.rate_text import change, moment, percent
from bot.views.rates import source_name


def fired(
    t: Translator,
    event: AlertFired,
    now: dt.datetime,
    zone: ZoneInfo,
    related: Sequence[StoredArticle] = (),
    *,
    repeat: bool = False,
) -> View:
    """Return the message about an alert that fired: rate and rule (as asked for), the value before, source, time.

    `now` is UTC. `related` are the newest articles that may explain the rate. `repeat`: it may have been sent before.
    It is a record: its buttons change only the buttons under it.
    """
    rule = event.rule
    rate = as_asked(event.rate, rule.pair)
    before = _before(event, rate)
    lines = [_first(t, event, rate, before)]
    if before is not None and before.value != rate.value:
        lines.append(t("alerts.fired_before", rate=stated(t, before), change=change(t, before, rate)))
    if rule.kind is Kind.PEG and event.share is not None:
        lines.append(t("alerts.fired_peg_share", share=percents(t, event.share.quantize(D("0.001")))))
    if event.provider:
        lines.append(
            t("alerts.fired_provider", provider=shorten(display_name(event.provider, t.language), NAME_LENGTH))
        )
    source = capital(source_name(t, rate.source))
    at = t("alerts.fired_at", moment=moment_near(t, event.at, now, zone), source=source)
    # A published price is older than the alert: the line has its own time.
    lines += published(t, rate, zone) or [at]
    if related:
        lines += ["", t("alerts.related"), *("• " + headline_from(article) for article in related)]
    if repeat:
        lines.append(t("alerts.repeat"))
    state = AlertState.DONE if event.once else AlertState.FIRED
    return record(View("\n".join(lines), _buttons(t, event.alert_id, rule, state, None)))


def _before(event: AlertFired, rate: Rate) -> Rate | None:
    """Return the rate at the tick before, as asked for."""
    if not event.before:
        return None
    value = event.before if rate.pair == event.rate.pair else inverse(event.before)
    return replace(rate, value=value)


def _first(t: Translator, event: AlertFired, rate: Rate, before: Rate | None) -> str:
    """Return the first line, which a phone's notification shows: the rate, and the rule that it met."""
    rule = event.rule
    shown: dict[str, str] = {"pair": pair_name(t, rule.pair), "rate": stated(t, rate)}
    match rule.kind:
        case Kind.LEVEL:
            return t(f"alerts.fired_level_{rule.side}", level=level_text(t, rule), **shown)
        case Kind.HIGH | Kind.LOW:
            return t(f"alerts.fired_{rule.kind}", span=t.plain(f"alerts.days_{rule.days}"), **shown)
        case Kind.PEG:
            return t("alerts.fired_peg", **shown)
        case Kind.MOVE:
            arrow = "" if before is None or before.value == rate.value else "▲" if rate.value > before.value else "▼"
            return t("alerts.fired_move", arrow=arrow, share=percents(t, rule.move or D(0)), **shown)
        case _:
            share = event.share or D(0)
            share = share if rule.pair == event.rate.pair else inverse(1 + share) - 1
            asked = percents(t, rule.move or D(0))
            return t(f"alerts.fired_{rule.kind}", change=percent(t, share), share=asked, **shown)


def brief(t: Translator, event: AlertFired) -> Html:
    """Return an alert that fired as one line of text: the rule, the rate that fired it, and the source of a market."""
    rule, rate = event.rule, stated(t, as_asked(event.rate, event.rule.pair))
    said = t("alerts.brief", flag=FLAGS.get(currency(rule.pair), ""), line=describe(t, rule), rate=rate)
    source = f" · {escape(market_source(t, event.rate))}" if rule.pair.market else ""
    return Html(said + source)


def currency(pair: Pair) -> str:
    """Return the currency that a pair is about: the one that is not the dollar, else the quote."""
    return pair.base if pair.quote == "USD" else pair.quote


def fired_buttons(t: Translator, alert: Alert, now: dt.datetime, zone: ZoneInfo) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under the message of an alert that fired, by the alert's present state (now is UTC)."""
    snoozed = None
    if is_snoozed(alert, now) and alert.snoozed_until is not None:
        snoozed = short_moment(t, alert.snoozed_until, now, zone)
    return record(View("", _buttons(t, alert.id, alert.rule, alert.state, snoozed))).buttons


def _buttons(
    t: Translator, alert_id: int, rule: AlertRule, state: AlertState, snoozed: str | None
) -> tuple[tuple[Button, ...], ...]:
    first = (chart_button(t, rule.pair), *change_button(t, alert_id, rule))
    resume = actions.ALERTS_RESUME(alert_id)
    if state is AlertState.DONE:
        second = [Button(t.plain("alerts.button_resume"), data=resume)]
    elif state is AlertState.PAUSED:
        second = [Button(t.plain("alerts.button_off"), data=resume)]
    elif snoozed is not None:
        second = [Button(t.plain("alerts.button_snoozed", moment=snoozed), data=resume)]
    else:
        second = [
            Button(t.plain("alerts.button_snooze"), data=actions.ALERTS_ASK_SNOOZE(alert_id)),
            Button(t.plain("alerts.button_switch_off"), data=actions.ALERTS_PAUSE(alert_id)),
        ]
    return (first, tuple(second))


def capped(t: Translator, began: dt.datetime, alerts_today: int, zone: ZoneInfo) -> View:
    """Return the message on the daily cap: the number of alerts not sent, and when the next day begins."""
    until = moment(began + A_DAY, t, zone)
    text = t("alerts.capped", limit=MAX_ALERTS_A_DAY, more=max(alerts_today - MAX_ALERTS_A_DAY, 1), until=until)
    return record(View(text, ((list_button(t),),)))
