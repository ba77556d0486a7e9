"""Boards: pinned messages with current rates. The table is the queue of their edits, too: `due_at`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.boards import EDIT_EVERY, Board
from bot.domain.rate_graph import RateGraph, RateTableRow
from bot.domain.rates import Pair
from storage import rates
from storage.models import BoardRow, ChatRow
from storage.upsert import upsert

# Values in one statement; SQLite takes some thousands.
_PIECE = 500
_COLUMNS = (
    BoardRow.chat_id,
    BoardRow.thread_id,
    BoardRow.message_id,
    BoardRow.pairs,
    BoardRow.shown,
    BoardRow.changes,
)
_DUE = (
    select(*_COLUMNS)
    .join(ChatRow, ChatRow.id == BoardRow.chat_id)
    .where(BoardRow.due_at <= bindparam("now"), ChatRow.state == "active")
    .order_by(BoardRow.due_at, BoardRow.chat_id, BoardRow.thread_id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class BoardUpdate:
    """The result of a board that was due; it changes nothing if the board has another message by now.

    `shown`: the hash of the text that the message has now, None: it stays. `later` (UTC): when it is tried again, None:
    it is done.
    """

    board: Board
    shown: str | None = None
    later: dt.datetime | None = None


def stored_pairs(pairs: Sequence[Pair]) -> str:
    """Return pairs as the column holds them: `USD/KZT RUB/KZT`."""
    return " ".join(f"{pair.base}/{pair.quote}" for pair in pairs)


def read_pairs(stored: str) -> tuple[Pair, ...]:
    """Return the pairs that the column holds."""
    return tuple(Pair(*one.split("/")) for one in stored.split())


def _board(row: Any) -> Board:
    return Board(row.chat_id, row.thread_id, row.message_id, read_pairs(row.pairs), row.shown, row.changes)


def _of(chat_id: int, thread_id: int) -> tuple[Any, Any]:
    return BoardRow.chat_id == chat_id, BoardRow.thread_id == thread_id


async def get(connection: AsyncConnection, chat_id: int, thread_id: int) -> Board | None:
    """Return the board of a chat and thread, also one whose message is lost."""
    row = (await connection.execute(select(*_COLUMNS).where(*_of(chat_id, thread_id)))).one_or_none()
    return _board(row) if row else None


async def put(connection: AsyncConnection, board: Board, now: dt.datetime) -> int | None:
    """Store the board that a chat and thread has from now on; returns the id of the message that it replaces.

    It becomes due at once after its first pause: a rate that changed while it was sent is shown then.
    """
    its = _of(board.chat_id, board.thread_id)
    before = await connection.execute(select(BoardRow.message_id, BoardRow.lost_at).where(*its).with_for_update())
    replaced = before.one_or_none()
    values = {
        "chat_id": board.chat_id,
        "thread_id": board.thread_id,
        "message_id": board.message_id,
        "pairs": stored_pairs(board.pairs),
        "shown": board.shown,
        "changes": 0,
        "due_at": now + EDIT_EVERY,
        "not_before": now + EDIT_EVERY,
        "lost_at": None,
        "created_at": now,
    }
    await connection.execute(upsert(connection, BoardRow, values, ("chat_id", "thread_id")))
    return replaced.message_id if replaced and replaced.lost_at is None else None


async def remove(connection: AsyncConnection, chat_id: int, thread_id: int) -> int | None:
    """Remove the board of a chat and thread; returns the id of its message, None if there was none."""
    removed = delete(BoardRow).where(*_of(chat_id, thread_id)).returning(BoardRow.message_id)
    return (await connection.execute(removed)).scalar_one_or_none()


async def shown_pairs(connection: AsyncConnection) -> dict[str, tuple[Pair, ...]]:
    """Return the different sets of pairs that boards show, by what the column holds."""
    rows = await connection.execute(select(BoardRow.pairs).where(BoardRow.lost_at.is_(None)).distinct())
    return {row.pairs: read_pairs(row.pairs) for row in rows}


async def rows(
    connection: AsyncConnection, known: RateGraph, pairs: Sequence[Pair], now: dt.datetime
) -> list[RateTableRow]:
    """Return the rates that a board shows, each with the one before it; a pair without a rate is left out.

    `known` is the graph of an instant (UTC).
    """
    if not pairs:
        return await rates.rate_table(connection, now, known)
    found = [resolved for pair in pairs if (resolved := known.resolve(pair))]
    before = await rates.rates_before(connection, found)
    return [RateTableRow(resolved, then, None) for resolved, then in zip(found, before, strict=True)]


async def rates_changed(connection: AsyncConnection, stored: Sequence[str], now: dt.datetime) -> None:
    """Let the boards of some sets of pairs be edited: now (UTC), or as soon as each may be edited again."""
    soonest = case((BoardRow.not_before > now, BoardRow.not_before), else_=literal(now, BoardRow.due_at.type))
    for start in range(0, len(stored), _PIECE):
        shown = BoardRow.pairs.in_(stored[start : start + _PIECE])
        await connection.execute(
            update(BoardRow)
            .where(shown, BoardRow.lost_at.is_(None))
            .values(due_at=soonest, changes=BoardRow.changes + 1)
        )


async def due(connection: AsyncConnection, now: dt.datetime, limit: int) -> list[Board]:
    """Return boards of active chats that are due (UTC), the longest waiting first. They stay due until recorded."""
    rows = await connection.execute(_DUE, {"now": now, "most": limit})
    return [_board(row) for row in rows]


# A board whose rates have changed since it was read is due again.
_RECORD = (
    update(BoardRow)
    .where(
        BoardRow.chat_id == bindparam("chat"),
        BoardRow.thread_id == bindparam("thread"),
        BoardRow.message_id == bindparam("message"),
        BoardRow.lost_at.is_(None),
    )
    .values(
        due_at=case(
            (BoardRow.changes != bindparam("seen"), bindparam("again", type_=BoardRow.due_at.type)),
            else_=bindparam("later", type_=BoardRow.due_at.type),
        ),
        not_before=func.coalesce(bindparam("pause", type_=BoardRow.not_before.type), BoardRow.not_before),
        shown=func.coalesce(bindparam("text", type_=BoardRow.shown.type), BoardRow.shown),
    )
)


async def record(connection: AsyncConnection, updates: Collection[BoardUpdate], now: dt.datetime) -> None:
    """Record what became of boards that were due. One that was edited pauses until its next edit."""
    values = []
    for one in updates:
        pause = one.later or (now + EDIT_EVERY if one.shown is not None else None)
        values.append(
            {
                "chat": one.board.chat_id,
                "thread": one.board.thread_id,
                "message": one.board.message_id,
                "seen": one.board.changes,
                "again": pause or now,
                "later": one.later,
                "pause": pause,
                "text": one.shown,
            }
        )
    if values:
        await connection.execute(_RECORD, values)


async def lose(connection: AsyncConnection, board: Board, now: dt.datetime) -> bool:
    """Note that the message of a board cannot be edited any more; returns whether that is new."""
    its = (*_of(board.chat_id, board.thread_id), BoardRow.message_id == board.message_id, BoardRow.lost_at.is_(None))
    lost = await connection.execute(update(BoardRow).where(*its).values(lost_at=now, due_at=None))
    return lost.rowcount > 0


async def leave_messages(connection: AsyncConnection, old_id: int, new_id: int) -> None:
    """Let the boards of a group lose their messages, for it becomes a supergroup; called before its rows move.

    The numbers of messages begin anew there: an edit would hit another message. The next change of a rate finds that
    the message is out of reach. Boards that the supergroup has already win.
    """
    there = aliased(BoardRow)
    kept = select(there.chat_id).where(there.chat_id == new_id, there.thread_id == BoardRow.thread_id).exists()
    await connection.execute(delete(BoardRow).where(BoardRow.chat_id == old_id, kept))
    await connection.execute(update(BoardRow).where(BoardRow.chat_id == old_id).values(message_id=0))
