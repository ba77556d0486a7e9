"""/rates: the rates of all currencies, or of one."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.rates import Pair
from bot.services import rates
from bot.views import actions
from bot.views import rates as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Command, Context, on


async def show_rates(ctx: Context) -> None:
    """Answer /rates with the table, /rates KZT with one currency."""
    words = ctx.arguments.replace("/", " ").split()[:4]
    if not words:
        await ctx.reply(await _rate_table(ctx))
        return
    codes = [code_of(word) for word in words]
    wanted = [code for code in codes if code and code != "USD"]
    if None in codes or not wanted:
        word = (words[codes.index(None)] if None in codes else words[0])[:20]
        await ctx.reply(await _unknown(ctx, word, nearest(word)))
        return
    await ctx.reply(await _one(ctx, wanted[0]))


async def _rate_table(ctx: Context) -> View:
    return await ctx.services.rates_views.view(ctx.t, ctx.now, per_dollar=ctx.chat.per_dollar)


async def _one(ctx: Context, code: str) -> View:
    found = await rates.currency_rate(ctx.database, code, ctx.now)
    if found is None:
        return await _unknown(ctx, code, None)
    return views.one(ctx.t, found.resolved, found.previous, found.earlier, found.others, ctx.now)


async def _unknown(ctx: Context, word: str, suggestion: str | None) -> View:
    return views.unknown(ctx.t, word, suggestion, await rates.known_currencies(ctx.database, ctx.now))


async def set_direction(ctx: Context, direction: str) -> None:
    """Show rates per dollar or per unit of the other currency from now on."""
    await ctx.save(replace(ctx.chat, per_dollar=direction == "dollar"))
    await ctx.edit_or_reply(await _rate_table(ctx))


async def show_one(ctx: Context, code: str) -> None:
    """Show one currency."""
    await ctx.edit_or_reply(await _one(ctx, code))


async def show_pair(ctx: Context, pair: Pair) -> None:
    """Show the rate of a pair."""
    code = pair.base if pair.quote == "USD" else pair.quote
    await ctx.edit_or_reply(await _one(ctx, code))


async def show_all(ctx: Context) -> None:
    """Show the table again."""
    await ctx.edit_or_reply(await _rate_table(ctx))


COMMANDS = (Command("rates", show_rates, description_key="rates.command.rates"),)
BUTTONS = (
    on(actions.RATES_DIRECTION, set_direction),
    on(actions.RATES_ONE, show_one),
    on(actions.RATES_PAIR, show_pair),
    on(actions.RATES_ALL, show_all),
)
