"""The worker meets everything Telegram can do, and accounts for every delivery."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.chats import Chat, ChatState, Quiet
from bot.domain.events import BroadcastSent, ChatPaused, EventKind
from bot.metrics import Metrics
from storage import chats, claims, deliveries
from tests.delivery.conftest import Post, notice_or_plain

NEWS, CROSSING, DIGEST = EventKind.ARTICLE, EventKind.CROSSING, EventKind.DIGEST


async def test_the_most_urgent_leave_first_and_each_is_sent_once(post: Post) -> None:
    digest = await post.add(DIGEST, 1)
    news = await post.add(NEWS, 2)
    crossing = await post.add(CROSSING, 3)
    async with post.worker():
        await post.until({"sent": 3})
    sent = [call.params["text"] for call in post.telegram.calls_of("sendMessage")]
    assert sent == [f"<b>{key}</b>" for key in (crossing, news, digest)]
    assert [post.received(chat) for chat in (1, 2, 3)] == [[digest], [news], [crossing]]


async def test_a_flood_limit_puts_the_delivery_back_until_its_time(post: Post) -> None:
    news = await post.add(NEWS, 1)
    post.telegram.fail_next(
        "sendMessage", status=429, description="Too Many Requests: retry after 30", parameters={"retry_after": 30}
    )
    async with post.worker():
        await post.telegram.wait_for(lambda: post.telegram.calls_of("sendMessage"))
        await post.until({"pending": 1})
    assert post.received(1) == []
    post.ahead += dt.timedelta(seconds=31)
    async with post.worker():
        await post.until({"sent": 1})
    assert post.received(1) == [news]


async def test_a_chat_that_blocked_the_bot_is_gone_and_its_queue_dropped(post: Post) -> None:
    await post.add(NEWS, 1)
    await post.add(NEWS, 1, 2)
    post.telegram.block(1)
    async with post.worker():
        await post.until({"dropped": 2, "sent": 1})
    async with post.database.read() as connection:
        chat = await chats.get(connection, 1)
    assert chat is not None
    assert chat.state is ChatState.GONE


async def test_a_refusal_from_before_an_unblocking_does_not_shut_the_chat_out(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.block(1)
    post.telegram.hang_next("sendMessage", 0.2)
    async with post.worker():
        await post.telegram.wait_for(lambda: post.telegram.calls_of("sendMessage"))
        async with post.database.write() as connection:
            await chats.mark_unblocked(connection, 1, post.clock())
        await post.until({"dropped": 1})
    assert (await post.chat(1)).state is ChatState.ACTIVE
    # A refusal after that counts.
    await post.add(NEWS, 1)
    async with post.worker():
        await post.until({"dropped": 2})
    assert (await post.chat(1)).state is ChatState.GONE


async def test_a_group_that_became_a_supergroup_receives_it_once_there(post: Post) -> None:
    news = await post.add(NEWS, -5)
    post.telegram.migrate(-5, -1000000000005)
    async with post.worker():
        await post.until({"sent": 1})
    assert post.received(-1000000000005) == [news]
    async with post.database.read() as connection:
        assert await chats.get(connection, -5) is None
        assert await chats.get(connection, -1000000000005) is not None


@pytest.mark.slow
async def test_a_request_that_never_left_is_tried_again(post: Post) -> None:
    news = await post.add(NEWS, 1)
    port = int(post.telegram.url.rpartition(":")[2])
    async with post.worker():
        await post.until({"sent": 1})
        await post.telegram.stop()
        second = await post.add(NEWS, 2)
        await post.until_attempted()
        await post.telegram.start(port=port)
        post.ahead += dt.timedelta(minutes=1)
        await post.until({"sent": 2})
    assert (post.received(1), post.received(2)) == ([news], [second])


async def test_news_of_uncertain_fate_is_not_sent_again(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.drop_next("sendMessage", before=False)
    async with post.worker():
        await post.until({"uncertain": 1})
    post.ahead += dt.timedelta(hours=1)
    later = await post.add(NEWS, 1)
    async with post.worker():
        await post.until({"uncertain": 1, "sent": 1})
    assert len(post.received(1)) == 2
    assert post.received(1)[1] == later


async def test_a_crossing_of_uncertain_fate_is_sent_once_more_and_says_so(post: Post) -> None:
    crossing = await post.add(CROSSING, 1)
    post.telegram.drop_next("sendMessage", before=False)
    async with post.worker():
        await post.until_attempted()
        post.ahead += dt.timedelta(seconds=10)
        await post.until({"sent": 1})
    assert post.received(1) == [crossing, f"{crossing} again"]


async def test_an_answer_that_never_comes_is_uncertain(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.hang_next("sendMessage", 2.0)
    async with post.worker(read_seconds=0.2):
        await post.until({"uncertain": 1})


async def test_a_garbled_answer_is_uncertain(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.garble_next("sendMessage")
    async with post.worker():
        await post.until({"uncertain": 1})


async def test_refused_markup_is_sent_as_plain_text(post: Post) -> None:
    news = await post.add(NEWS, 1)
    post.telegram.fail_next("sendMessage", status=400, description="Bad Request: can't parse entities: bad")
    async with post.worker():
        await post.until({"sent": 1})
    assert post.received(1) == [news]


async def test_what_is_refused_even_as_plain_text_is_kept_to_be_seen(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.fail_next("sendMessage", status=400, description="Bad Request: message is too long", times=2)
    async with post.worker():
        await post.until({"dead": 1})


async def test_a_lost_right_pauses_the_chat(post: Post) -> None:
    await post.add(NEWS, -5)
    post.telegram.fail_next(
        "sendMessage", status=400, description="Bad Request: not enough rights to send text messages to the chat"
    )
    async with post.worker():
        await post.until_attempted()
    async with post.database.read() as connection:
        chat = await chats.get(connection, -5)
    assert chat is not None
    assert chat.state is ChatState.PAUSED


async def test_a_chat_not_found_is_tried_daily_and_believed_gone_on_the_third_day(post: Post) -> None:
    await post.add(NEWS, 1)
    for day in range(3):
        await post.add(NEWS, 1)
        post.ahead = dt.timedelta(days=day, minutes=day)
        post.telegram.fail_next("sendMessage", status=400, description="Bad Request: chat not found")
        async with post.worker():
            await post.until({"pending": day + 2} if day < 2 else {"dropped": 1, "merged": 3})
            await post.telegram.wait_for(lambda: len(post.telegram.calls_of("sendMessage")) == day + 1)  # noqa: B023
            await post.until_idle()
        assert (await post.chat(1)).state is (ChatState.GONE if day == 2 else ChatState.ACTIVE)


async def test_a_refused_token_stops_the_sending_and_touches_nothing(post: Post) -> None:
    await post.add(NEWS, 1)
    post.telegram.fail_next("sendMessage", status=401, description="Unauthorized")
    async with post.worker():
        await post.telegram.wait_for(lambda: post.telegram.calls_of("sendMessage"))
        await post.until({"pending": 1})
    assert len(post.telegram.calls_of("sendMessage")) == 1
    async with post.worker():
        await post.until({"sent": 1})


async def test_quiet_hours_hold_back_what_can_wait(post: Post) -> None:
    post.ahead = dt.timedelta(hours=11)  # 23:00 in Almaty
    for chat, times in ((1, ()), (2, (480,))):
        await post.add(CROSSING, chat)
        await post.add(NEWS, chat)
        async with post.database.write() as connection:
            stored = await chats.get(connection, chat)
            assert stored is not None
            await chats.save(connection, replace(stored, quiet=Quiet(22 * 60, 7 * 60), digest_times=times))
    async with post.worker():
        await post.until({"pending": 3, "merged": 1})
        assert post.telegram.calls_of("sendMessage") == []
    post.ahead += dt.timedelta(hours=8, minutes=1)
    async with post.worker():
        await post.until({"sent": 3, "merged": 1})


async def test_a_worker_killed_at_any_moment_loses_nothing(post: Post) -> None:
    people = range(100, 160)
    for person in people:
        post.telegram.add_person(person, f"P{person}")
    await post.add(NEWS, *people)
    under_way = sum([await post.killed_worker(after) for after in (5, 11, 17)])
    async with post.worker():
        await post.until({"sent": len(people)})
    received = [len(post.received(person)) for person in people]
    assert min(received) == 1
    assert sum(received) - len(people) <= under_way


async def test_a_process_that_becomes_the_leader_sends(post: Post) -> None:
    leads = False
    news = await post.add(NEWS, 1)
    async with post.worker(may_send=lambda: leads) as worker:
        crossing = await post.add(CROSSING, 1)
        async with post.worker():  # the leader
            await post.until({"sent": 2})
        last = await post.add(NEWS, 2)
        leads = True
        worker.wake()
        await post.until({"sent": 3})
    assert (sorted(post.received(1)), post.received(2)) == (sorted([news, crossing]), [last])


async def test_a_delivery_that_was_claimed_before_a_suspension_is_not_sent_after_it(post: Post) -> None:
    leads = True
    keys = [await post.add(NEWS, 1) for _ in range(4)]  # the fourth waits three seconds for the limit of its chat
    async with post.worker(may_send=lambda: leads):
        await post.until({"sent": 3, "sending": 1})
        leads = False
        await post.until({"sent": 3, "pending": 1})
    assert post.received(1) == keys[:3]


async def test_a_new_leader_takes_all_claims_back_at_once(post: Post) -> None:
    await post.add(NEWS, 1)
    async with post.database.write() as connection:
        assert await claims.claim(connection, post.clock(), 1)
    async with post.worker():
        await post.until({"sent": 1})


async def test_what_a_dead_process_had_in_hand_is_counted(post: Post) -> None:
    await post.add(NEWS, 1, 2, 3)
    async with post.database.write() as connection:
        assert len(await claims.claim(connection, post.clock(), 2)) == 2
    metrics = Metrics()
    async with post.worker(metrics=metrics):
        await post.until({"sent": 3})
    assert metrics.registry.get_sample_value("jarchi_lease_expirations_total") == 2


NO_RIGHT = "Bad Request: not enough rights to send text messages to the chat"


async def test_the_operator_is_notified_of_a_paused_chat_once_for_each_pause(post: Post) -> None:
    for person, language in ((2, "en"), (3, "ru")):
        async with post.database.write() as connection:
            await chats.ensure(connection, Chat(person, "private", language, "Asia/Almaty"), post.clock())

    async def lose_the_right(notices: int) -> None:
        for _ in range(2):
            await post.add(DIGEST, -5)
        post.telegram.fail_next("sendMessage", chat_id=-5, status=400, description=NO_RIGHT, times=2)
        async with post.worker(render=notice_or_plain):
            await post.telegram.wait_for(lambda: len(post.received(3)) == notices)
            await post.until_idle()
        assert (len(post.received(3)), post.received(2)) == (notices, [])

    await lose_the_right(1)
    assert post.received(3)[0].startswith("⏸ В чат -5 больше нельзя писать")
    async with post.database.write() as connection:
        await chats.set_state(connection, -5, ChatState.ACTIVE, post.clock())
    post.ahead += dt.timedelta(minutes=5)
    await lose_the_right(2)


async def test_a_notice_is_not_sent_when_the_right_has_come_back(post: Post) -> None:
    await post.add(NEWS, 3)
    async with post.database.write() as connection:
        await chats.ensure(connection, Chat(-5, "group", "en", "Asia/Almaty"), post.clock())
        event = await deliveries.insert_event(connection, ChatPaused(-5), "notice:1", post.clock())
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.CHAT_PAUSED, [(3, 0)], post.clock())
    async with post.worker(render=notice_or_plain):
        await post.until({"sent": 1, "dropped": 1})


async def test_a_paid_broadcast_has_a_quota_of_its_own_where_that_is_on(post: Post) -> None:
    post.telegram.world.stars = True
    await post.add(BroadcastSent("Hello", paid=True), 1)
    await post.add(EventKind.BROADCAST, 2)
    await post.add(NEWS, 3)
    async with post.worker(paid=True):
        await post.until({"sent": 3})
    paid = {call.params["chat_id"]: call.params.get("allow_paid_broadcast") for call in post.telegram.calls}
    assert paid == {1: True, 2: None, 3: None}


async def test_nothing_is_paid_for_unless_the_operator_said_so(post: Post) -> None:
    post.telegram.world.stars = True
    await post.add(BroadcastSent("Hello", paid=True), 1)
    async with post.worker():
        await post.until({"sent": 1})
    assert "allow_paid_broadcast" not in post.telegram.calls[0].params


async def test_a_bot_that_may_not_pay_sends_for_free(post: Post) -> None:
    keys = [await post.add(BroadcastSent("Hello", paid=True), 1, 2) for _ in range(2)]
    async with post.worker(paid=True):
        await post.until({"sent": 4})
    assert [sorted(post.received(chat)) for chat in (1, 2)] == [keys, keys]
