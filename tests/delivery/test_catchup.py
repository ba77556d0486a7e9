"""A person who was not reached for hours receives one message about it."""

import datetime as dt
from decimal import Decimal

from bot.delivery.render import render
from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.events import AlertFired, ArticlePublished, EventKind
from bot.domain.rates import Pair, Rate
from storage import alerts, articles, chats, deliveries, topics
from tests.delivery.conftest import NOON, Post
from tests.stored import store_article

ARTICLES = 8


async def test_one_message_contains_the_newest_and_counts_the_rest(post: Post) -> None:
    pair = Pair("USD", "KZT")
    rate = Rate(pair, Decimal(520), Decimal("0.005"), "nbk", NOON, NOON, NOON.date())
    async with post.database.write() as connection:
        await chats.ensure(connection, Chat(1, "private", "en", "Asia/Almaty"), NOON)
        query = await topics.ensure_query(connection, "plant")
        await topics.subscribe(connection, 1, 0, query.id, "instant", NOON)
        line = await alerts.add(
            connection, create_alert(AlertRule(pair, Side.ABOVE, level=rate.value), 1, 0, rate), NOON
        )
        for n in range(ARTICLES):
            at = NOON + dt.timedelta(minutes=n)
            article = await store_article(connection, "feed", Article(f"Plant {n}", url=f"https://example.org/{n}"), at)
            if n != ARTICLES - 1:  # the newest is about nothing that the chat follows any more
                await articles.add_matches(connection, [(article, query.id)])
            event = await deliveries.insert_event(connection, ArticlePublished(article), f"article:{n}", at)
            assert event is not None
            await deliveries.insert_deliveries(connection, event, EventKind.ARTICLE, [(1, 0)], at)
        at = NOON + dt.timedelta(minutes=ARTICLES)
        now = Rate(pair, Decimal("521.3"), Decimal("0.05"), "nbk", at, at, at.date())
        fired = AlertFired(line, AlertRule(pair, Side.ABOVE, level=rate.value), False, now, at, before=Decimal(519))
        event = await deliveries.insert_event(connection, fired, "crossing:1", at)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.CROSSING, [(1, 0)], at)
    post.ahead = dt.timedelta(hours=7)
    async with post.worker(render=render):
        await post.until({"sent": 1, "merged": ARTICLES})
    [said] = post.received(1)
    lines = said.split("\n")
    assert lines[0].startswith("⏳ I couldn't send messages for a few hours.")
    assert [line.split(" ", 4)[-1] for line in lines[1:6]] == [
        "🇰🇿 USD/KZT above 520: 521.3",
        *(f"Plant {n}" for n in (6, 5, 4, 3)),
    ]
    assert lines[6:] == ["… more: 3"]
