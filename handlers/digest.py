"""/digest: the hour of the daily digest, or one right now."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.delivery.digests import compose
from bot.domain.errors import ExpiredButton
from bot.domain.times import MINUTES_A_DAY, NotATime, next_digest, parse_clock
from bot.views import digest as views
from bot.views.message import View
from bot.views.zones import described
from handlers.context import Action, Command, Context

_OFF = ("off", "stop", "no", "нет", "выкл", "выключить")
_NOW = ("now", "сейчас")


async def show_digest(ctx: Context) -> None:
    """Answer /digest 08:00, /digest off, /digest now; without a word, offer hours."""
    words = ctx.arguments.casefold()
    if not words:
        await ctx.reply(views.choose(ctx.t, ctx.chat.digest_at))
    elif words in _NOW:
        await send_now(ctx)
    elif words in _OFF:
        await _set(ctx, None)
    else:
        try:
            await _set(ctx, parse_clock(words))
        except NotATime:
            await ctx.reply(View(ctx.t("digest.not_a_time")))


async def _set(ctx: Context, digest_at: int | None) -> None:
    zone = ZoneInfo(ctx.chat.timezone)
    due = None if digest_at is None else next_digest(ctx.now, digest_at, zone, ctx.chat.last_digest_on)
    await ctx.save(replace(ctx.chat, digest_at=digest_at, next_digest_at=due))
    await ctx.edit_or_reply(views.set_to(ctx.t, digest_at, described(ctx.chat.timezone, ctx.now)))


async def send_now(ctx: Context) -> None:
    """Send a digest at once; it does not count as the day's."""
    date = ctx.now.astimezone(ZoneInfo(ctx.chat.timezone)).date()
    async with ctx.database.read() as connection:
        view = await compose(connection, ctx.chat, date, ctx.now, asked=True)
    await ctx.reply(view)


async def choose(ctx: Context) -> None:
    """Offer hours."""
    await ctx.edit_or_reply(views.choose(ctx.t, ctx.chat.digest_at))


async def set_at(ctx: Context, minutes: str) -> None:
    """Set the hour by button."""
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 4 and int(minutes) < MINUTES_A_DAY):
        raise ExpiredButton
    await _set(ctx, int(minutes))


async def switch_off(ctx: Context) -> None:
    """End the digest by button."""
    await _set(ctx, None)


COMMANDS = (Command("digest", show_digest, changes=True, description_key="digest.command.digest", reads=("", *_NOW)),)
BUTTONS = {
    ("digest", "choose"): Action(choose, changes=True),
    ("digest", "at"): Action(set_at, changes=True),
    ("digest", "off"): Action(switch_off, changes=True),
    ("digest", "now"): Action(send_now),
}
