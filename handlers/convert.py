"""/convert, and a sentence with an amount of money."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, MAX_REQUEST_LENGTH, ONE, ConvertError, ConvertRequest, amount_of
from bot.domain.errors import ExpiredButton
from bot.domain.intents import Intent, IntentKind
from bot.domain.tokens import QUANTITY
from bot.services import rates
from bot.views import actions
from bot.views import convert as views
from bot.views.message import View
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context


async def convert(ctx: Context) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is converted, without words the usage is shown."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    await ctx.reply(await _answer(ctx, _request(ctx)))


def _request(ctx: Context) -> ConvertRequest:
    """Return the request of the arguments; one without a number (`usd kzt`) is for one unit of its first currency."""
    if len(ctx.arguments) > MAX_REQUEST_LENGTH:
        raise ConvertError("convert.error.form")
    sentence = read(ctx).sentence
    return amount_of(sentence.tokens if sentence.has(QUANTITY) else (ONE, *sentence.tokens))


async def convert_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence with an amount of money."""
    if intent.problem is not None:
        raise intent.problem
    if intent.amount is None or not intent.currencies:
        await ctx.reply(views.how(ctx.t))
        return
    base, *quotes = dict.fromkeys(intent.currencies)
    await ctx.reply(await _answer(ctx, ConvertRequest(intent.amount, base, tuple(quotes))))


async def _answer(ctx: Context, request: ConvertRequest) -> View:
    conversion = await rates.convert(ctx.database, request, ctx.now, ctx.chat.currencies)
    return views.answer(ctx.t, conversion, ctx.now, ctx.zone)


async def convert_again(ctx: Context, amount: Decimal, base: str, quote: str) -> None:
    """Convert the amount of a button; under its own answer this renews it."""
    if base == quote or not 0 < amount <= LARGEST_AMOUNT:
        raise ExpiredButton
    await ctx.edit_or_reply(await _answer(ctx, ConvertRequest(amount, base, (quote,))))


COMMANDS = (Command("convert", convert, description_key="convert.command.convert"),)
BUTTONS = (on(actions.CONVERT_ASK, convert_again),)
INTENTS = ((IntentKind.CONVERT, convert_intent),)
