"""An idle worker runs few statements, and still sends at once each delivery that is written, announced or due."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import pytest

from bot.delivery import broadcasts as broadcaster_module
from bot.delivery.broadcasts import Broadcaster
from bot.delivery.worker import GROUPS, RECLAIM_SECONDS
from bot.domain import polls
from bot.domain.broadcasts import Audience, BroadcastState
from bot.domain.events import EventKind
from storage import broadcasts, outcomes
from storage.leader_lock import RENEW_SECONDS
from tests.delivery.conftest import Knife, Post, plain

NEWS = EventKind.ARTICLE
HOUR = 3600.0
# A ping of the pool comes before each transaction on PostgreSQL.
PER_TRANSACTION = 2


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an idle queue be polled once an hour, so that earlier sends have another reason."""
    monkeypatch.setattr(polls, "IDLE_SECONDS", HOUR)
    monkeypatch.setattr(polls, "ANNOUNCED_SECONDS", HOUR)


async def idle(post: Post) -> None:
    """Wait until a first delivery has been sent and nothing is left to do."""
    await post.until({"sent": 1})


async def test_a_poll_of_an_empty_queue_is_one_transaction(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "IDLE_SECONDS", 0.001)
    polled = 0
    decide = polls.seconds_to_poll

    def counted(*args: object, **kwargs: object) -> float:
        nonlocal polled
        polled += 1
        if polled >= 50:
            enough.set()
        return decide(*args, **kwargs)  # type: ignore[arg-type]

    enough = asyncio.Event()
    monkeypatch.setattr("bot.delivery.worker.seconds_to_poll", counted)
    knife = Knife()
    async with post.worker(knife=knife):
        async with asyncio.timeout(30):
            await enough.wait()
        steps, times = knife.steps, polled
    # A read is two steps of the knife; expired leases are put back once, in three. One read of each group may be
    # under way.
    assert abs(steps - 3 - 2 * times) <= 2 * len(GROUPS)


def test_an_idle_process_makes_two_transactions_a_second_at_most_on_postgresql() -> None:
    worker = PER_TRANSACTION * (len(GROUPS) / polls.ANNOUNCED_SECONDS + 1 / RECLAIM_SECONDS)
    look = broadcaster_module.SAMPLE_SECONDS * broadcaster_module.IDLE_SAMPLES
    # Before each job of the leader its lock is checked, on a connection that needs no ping.
    others = 1 / RENEW_SECONDS + (1 + PER_TRANSACTION) / look
    assert worker + others <= 1.1  # the polls of the sources and the digest tick have the rest


@pytest.mark.usefixtures("unhurried")
async def test_what_this_process_writes_leaves_at_once(post: Post) -> None:
    first = await post.add(NEWS, 1)
    async with post.worker() as worker:
        await idle(post)
        post.database.on_queued = worker.wake
        second = await post.add(NEWS, 2)
        await post.until({"sent": 2})
    assert (post.received(1), post.received(2)) == ([first], [second])


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("announced", [True, False])
async def test_a_delivery_put_off_leaves_when_its_time_comes(post: Post, announced: bool) -> None:
    await post.add(NEWS, 1)
    async with post.database.write() as connection:
        await outcomes.postpone(connection, 1, post.clock() + dt.timedelta(seconds=0.4))
    async with post.worker(announced=announced):
        await post.until({"sent": 1})


async def test_what_another_process_writes_unannounced_is_found_by_polling(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "IDLE_SECONDS", 0.05)
    await post.add(NEWS, 1)
    async with post.worker():
        await idle(post)
        await post.add(NEWS, 2)
        await post.until({"sent": 2})


async def nothing() -> None:
    """Do nothing."""


async def test_while_no_broadcast_is_unfinished_most_times_are_skipped(post: Post) -> None:
    async with post.worker(render=plain) as worker:
        one = Broadcaster(post.database, post.sender, worker.wake, post.clock)

        async def advances(times: int, before: Callable[[], Awaitable[object]] = nothing) -> int:
            done = 0
            await before()
            for _ in range(times):
                if not one.idle():
                    done += 1
                    await one.advance()
            return done

        times = 3 * broadcaster_module.IDLE_SAMPLES
        assert await advances(times) <= 4

        async def begin() -> None:
            async with post.database.write() as connection:
                number = await broadcasts.draft(connection, 1, "Hello", Audience(), 1, post.clock())
                await broadcasts.start(connection, number, 1, paid=False)
                await broadcasts.change(connection, number, BroadcastState.PAUSED, BroadcastState.RUNNING)

        post.database.on_queued = one.wake
        await post.add(NEWS, 1)
        assert await advances(1, begin) == 1
        assert await advances(3) == 3
