"""Boards: the rates that one shows, and the stored board of a chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.boards import Board
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateTableRow
from bot.domain.rates import Pair
from storage import boards, rates
from storage.database import Database


async def board_rates(database: Database, pairs: Sequence[Pair], now: dt.datetime) -> list[RateTableRow]:
    """Return the rates of pairs, without pairs those of the table; InvalidInput if a pair has no rate."""
    async with database.read() as connection:
        found = await boards.rows(connection, await rates.graph(connection, now), pairs, now)
    known = {row.resolved.rate.pair for row in found}
    for pair in pairs:
        if pair not in known:
            raise InvalidInput("convert.no_rate", base=pair.base, quotes=pair.quote)
    if not found:
        raise InvalidInput("rates.none")
    return found


async def board_of(database: Database, chat_id: int, thread_id: int) -> Board | None:
    """Return the board of a chat and thread, also one whose message is lost."""
    async with database.read() as connection:
        return await boards.get(connection, chat_id, thread_id)


async def put_board(database: Database, board: Board, now: dt.datetime) -> int | None:
    """Store a board that was sent; returns the id of the message that it replaces."""
    async with database.write() as connection:
        return await boards.put(connection, board, now)


async def stop_board(database: Database, chat_id: int, thread_id: int) -> int:
    """Update the board of a chat and thread no more; returns the id of its message, InvalidInput if there is none."""
    async with database.write() as connection:
        removed = await boards.remove(connection, chat_id, thread_id)
    if removed is None:
        raise InvalidInput("boards.none")
    return removed
