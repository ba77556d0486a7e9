"""The list of a chat's alerts, and the card of one alert."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.domain.alerts import Alert, AlertState, Span
from bot.domain.rates import Rate
from bot.i18n import Html, Translator, dates
from bot.views import actions
from bot.views.alerts import (
    again,
    change_button,
    chart_button,
    describe,
    list_button,
    missing_text,
    now_text,
    pair_name,
    position,
)
from bot.views.market_text import published, source_line
from bot.views.message import Button, View, capital, rows
from bot.views.rate_text import moment

# Alerts on a page: two rows of numbered buttons.
PAGE = 10
NUMBERS_A_ROW = 5
# A longer list is grouped by pair.
UNGROUPED = 5

# An alert with the current canonical rate of its pair, if there is one.
Listed = tuple[Alert, Rate | None]


def is_snoozed(alert: Alert, now: dt.datetime) -> bool:
    """Return whether an alert is snoozed at an instant (UTC)."""
    return alert.active and alert.snoozed_until is not None and now < alert.snoozed_until


def listing(t: Translator, listed: Sequence[Listed], now: dt.datetime, zone: ZoneInfo, page: int = 0) -> View:
    """List a chat's alerts, the one that may fire next first, with a numbered button for each; ten on a page."""
    new = Button(t.plain("alerts.button_new"), data=actions.ALERTS_BUILD())
    if not listed:
        return View(t("alerts.empty"), ((new,),))
    grouped = len(listed) > UNGROUPED
    listed = _grouped(listed) if grouped else list(listed)
    pages = (len(listed) - 1) // PAGE
    page = min(page, pages)
    active = sum(alert.active for alert, _ in listed)
    lines, numbers, last = [t("alerts.title", active=active)], list[Button](), ""
    shown = [rate for _, rate in listed[page * PAGE : (page + 1) * PAGE] if rate is not None]
    for n, (alert, rate) in list(enumerate(listed, 1))[page * PAGE : (page + 1) * PAGE]:
        pair = pair_name(t, alert.rule.pair)
        if grouped and pair != last:
            lines += ["", f"<b>{pair}</b>" + (f" · {now_text(t, alert.rule, rate)}" if rate else "")]
        last = pair
        said = describe(t, alert.rule, once=alert.once, named=not grouped)
        state = _state(t, alert, rate, now, zone, with_rate=not grouped)
        lines.append(f"{n}. {said} · {state}" if state else f"{n}. {said}")
        numbers.append(Button(str(n), data=actions.ALERTS_ONE(alert.id)))
    if sources := source_line(t, *shown):
        lines += ["", *sources]
    turning = [
        Button(label, data=actions.ALERTS_LIST(target))
        for label, target in (("‹", page - 1), ("›", page + 1))
        if 0 <= target <= pages
    ]
    below = [new]
    if active:
        below.append(Button(t.plain("alerts.button_pause_all"), data=actions.ALERTS_PAUSE_ALL()))
    elif any(alert.state is AlertState.PAUSED for alert, _ in listed):
        below.append(Button(t.plain("alerts.button_resume_all"), data=actions.ALERTS_RESUME_ALL()))
    found = (*rows(numbers, NUMBERS_A_ROW), tuple(turning), tuple(below))
    return View("\n".join(lines), tuple(row for row in found if row))


def _grouped(listed: Sequence[Listed]) -> list[Listed]:
    """Return the alerts with those of one pair together, the pairs by their first alert."""
    pairs = list(dict.fromkeys(alert.rule.pair for alert, _ in listed))
    return sorted(listed, key=lambda one: pairs.index(one[0].rule.pair))


def _state(
    t: Translator, alert: Alert, rate: Rate | None, now: dt.datetime, zone: ZoneInfo, *, with_rate: bool = True
) -> str:
    """Return the state of an alert, or the current rate and the distance of one that waits."""
    if is_snoozed(alert, now) and alert.snoozed_until is not None:
        return t("alerts.state_snoozed", moment=short_moment(t, alert.snoozed_until, now, zone))
    if not alert.active:
        return t(f"alerts.state_{alert.state}")
    if rate is None:
        return t("alerts.no_rate")
    where: str = position(t, alert, rate) if with_rate else missing_text(t, alert, rate) or ""
    if alert.state is not AlertState.FIRED:
        return where
    fired = alert.last_fired_at
    state = (
        t("alerts.state_fired")
        if fired is None
        else t("alerts.state_fired_at", moment=moment_near(t, fired, now, zone))
    )
    return f"{where} · {state}" if where else state


def card(t: Translator, alert: Alert, rate: Rate | None, now: dt.datetime, zone: ZoneInfo) -> View:
    """Show one alert with the buttons that change it."""
    lines = [f"🔔 <b>{describe(t, alert.rule)}</b>", capital(_state(t, alert, rate, now, zone))]
    lines.append(t("alerts.again_never") if alert.once else again(t, alert, rate))
    lines += published(t, rate, zone) if rate else []
    first = [*change_button(t, alert.id, alert.rule)]
    second = []
    if not alert.active:
        first.append(Button(t.plain("alerts.button_resume"), data=actions.ALERTS_RESUME(alert.id)))
    else:
        first.append(Button(t.plain("alerts.button_pause"), data=actions.ALERTS_PAUSE(alert.id)))
        if is_snoozed(alert, now):
            second.append(Button(t.plain("alerts.button_wake"), data=actions.ALERTS_RESUME(alert.id)))
        else:
            second += _spans(t, alert.id, "💤 ")
    found = [first, second]
    if alert.state is AlertState.FIRED:
        found.append([Button(t.plain("alerts.button_again_now"), data=actions.ALERTS_RESUME(alert.id))])
    found.append(
        [
            chart_button(t, alert.rule.pair),
            Button(t.plain("alerts.button_delete"), data=actions.ALERTS_DELETE(alert.id)),
        ]
    )
    share = Button(t.plain("share.button_share"), data=actions.SHARES_ALERT(alert.id))
    found.append([share, Button(t.plain("alerts.button_to_list"), data=actions.ALERTS_LIST(0))])
    return View("\n".join(lines), tuple(tuple(row) for row in found if row))


def deleted(t: Translator, alert: Alert) -> View:
    """Confirm a deletion, which can be undone; `alert` is as it was before."""
    undo = Button(t.plain("alerts.button_undo"), data=actions.ALERTS_RESTORE(alert.id, alert.state))
    return View(t("alerts.deleted", line=describe(t, alert.rule, once=alert.once)), ((undo,), (list_button(t),)))


def snooze_choice(t: Translator, alert_id: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons that ask how long an alert that fired is to be snoozed."""
    return (tuple(_spans(t, alert_id)), (Button("‹", data=actions.ALERTS_ONE(alert_id)),))


def _spans(t: Translator, alert_id: int, mark: str = "") -> list[Button]:
    """Return a button for each time that an alert can be snoozed for."""
    return [
        Button(mark + t.plain(f"alerts.button_snooze_{span}"), data=actions.ALERTS_SNOOZE(alert_id, span))
        for span in Span
    ]


def moment_near(t: Translator, at: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> Html:
    """Return a time (UTC) that the reader's client shows: without the date if it is today's in the chat's zone."""
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return moment(at, t, zone, "t" if today else "Dt")


def short_moment(t: Translator, at: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> str:
    """Return a time of the next days for a button, in the chat's zone: `19:30`, `Mon 09:00`."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if not days:
        return f"{local:%H:%M}"
    return dates.weekday_time(local, t.language) if days < 7 else dates.moment(local, t.language)
