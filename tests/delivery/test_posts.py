"""Posts of a channel, sent by a worker over the embedded Telegram: their form, and what no channel receives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.broadcasts import Audience
from bot.domain.chats import Chat
from bot.domain.events import AlertsCapped, DigestDue
from bot.domain.posts import PostForm
from bot.domain.sites import FEED
from storage import broadcasts, chats, deliveries, topics
from tests.delivery.articles import come
from tests.delivery.conftest import NOON, Post

CHANNEL = -1001000000001
FORM = PostForm(lead=False, preview=False, hashtags=True, signature="@market")
MINE = Article("Gold Mine Opens in Osh", "A mine of gold was opened.", guid="1", url="https://one.example/1")


@pytest.fixture
async def channel(post: Post) -> Post:
    """The queue of the tests, with a channel that follows gold in a form of its own."""
    post.telegram.add_channel(CHANNEL, "Market", [], [1], bot_rights=["can_post_messages"])
    async with post.database.write() as connection:
        query = await topics.ensure_query(connection, "gold")
        chat = Chat(CHANNEL, "channel", "en", "Asia/Almaty", title="Market", post_form=FORM)
        await chats.ensure(connection, chat, NOON)
        await topics.subscribe(connection, CHANNEL, 0, query.id, "instant", NOON)
    return post


def posted(post: Post) -> list[dict[str, Any]]:
    return post.telegram.messages(CHANNEL)


async def test_an_article_is_posted_and_corrected_in_the_form_of_the_channel(channel: Post) -> None:
    await come(channel, MINE)
    async with channel.worker(render=render):
        await channel.until_finished()
        [message] = posted(channel)
        assert message["text"] == "Gold Mine Opens in Osh\n12:00 · one\n#gold\n\n@market"
        assert "reply_markup" not in message
        await come(channel, replace(MINE, title="Gold Mine Opens in Batken"))
        await channel.until({"sent": 2})
    [message] = posted(channel)
    assert message["text"] == "Gold Mine Opens in Batken\n12:00 · one\nHeadline corrected\n#gold\n\n@market"
    assert channel.telegram.calls_of("sendMessage")[0].params["link_preview_options"] == {"is_disabled": True}


async def test_a_burst_and_its_correction_keep_their_hashtags_and_the_signature(channel: Post) -> None:
    burst = [replace(MINE, title=f"Gold {n}", guid=str(n), url=f"https://one.example/{n}") for n in range(4)]
    await come(channel, *burst)
    async with channel.worker(render=render):
        await channel.until_finished()
        [message] = posted(channel)
        assert message["text"].startswith("News: 4\n1. Gold ")
        assert message["text"].endswith("\n#gold\n\n@market")
        await come(channel, replace(burst[0], title="Silver 0"))
        await channel.until({"sent": 2, "merged": 3})
    [message] = posted(channel)
    assert "Silver 0" in message["text"]
    assert message["text"].endswith("\nHeadline corrected\n#gold\n\n@market")
    assert "reply_markup" not in message


async def test_a_digest_in_a_channel_speaks_of_no_topics_of_its_readers(channel: Post) -> None:
    await channel.add(DigestDue(NOON.date(), 12 * 60), CHANNEL)
    async with channel.worker(render=render):
        await channel.until_finished()
    [message] = posted(channel)
    assert message["text"].startswith("🗞 Digest, 5 January\n")
    assert message["text"].endswith("\n\n@market")
    assert "reply_markup" not in message
    assert not any(words in message["text"] for words in ("your topics", "/topics"))


async def test_late_posts_are_one_message_in_the_words_of_a_channel(channel: Post) -> None:
    for n in (1, 2):
        await come(channel, replace(MINE, title=f"Gold {n}", guid=str(n), url=f"https://one.example/{n}"))
        channel.ahead += dt.timedelta(minutes=1)
    channel.ahead = dt.timedelta(hours=8)
    async with channel.worker(render=render):
        await channel.until_finished()
    [message] = posted(channel)
    assert message["text"].startswith("⏳ Earlier, newest first:\n• 5 Jan 12:01 Gold 2\n")
    assert message["text"].endswith("\n\n@market")


async def test_notices_and_broadcasts_are_not_for_the_readers_of_a_channel(channel: Post) -> None:
    await channel.add(AlertsCapped(), CHANNEL)
    async with channel.worker(render=render):
        await channel.until({"dropped": 1})
    assert posted(channel) == []
    async with channel.database.read() as connection:
        assert await deliveries.watchers(connection, FEED) == []
        assert await broadcasts.count(connection, Audience()) == 0
