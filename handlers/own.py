"""The choice of a person's own currencies: by a button, or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.own_rates import MAX_OWN, own_pairs
from bot.domain.rates import Pair
from bot.services import rates
from bot.views import actions
from bot.views import own as views
from bot.views.message import View
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context

PROMPT = "own.currencies"


async def ask(ctx: Context) -> None:
    """Ask for the own currencies; an open question for them in words is withdrawn."""
    await ctx.close_prompt(PROMPT)
    await ctx.edit_or_reply(views.ask(ctx.t, ctx.chat.currencies))


async def choose(ctx: Context, pair: Pair) -> None:
    """Store an offered pair: the currency that the person has, and the one that they need."""
    await ctx.edit_or_reply(await _saved(ctx, (pair.base, pair.quote)))


async def clear(ctx: Context) -> None:
    """Forget the own currencies."""
    await ctx.edit_or_reply(await _saved(ctx, ()))


async def ask_in_words(ctx: Context) -> None:
    """Ask for the own currencies in words."""
    await ctx.prompt(PROMPT, views.prompt(ctx.t))


async def read_answer(ctx: Context) -> None:
    """Store the currencies of an answer, the one that the person has first; ask again after fewer than two."""
    codes = read(ctx).sentence.named
    if len(codes) < 2:
        ctx.notes.clear()
        await ctx.prompt(PROMPT, views.prompt(ctx.t, missed=True))
        return
    await ctx.reply(await _saved(ctx, codes[:MAX_OWN]))


async def _saved(ctx: Context, currencies: Sequence[str]) -> View:
    await ctx.close_prompt()
    await ctx.save(replace(ctx.chat, currencies=tuple(currencies)))
    own = await rates.own_rates(ctx.database, own_pairs(currencies), ctx.now) if currencies else []
    return views.saved(ctx.t, currencies, own)


COMMANDS: tuple[Command, ...] = ()
BUTTONS = (
    on(actions.OWN_ASK, ask),
    on(actions.OWN_SET, choose),
    on(actions.OWN_NONE, clear),
    on(actions.OWN_OTHER, ask_in_words),
)
PROMPTS = ((PROMPT, read_answer),)
