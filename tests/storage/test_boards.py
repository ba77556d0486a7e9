"""Boards: which are due and when, whatever happens while one is edited."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.domain.boards import EDIT_EVERY, Board
from bot.domain.chats import Chat, ChatState
from bot.domain.rates import Pair
from storage import boards, chat_moves, chats, personal_data
from storage.boards import BoardUpdate
from storage.database import Database
from storage.models import BoardRow

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
LATER = NOW + EDIT_EVERY
USD_KZT, RUB_KZT = Pair("USD", "KZT"), Pair("RUB", "KZT")


async def put(database: Database, *given: Board, at: dt.datetime = NOW) -> list[int | None]:
    """Store boards and their chats; returns what each replaces."""
    async with database.write() as connection:
        for one in given:
            kind = "private" if one.chat_id > 0 else "supergroup"
            await chats.ensure(connection, Chat(one.chat_id, kind, "en", "UTC"), at)
        return [await boards.put(connection, one, at) for one in given]


async def change(database: Database, stored: str, at: dt.datetime) -> None:
    async with database.write() as connection:
        await boards.rates_changed(connection, [stored], at)


async def due(database: Database, at: dt.datetime, most: int = 100) -> list[Board]:
    async with database.read() as connection:
        return await boards.due(connection, at, most)


async def record(database: Database, at: dt.datetime, *updates: BoardUpdate) -> None:
    async with database.write() as connection:
        await boards.record(connection, updates, at)


async def row(database: Database, chat_id: int = 1) -> Any:
    async with database.read() as connection:
        return (await connection.execute(select(BoardRow.__table__).where(BoardRow.chat_id == chat_id))).one()


async def test_a_board_is_stored_with_its_pairs_and_replaces_the_one_before(database: Database) -> None:
    first = Board(1, 0, 10, (USD_KZT, RUB_KZT), "a")
    assert await put(database, first, Board(1, 7, 11)) == [None, None]
    async with database.read() as connection:
        assert await boards.get(connection, 1, 0) == first
        assert await boards.shown_pairs(connection) == {"USD/KZT RUB/KZT": (USD_KZT, RUB_KZT), "": ()}
        assert len((await personal_data.everything(connection, 1))["boards"]) == 2
    assert await put(database, Board(1, 0, 12)) == [10]
    async with database.write() as connection:
        assert await boards.remove(connection, 1, 0) == 12
        assert await boards.remove(connection, 1, 0) is None
        assert (await boards.get(connection, 1, 7)) is not None


async def test_only_boards_that_show_a_changed_rate_are_due_and_not_within_their_pause(database: Database) -> None:
    await put(database, Board(1, 0, 10, (USD_KZT,)), Board(2, 0, 11), Board(3, 0, 12, (USD_KZT,)))
    first = await due(database, LATER)  # each once after its start, for a rate that changed while it was sent
    assert [one.chat_id for one in first] == [1, 2, 3]
    await record(database, LATER, BoardUpdate(first[0], shown="x"), *(BoardUpdate(one) for one in first[1:]))
    await change(database, "USD/KZT", LATER)
    assert [one.chat_id for one in await due(database, LATER)] == [3]  # its text was the same: it was not edited
    assert [one.chat_id for one in await due(database, LATER + EDIT_EVERY)] == [3, 1]
    assert [one.chat_id for one in await due(database, LATER + EDIT_EVERY, 1)] == [3]


@pytest.mark.parametrize("state", [ChatState.STOPPED, ChatState.GONE, ChatState.PAUSED])
async def test_the_board_of_a_chat_that_is_not_active_waits(database: Database, state: ChatState) -> None:
    await put(database, Board(1, 0, 10))
    async with database.write() as connection:
        await chats.set_state(connection, 1, state, NOW)
    assert await due(database, LATER) == []
    async with database.write() as connection:
        await chats.set_state(connection, 1, ChatState.ACTIVE, NOW)
    assert [one.chat_id for one in await due(database, LATER)] == [1]


async def test_a_board_that_has_another_message_by_now_is_not_recorded(database: Database) -> None:
    await put(database, Board(1, 0, 10))
    [old] = await due(database, LATER)
    await put(database, Board(1, 0, 11, shown="new"), at=LATER)
    await record(database, LATER, BoardUpdate(old, shown="old"))
    async with database.write() as connection:
        assert not await boards.lose(connection, old, LATER)
    found = await row(database)
    assert (found.message_id, found.shown, found.due_at, found.lost_at) == (11, "new", LATER + EDIT_EVERY, None)


async def test_a_board_is_lost_once_and_not_due_until_it_is_made_again(database: Database) -> None:
    await put(database, Board(1, 0, 10))
    [one] = await due(database, LATER)
    async with database.write() as connection:
        assert await boards.lose(connection, one, LATER)
        assert not await boards.lose(connection, one, LATER)
        assert await boards.shown_pairs(connection) == {}
    await change(database, "", LATER)
    assert await due(database, LATER + EDIT_EVERY) == []
    assert await put(database, Board(1, 0, 11), at=LATER) == [None]  # nothing to take down
    assert [one.message_id for one in await due(database, LATER + EDIT_EVERY)] == [11]


async def test_a_flood_limit_outlasts_further_changes(database: Database) -> None:
    await put(database, Board(1, 0, 10))
    [one] = await due(database, LATER)
    until = LATER + dt.timedelta(hours=1)
    await record(database, LATER, BoardUpdate(one, later=until))
    await change(database, "", LATER + dt.timedelta(minutes=10))
    assert await due(database, until - dt.timedelta(seconds=1)) == []
    assert [one.shown for one in await due(database, until)] == [""]


@pytest.mark.parametrize("known", [False, True])
async def test_a_supergroup_keeps_the_pairs_but_not_the_number_of_the_message(database: Database, known: bool) -> None:
    await put(database, Board(-5, 0, 10, (USD_KZT,)), Board(-5, 7, 11))
    if known:
        await put(database, Board(-1005, 7, 3))
    async with database.write() as connection:
        await chat_moves.migrate(connection, -5, -1005)
    async with database.read() as connection:
        assert await boards.get(connection, -5, 0) is None
        assert await boards.get(connection, -1005, 0) == Board(-1005, 0, 0, (USD_KZT,))
        assert await boards.get(connection, -1005, 7) == Board(-1005, 7, 3 if known else 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["change", "edit", "edit and change", "same text", "crash"]), st.integers(0, 400)),
    max_size=15,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_no_change_is_lost_and_no_two_edits_are_closer_than_the_pause(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    async with database.write() as connection:
        await connection.execute(delete(BoardRow))
    await put(database, Board(1, 0, 10))
    now, edits, changed = NOW, [NOW], True
    for what, seconds in steps:
        now += dt.timedelta(seconds=seconds)
        if what == "change":
            await change(database, "", now)
            changed = True
            continue
        for one in await due(database, now):
            if what == "crash":  # between the edit, which changes nothing if it is repeated, and its record
                continue
            changed = what == "edit and change"
            if changed:
                await change(database, "", now)
            if what != "same text":
                edits.append(now)
            await record(database, now, BoardUpdate(one, shown=None if what == "same text" else "text"))
        assert ((await row(database)).due_at is not None) == changed
    assert all(later - earlier >= EDIT_EVERY for earlier, later in pairwise(edits))
    if changed:
        assert await due(database, max(now, edits[-1] + EDIT_EVERY))
