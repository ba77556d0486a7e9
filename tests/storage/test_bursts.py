"""Many articles for one person within a poll come as one message, on both engines."""

import datetime as dt

import pytest
from sqlalchemy import select

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.merging import merge_claimed
from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.merging import BURST
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from bot.views.message import View
from storage import article_lists, chats, claims, outcomes, topics
from storage.database import Database
from storage.models import DeliveryRow
from storage.outcomes import DeliveryUpdate

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
METALS = ["gold", "silver", "copper", "zinc", "lead", "iron", "nickel", "cobalt", "tin", "tungsten"]


async def listen(database: Database, chat: int, words: str, level: str = "instant", thread: int = 0) -> None:
    async with database.write() as connection:
        await chats.ensure(connection, Chat(chat, "private", "en", "Asia/Almaty"), NOW)
        for word in words.split():
            query = await topics.ensure_query(connection, word)
            await topics.subscribe(connection, chat, thread, query.id, level, NOW)


async def poll(database: Database, *metals: str, site: str = "one", at: dt.datetime = NOW) -> int:
    """Ingest a snapshot with an article about each metal; returns how many deliveries there are."""
    found = tuple(Article(f"Mine of {metal} opens", url=f"https://{site}.example/{metal}") for metal in metals)
    snapshot = Snapshot("rss", articles=found)
    return (await ingest(database, Matcher(), site, snapshot, at, filling=False)).deliveries


async def claim(database: Database) -> list[Delivery]:
    async with database.write() as connection:
        return await merge_claimed(connection, await claims.claim(connection, NOW, 100), NOW)


async def draw(database: Database, delivery: Delivery) -> View:
    async with database.read() as connection:
        chat = await chats.get(connection, delivery.chat_id)
        assert chat is not None
        view = await render(ClaimReader(connection, [delivery]), delivery, chat, NOW)
    assert view is not None
    return view


async def states(database: Database) -> list[tuple[int, str, int | None]]:
    statement = select(DeliveryRow.chat_id, DeliveryRow.state, DeliveryRow.message_id).order_by(DeliveryRow.id)
    async with database.read() as connection:
        return [tuple(row) for row in await connection.execute(statement)]  # type: ignore[misc]


@pytest.mark.parametrize("found", [1, 2, BURST, BURST + 1, 10])
async def test_more_than_three_articles_are_one_message(database: Database, found: int) -> None:
    await listen(database, 1, "mine")
    assert await poll(database, *METALS[:found]) == found
    claimed = await claim(database)
    assert len(claimed) == (1 if found > BURST else found)
    view = await draw(database, claimed[0])
    assert view.text.count("<a href=") == (found if found > BURST else 1)
    assert view.text.startswith("<b>News on your topics: ") == (found > BURST)


async def test_two_polls_do_not_merge(database: Database) -> None:
    await listen(database, 1, "mine")
    await poll(database, *METALS[:2])
    await poll(database, *METALS[2:5], at=NOW - dt.timedelta(seconds=1))
    assert len(await claim(database)) == 5


async def test_each_person_is_counted_alone(database: Database) -> None:
    await listen(database, 1, " ".join(METALS[:4]))
    await listen(database, 2, " ".join(METALS[:3]))
    await listen(database, 3, "mine", thread=7)
    await listen(database, 3, "gold silver", thread=9)
    assert await poll(database, *METALS[:5]) == 4 + 3 + 5 + 2
    claimed = await claim(database)
    assert [(one.chat_id, one.thread_id) for one in claimed].count((2, 0)) == 3
    assert [(one.chat_id, one.thread_id) for one in claimed].count((3, 9)) == 2
    alone = {(one.chat_id, one.thread_id): one for one in claimed if one.carries}
    assert alone.keys() == {(1, 0), (3, 7)}
    assert (await draw(database, alone[1, 0])).text.count("<a href=") == 4
    assert (await draw(database, alone[3, 7])).text.count("<a href=") == 5


@pytest.mark.parametrize(("loud", "silent"), [(0, True), (1, False), (4, False)])
async def test_a_burst_is_received_if_any_of_its_articles_is(database: Database, loud: int, silent: bool) -> None:
    await listen(database, 1, "mine", "silent")
    await listen(database, 1, " ".join(METALS[4 - loud : 4]))
    await poll(database, *METALS[:4])
    [burst] = await claim(database)
    assert burst.silent == silent


async def test_articles_for_the_digest_make_no_burst(database: Database) -> None:
    await listen(database, 1, "mine", "digest")
    await listen(database, 1, "gold silver copper")
    await poll(database, *METALS[:5])
    assert [one.carries for one in await claim(database)] == [False] * 3


@pytest.mark.parametrize("end", [DeliveryState.SENT, DeliveryState.UNCERTAIN, DeliveryState.DROPPED])
async def test_what_is_sent_in_a_burst_ends_as_it_does(database: Database, end: DeliveryState) -> None:
    await listen(database, 1, "mine")
    await poll(database, *METALS[:4])
    [burst] = await claim(database)
    async with database.write() as connection:
        later = DeliveryUpdate(burst.id, DeliveryState.PENDING, not_before=NOW, attempted=False)
        await outcomes.record(connection, [later], NOW)
    assert [state for _, state, _ in await states(database)] == ["pending", *["merged"] * 3]
    assert [one.id for one in await claim(database)] == [burst.id]
    async with database.write() as connection:
        message = 9 if end is DeliveryState.SENT else None
        await outcomes.record(connection, [DeliveryUpdate(burst.id, end, message_id=message)], NOW)
    assert await states(database) == [(1, str(end), message), *[(1, "merged", None)] * 3]
    async with database.read() as connection:
        listed = await article_lists.for_digest(connection, 1, NOW - dt.timedelta(hours=1), 10)
    assert len(listed) == (4 if end is DeliveryState.DROPPED else 0)


async def test_a_burst_waiting_for_one_who_stops_is_dropped_whole(database: Database) -> None:
    await listen(database, 1, "mine")
    await poll(database, *METALS[:4])
    async with database.write() as connection:
        await chats.set_state(connection, 1, ChatState.STOPPED, NOW)
    assert {state for _, state, _ in await states(database)} == {"dropped"}


async def test_topics_left_meanwhile_are_not_sent(database: Database) -> None:
    await listen(database, 1, " ".join(METALS[:4]))
    await poll(database, *METALS[:4])
    [burst] = await claim(database)
    async with database.write() as connection:
        for subscription in (await topics.of_chat(connection, 1))[:2]:
            await topics.unsubscribe(connection, 1, subscription.id)
    assert (await draw(database, burst)).text.count("<a href=") == 2
    async with database.write() as connection:
        await topics.unsubscribe(connection, 1, (await topics.of_chat(connection, 1))[0].id)
    assert "Your topics: zinc" in (await draw(database, burst)).text
