"""/convert, and an amount of money said without a command."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, ConvertProblem, ConvertRequest, read_amount
from bot.domain.currencies import CURRENCIES
from bot.domain.errors import ExpiredButton
from bot.domain.numbers import NotANumber, parse_number
from bot.views import convert as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import rates


async def convert(ctx: Context) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is meant, without words show how to ask."""
    text = ctx.arguments
    if not text:
        await ctx.reply(views.how(ctx.t))
        return
    try:
        request = read_amount(text if any(map(str.isdigit, text)) else f"1 {text}", code_of)
    except ConvertProblem as error:
        await ctx.reply(views.problem(ctx.t, error, nearest(error.word)))
        return
    await ctx.reply(await _answer(ctx, request))


async def convert_text(ctx: Context) -> bool:
    """Answer an amount of money said without a command; False if the words are none."""
    try:
        request = read_amount(ctx.arguments, code_of)
    except ConvertProblem as error:
        if error.certain:
            await ctx.reply(views.problem(ctx.t, error, None))
        return error.certain
    await ctx.reply(await _answer(ctx, request))
    return True


async def _answer(ctx: Context, request: ConvertRequest) -> View:
    async with ctx.database.read() as connection:
        graph = await rates.graph(connection, ctx.now)
    answer = views.answer(ctx.t, request, graph, ctx.now)
    if answer is None and graph.currencies:
        return views.no_rate(ctx.t, request.base, views.wanted(request))
    return answer or View(ctx.t("rates.none"))


async def ask_again(ctx: Context, amount: str, base: str, quote: str) -> None:
    """Convert what a button says, in place."""
    try:
        value = parse_number(amount)
    except NotANumber:
        value = Decimal(0)
    if base == quote or base not in CURRENCIES or quote not in CURRENCIES or not 0 < value <= LARGEST_AMOUNT:
        raise ExpiredButton
    await ctx.edit_or_reply(await _answer(ctx, ConvertRequest(value, base, (quote,))))


COMMANDS = (Command("convert", convert, description_key="convert.command.convert"),)
BUTTONS = {("convert", "ask"): Action(ask_again)}
TEXT_HANDLERS = (convert_text,)
