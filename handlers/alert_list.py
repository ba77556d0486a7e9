"""/alerts: the list of a chat's alerts, and the buttons that change one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    MAX_ALERTS,
    Alert,
    AlertState,
    RuleProblem,
    check,
    distance,
    observe,
    rearmed,
    resting,
)
from bot.domain.alerts import create_alert as drawn
from bot.domain.errors import ExpiredButton
from bot.domain.numbers import short
from bot.domain.rates import Rate
from bot.domain.times import at_local
from bot.views import alerts as views
from bot.views.actions import Shift, Span
from handlers.context import Context
from storage import alerts, rates

MONDAY_MORNING = 9 * 60


async def show_alerts(ctx: Context, page: int = 0) -> None:
    """Answer /alerts with the list of the chat's alerts."""
    async with ctx.database.read() as connection:
        found = (await alerts.of_chat(connection, ctx.chat.id))[:MAX_ALERTS]
        graph = await rates.graph(connection, ctx.now)
    away: dict[int, Decimal] = {}
    for alert in found:
        resolved = graph.resolve(alert.pair)
        far = distance(alert, resolved.rate) if resolved else None
        if far is not None:
            away[alert.id] = far
    await ctx.edit_or_reply(views.listing(ctx.t, found, away, ctx.now, ZoneInfo(ctx.chat.timezone), page))


async def _change(ctx: Context, alert_id: int, become: Callable[[Alert], Alert] | None) -> Alert | None:
    """Change (or with None: delete) the chat's own alert of this id in one transaction; returns the changed alert.

    If there is none in this chat, answer that the button is too old.
    """
    async with ctx.database.write() as connection:
        found = await alerts.get(connection, alert_id)
        if found is None or found.chat_id != ctx.chat.id:
            raise ExpiredButton from None
        if become is None:
            await alerts.remove(connection, ctx.chat.id, found.id)
        else:
            found = become(found)
            await alerts.save(connection, found)
    return found


async def delete(ctx: Context, alert_id: int) -> None:
    """Delete an alert."""
    if alert := await _change(ctx, alert_id, None):
        await ctx.answer_callback(views.deleted(ctx.t, alert.rule))
        await show_alerts(ctx)


async def pause(ctx: Context, alert_id: int) -> None:
    """Pause an alert until it is resumed."""
    if await _change(ctx, alert_id, lambda one: replace(one, state=AlertState.PAUSED)):
        await show_alerts(ctx)


async def resume(ctx: Context, alert_id: int) -> None:
    """Arm an alert now, whatever its state."""
    if await _change(ctx, alert_id, lambda one: replace(rearmed(one), snoozed_until=None)):
        await ctx.answer_callback(ctx.t.plain("alerts.armed"))
        await show_alerts(ctx)


async def sleep(ctx: Context, alert_id: int) -> None:
    """Ask how long to snooze an alert."""
    if alert := await _change(ctx, alert_id, lambda one: one):
        await ctx.edit_or_reply(views.snoozing(ctx.t, alert))


async def snooze(ctx: Context, alert_id: int, span: Span) -> None:
    """Snooze an alert for an hour, a day or until Monday morning; it fires then if its rule is met."""
    zone = ZoneInfo(ctx.chat.timezone)
    today = ctx.now.astimezone(zone).date()
    until = {
        Span.HOUR: ctx.now + dt.timedelta(hours=1),
        Span.DAY: ctx.now + dt.timedelta(days=1),
        Span.MONDAY: at_local(today + dt.timedelta(days=7 - today.weekday()), MONDAY_MORNING, zone),
    }[span]
    if until is None:
        raise ExpiredButton
    if await _change(ctx, alert_id, lambda one: replace(rearmed(one), snoozed_until=until)):
        await ctx.answer_callback(ctx.t.plain("alerts.snoozed"))


async def shift(ctx: Context, alert_id: int, way: Shift) -> None:
    """Move a level up or down by 1 %; the alert waits for the next crossing of the new level."""
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
    became: dict[str, Rate] = {}

    def moved(one: Alert) -> Alert:
        resolved = graph.resolve(one.pair)
        if one.rule.level is None or resolved is None:
            raise RuleProblem("alerts.error.form")
        line = replace(one.rule, level=short(one.rule.level * views.SHIFTS[way]))
        check(line, resolved.rate)
        became["rate"] = resolved.rate
        fresh = drawn(line, one.chat_id, one.thread_id, resolved.rate, once=one.once)
        fresh = replace(fresh, id=one.id, last_fired_at=one.last_fired_at, changed_at=one.changed_at)
        return resting(fresh, observe(resolved.rate))

    try:
        alert = await _change(ctx, alert_id, moved)
    except RuleProblem as error:
        if error.key == "alerts.error.form":
            raise ExpiredButton from None
        await ctx.reply(views.problem(ctx.t, error, ()))
        return
    if alert:
        await ctx.edit_or_reply(views.drawn(ctx.t, alert, became["rate"]))
