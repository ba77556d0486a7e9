"""/convert, and a sentence with an amount of money."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, ConvertError, ConvertRequest, read_money
from bot.domain.errors import ExpiredButton
from bot.domain.intents import Correction, Intent, IntentKind
from bot.services import rates
from bot.views import actions
from bot.views import convert as views
from bot.views.currencies import nearest_word
from bot.views.dialogue import corrected
from bot.views.message import View
from handlers.context import Command, Context, on

# The misspelt words of one request that are read as currencies.
MAX_CORRECTIONS = 3


async def convert(ctx: Context) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is converted, without words the usage is shown."""
    if not ctx.arguments:
        await ctx.reply(views.how(ctx.t))
        return
    await ctx.reply(await _answer(ctx, _read(ctx, ctx.arguments)))


def _read(ctx: Context, text: str) -> ConvertRequest:
    """Read an amount; misspelt currencies are corrected, and the answer says so."""
    corrections = list[Correction]()
    while True:
        try:
            request = read_money(text, ctx.t.language)
        except ConvertError as error:
            known = nearest_word(error.word) if error.key == "convert.error.unknown" else None
            if known is None or len(corrections) == MAX_CORRECTIONS:
                raise
            text = text.replace(error.word, known, 1)
            corrections.append(Correction(error.word, known))
        else:
            if corrections:
                ctx.notes.append(corrected(corrections))
            return request


async def convert_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence with an amount of money."""
    if intent.problem is not None:
        raise intent.problem
    if intent.amount is None or not intent.currencies:
        raise ConvertError("convert.error.form")
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
