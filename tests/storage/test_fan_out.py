"""Deliveries of many chats are written in chunks: each of them once, whatever happens between two chunks."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.deliveries import DeliveryState
from bot.domain.events import ArticlePublished
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import Ingested, ingest, write_deliveries
from bot.ingest.matching import Matcher
from storage import chats, claims, deliveries, fan_out, mutes, outcomes, topics
from storage.database import Database
from storage.models import DeliveryRow, EventRow, FanOutRow
from storage.outcomes import DeliveryUpdate

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
PEOPLE = 20


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fan_out, "CHUNK", {"sqlite": 3, "postgresql": 3})


@pytest.fixture
async def followed(database: Database) -> Database:
    """A database in which everybody follows mines, and every second chat gold."""
    async with database.write() as connection:
        mine, gold = [await topics.ensure_query(connection, word) for word in ("mine", "gold")]
        for chat in range(1, PEOPLE + 1):
            await chats.ensure(connection, Chat(chat, "private", "en", "Asia/Almaty"), NOW)
            await topics.subscribe(connection, chat, 0, mine.id, "silent", NOW)
            if chat % 2:
                await topics.subscribe(connection, chat, 0, gold.id, "instant", NOW)
    return database


async def publish(database: Database, *titles: str, site: str = "one", text: str = "") -> Ingested:
    found = tuple(Article(title, text, guid=f"https://{site}.example/{n}") for n, title in enumerate(titles))
    return await ingest(database, Matcher(), site, Snapshot("rss", articles=found), NOW, filling=False)


async def written(database: Database) -> list[tuple[str, int, bool]]:
    """Return (event, chat, silent) of all deliveries by chat; PostgreSQL orders the chats of a chunk as it likes."""
    statement = select(EventRow.key, DeliveryRow.chat_id, DeliveryRow.silent)
    async with database.read() as connection:
        rows = await connection.execute(
            statement.join(EventRow, EventRow.id == DeliveryRow.event_id).order_by(DeliveryRow.chat_id, DeliveryRow.id)
        )
        return [tuple(row) for row in rows]


async def queued(database: Database) -> list[tuple[int, int | None]]:
    async with database.read() as connection:
        rows = await connection.execute(select(FanOutRow.event_id, FanOutRow.reached).order_by(FanOutRow.event_id))
        return [tuple(row) for row in rows]


EVERYBODY = [("article:1", chat, chat % 2 == 0) for chat in range(1, PEOPLE + 1)]


async def test_every_follower_gets_one_delivery(followed: Database) -> None:
    ingested = await publish(followed, "Gold mine opens")
    assert ingested.deliveries == PEOPLE
    assert await written(followed) == EVERYBODY
    assert await queued(followed) == []


class Killed(BaseException):
    """The end of the process, which no `except Exception` sees."""


@pytest.mark.parametrize("chunks", range(8))
async def test_a_process_killed_between_two_chunks_loses_and_doubles_nothing(
    followed: Database, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    write_chunk, done = fan_out.write_chunk, 0

    async def killed_after_some(connection: AsyncConnection) -> bool:
        nonlocal done
        unfinished = await write_chunk(connection)
        if done == chunks:
            raise Killed  # within the transaction: this chunk is undone
        done += 1
        return unfinished

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(fan_out, "write_chunk", killed_after_some)
        await publish(followed, "Gold mine opens")
    before = await written(followed)
    assert before == EVERYBODY[: len(before)]
    assert len(before) < PEOPLE
    async with followed.write() as connection:  # the written chunks are delivered before the fan-out goes on
        for one in await claims.claim(connection, NOW, 100):
            update = DeliveryUpdate(one.id, DeliveryState.SENT, message_id=one.id)
            await outcomes.record(connection, [update], NOW)
    await write_deliveries(followed)
    assert await written(followed) == EVERYBODY
    async with followed.read() as connection:
        states = await deliveries.count_by_state(connection)
    assert states == {state: n for state, n in (("sent", len(before)), ("pending", PEOPLE - len(before))) if n}
    await write_deliveries(followed)
    assert (await publish(followed, "Gold mine opens")).deliveries == 0
    assert await written(followed) == EVERYBODY


async def test_others_write_between_two_chunks(followed: Database) -> None:
    reached: set[int | None] = set()

    async def mute_repeatedly() -> None:
        while True:
            async with followed.write() as connection:
                await mutes.mute(connection, PEOPLE, ["one"])
            reached.update(chat for _, chat in await queued(followed))

    others = asyncio.create_task(mute_repeatedly())
    await publish(followed, "Gold mine opens")
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    assert len(reached) >= 3
    assert [chat for _, chat, _ in await written(followed)] == list(range(1, PEOPLE))


async def test_a_later_report_waits_for_the_first_one_and_reaches_only_the_others(
    followed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "Rosatom starts building a nuclear plant at Lake Balkhash in Kazakhstan"
    text = "Rosatom began construction of a nuclear power plant near Ulken on the shore of Lake Balkhash on Friday."
    async with followed.write() as connection:
        rosatom = await topics.ensure_query(connection, "rosatom")
        shore = await topics.ensure_query(connection, "shore")
        for chat in range(1, PEOPLE + 1):
            query = rosatom if chat % 2 else shore
            await topics.subscribe(connection, chat, 0, query.id, "instant", NOW)
            if chat < 5:
                await topics.subscribe(connection, chat, 0, rosatom.id, "instant", NOW)

    async def stopped(_connection: AsyncConnection) -> bool:
        return False

    with monkeypatch.context() as patched:
        patched.setattr(fan_out, "is_queued", stopped)
        await publish(followed, title)
        await publish(followed, title, site="two", text=text)
    assert await written(followed) == []
    await write_deliveries(followed)
    found = [(key, chat) for key, chat, _ in await written(followed)]
    assert sorted(chat for _, chat in found) == list(range(1, PEOPLE + 1))
    assert {chat for key, chat in found if key == "article:1"} == {1, 2, 3, 4, *range(5, PEOPLE + 1, 2)}


async def test_all_articles_of_a_poll_reach_a_chat_in_one_chunk(
    followed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_chunk = fan_out.write_chunk

    async def check_before(connection: AsyncConnection) -> bool:
        per_chat = [chat for _, chat, _ in await written(followed)]
        assert {per_chat.count(chat) for chat in per_chat} <= {2}
        return await write_chunk(connection)

    monkeypatch.setattr(fan_out, "write_chunk", check_before)
    assert (await publish(followed, "Gold mine opens", "Copper mine burns")).deliveries == 2 * PEOPLE


async def test_a_correction_is_written_in_chunks_for_those_who_have_the_message(followed: Database) -> None:
    await publish(followed, "Gold mine opens")
    async with followed.write() as connection:
        for one in await claims.claim(connection, NOW, 100):
            if one.chat_id <= PEOPLE // 2:
                update = DeliveryUpdate(one.id, DeliveryState.SENT, message_id=one.id)
                await outcomes.record(connection, [update], NOW)
        await claims.requeue_expired(connection)
    corrected = await publish(followed, "Silver mine opens")
    assert corrected.deliveries == PEOPLE // 2
    assert [chat for key, chat, _ in await written(followed) if key.startswith("correction")] == [
        *range(1, PEOPLE // 2 + 1)
    ]


async def test_old_events_are_deleted_with_their_deliveries_but_not_while_queued(followed: Database) -> None:
    await publish(followed, "Gold mine opens")
    async with followed.write() as connection:
        event = await deliveries.insert_event(connection, ArticlePublished(1), "article:0", NOW)
        assert event is not None
        await fan_out.queue(connection, [(event, 1)])
        for one in await claims.claim(connection, NOW, 100):
            await outcomes.record(connection, [DeliveryUpdate(one.id, DeliveryState.SENT)], NOW)
        assert await deliveries.clear(connection, NOW + dt.timedelta(days=1), 10) == 1
    assert (await written(followed), len(await queued(followed))) == ([], 1)
