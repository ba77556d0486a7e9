"""/convert, and an amount of money said without a command."""

from __future__ import annotations

from decimal import Decimal

from bot.domain.amounts import LARGEST_AMOUNT, Ask, AskProblem, read_amount
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import NotANumber, parse_number
from bot.views import convert as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import rates


async def convert(turn: Turn) -> None:
    """Answer /convert 1500 usd kzt; without a number one unit is meant, without words show how to ask."""
    text = turn.arguments
    if not text:
        await turn.say(views.how(turn.t))
        return
    try:
        ask = read_amount(text if any(map(str.isdigit, text)) else f"1 {text}", code_of)
    except AskProblem as error:
        await turn.say(views.problem(turn.t, error, nearest(error.word)))
        return
    await turn.say(await _answer(turn, ask))


async def hear(turn: Turn) -> bool:
    """Answer an amount of money said without a command; False if the words are none."""
    try:
        ask = read_amount(turn.arguments, code_of)
    except AskProblem as error:
        if error.certain:
            await turn.say(views.problem(turn.t, error, None))
        return error.certain
    await turn.say(await _answer(turn, ask))
    return True


async def _answer(turn: Turn, ask: Ask) -> View:
    async with turn.database.read() as connection:
        book = await rates.book(connection, turn.now)
    answer = views.answer(turn.t, ask, book, turn.now)
    if answer is None and book.currencies:
        return views.no_rate(turn.t, ask.base, views.wanted(ask))
    return answer or View(turn.t("rates.none"))


async def ask_again(turn: Turn, amount: str, base: str, quote: str) -> None:
    """Convert what a button says, in place."""
    try:
        value = parse_number(amount)
    except NotANumber:
        value = Decimal(0)
    if base == quote or base not in CURRENCIES or quote not in CURRENCIES or not 0 < value <= LARGEST_AMOUNT:
        await turn.old_button()
        return
    await turn.show(await _answer(turn, Ask(value, base, (quote,))))


COMMANDS = (Command("convert", convert, description_key="convert.command.convert"),)
BUTTONS = {("convert", "ask"): Press(ask_again)}
PLAIN = hear
