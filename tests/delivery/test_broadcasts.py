"""A broadcast from its start to its end, with a real worker: paced, paused, resumed after a restart, cancelled."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.delivery import broadcasts as module
from bot.delivery.broadcasts import SHOW_EVERY, Broadcaster
from bot.delivery.render import render
from bot.delivery.worker import Worker
from bot.demo.telegram.wire import JSON
from bot.domain.broadcasts import Audience, BroadcastState
from bot.domain.chats import Chat, ChatState, Quiet
from bot.views.message import View
from storage import broadcasts, chats
from tests.delivery.conftest import NOON, Post
from tests.waiting import eventually

OPERATOR, HELLO = 3, "Hello & welcome"
PEOPLE = range(100, 112)


async def begin(post: Post) -> int:
    """Begin a broadcast to all the people, its progress shown in a message."""
    card = post.telegram.world.add_message(
        post.telegram.world.chats[OPERATOR], post.telegram.world.bot, {"text": "card"}
    )
    async with post.database.write() as connection:
        await chats.ensure(connection, Chat(OPERATOR, "private", "en", "Asia/Almaty"), post.clock())
        await chats.set_state(connection, OPERATOR, ChatState.STOPPED, post.clock())
        for person in PEOPLE:
            post.telegram.add_person(person, f"P{person}")
            await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), post.clock())
        count = await broadcasts.count(connection, Audience())
        text = "<b>Hello</b> &amp; welcome"
        number = await broadcasts.draft(connection, OPERATOR, text, Audience(), count, post.clock())
        await broadcasts.start(connection, number, card["message_id"], paid=False)
    return number


async def change(post: Post, number: int, to: BroadcastState, before: BroadcastState) -> None:
    async with post.database.write() as connection:
        assert await broadcasts.change(connection, number, to, before)


def shown(post: Post) -> JSON:
    """The message that shows the progress."""
    return post.telegram.messages(OPERATOR)[-1]


def received(post: Post) -> list[int]:
    """How many times each has received it."""
    return [post.received(person).count(HELLO) for person in PEOPLE]


def broadcaster(post: Post, worker: Worker) -> Broadcaster:
    return Broadcaster(post.database, post.sender, worker.wake, post.clock)


async def test_paused_restarted_gone_on_with_and_ended_everybody_receives_it_once(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AHEAD", 4)
    monkeypatch.setattr(module, "CHUNK", 2)
    number = await begin(post)
    async with post.worker(render=render) as worker:
        first = broadcaster(post, worker)
        await first.advance()
        assert shown(post)["text"].startswith("📣 ")
        assert [button["text"] for button in shown(post)["reply_markup"]["inline_keyboard"][0]] == ["Pause", "Cancel"]
        await post.until({"sent": 4})
        await first.advance()
        await change(post, number, BroadcastState.PAUSED, BroadcastState.RUNNING)
        await first.advance()
        await post.until_idle()
        assert shown(post)["text"].startswith("⏸ Paused. Sent: ")
        rest = sum(received(post))
        assert rest < len(PEOPLE)
    async with post.worker(render=render) as worker:  # another process
        second = broadcaster(post, worker)
        for _ in range(3):
            await second.advance()
        await post.until_idle()
        assert sum(received(post)) == rest
        await change(post, number, BroadcastState.RUNNING, BroadcastState.PAUSED)

        async def look() -> str:
            await second.advance()
            return str(shown(post)["text"])

        await eventually(look, lambda text: text.startswith("✅"))
    assert received(post) == [1] * len(PEOPLE)
    assert shown(post)["text"] == "✅ Done. Sent: 12 of 12"
    assert "reply_markup" not in shown(post)
    async with post.database.read() as connection:
        assert await broadcasts.unfinished(connection) == []


async def test_cancelled_nobody_more_receives_it(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AHEAD", 4)
    monkeypatch.setattr(module, "CHUNK", 4)
    number = await begin(post)
    async with post.worker(render=render) as worker:
        one = broadcaster(post, worker)
        await one.advance()
        await post.until({"sent": 4})
    async with post.database.write() as connection:  # four more wait
        found = await broadcasts.get(connection, number)
        assert found is not None
        await broadcasts.feed(connection, found, 4, post.clock())
    await change(post, number, BroadcastState.CANCELLING, BroadcastState.RUNNING)
    async with post.worker(render=lambda *_: never()) as worker:
        await broadcaster(post, worker).advance()
        await post.until_idle()
        await broadcaster(post, worker).advance()
    assert sum(received(post)) == 4
    assert shown(post)["text"] == "✋ Cancelled. Sent: 4 of 12\nSkipped: 4"


async def test_chats_in_quiet_hours_are_counted_with_their_end_and_no_time_left(post: Post) -> None:
    quiet_one = PEOPLE[0]
    async with post.database.write() as connection:
        chat = await chats.ensure(connection, Chat(quiet_one, "private", "en", "Asia/Almaty"), post.clock())
        await chats.save(connection, replace(chat, quiet=Quiet(11 * 60, 13 * 60 + 15)))
    await begin(post)
    async with post.worker(render=render) as worker:
        one = broadcaster(post, worker)

        async def shown_text() -> str:
            post.ahead += SHOW_EVERY
            await one.advance()
            return str(shown(post)["text"])

        text = await eventually(shown_text, lambda text: "🌙" in text and "Time left" not in text)
    ends = NOON + dt.timedelta(hours=1, minutes=15)
    assert text == "📣 Sent: 11 of 12\n🌙 Chats in quiet hours: 1, the last until 5 Jan 13:15"
    assert [one["unix_time"] for one in shown(post)["entities"] if one["type"] == "date_time"] == [
        int(ends.timestamp())
    ]
    assert received(post).count(1) == 11


async def never() -> View:
    raise AssertionError("nothing of a cancelled broadcast is rendered")


async def test_progress_is_shown_every_few_seconds_and_again_where_its_message_is_gone(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AHEAD", 2)
    monkeypatch.setattr(module, "CHUNK", 2)
    await begin(post)
    edits = lambda: len(post.telegram.calls_of("editMessageText"))  # noqa: E731
    async with post.worker(render=render) as worker:
        one = broadcaster(post, worker)
        for sent in (2, 4):
            await one.advance()
            await post.until({"sent": sent})
        await one.advance()
        assert edits() == 1
        post.ahead += SHOW_EVERY + dt.timedelta(seconds=1)
        post.telegram.fail_next("editMessageText", status=400, description="Bad Request: message to edit not found")
        before = len(post.telegram.messages(OPERATOR))
        await one.advance()
        assert (edits(), len(post.telegram.messages(OPERATOR))) == (2, before + 1)
        async with post.database.read() as connection:
            [found] = await broadcasts.unfinished(connection)
        assert found.message_id == shown(post)["message_id"]
