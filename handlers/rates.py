"""/rates: what the currencies cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.errors import ExpiredButton
from bot.domain.rates import Pair
from bot.views import rates as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import rates

# How far back changes are told, in days.
SPANS = {"week": 7, "month": 30, "year": 365}


async def show_rates(ctx: Context) -> None:
    """Answer /rates with the board, /rates KZT with one currency."""
    words = ctx.arguments.replace("/", " ").split()[:4]
    if not words:
        await ctx.reply(await _rate_table(ctx))
        return
    codes = [code_of(word) for word in words]
    wanted = [code for code in codes if code and code != "USD"]
    if None in codes or not wanted:
        word = words[codes.index(None)] if None in codes else words[0]
        await ctx.reply(await _unknown(ctx, word))
        return
    await ctx.reply(await _one(ctx, wanted[0]))


async def _rate_table(ctx: Context) -> View:
    return await ctx.services.rates_views.view(ctx.t, ctx.now, per_dollar=ctx.chat.per_dollar)


async def _one(ctx: Context, code: str) -> View:
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
        resolved = graph.resolve(Pair("USD", code))
        if resolved is None:
            known = graph.against_dollar
            return views.unknown(ctx.t, code, None, known) if known else View(ctx.t("rates.none"))
        [previous] = await rates.previous_different(connection, [resolved])
        earlier = {}
        for span, days in SPANS.items():
            [earlier[span]] = await rates.rates_on(connection, [resolved], ctx.now.date() - dt.timedelta(days=days))
    return views.one(ctx.t, resolved, previous, earlier, graph.others(resolved.rate.pair), ctx.now)


async def _unknown(ctx: Context, word: str) -> View:
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
    known = graph.against_dollar
    return views.unknown(ctx.t, word[:20], nearest(word[:20]), known) if known else View(ctx.t("rates.none"))


async def turn_round(ctx: Context, direction: str) -> None:
    """Show the board the other way round, and remember it."""
    if direction not in ("unit", "dollar"):
        raise ExpiredButton
    await ctx.save(replace(ctx.chat, per_dollar=direction == "dollar"))
    await ctx.edit_or_reply(await _rate_table(ctx))


async def show_one(ctx: Context, code: str) -> None:
    """Show one currency."""
    if code_of(code) != code:
        raise ExpiredButton
    await ctx.edit_or_reply(await _one(ctx, code))


async def show_all(ctx: Context) -> None:
    """Show the board again."""
    await ctx.edit_or_reply(await _rate_table(ctx))


COMMANDS = (Command("rates", show_rates, description_key="rates.command.rates"),)
BUTTONS = {
    ("rates", "turn"): Action(turn_round, changes=True),
    ("rates", "one"): Action(show_one),
    ("rates", "all"): Action(show_all),
}
