"""/digest: the hour of the daily digest, or one right now."""

from __future__ import annotations

from bot.domain.errors import InvalidInput
from bot.domain.times import NotATime, parse_clock
from bot.services import settings as service
from bot.views import actions
from bot.views import digest as views
from bot.views.zones import described
from handlers.context import Command, Context, on

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
        await switch_off(ctx)
    else:
        try:
            digest_at = parse_clock(words)
        except NotATime:
            raise InvalidInput("digest.not_a_time") from None
        await set_at(ctx, digest_at)


async def send_now(ctx: Context) -> None:
    """Send a digest at once; it does not count as the day's."""
    content = await service.digest_now(ctx.database, ctx.chat, ctx.now)
    await ctx.reply(views.digest(ctx.t, content, ctx.now))


async def choose(ctx: Context) -> None:
    """Offer hours."""
    await ctx.edit_or_reply(views.choose(ctx.t, ctx.chat.digest_at))


async def set_at(ctx: Context, digest_at: int | None) -> None:
    """Set the hour (local minutes after midnight) of the digest; None for no digest."""
    ctx.apply(await service.set_digest(ctx.database, ctx.chat, digest_at, ctx.now))
    await ctx.edit_or_reply(views.set_to(ctx.t, digest_at, described(ctx.chat.timezone, ctx.now, ctx.t.language)))


async def switch_off(ctx: Context) -> None:
    """End the digest."""
    await set_at(ctx, None)


COMMANDS = (
    Command(
        "digest",
        show_digest,
        changes=True,
        description_key="digest.command.digest",
        reads=("", *_NOW),
        reactivates=True,
        silencing=_OFF,
    ),
)
BUTTONS = (
    on(actions.DIGEST_CHOOSE, choose),
    on(actions.DIGEST_AT, set_at),
    on(actions.DIGEST_OFF, switch_off),
    on(actions.DIGEST_NOW, send_now),
)
