"""/alerts: the list of a chat's alerts, the card of one, and the buttons under an alert that fired."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.alerts import AlertState, Span
from bot.services import alert_list as service
from bot.services.alert_list import Current
from bot.views import alert_list as views
from bot.views import fired_alerts
from bot.views.message import View, record
from handlers.context import Context, existing


async def show_alerts(ctx: Context, page: int = 0) -> None:
    """Answer /alerts with the list of the chat's alerts."""
    listed = await service.alert_list(ctx.database, ctx.chat.id, ctx.now)
    pairs = [(one.alert, one.rate) for one in listed]
    await ctx.edit_or_reply(views.listing(ctx.t, pairs, ctx.now, _zone(ctx), page))


def _zone(ctx: Context) -> ZoneInfo:
    return ZoneInfo(ctx.chat.timezone)


async def show_card(ctx: Context, alert_id: int) -> None:
    """Show one alert with the buttons that change it."""
    await _show(ctx, existing(await service.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now)))


async def _show(ctx: Context, current: Current) -> None:
    """Show an alert after a change: its card; under an alert that fired only the buttons."""
    if ctx.under_record:
        await ctx.edit_buttons(fired_alerts.fired_buttons(ctx.t, current.alert, ctx.now, _zone(ctx)))
    else:
        await ctx.edit_or_reply(views.card(ctx.t, current.alert, current.rate, ctx.now, _zone(ctx)))


async def delete(ctx: Context, alert_id: int) -> None:
    """Delete an alert, with a way to undo that."""
    alert = existing(await service.delete_alert(ctx.database, ctx.chat.id, alert_id, ctx.now))
    await ctx.edit_or_reply(views.deleted(ctx.t, alert))


async def restore(ctx: Context, alert_id: int, state: AlertState) -> None:
    """Undo a deletion."""
    current = existing(await service.restore_alert(ctx.database, ctx.chat.id, alert_id, state, ctx.now))
    await ctx.answer_callback(ctx.t.plain("alerts.restored"))
    await _show(ctx, current)


async def pause(ctx: Context, alert_id: int) -> None:
    """Pause an alert until it is resumed."""
    await _show(ctx, existing(await service.pause_alert(ctx.database, ctx.chat.id, alert_id, ctx.now)))


async def resume(ctx: Context, alert_id: int) -> None:
    """Switch an alert on, or end its snooze."""
    await _show(ctx, existing(await service.resume_alert(ctx.database, ctx.chat.id, alert_id, ctx.now)))


async def pause_all(ctx: Context) -> None:
    """Pause all alerts."""
    await service.pause_all(ctx.database, ctx.chat.id)
    await show_alerts(ctx)


async def resume_all(ctx: Context) -> None:
    """Resume all paused alerts."""
    await service.resume_all(ctx.database, ctx.chat.id, ctx.now)
    await show_alerts(ctx)


async def ask_snooze(ctx: Context, alert_id: int) -> None:
    """Ask by the buttons under the message of a fired alert how long to snooze it."""
    existing(await service.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now))
    await ctx.edit_buttons(record(View("", views.snooze_choice(ctx.t, alert_id))).buttons)


async def snooze(ctx: Context, alert_id: int, span: Span) -> None:
    """Snooze an alert for an hour, a day or until Monday morning; it fires then if its rule is met."""
    snoozed = await service.snooze_alert(ctx.database, ctx.chat.id, alert_id, span, ctx.now, _zone(ctx))
    await _show(ctx, existing(snoozed))
