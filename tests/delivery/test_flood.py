"""Three chats are refused for hours: they wait, the others receive everything, also after a restart."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.delivery import pause
from bot.domain.deliveries import Priority
from bot.domain.events import EventKind
from storage import claims, deliveries
from tests.delivery.conftest import Post

HOURS = 43_838


async def test_three_chats_refused_for_hours_do_not_silence_nine_others(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pause, "FIRST_PAUSE", 0.2)
    for person in range(4, 13):
        post.telegram.add_person(person, f"P{person}")
    for chat in (1, 2, 3):
        words, parameters = f"Too Many Requests: retry after {HOURS}", {"retry_after": HOURS}
        post.telegram.fail_next("sendMessage", chat_id=chat, status=429, description=words, parameters=parameters)
    await post.add(EventKind.ARTICLE, 1, 2, 3)
    async with post.worker() as worker:
        await post.telegram.wait_for(lambda: len(post.telegram.calls_of("sendMessage")) == 3)
        await post.add(EventKind.ARTICLE, *range(4, 13))
        worker.wake()
        await post.until({"pending": 3, "sent": 9})
        await post.until_idle()
    async with post.database.read() as connection:
        count, until = await deliveries.flooded(connection, post.clock() + dt.timedelta(minutes=1))
        assert await claims.due(connection, post.clock(), list(Priority)) == []
    assert count == 3
    assert until is not None
    assert abs(until - post.clock() - dt.timedelta(seconds=HOURS)) < dt.timedelta(minutes=2)
    after = await post.add(EventKind.ARTICLE, *range(4, 13))
    async with post.worker():  # the next process
        await post.until({"pending": 3, "sent": 18})
    assert all(after in post.received(chat) for chat in range(4, 13))
    post.ahead += dt.timedelta(seconds=HOURS + 60)
    async with post.worker():
        await post.until({"sent": 21})


async def test_a_pause_of_everything_is_not_written_onto_anybodys_deliveries(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pause, "FIRST_PAUSE", 25.0)
    await post.add(EventKind.ARTICLE, 1, 2, 3)
    for chat in (1, 2, 3):
        post.telegram.fail_next("sendMessage", chat_id=chat, status=429, description="FLOOD_WAIT_9000")
    post.telegram.add_person(4, "P4")
    async with post.worker() as worker:
        await post.telegram.wait_for(lambda: len(post.telegram.calls_of("sendMessage")) == 3)
        await post.add(EventKind.ARTICLE, 4)
        worker.wake()
    async with post.database.read() as connection:
        due = await claims.due(connection, post.clock(), list(Priority))
    assert due == [Priority.NEWS]
