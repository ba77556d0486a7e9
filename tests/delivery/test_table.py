"""Each error text of Telegram's and its effect: on the delivery, its chat, the next attempt and the notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot.delivery import token
from bot.delivery.answers import FLOOD_SECONDS
from bot.domain.chats import ChatState
from bot.domain.events import EventKind
from bot.metrics import Metrics
from storage import chat_moves
from storage.models import DeliveryRow
from tests.delivery.conftest import Post, notice_or_plain
from tests.waiting import eventually

NEWS, CROSSING, DIGEST, BROADCAST = EventKind.ARTICLE, EventKind.CROSSING, EventKind.DIGEST, EventKind.BROADCAST
ACTIVE, GONE, PAUSED = ChatState.ACTIVE, ChatState.GONE, ChatState.PAUSED
DAY = dt.timedelta(days=1)
GROUP = -5


@dataclass(frozen=True)
class Row:
    """An answer and its expected outcome. `again`: the time of the next attempt; `tries` at once; `notice` an operator."""

    description: str
    state: str
    status: int = 400
    chat: int = 1
    chat_state: ChatState = ACTIVE
    tries: int = 1
    again: dt.timedelta | None = None
    notice: str = ""
    kind: EventKind = NEWS
    parameters: dict[str, object] | None = None
    thread: int = 0
    counts: int = 1
    faults: int = 1
    repeat: bool = field(default=False)


def gone(description: str, chat: int = 1) -> Row:
    return Row(f"Forbidden: {description}", "dropped", 403, chat, GONE)


def paused(description: str) -> Row:
    return Row(f"Bad Request: {description}", "pending", chat=GROUP, chat_state=PAUSED, again=DAY, notice="can't write")


def missing(description: str) -> Row:
    return Row(f"Bad Request: {description}", "pending", again=DAY)


def refused(description: str) -> Row:
    return Row(f"Bad Request: {description}", "dead", tries=2, faults=2)


TABLE = [
    gone("bot was blocked by the user"),
    gone("user is deactivated"),
    gone("bot can't initiate conversation with a user"),
    Row("Forbidden: the bot can't send messages to the bot", "dropped", 403),
    *(gone(f"bot was kicked from the {kind} chat", GROUP) for kind in ("group", "supergroup", "channel")),
    *(gone(f"bot is not a member of the {kind} chat", GROUP) for kind in ("group", "supergroup", "channel")),
    gone("the group chat was deleted", GROUP),
    missing("chat not found"),
    missing("private chat not found"),
    missing("PEER_ID_INVALID"),
    paused("CHAT_WRITE_FORBIDDEN"),
    paused("not enough rights to send text messages to the chat"),
    paused("not enough rights to send photos to the chat"),
    paused("have no write access to the chat"),
    paused("need administrator rights in the channel chat"),
    paused("CHAT_RESTRICTED"),
    paused("CHAT_ADMIN_REQUIRED"),
    paused("CHAT_SEND_PLAIN_FORBIDDEN"),
    *(
        Row(f"Bad Request: {words}", "pending", chat=GROUP, again=DAY, thread=7)
        for words in (
            "TOPIC_CLOSED",
            "message thread not found",
            "topic not found",
            "TOPIC_DELETED",
            "TOPIC_ID_INVALID",
        )
    ),
    *(
        Row(f"Bad Request: {words}", "dropped", chat_state=GONE)
        for words in ("USER_IS_BLOCKED", "INPUT_USER_DEACTIVATED", "CHANNEL_PRIVATE")
    ),
    Row(
        "Forbidden: not enough rights to send text messages to the chat",
        "pending",
        403,
        GROUP,
        PAUSED,
        again=DAY,
        notice="can't write",
    ),
    Row("Forbidden: QUITE_NEW_RULE", "dead", 403, tries=2, faults=2),
    missing("group chat was upgraded to a supergroup chat"),
    Row("Bad Request: TOPIC_CLOSED", "pending", chat=GROUP, again=DAY, notice="General topic"),
    refused('can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
    refused("message is too long"),
    refused("reply markup is too long"),
    refused("BUTTON_DATA_INVALID"),
    refused("BUTTON_URL_INVALID"),
    refused("Wrong HTTP URL"),
    refused("something that nobody has seen yet"),
    Row("Bad Request: can't parse entities: bad", "sent", tries=2),
    Row("Request Entity Too Large", "dead", 413, tries=2, faults=2),
    Row(
        "Too Many Requests: retry after 30",
        "pending",
        429,
        again=dt.timedelta(seconds=30),
        counts=0,
        parameters={"retry_after": 30},
    ),
    Row(
        "Too Many Requests: retry after 10072",
        "pending",
        429,
        again=dt.timedelta(seconds=10072),
        counts=0,
        parameters={"retry_after": 10072},
    ),
    *(
        Row(words, "pending", status, again=dt.timedelta(seconds=9), counts=0)
        for words, status in (
            ("Too Many Requests: retry after 9", 429),
            ("FLOOD_WAIT_9", 420),
            ("Bad Request: FLOOD_WAIT_9", 400),
        )
    ),
    Row("Too Many Requests", "pending", 429, again=dt.timedelta(seconds=FLOOD_SECONDS), counts=0),
    Row("Internal Server Error: sent message was immediately deleted and can't be returned", "sent", 500),
    *(Row("Internal Server Error", "uncertain", 500, kind=kind) for kind in (NEWS, DIGEST, BROADCAST)),
    *(Row("Bad Gateway", "uncertain", status) for status in (502, 504)),
    Row("Bad Gateway", "pending", 502, kind=CROSSING, again=dt.timedelta(seconds=2), repeat=True),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.description[:60]} {row.kind} {row.thread}")
@pytest.mark.slow
async def test_what_comes_of_an_answer(post: Post, row: Row) -> None:
    await post.add(NEWS, 3)  # the operator has a chat with the bot
    async with post.worker():
        await post.until({"sent": 1})
    await post.add(row.kind, row.chat, thread=row.thread)
    async with post.database.read() as connection:
        number = max((await connection.execute(select(DeliveryRow.id))).scalars())
    post.telegram.fail_next(
        "sendMessage",
        chat_id=row.chat,
        status=row.status,
        description=row.description,
        parameters=row.parameters,
        times=row.faults,
    )
    async with post.worker(render=notice_or_plain):
        delivery = await post.until_recorded(number, row.tries, row.chat)
        if row.notice:
            await post.telegram.wait_for(lambda: len(post.received(3)) == 2)
        elif row.thread:
            await post.telegram.wait_for(lambda: post.received(GROUP))
        await post.until_idle()
    assert delivery.state == row.state
    assert (await post.chat(row.chat)).state is row.chat_state
    assert delivery.repeat is row.repeat
    expected = row.counts if row.state != "sent" or row.counts else 1
    assert delivery.attempts == expected
    if row.again is None:
        assert delivery.not_before is None
    else:
        late = delivery.not_before - post.clock() - row.again
        assert abs(late) < dt.timedelta(seconds=60 if row.again < DAY else 600)
    notices = post.received(3)[1:]
    assert len(notices) == bool(row.notice)
    assert all(row.notice in words for words in notices)
    if row.thread:
        [offer] = post.received(GROUP)
        assert "forum topic" in offer


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_stops_everything_and_touches_nobody(post: Post, status: int) -> None:
    await post.add(NEWS, 1)
    await post.add(NEWS, 2)
    words = {401: "Unauthorized", 404: "Not Found"}[status]
    post.telegram.fail_next("sendMessage", status=status, description=words, times=2)
    async with post.worker():
        await post.telegram.wait_for(lambda: post.telegram.calls_of("sendMessage"))
        await post.until({"pending": 2})
    assert await post.states() == {"pending": 2}
    assert [(await post.chat(chat)).state for chat in (1, 2)] == [ACTIVE, ACTIVE]


async def test_one_refusal_of_the_token_is_retried(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token, "FIRST_PAUSE", 0.05)
    metrics = Metrics()
    await post.add(NEWS, 1)
    post.telegram.fail_next("sendMessage", status=401, description="Unauthorized")
    async with post.worker(metrics=metrics):
        await post.until({"sent": 1})
        await post.until_idle()
    assert metrics.registry.get_sample_value("jarchi_token_consecutive_refusals") == 0


async def test_a_token_that_stays_refused_ends_the_worker(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FIRST_PAUSE", 0.05), ("LONGEST_PAUSE", 0.05), ("BELIEVED_SECONDS", 0.2)):
        monkeypatch.setattr(token, name, value)
    await post.add(NEWS, 1, 2)
    post.telegram.fail_next("sendMessage", status=401, description="Unauthorized", times=10**6)
    async with post.worker() as worker:
        await eventually(lambda: worker._stopping)
    assert await post.states() == {"pending": 2}


async def test_a_paused_chat_is_tried_daily_and_speaks_again_when_a_message_arrives(post: Post) -> None:
    first, second = await post.add(NEWS, GROUP), await post.add(DIGEST, GROUP)
    post.telegram.fail_next("sendMessage", status=400, description="Bad Request: CHAT_WRITE_FORBIDDEN", times=2)
    async with post.worker():
        await post.until({"pending": 2})
        await post.until_attempted()
        await post.until_idle()
    assert (await post.chat(GROUP)).state is PAUSED
    post.telegram._faults.pending.clear()
    post.ahead += dt.timedelta(days=1, minutes=1)
    async with post.worker():
        await post.until({"sent": 2})
    assert (await post.chat(GROUP)).state is ACTIVE
    assert post.received(GROUP) == [first, second]


async def test_a_migrated_group_moves_whole_and_receives_each_thing_once(post: Post) -> None:
    keys = [await post.add(kind, GROUP) for kind in (CROSSING, NEWS, NEWS, DIGEST)]
    post.telegram.migrate(GROUP, -1000000000005)
    async with post.worker():
        await post.until({"sent": 4})
    assert sorted(post.received(-1000000000005)) == sorted(keys)
    async with post.database.read() as connection:
        assert set((await connection.execute(select(DeliveryRow.chat_id))).scalars()) == {-1000000000005}


async def test_a_group_that_moved_without_a_new_id_is_sent_once_the_id_is_known(post: Post) -> None:
    keys = [await post.add(NEWS, GROUP)]
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    post.telegram.fail_next("sendMessage", chat_id=GROUP, status=400, description=words)
    async with post.worker() as worker:
        await post.until_attempted()
        await post.until_idle()
        post.telegram.migrate(GROUP, -1000000000005)
        async with post.database.write() as connection:
            await chat_moves.migrate(connection, GROUP, -1000000000005)
        worker.wake()
        await post.until({"sent": 1})
    assert post.received(-1000000000005) == keys


@pytest.mark.slow
async def test_what_waits_behind_a_delayed_one_stays_in_order(post: Post) -> None:
    keys = [await post.add(NEWS, 1) for _ in range(3)]
    port = int(post.telegram.url.rpartition(":")[2])
    await post.telegram.stop()
    url = f"http://127.0.0.1:{port}"
    async with post.worker(url=url):
        await post.until_attempted()
        await post.until_idle()
        keys.append(await post.add(NEWS, 1))
        await post.telegram.start(port=port)
        post.ahead += dt.timedelta(seconds=40)
        await post.until({"sent": 4})
    assert post.received(1) == keys
