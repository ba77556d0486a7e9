"""A delivery whose source is muted or whose article is withdrawn while it waits is not sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.delivery.render import render
from bot.domain.articles import Article
from storage import mutes
from tests.delivery.articles import come, listen
from tests.delivery.conftest import Post


def found(count: int) -> list[Article]:
    return [Article(f"Gold {n} {'abcdef'[n] * 5}", guid=str(n), url=f"https://one.example/{n}") for n in range(count)]


async def mute(post: Post, source: str) -> None:
    async with post.database.write() as connection:
        await mutes.mute(connection, 1, [source])


@pytest.mark.parametrize("count", [1, 4])  # alone, and many in one message
async def test_what_waits_of_a_muted_source_is_not_sent(post: Post, count: int) -> None:
    await listen(post.database, 1, 2)
    assert await come(post, *found(count)) == 2 * count
    await mute(post, "one")
    async with post.worker(render=render):
        await post.until({"sent": 1, "dropped": 1} | ({"merged": 2 * (count - 1)} if count > 1 else {}))
    assert (post.received(1), len(post.received(2))) == ([], 1)


async def test_what_was_missed_leaves_a_muted_source_out(post: Post) -> None:
    await listen(post.database, 1)
    for source, article in zip(("one", "two"), found(2), strict=True):
        assert await come(post, article, source=source) == 1
    await mute(post, "one")
    post.ahead = dt.timedelta(hours=8)
    async with post.worker(render=render):
        await post.until_idle()
    [message] = post.received(1)
    assert "Gold 1" in message
    assert "Gold 0" not in message


async def test_what_was_missed_leaves_a_withdrawn_article_out(post: Post) -> None:
    await listen(post.database, 1)
    first, second = found(2)
    assert await come(post, first) == await come(post, second) == 1
    await come(post, replace(first, title=f"Withdrawn: {first.title}"))
    post.ahead = dt.timedelta(hours=8)
    async with post.worker(render=render):
        await post.until_idle()
    assert [("Gold 0" in message, "Gold 1" in message) for message in post.received(1)] == [(False, True)]
