"""A channel or forum that takes no messages any more: its managers get one notice, and nothing that waits is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from bot.delivery import quotas
from bot.delivery.notices import DAYS_NOT_FOUND
from bot.domain.chats import Chat, ChatState
from bot.domain.events import EventKind
from bot.services import chats as service
from bot.views.actions import STATUS_HERE
from bot.views.buttons import for_destination
from bot.views.chat_actions import CHATS_ONE
from storage import chats, destinations
from storage.models import ChatRow
from tests.delivery.conftest import NOON, Post, notice_or_plain

NEWS = EventKind.ARTICLE
CHANNEL, FORUM = -1001000000001, -1001000000002
POSTING = ["can_post_messages"]
OWNER, MANAGER, OPERATOR = 1, 2, 3
CLOSED = "Bad Request: TOPIC_CLOSED"


@pytest.fixture
async def managed(post: Post) -> Post:
    """The queue of the tests, with a channel and a forum that person 2 manages; person 3 is an operator."""
    post.telegram.add_channel(CHANNEL, "Market & Co", [], [OWNER, MANAGER], bot_rights=POSTING)
    post.telegram.add_group(FORUM, "Traders", [], [OWNER, MANAGER])
    post.telegram.say(OWNER, "hello", FORUM)  # message 1: the thread of a topic has another number
    post.telegram.make_forum(FORUM, OWNER)
    async with post.database.write() as connection:
        for person in (MANAGER, OPERATOR):
            await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), NOON)
        for chat, kind, title in ((CHANNEL, "channel", "Market & Co"), (FORUM, "supergroup", "Traders")):
            await chats.ensure(connection, Chat(chat, kind, "en", "Asia/Almaty", title=title), NOON)
            await destinations.add(connection, chat, NOON)
            await destinations.add_manager(connection, chat, MANAGER, NOON)
    return post


def take_the_right(post: Post, *rights: str) -> None:
    post.telegram.promote(CHANNEL, OWNER, post.telegram.world.bot["id"], list(rights))


async def test_fifty_posts_wait_for_the_right_and_each_is_posted_once(
    managed: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "GROUP", (quotas.Limit(1000, 1.0),))  # twenty a minute would take three minutes
    keys = [await managed.add(NEWS, CHANNEL) for _ in range(50)]
    take_the_right(managed)
    async with managed.worker(render=notice_or_plain):
        await managed.telegram.wait_for(lambda: managed.received(MANAGER))
        await managed.until({"pending": 50, "sent": 1})
    [notice] = managed.received(MANAGER)
    assert notice.startswith("📢 Market & Co\n⏸ I can't post there any more.")
    [[card]] = managed.telegram.messages(MANAGER)[-1]["reply_markup"]["inline_keyboard"]
    assert (card["text"], "chats:one" in card["callback_data"]) == ("‹ Market & Co", True)
    assert managed.received(OPERATOR) == []
    managed.ahead += dt.timedelta(hours=1)
    take_the_right(managed, *POSTING)
    await service.mark_unblocked(managed.database, CHANNEL, managed.clock())
    async with managed.worker(render=notice_or_plain):
        await managed.until({"sent": 51})
    assert [message["text"] for message in managed.telegram.messages(CHANNEL)] == keys
    assert len(managed.received(MANAGER)) == 1


async def test_a_refusal_from_before_the_right_came_back_pauses_nothing(managed: Post) -> None:
    await managed.add(NEWS, CHANNEL)
    take_the_right(managed)
    async with managed.database.write() as connection:  # stored before the refusal of a request that was under way
        later = managed.clock() + dt.timedelta(minutes=1)
        await connection.execute(update(ChatRow).where(ChatRow.id == CHANNEL).values(unblocked_at=later))
    async with managed.worker(render=notice_or_plain) as worker:
        await managed.until_attempted()
        assert (await managed.chat(CHANNEL)).state is ChatState.ACTIVE
        take_the_right(managed, *POSTING)
        worker.wake()
        await managed.until({"sent": 1})
    assert managed.received(MANAGER) == []


async def test_the_managers_learn_once_that_the_bot_was_removed(managed: Post) -> None:
    keys = [await managed.add(NEWS, CHANNEL) for _ in range(3)]
    managed.telegram.kick(CHANNEL, OWNER)
    async with managed.worker(render=notice_or_plain):
        await managed.until({"dropped": len(keys), "sent": 1})
    await service.mark_gone(managed.database, CHANNEL, managed.clock())  # the update of the same change comes later
    async with managed.worker(render=notice_or_plain):
        await managed.until_idle()
    [notice] = managed.received(MANAGER)
    assert notice.startswith("📢 Market & Co\n⏸ I was removed, or the chat was deleted")
    assert managed.received(OPERATOR) == []


async def test_a_chat_that_the_bot_left_by_itself_is_not_reported(managed: Post) -> None:
    await service.mark_gone(managed.database, CHANNEL, managed.clock(), notify=False)
    assert await managed.states() == {}


async def test_a_deleted_channel_is_given_up_after_days_and_reported_once(managed: Post) -> None:
    await managed.add(NEWS, CHANNEL)
    managed.telegram.delete_chat(CHANNEL, OWNER)
    for day in range(1, DAYS_NOT_FOUND + 1):
        async with managed.worker(render=notice_or_plain):
            await managed.until_idle()
            await managed.telegram.wait_for(
                lambda day=day: len(managed.telegram.calls_of("sendMessage")) >= day  # type: ignore[misc]
            )
        assert (await managed.chat(CHANNEL)).state is (ChatState.GONE if day == DAYS_NOT_FOUND else ChatState.ACTIVE)
        managed.ahead += dt.timedelta(days=1, minutes=1)
    async with managed.worker(render=notice_or_plain):
        await managed.until({"dropped": 1, "sent": 1})
    assert len(managed.received(MANAGER)) == 1


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_closed_or_deleted_topic_is_reported_to_the_managers_with_a_way_to_general(
    managed: Post, deleted: bool
) -> None:
    telegram = managed.telegram
    thread = telegram.create_topic(FORUM, OWNER, "Energy")
    for _ in range(2):
        await managed.add(NEWS, FORUM, thread=thread)
    (telegram.delete_topic if deleted else telegram.close_topic)(FORUM, OWNER, thread)
    async with managed.worker(render=notice_or_plain):
        await managed.until({"pending": 2, "sent": 2})
    [message] = [one for one in telegram.messages(MANAGER) if one["from"]["is_bot"]]
    assert message["text"].startswith("📢 Traders\n🧵 A forum topic I post to was closed or deleted.")
    async with managed.database.read() as connection:
        [forum] = await destinations.of_chat(connection, FORUM)
    below = [one["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for one in row]
    assert below == [for_destination(data, forum.id) for data in (STATUS_HERE(thread), CHATS_ONE())]
    assert any(text.startswith("🧵") for text in managed.received(FORUM))  # in General
    assert managed.received(OPERATOR) == []


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_closed_or_hidden_general_topic_is_reported_once_and_stops_no_other(
    managed: Post, hidden: bool
) -> None:
    telegram = managed.telegram
    thread = telegram.create_topic(FORUM, OWNER, "Energy")
    for _ in range(2):
        await managed.add(NEWS, FORUM)
    telegram.hide_general(FORUM, OWNER) if hidden else telegram.close_topic(FORUM, OWNER)
    async with managed.worker(render=notice_or_plain) as worker:
        await managed.until({"pending": 2, "sent": 1})
        other = await managed.add(NEWS, FORUM, thread=thread)
        assert (await managed.chat(FORUM)).state is ChatState.ACTIVE
        worker.wake()
        await managed.until({"pending": 2, "sent": 2})
    assert managed.received(FORUM) == [other]
    [notice] = managed.received(MANAGER)
    assert notice.startswith("📢 Traders\n🧵 The General topic is closed or hidden.")
