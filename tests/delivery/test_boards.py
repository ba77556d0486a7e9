"""Boards: edited in place when their rates change, paced, once; and what becomes of those that cannot be edited."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from telegram import Bot

from bot.delivery import boards as module
from bot.delivery.boards import BoardEditor
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import render
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.domain.boards import EDIT_EVERY, PRIORITY, Board
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import PRIORITY as PRIORITIES
from bot.domain.events import EventKind
from bot.domain.rates import Pair, Quote
from bot.ingest.rates import store_rates
from bot.views.actions import BOARDS_PIN
from bot.views.buttons import for_destination
from bot.views.message import View
from storage import boards, chats, destinations
from storage.models import BoardRow, ChatRow
from tests.delivery.conftest import NOON, TOKEN, CutDatabase, Knife, Post

USD_KZT = Pair("USD", "KZT")
GROUP, CHANNEL = -5, -1000000000077
SECOND = dt.timedelta(seconds=1)


@asynccontextmanager
async def editing(
    post: Post,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    leads: Callable[[], bool] = lambda: True,
    knife: Knife | None = None,
) -> AsyncIterator[tuple[BoardEditor, RateLimiter, Sender]]:
    """An editor of boards with a limiter and a sender; person 3 is the operator."""
    limiter = RateLimiter(monotonic)
    request = AiohttpRequest(limiter)
    bot = Bot(TOKEN, base_url=f"{post.telegram.url}/bot", request=request, get_updates_request=AiohttpRequest())
    await request.initialize()
    database: Any = CutDatabase(post.database, knife) if knife else post.database
    sender = Sender(bot)
    try:
        yield BoardEditor(database, sender, limiter, post.clock, leads, (3,)), limiter, sender
    finally:
        await request.shutdown()


async def print_rate(post: Post, value: str, pair: Pair = USD_KZT, days: int = 0) -> None:
    """Let the National Bank of Kazakhstan print a rate."""
    at = post.clock()
    quote = Quote(pair, Decimal(value), Decimal("0.005"))
    async with post.database.write() as connection:
        await store_rates(connection, "nbk", (quote,), (NOON + dt.timedelta(days=days)).date(), at)


async def make(post: Post, sender: Sender, *chat_ids: int, pairs: tuple[Pair, ...] = (USD_KZT,)) -> None:
    """Send boards that show no rates yet, and let a rate be printed and the pause of new boards pass."""
    for chat_id in chat_ids:
        number = await sender.send(chat_id, 0, View("…"))
        async with post.database.write() as connection:
            kind = "private" if chat_id > 0 else "group"
            await chats.ensure(connection, Chat(chat_id, kind, "en", "Asia/Almaty"), post.clock())
            await boards.put(connection, Board(chat_id, 0, number, pairs), post.clock())
    await print_rate(post, "516.43")
    post.ahead += EDIT_EVERY


async def row(post: Post, chat_id: int) -> Any:
    async with post.database.read() as connection:
        return (await connection.execute(select(BoardRow.__table__).where(BoardRow.chat_id == chat_id))).one()


def edits(post: Post) -> int:
    return len(post.telegram.calls_of("editMessageText"))


async def test_a_changed_rate_is_edited_in_and_an_unchanged_one_is_not(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1, 2)
        await editor.advance()
        assert (edits(post), len(post.received(1))) == (2, 1)
        [text] = post.received(1)
        assert "$1 = 516.43" in text
        # The same rate is printed again, and that of another pair is new.
        post.ahead += EDIT_EVERY
        await print_rate(post, "516.43")
        await print_rate(post, "6.4", Pair("RUB", "KZT"))
        await editor.advance()
        assert edits(post) == 2
        assert (await row(post, 1)).due_at is None
        # Another value, then another day.
        await print_rate(post, "517.10")
        await editor.advance()
        assert "517.1" in post.received(1)[0]
        post.ahead += EDIT_EVERY
        await print_rate(post, "517.10", days=1)
        await editor.advance()
        assert edits(post) == 6
        assert len(post.telegram.calls_of("sendMessage")) == 2


async def test_two_changes_within_five_minutes_are_one_edit_of_the_last(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        await editor.advance()
        for value in ("517.00", "518.00"):
            post.ahead += 60 * SECOND
            await print_rate(post, value)
            await editor.advance()
        assert edits(post) == 1
        post.ahead += EDIT_EVERY
        await editor.advance()
        assert edits(post) == 2
        assert "518" in post.received(1)[0]


async def test_a_board_of_the_table_follows_each_currency_of_it(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1, pairs=())
        await editor.advance()
        post.ahead += EDIT_EVERY
        await print_rate(post, "6.44", Pair("RUB", "KZT"))  # the dollar in rubles is a cross now
        await editor.advance()
        assert edits(post) == 2
        assert "RUB" in post.received(1)[0]


async def test_a_shared_text_is_rendered_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    real = module.board_view
    monkeypatch.setattr(
        module, "board_view", lambda t, *rest, **named: drawn.append(t.language) or real(t, *rest, **named)
    )
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1, 2, 3)
        async with post.database.write() as connection:
            await chats.save(connection, Chat(3, "private", "ru", "Asia/Almaty"))
        await editor.advance()
    assert sorted(drawn) == ["en", "ru"]
    assert edits(post) == 3


async def test_a_crash_between_the_edit_and_its_record_repeats_the_edit_harmlessly(post: Post) -> None:
    knife = Knife(after=2)  # the read of what is due; not the write of what became of it
    async with editing(post, knife=knife) as (editor, _, sender):
        await make(post, sender, 1)
        crashing = asyncio.create_task(editor.advance())
        await knife.cut.wait()
        crashing.cancel()
        await asyncio.gather(crashing, return_exceptions=True)
    assert edits(post) == 1
    assert (await row(post, 1)).due_at is not None
    async with editing(post) as (editor, _, _):
        await editor.advance()
    assert (edits(post), len(post.received(1))) == (2, 1)
    assert (await row(post, 1)).due_at is None


async def test_a_rate_that_changes_while_a_board_is_edited_is_edited_in_later(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        post.telegram.hang_next("editMessageText", 0.3)
        under_way = asyncio.create_task(editor.advance())
        await post.telegram.wait_for(lambda: edits(post))
        await print_rate(post, "520.00")
        await under_way
        post.ahead += EDIT_EVERY
        await editor.advance()
    assert "520" in post.received(1)[0]


async def test_an_edit_of_uncertain_fate_is_repeated(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        post.telegram.drop_next("editMessageText", before=False)
        await editor.advance()
        assert (await row(post, 1)).due_at is not None
        post.ahead += module.RETRY
        await editor.advance()
    assert (edits(post), (await row(post, 1)).due_at) == (2, None)


async def test_a_flood_limit_is_waited_for_in_the_database(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        post.telegram.fail_next(
            "editMessageText",
            status=429,
            description="Too Many Requests: retry after 240",
            parameters={"retry_after": 240},
        )
        await editor.advance()
        assert 239 * SECOND < (await row(post, 1)).due_at - post.clock() < 241 * SECOND
        await editor.advance()
        assert edits(post) == 1
    post.ahead += 241 * SECOND
    async with editing(post) as (editor, _, _):  # a process that has just started
        await editor.advance()
    assert edits(post) == 2
    assert "516.43" in post.received(1)[0]


async def test_edits_in_a_group_count_to_its_twenty_messages_a_minute(post: Post) -> None:
    seconds = [0.0]
    async with editing(post, monotonic=lambda: seconds[0]) as (editor, limiter, sender):
        await make(post, sender, GROUP)
        for _ in range(17):  # the board itself was the first message
            seconds[0] += 1.1
            limiter.release(await limiter.acquire(GROUP, PRIORITY))
        seconds[0] += 1.1
        await editor.advance()
        assert edits(post) == 0
        assert (await row(post, GROUP)).due_at - post.clock() > 30 * SECOND
        seconds[0] += 60.6
        post.ahead += 61 * SECOND
        await editor.advance()
    assert edits(post) == 1


async def test_only_the_leader_edits(post: Post) -> None:
    async with editing(post, leads=lambda: False) as (editor, _, sender):
        await make(post, sender, 1)
        await editor.advance()
    assert edits(post) == 0
    assert (await row(post, 1)).due_at is not None


async def test_a_board_deleted_by_hand_is_lost_and_its_chat_informed_once(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, GROUP)
        post.telegram.delete(1, (await row(post, GROUP)).message_id, GROUP)
        await editor.advance()
        post.ahead += EDIT_EVERY
        await print_rate(post, "517.00")
        await editor.advance()
    assert edits(post) == 1
    assert (await row(post, GROUP)).lost_at is not None
    async with post.worker(render=render):
        await post.until({"sent": 1})
    [notice] = post.telegram.messages(GROUP)
    assert notice["text"].startswith("📌")
    [[again]] = notice["reply_markup"]["inline_keyboard"]
    assert again["text"] == "Pin it again"


async def test_the_managers_of_a_channel_of_200_000_are_informed_in_private(post: Post) -> None:
    post.telegram.add_channel(CHANNEL, "Bazaar", [1, 2], [1], others=200_000, bot_rights=["can_post_messages"])
    async with editing(post) as (editor, _, sender):
        await make(post, sender, CHANNEL)
        async with post.database.write() as connection:
            await chats.ensure(connection, Chat(1, "private", "en", "UTC"), NOON)
            await connection.execute(
                update(ChatRow).where(ChatRow.id == CHANNEL).values(kind="channel", title="Bazaar")
            )
            channel = await destinations.add(connection, CHANNEL, NOON)
            await destinations.add_manager(connection, CHANNEL, 1, NOON)
        await editor.advance()
        [message] = post.telegram.messages(CHANNEL)
        assert "516.43" in message["text"]
        post.telegram.delete(1, message["message_id"], CHANNEL)
        post.ahead += EDIT_EVERY
        await print_rate(post, "517.00")
        await editor.advance()
    async with post.worker(render=render):
        await post.until({"sent": 1})
    [notice] = post.telegram.messages(1)
    assert notice["text"].startswith("📢 Bazaar\n📌")
    [[again], [card]] = notice["reply_markup"]["inline_keyboard"]
    assert again["callback_data"] == for_destination(BOARDS_PIN(), channel.id)
    assert card["text"] == "‹ Bazaar"
    assert post.telegram.messages(CHANNEL) == []


async def test_the_board_of_a_group_that_became_a_supergroup_is_never_another_message(post: Post) -> None:
    new = -1000000000005
    async with editing(post) as (editor, _, sender):
        await make(post, sender, GROUP)
        post.telegram.migrate(GROUP, new)
        await editor.advance()  # the answer names the supergroup
        assert (await row(post, new)).message_id == 0
        await editor.advance()
    assert edits(post) == 1
    assert (await row(post, new)).lost_at is not None
    async with post.worker(render=render):
        await post.until({"sent": 1})
    assert len(post.received(new)) == 1


@pytest.mark.parametrize(
    ("status", "description", "state"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatState.GONE),
        (400, "Bad Request: need administrator rights in the channel chat", ChatState.PAUSED),
        (400, "Bad Request: chat not found", ChatState.ACTIVE),
        (400, "Bad Request: can't parse entities", ChatState.ACTIVE),
    ],
)
async def test_a_refusal_means_the_same_as_that_of_a_delivery(
    post: Post, status: int, description: str, state: ChatState
) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        async with post.database.write() as connection:
            await chats.ensure(connection, Chat(3, "private", "en", "UTC"), NOON)
        post.telegram.fail_next("editMessageText", status=status, description=description)
        await editor.advance()
        assert (await post.chat(1)).state is state
        await editor.advance()
    assert edits(post) == 1
    if state is ChatState.PAUSED:
        await post.until({"pending": 1})  # the notice for the operator


async def test_a_paused_chat_catches_up_when_it_is_active_again(post: Post) -> None:
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1)
        async with post.database.write() as connection:
            await chats.pause(connection, 1)
        await editor.advance()
        assert edits(post) == 0
        async with post.database.write() as connection:
            await chats.resume(connection, 1)
        await editor.advance()
    assert edits(post) == 1


async def test_a_board_that_cannot_be_rendered_holds_up_no_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.board_view

    def broken(t: Any, *rest: Any, **named: Any) -> View:
        if t.language == "ru":
            raise ValueError("broken")
        return real(t, *rest, **named)

    monkeypatch.setattr(module, "board_view", broken)
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1, 2)
        async with post.database.write() as connection:
            await chats.save(connection, Chat(1, "private", "ru", "UTC"))
        await editor.advance()
    assert [call.params["chat_id"] for call in post.telegram.calls_of("editMessageText")] == [2]


async def test_an_answer_that_cannot_be_recorded_holds_up_no_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> bool:
        raise ValueError("broken")

    monkeypatch.setattr(boards, "lose", broken)
    async with editing(post) as (editor, _, sender):
        await make(post, sender, 1, 2)
        post.telegram.delete(1, (await row(post, 1)).message_id, 1)
        await editor.advance()
    assert ((await row(post, 1)).due_at - post.clock()) <= module.RETRY
    assert (await row(post, 2)).due_at is None


async def test_without_due_boards_nothing_is_written(post: Post) -> None:
    knife = Knife()
    async with editing(post, knife=knife) as (editor, _, _):
        await editor.advance()
    assert knife.steps == 2  # before and after a read


def test_edits_of_boards_leave_after_all_but_digests_and_broadcasts() -> None:
    later = {kind for kind, priority in PRIORITIES.items() if priority > PRIORITY}
    assert later == {EventKind.DIGEST, EventKind.BROADCAST}
    assert PRIORITY not in PRIORITIES.values()
