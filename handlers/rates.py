"""/rates: what the currencies cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.rates import Pair
from bot.views import rates as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import rates

# How far back changes are told, in days.
SPANS = {"week": 7, "month": 30, "year": 365}


async def show_rates(turn: Turn) -> None:
    """Answer /rates with the board, /rates KZT with one currency."""
    words = turn.arguments.replace("/", " ").split()[:4]
    if not words:
        await turn.say(await _board(turn))
        return
    codes = [code_of(word) for word in words]
    wanted = [code for code in codes if code and code != "USD"]
    if None in codes or not wanted:
        word = words[codes.index(None)] if None in codes else words[0]
        await turn.say(await _unknown(turn, word))
        return
    await turn.say(await _one(turn, wanted[0]))


async def _board(turn: Turn) -> View:
    return await turn.services.boards.view(turn.t, turn.now, per_dollar=turn.chat.per_dollar)


async def _one(turn: Turn, code: str) -> View:
    async with turn.database.read() as connection:
        book = await rates.book(connection, turn.now)
        priced = book.price(Pair("USD", code))
        if priced is None:
            known = book.against_dollar
            return views.unknown(turn.t, code, None, known) if known else View(turn.t("rates.none"))
        [previous] = await rates.previous_different(connection, [priced])
        earlier = {}
        for span, days in SPANS.items():
            [earlier[span]] = await rates.priced_on(connection, [priced], turn.now.date() - dt.timedelta(days=days))
    return views.one(turn.t, priced, previous, earlier, book.others(priced.rate.pair), turn.now)


async def _unknown(turn: Turn, word: str) -> View:
    async with turn.database.read() as connection:
        book = await rates.book(connection, turn.now)
    known = book.against_dollar
    return views.unknown(turn.t, word[:20], nearest(word[:20]), known) if known else View(turn.t("rates.none"))


async def turn_round(turn: Turn, direction: str) -> None:
    """Show the board the other way round, and remember it."""
    if direction not in ("unit", "dollar"):
        await turn.old_button()
        return
    await turn.save(replace(turn.chat, per_dollar=direction == "dollar"))
    await turn.show(await _board(turn))


async def show_one(turn: Turn, code: str) -> None:
    """Show one currency."""
    if code_of(code) != code:
        await turn.old_button()
        return
    await turn.show(await _one(turn, code))


async def show_all(turn: Turn) -> None:
    """Show the board again."""
    await turn.show(await _board(turn))


COMMANDS = (Command("rates", show_rates, description_key="rates.command.rates"),)
BUTTONS = {
    ("rates", "turn"): Press(turn_round, changes=True),
    ("rates", "one"): Press(show_one),
    ("rates", "all"): Press(show_all),
}
