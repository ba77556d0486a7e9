"""/digest: the times of the daily digests, or one right now."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.times import NotATime, parse_clocks
from bot.domain.vocabulary import is_switch
from bot.services import settings as service
from bot.views import actions
from bot.views import digest as views
from handlers.command import Command, on
from handlers.context import Context

_NOW = ("now", "сейчас", "қазір", "казир", "азыр", "hozir", "ҳозир", "ҳоло", "häzir", "hazir")
# The prompt for a typed time.
_PROMPT = "digest.time"


async def show_digest(ctx: Context) -> None:
    """Answer /digest 8:00 18:30, /digest off, /digest now; without a word, offer times."""
    words = ctx.arguments.casefold()
    if not words:
        await ctx.reply(views.choose(ctx.t, ctx.chat, ctx.now))
    elif words in _NOW:
        await send_now(ctx)
    elif is_switch(words, on=False, language=ctx.t.language):
        await switch_off(ctx)
    else:
        await take_time(ctx)


async def send_now(ctx: Context) -> None:
    """Send a digest at once; it does not count as one of the day's."""
    content = await service.digest_now(ctx.database, ctx.chat, ctx.now)
    await ctx.reply(views.digest(ctx.t, content, ctx.now, ctx.zone))


async def choose(ctx: Context) -> None:
    """Offer times; an open question for one is withdrawn."""
    await ctx.close_prompt(_PROMPT)
    await ctx.edit_or_reply(views.choose(ctx.t, ctx.chat, ctx.now))


async def ask_time(ctx: Context) -> None:
    """Ask for typed times."""
    await ctx.prompt(_PROMPT, views.typing(ctx.t))


async def read_answer(ctx: Context) -> None:
    """Set the typed times, or end the digest; after any other text, ask again."""
    if is_switch(ctx.arguments.casefold(), on=False, language=ctx.t.language):
        ctx.asks_for_messages = False
        await switch_off(ctx)
    else:
        await take_time(ctx)


async def take_time(ctx: Context) -> None:
    """Set the typed times in place of the earlier ones; after a text that is none, ask for one."""
    try:
        times = parse_clocks(ctx.arguments)
    except NotATime:
        await ctx.prompt(_PROMPT, views.not_a_time(ctx.t))
    else:
        await set_times(ctx, times)


async def set_times(ctx: Context, times: Collection[int]) -> None:
    """Set the times (local minutes after midnight) of the digests; none for no digest."""
    ctx.apply(await service.set_digests(ctx.database, ctx.chat, times, ctx.now))
    await ctx.edit_or_reply(views.set_to(ctx.t, ctx.chat, ctx.now))


async def set_one(ctx: Context, minute: int, wanted: bool) -> None:
    """Add a time of the digests, or remove it; a second press of the same button changes nothing."""
    ctx.asks_for_messages = wanted
    times = {*ctx.chat.digest_times} | {minute} if wanted else {*ctx.chat.digest_times} - {minute}
    ctx.apply(await service.set_digests(ctx.database, ctx.chat, times, ctx.now))
    await ctx.edit_or_reply(views.choose(ctx.t, ctx.chat, ctx.now))


async def switch_off(ctx: Context) -> None:
    """End the digest."""
    await set_times(ctx, ())


COMMANDS = (
    Command(
        "digest",
        show_digest,
        changes=True,
        description_key="digest.command.digest",
        reads=("", *_NOW),
        reactivates=True,
    ),
)
BUTTONS = (
    on(actions.DIGEST_CHOOSE, choose),
    on(actions.DIGEST_AT, set_one),
    on(actions.DIGEST_TYPE, ask_time),
    on(actions.DIGEST_OFF, switch_off),
    on(actions.DIGEST_NOW, send_now),
)
PROMPTS = ((_PROMPT, read_answer),)
