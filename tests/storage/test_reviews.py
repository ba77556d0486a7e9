"""Reviews on both engines: the first decision counts, and a post is published at most once and never after a skip."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.delivery import reviews as drafts
from bot.delivery.merging import merge_claimed
from bot.domain.articles import Article
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.events import EventKind
from bot.domain.reviews import Review, ReviewState, is_needed
from bot.schedule import jobs
from bot.services import reviews as services
from storage import article_lists, chat_moves, chats, claims, deliveries, outcomes, personal_data, reviews
from storage.database import Connection, Database
from storage.models import DeliveryRow, EventRow, ReviewRow
from storage.outcomes import DeliveryUpdate
from tests.databases import new_sqlite
from tests.drafts import ARTICLE, GROUP, publish, reviewing_group

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SUPERGROUP = -1_000_000_000_099
POSTED, SKIPPED, DROPPED = ReviewState.POSTED, ReviewState.SKIPPED, ReviewState.DROPPED


async def take(database: Database, now: dt.datetime = NOW) -> list[Delivery]:
    """Claim what the group would be sent now."""
    async with database.write() as connection:
        claimed = await merge_claimed(connection, await claims.claim(connection, now, 100), now)
    return [one for one in claimed if one.chat_id == GROUP]


async def ask(database: Database, now: dt.datetime = NOW) -> int:
    """Publish an article and ask for its review; returns the delivery."""
    number = await publish(database, now)
    await record(database, await take(database, now), now)
    return number


async def record(database: Database, claimed: list[Delivery], now: dt.datetime = NOW) -> None:
    """Record that claimed deliveries are reviewed, as the outcome writer does."""
    async with database.write() as connection:
        for one in claimed:
            update = DeliveryUpdate(one.id, DeliveryState.REVIEW, attempted=False, lease_until=one.lease_until)
            await outcomes.record(connection, [update], now)
            await drafts.ask(connection, one, now)


async def decide(database: Database, number: int, state: ReviewState, person: int = 1, name: str = "Aida") -> bool:
    async with database.write() as connection:
        return await reviews.decide(connection, number, state, NOW + HOUR, person, name)


async def read(database: Database, number: int) -> tuple[str, Review]:
    """Return the state of a delivery and its review."""
    async with database.read() as connection:
        state = await connection.execute(select(DeliveryRow.state).where(DeliveryRow.id == number))
        review = await reviews.get(connection, number)
        assert review is not None
        return state.scalar_one(), review


async def test_a_skip_while_its_group_becomes_a_supergroup_stays_a_skip(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reviewing_group(database, NOW, 1)
    number, read_review = await ask(database), reviews.get
    moving: list[asyncio.Task[None]] = []

    async def move() -> None:
        async with database.write() as connection:
            await chat_moves.migrate(connection, GROUP, SUPERGROUP)

    async def read_and_move(connection: Connection, delivery_id: int) -> Review | None:
        review = await read_review(connection, delivery_id)
        if not moving:
            moving.append(asyncio.create_task(move()))
            await asyncio.wait(moving, timeout=0.2)  # it has to wait for the decision
        return review

    monkeypatch.setattr(reviews, "get", read_and_move)
    await services.decide(database, number, SKIPPED, Chat(1, "private", "en", "Asia/Almaty"), "Aida", NOW)
    await asyncio.gather(*moving)
    state, review = await read(database, number)
    assert (state, review.state, review.chat_id) == (DeliveryState.DROPPED, SKIPPED, SUPERGROUP)


async def drafts_of(database: Database, kind: EventKind = EventKind.REVIEW) -> list[int]:
    """Return the chats that have deliveries of a kind."""
    async with database.read() as connection:
        found = select(DeliveryRow.chat_id).join(EventRow, EventRow.id == DeliveryRow.event_id)
        return sorted((await connection.execute(found.where(EventRow.kind == kind))).scalars())


@pytest.mark.parametrize(
    ("managers", "reviewers", "asked"), [((1, 2, 3), (2, 3), [2, 3]), ((1, 2), (), [1, 2]), ((1,), (1,), [1])]
)
async def test_reviewers_get_the_draft_and_without_reviewers_all_managers(
    database: Database, managers: tuple[int, ...], reviewers: tuple[int, ...], asked: list[int]
) -> None:
    await reviewing_group(database, NOW, *managers, reviewers=reviewers)
    number = await ask(database)
    state, review = await read(database, number)
    assert (state, review.state, review.decide_by) == ("review", ReviewState.OPEN, NOW + 3 * HOUR)
    assert await drafts_of(database) == asked


async def test_managers_get_the_draft_where_no_reviewer_can_be_reached(database: Database) -> None:
    await reviewing_group(database, NOW, 1, 2, reviewers=(2,))
    async with database.write() as connection:
        await chats.set_state(connection, 2, ChatState.GONE, NOW)
    await ask(database)
    assert await drafts_of(database) == [1]


async def test_a_chat_without_managers_publishes_at_once(database: Database) -> None:
    await reviewing_group(database, NOW)
    number = await ask(database)
    assert (await read(database, number))[0] == "pending"
    [claimed] = await take(database)
    assert claimed.review is POSTED


async def test_a_draft_that_reaches_nobody_waits_for_its_time(database: Database) -> None:
    await reviewing_group(database, NOW, 1, unreviewed=True)
    async with database.write() as connection:
        await chats.set_state(connection, 1, ChatState.STOPPED, NOW)
    number = await ask(database)
    assert (await read(database, number))[0] == "review"
    assert await jobs.review_tick(database, NOW + 4 * HOUR) == 1
    assert (await read(database, number))[0] == "pending"


async def test_a_claim_that_was_lost_asks_nobody(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    await publish(database, NOW)
    lost = await take(database)
    async with database.write() as connection:
        await claims.requeue_expired(connection)
    await take(database, NOW + HOUR)
    await record(database, lost)
    assert await drafts_of(database) == []


async def test_asked_twice_a_draft_is_sent_once(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    await publish(database, NOW)
    claimed = await take(database)
    await record(database, claimed)
    await record(database, claimed)
    assert await drafts_of(database) == [1]


async def test_the_first_decision_counts(database: Database) -> None:
    await reviewing_group(database, NOW, 1, 2)
    number = await ask(database)
    assert await decide(database, number, POSTED, 1, "Aida")
    assert not await decide(database, number, SKIPPED, 2, "Bek")
    state, review = await read(database, number)
    assert (state, review.state, review.decided_by, review.decided_name) == ("pending", POSTED, 1, "Aida")
    assert review.decided_at == NOW + HOUR


@pytest.mark.parametrize("round_", range(5))
async def test_of_many_decisions_at_once_one_counts(database: Database, round_: int) -> None:
    await reviewing_group(database, NOW, 1, 2)
    number = await ask(database)
    choices = [POSTED, SKIPPED] * 4
    won = await asyncio.gather(*(decide(database, number, state, n + 1) for n, state in enumerate(choices)))
    assert sum(won) == 1
    state, review = await read(database, number)
    assert review.decided_by == won.index(True) + 1
    assert state == ("pending" if review.state is POSTED else "dropped")


async def test_a_person_and_the_time_at_once_decide_once(database: Database) -> None:
    await reviewing_group(database, NOW, 1, unreviewed=False)
    number = await ask(database)
    won, ticked = await asyncio.gather(decide(database, number, POSTED), jobs.review_tick(database, NOW + 3 * HOUR))
    assert won + ticked == 1


@pytest.mark.parametrize("unreviewed", [True, False])
async def test_without_a_decision_the_chat_s_choice_counts_also_after_days(
    database: Database, unreviewed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "REVIEW_CHUNK", 2)
    await reviewing_group(database, NOW, 1, unreviewed=unreviewed)
    numbers = []
    for n in range(5):
        number = await publish(database, NOW, replace(ARTICLE, title=f"Gold {n} tons", guid=str(n), url=None))
        numbers.append(number)
    await record(database, await take(database))
    assert await jobs.review_tick(database, NOW + 3 * HOUR - dt.timedelta(seconds=1)) == 0
    assert await jobs.review_tick(database, NOW + 72 * HOUR) == 5
    assert await jobs.review_tick(database, NOW + 72 * HOUR) == 0
    for number in numbers:
        state, review = await read(database, number)
        assert state == ("pending" if unreviewed else "dropped")
        assert (review.state, review.decided_by) == (POSTED if unreviewed else SKIPPED, None)


async def test_a_lead_can_be_written_until_the_decision(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    async with database.write() as connection:
        assert await reviews.set_lead(connection, number, "One.")
        assert await reviews.set_lead(connection, number, "Two.")
    await decide(database, number, POSTED)
    async with database.write() as connection:
        assert not await reviews.set_lead(connection, number, "Three.")
    [claimed] = await take(database)
    assert claimed.lead == "Two."


@pytest.mark.parametrize("state", [ChatState.STOPPED, ChatState.GONE])
@pytest.mark.parametrize("posted", [True, False])
async def test_a_chat_that_is_stopped_or_gone_drops_its_posts(
    database: Database, state: ChatState, posted: bool
) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    if posted:
        await decide(database, number, POSTED)
    async with database.write() as connection:
        await chats.set_state(connection, GROUP, state, NOW)
    found, review = await read(database, number)
    assert (found, review.state) == ("dropped", DROPPED)
    assert not await decide(database, number, POSTED)


async def test_reviewed_posts_are_never_merged(database: Database) -> None:
    chat = await reviewing_group(database, NOW, 1)
    for n in range(5):
        await publish(database, NOW, Article(f"Gold {n} tons", guid=str(n)))
    claimed = await take(database)
    assert [one.carries for one in claimed] == [False] * 5
    await record(database, claimed)
    async with database.write() as connection:
        await chats.save(connection, replace(chat, post_form=replace(chat.post_form, review_hours=None)))
    for one in claimed:
        await decide(database, one.id, POSTED)
    late = await take(database, NOW + 12 * HOUR)
    assert [(one.id, one.carries) for one in late] == [(one.id, False) for one in claimed]


async def test_a_digest_leaves_out_what_is_reviewed_or_was_skipped(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    await publish(database, NOW, Article("Gold rises", guid="2"))

    async def listed() -> tuple[list[str], list[str]]:
        async with database.read() as connection:
            digest = await article_lists.for_digest(connection, GROUP, NOW - HOUR, 10)
            latest = await article_lists.latest(connection, 10, published_by=GROUP)
        return [one.title for one in digest], [one.title for one in latest]

    assert await listed() == ([], ["Gold rises"])
    await decide(database, number, SKIPPED)
    assert await listed() == ([], ["Gold rises"])
    async with database.read() as connection:
        assert len(await article_lists.latest(connection, 10, unmuted_by=1)) == 2


async def test_open_reviews_are_kept_when_old_events_are_deleted(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    async with database.write() as connection:
        await deliveries.clear(connection, NOW + 24 * HOUR, 100)
    assert (await read(database, number))[0] == "review"


@pytest.mark.parametrize("known", [True, False])
async def test_reviews_move_with_a_group_that_becomes_a_supergroup(database: Database, known: bool) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    async with database.write() as connection:
        if known:
            await chats.ensure(connection, Chat(-1005, "supergroup", "en", "UTC"), NOW)
        await chat_moves.migrate(connection, GROUP, -1005)
    assert (await read(database, number))[1].chat_id == -1005


async def test_a_person_sees_and_deletes_their_decisions(database: Database) -> None:
    await reviewing_group(database, NOW, 1)
    number = await ask(database)
    await decide(database, number, POSTED)
    async with database.write() as connection:
        [exported] = (await personal_data.everything(connection, 1))["reviews"]
        assert (exported["title"], exported["state"]) == (ARTICLE.title, "posted")
        await personal_data.forget(connection, 1)
    review = (await read(database, number))[1]
    assert (review.state, review.decided_by, review.decided_name) == (POSTED, None, "")


async def test_overdue_reviews_are_found_by_their_index(database: Database) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
    async with database.write() as connection:
        if not database.sqlite:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await connection.execute(
            text(f"{explain} SELECT delivery_id FROM reviews WHERE state = 'open' AND decide_by <= '2026-01-01'")
        )
        assert "ix_reviews_open" in " ".join(str(row) for row in plan)


class World:
    """A worker and people in any order; `sent` counts the posts that left, `after_skip` those after a skip."""

    def __init__(self, database: Database) -> None:
        self.database, self.now, self.number = database, NOW, 0
        self.sent, self.skipped, self.after_skip, self.held = 0, False, False, list[Delivery]()

    async def step(self, name: str) -> None:
        await getattr(self, name)()

    async def claim(self) -> None:
        self.held += await take(self.database, self.now)

    async def work(self) -> None:
        """Carry out the claims: ask, or send and record."""
        held, self.held = self.held, []
        for one in held:
            async with self.database.read() as connection:
                chat = await chats.get(connection, GROUP)
            assert chat is not None
            if is_needed(chat.post_form, one.review):
                await record(self.database, [one], self.now)
                continue
            self.sent += 1
            self.after_skip |= self.skipped
            async with self.database.write() as connection:
                done = DeliveryUpdate(one.id, DeliveryState.SENT, message_id=1, lease_until=one.lease_until)
                await outcomes.record(connection, [done], self.now)

    async def kill(self) -> None:
        """The process dies with its claims, before anything left."""
        self.held = []
        async with self.database.write() as connection:
            await claims.requeue_expired(connection)

    async def post(self) -> None:
        await decide(self.database, self.number, POSTED)

    async def skip(self) -> None:
        self.skipped |= await decide(self.database, self.number, SKIPPED)

    async def wait(self) -> None:
        self.now += HOUR

    async def tick(self) -> None:
        await jobs.review_tick(self.database, self.now)
        async with self.database.read() as connection:
            review = await reviews.get(connection, self.number)
        self.skipped |= review is not None and review.state is SKIPPED

    async def disable(self) -> None:
        async with self.database.write() as connection:
            chat = await chats.get(connection, GROUP)
            assert chat is not None
            await chats.save(connection, replace(chat, post_form=replace(chat.post_form, review_hours=None)))


STEPS = ("claim", "work", "kill", "post", "skip", "wait", "tick", "disable")


@settings(max_examples=60)
@given(steps=st.lists(st.sampled_from(STEPS), max_size=14), unreviewed=st.booleans())
def test_whatever_happens_in_whichever_order_a_post_leaves_at_most_once_and_never_after_a_skip(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], unreviewed: bool
) -> None:
    async def run(folder: Path) -> None:
        database = await new_sqlite(folder / "jarchi.db")
        try:
            await reviewing_group(database, NOW, 1, unreviewed=unreviewed)
            world = World(database)
            world.number = await publish(database, NOW)
            for step in [*steps, "kill", "claim", "work", *["wait"] * 3, "tick", "claim", "work"]:
                await world.step(step)
            assert world.sent <= 1
            assert not world.after_skip
            async with database.read() as connection:
                state = (await connection.execute(select(DeliveryRow.state))).scalars().first()
                still_open = await connection.execute(select(ReviewRow.state).where(ReviewRow.state == "open"))
                assert (state, still_open.first()) == ("sent" if world.sent else "dropped", None)
        finally:
            await database.close()

    asyncio.run(run(tmp_path_factory.mktemp("reviews")))
