"""/convert, and an amount of money typed without a command."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, ConvertProblem, ConvertRequest, read_amount
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import NotANumber, parse_number
from bot.services import rates
from bot.views import convert as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.context import Action, Command, Context


async def convert(ctx: Context) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is converted, without words the usage is shown."""
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
    """Answer an amount of money typed without a command; False if the text is none."""
    try:
        request = read_amount(ctx.arguments, code_of)
    except ConvertProblem as error:
        if error.certain:
            await ctx.reply(views.problem(ctx.t, error, None))
        return error.certain
    await ctx.reply(await _answer(ctx, request))
    return True


async def _answer(ctx: Context, request: ConvertRequest) -> View:
    return views.answer(ctx.t, await rates.convert(ctx.database, request, ctx.now), ctx.now)


async def convert_again(ctx: Context, amount: str, base: str, quote: str) -> None:
    """Convert the amount of a button, in place."""
    try:
        value = parse_number(amount)
    except NotANumber:
        value = Decimal(0)
    if base == quote or base not in CURRENCIES or quote not in CURRENCIES or not 0 < value <= LARGEST_AMOUNT:
        await ctx.old_button()
        return
    await ctx.edit_or_reply(await _answer(ctx, ConvertRequest(value, base, (quote,))))


COMMANDS = (Command("convert", convert, description_key="convert.command.convert"),)
BUTTONS = {("convert", "ask"): Action(convert_again)}
TEXT_HANDLERS = (convert_text,)
