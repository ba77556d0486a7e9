"""A worker cut off at every step it makes: nothing is lost, and possible repetitions are counted."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import outcome_writer, worker
from bot.domain.events import EventKind
from storage import deliveries
from tests.delivery.conftest import Knife, Post
from tests.waiting import eventually

pytestmark = pytest.mark.slow

NEWS, CROSSING, DIGEST = EventKind.ARTICLE, EventKind.CROSSING, EventKind.DIGEST
# More steps than a worker makes for a few messages.
MOST = 120


async def queue(post: Post, n: int) -> dict[int, list[str]]:
    """Queue a crossing, news for three and a digest, a plain refusal and a group that moved; return the expected texts."""
    people = [1000 + 10 * n + k for k in range(3)]
    group, moved = -(100 + n), -(10**12 + 100 + n)
    for person in people:
        post.telegram.add_person(person, f"P{person}")
    post.telegram.add_group(group, "G", people, people[:1])
    crossing = await post.add(CROSSING, people[0])
    news = await post.add(NEWS, *people, group)
    digest = await post.add(DIGEST, people[1])
    post.telegram.migrate(group, moved)
    post.telegram.fail_next(
        "sendMessage", chat_id=people[2], status=400, description="Bad Request: can't parse entities: bad"
    )
    return {people[0]: [crossing, news], people[1]: [news, digest], people[2]: [news], moved: [news]}


async def lease_expirations(post: Post) -> int:
    async with post.database.read() as connection:
        return await deliveries.count_lease_expirations(connection)


async def unfinished(post: Post, state: str) -> int:
    return (await post.states()).get(state, 0)


async def run_until_cut_or_done(post: Post, knife: Knife) -> None:
    await eventually(post.states, lambda states: knife.cut.is_set() or not {"pending", "sending"} & states.keys())


async def test_killed_at_every_step_nothing_is_lost_and_what_was_under_way_is_counted(post: Post) -> None:
    for n in range(MOST):
        knife, wanted, counted = Knife(after=n), await queue(post, n), await lease_expirations(post)
        async with post.worker(knife=knife):
            await run_until_cut_or_done(post, knife)
        claimed = await unfinished(post, "sending")
        async with post.worker():
            await post.until_finished()
        received = {chat: post.received(chat) for chat in wanted}
        for chat, keys in wanted.items():
            assert set(received[chat]) == set(keys), f"lost when cut at step {n}"
            firsts = [key for at, key in enumerate(received[chat]) if key not in received[chat][:at]]
            assert firsts == keys
        doubled = sum(len(said) for said in received.values()) - sum(len(keys) for keys in wanted.values())
        assert await lease_expirations(post) - counted == claimed >= doubled
        if not knife.cut.is_set():
            assert n > 15
            return
    raise AssertionError("the worker never came to its end")


async def test_stopped_at_every_step_it_returns_what_has_not_left(post: Post) -> None:
    for n in range(0, MOST, 2):
        wanted = await queue(post, n)
        knife = Knife(reach=n)
        async with post.worker(knife=knife):
            await asyncio.wait_for(knife.reached.wait(), 10)
        assert await unfinished(post, "sending") == 0
        finished = not await unfinished(post, "pending")
        async with post.worker():
            await post.until_finished()
        assert {chat: post.received(chat) for chat in wanted} == wanted
        if finished:
            assert n > 15
            return
    raise AssertionError("the worker never came to its end")


@pytest.mark.parametrize("kind", [NEWS, CROSSING])
async def test_a_stop_does_not_wait_for_an_answer_that_does_not_come(
    post: Post, kind: EventKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert worker.STOP_SECONDS + outcome_writer.CLOSE_SECONDS < 10
    monkeypatch.setattr(worker, "STOP_SECONDS", 0.2)
    await post.add(kind, 1)
    await post.add(NEWS, 2)
    post.telegram.hang_next("sendMessage", 30.0)
    async with post.worker(read_seconds=60.0):
        await post.telegram.wait_for(lambda: len(post.telegram.calls_of("sendMessage")) == 2)
    assert await post.states() == ({"uncertain": 1, "sent": 1} if kind is NEWS else {"pending": 1, "sent": 1})
