"""/convert, and an amount of money typed without a command."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, ConvertError, ConvertRequest, read_amount, read_money
from bot.domain.errors import ExpiredButton
from bot.services import rates
from bot.views import actions
from bot.views import convert as views
from bot.views.message import View
from handlers.context import Command, Context, on


async def convert(ctx: Context) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is converted, without words the usage is shown."""
    text = ctx.arguments
    if not text:
        await ctx.reply(views.how(ctx.t))
        return
    request = read_money(text, ctx.t.language)
    await ctx.reply(await _answer(ctx, request))


async def convert_text(ctx: Context) -> bool:
    """Answer an amount of money typed without a command; False if the text is none."""
    try:
        request = read_amount(ctx.arguments, ctx.t.language)
    except ConvertError as error:
        if error.certain:
            raise
        return False
    await ctx.reply(await _answer(ctx, request))
    return True


async def _answer(ctx: Context, request: ConvertRequest) -> View:
    return views.answer(ctx.t, await rates.convert(ctx.database, request, ctx.now), ctx.now)


async def convert_again(ctx: Context, amount: Decimal, base: str, quote: str) -> None:
    """Convert the amount of a button, in place."""
    if base == quote or not 0 < amount <= LARGEST_AMOUNT:
        raise ExpiredButton
    await ctx.edit_or_reply(await _answer(ctx, ConvertRequest(amount, base, (quote,))))


COMMANDS = (Command("convert", convert, description_key="convert.command.convert"),)
BUTTONS = (on(actions.CONVERT_ASK, convert_again),)
TEXT_HANDLERS = (convert_text,)
