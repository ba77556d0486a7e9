"""/alerts: the list of a chat's alerts, and the buttons that change one."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.alerts import Shift, Span
from bot.services import alerts as service
from bot.views import alerts as views
from handlers.context import Context, existing


async def show_alerts(ctx: Context, page: int = 0) -> None:
    """Answer /alerts with the list of the chat's alerts."""
    found = await service.alert_list(ctx.database, ctx.chat.id, ctx.now)
    zone = ZoneInfo(ctx.chat.timezone)
    await ctx.edit_or_reply(views.listing(ctx.t, found.alerts, found.distances, ctx.now, zone, page))


async def delete(ctx: Context, alert_id: int) -> None:
    """Delete an alert."""
    alert = existing(await service.delete_alert(ctx.database, ctx.chat.id, alert_id))
    await ctx.answer_callback(views.deleted(ctx.t, alert.rule))
    await show_alerts(ctx)


async def pause(ctx: Context, alert_id: int) -> None:
    """Pause an alert until it is resumed."""
    existing(await service.pause_alert(ctx.database, ctx.chat.id, alert_id))
    await show_alerts(ctx)


async def resume(ctx: Context, alert_id: int) -> None:
    """Arm an alert now, whatever its state."""
    existing(await service.resume_alert(ctx.database, ctx.chat.id, alert_id))
    await ctx.answer_callback(ctx.t.plain("alerts.armed"))
    await show_alerts(ctx)


async def ask_snooze(ctx: Context, alert_id: int) -> None:
    """Ask how long to snooze an alert."""
    alert = existing(await service.find_alert(ctx.database, ctx.chat.id, alert_id))
    await ctx.edit_or_reply(views.snoozing(ctx.t, alert))


async def snooze(ctx: Context, alert_id: int, span: Span) -> None:
    """Snooze an alert for an hour, a day or until Monday morning; it fires then if its rule is met."""
    zone = ZoneInfo(ctx.chat.timezone)
    existing(await service.snooze_alert(ctx.database, ctx.chat.id, alert_id, span, ctx.now, zone))
    await ctx.answer_callback(ctx.t.plain("alerts.snoozed"))


async def shift(ctx: Context, alert_id: int, way: Shift) -> None:
    """Move a level up or down by 1 %; the alert waits for the next crossing of the new level."""
    moved = existing(await service.shift_alert(ctx.database, ctx.chat.id, alert_id, way, ctx.now))
    await ctx.edit_or_reply(views.created(ctx.t, moved.alert, moved.rate))
