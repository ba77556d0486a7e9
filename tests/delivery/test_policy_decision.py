"""A decision on a policy rate from the day before to its message, by a poller and a worker."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from bot.delivery.render import render
from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.events import DigestDue
from bot.domain.rates import Pair, Rate
from bot.domain.topics.curated import query_of
from bot.ingest.matching import Matcher
from bot.ingest.poll import Poller
from bot.sources.fetch import Fetched, Unreachable
from bot.sources.policy import POLICY
from storage import alerts, chats, deliveries, policy_rates, topics
from tests.delivery.conftest import NOON, Post
from tests.stored import store_article

ASTANA = dt.timezone(dt.timedelta(hours=5))
DECISION = dt.datetime(2026, 1, 23, 12, tzinfo=ASTANA)  # a Friday of the calendar
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
OLD, NEW = ("01.12.2025", "18,00"), ("26.01.2026", "16,75")
MESSAGE = "National Bank of Kazakhstan"
LINE = f"{MESSAGE}, policy rate:"
# Own currencies and an alert and a topic at once; a silent topic; other currencies; the topic in the digest only.
EVERYTHING, SILENT, OTHER, IN_DIGEST, GROUP = 1, 2, 3, 4, -5


@dataclass
class Bank:
    """The page of the bank; nothing else answers."""

    rows: tuple[tuple[str, str], ...] = (OLD,)

    async def fetch(self, url: str, **_more: Any) -> Fetched:
        if "nationalbank.kz" not in url:
            raise Unreachable("no connection")
        rows = "".join(f"<tr><td>{day}</td><td>{percent}</td><td></td></tr>" for day, percent in self.rows)
        return Fetched(
            url, body=f"<table><tr><th>Дата</th><th>Базовая ставка, %</th><th></th></tr>{rows}</table>".encode()
        )

    async def check_robots(self, _url: str) -> None:
        """The site has no rules."""


async def poll(post: Post, bank: Any) -> None:
    """Poll by a new process."""
    polling = Poller(
        post.database, Matcher(), bank, [], "https://site.example/", 900, post.clock, policy=[POLICY["nbk"]]
    )
    await polling.run_pass()


def at(post: Post, when: dt.datetime) -> None:
    """Move the clock of the poller and of the worker."""
    post.ahead += when - post.clock()


@pytest.fixture
async def bank(post: Post) -> Bank:
    """A bank whose rate is known, and chats that follow its currency for several reasons or none."""
    post.telegram.add_person(IN_DIGEST, "P4")
    own = {EVERYTHING: ("RUB", "KZT"), OTHER: ("RUB", "TJS")}
    followed = {EVERYTHING: "instant", SILENT: "silent", IN_DIGEST: "digest", GROUP: "instant"}
    async with post.database.write() as connection:
        for number in (EVERYTHING, SILENT, OTHER, IN_DIGEST, GROUP):
            kind = "private" if number > 0 else "group"
            chat = Chat(number, kind, "en", "Asia/Almaty", currencies=own.get(number, ()))
            await chats.ensure(connection, chat, NOON)
            await chats.save(connection, chat)
        query = await topics.ensure_query(connection, query_of("kazakhstan"))
        for number, level in followed.items():
            await topics.subscribe(connection, number, 0, query.id, level, NOON)
        pair = Pair("USD", "KZT")
        rate = Rate(pair, Decimal(500), Decimal("0.005"), "nbk", NOON, NOON, NOON.date())
        for level in (600, 700):
            rule = AlertRule(pair, Side.ABOVE, Decimal(level))
            await alerts.add(connection, create_alert(rule, EVERYTHING, 0, rate), NOON)
    found = Bank()
    at(post, DECISION - 2 * DAY)
    await poll(post, found)
    return found


async def publish(post: Post, title: str, published: dt.datetime) -> None:
    article = Article(title, url=f"https://site.example/{title.replace(' ', '-')}", published_at=published)
    async with post.database.write() as connection:
        await store_article(connection, "one", article, published, {"kazakhstan": 3, "economy": 3})


def messages(post: Post) -> dict[int, list[str]]:
    """The messages about decisions in each chat."""
    return {
        chat: [text for text in post.received(chat) if MESSAGE in text]
        for chat in (EVERYTHING, SILENT, OTHER, IN_DIGEST, GROUP)
    }


async def send_digest(post: Post, chat: int) -> str:
    """Send a digest to a chat; returns it."""
    content = DigestDue(post.clock().astimezone(ASTANA).date())
    async with post.database.write() as connection:
        event = await deliveries.insert_event(connection, content, f"digest:{post.clock()}", post.clock())
        assert event is not None
        await deliveries.insert_deliveries(connection, event, content.kind, [(chat, 0)], post.clock())
    async with post.worker(render=render):
        await post.until_finished()
    return post.received(chat)[-1]


async def test_after_the_decision_one_message_with_related_news_comes_to_each_who_follows_the_currency(
    post: Post, bank: Bank
) -> None:
    await publish(post, "Tenge gains before the meeting", DECISION - 3 * 60 * MINUTE)
    at(post, DECISION + MINUTE)
    await poll(post, bank)  # the bank has not printed it yet
    async with post.worker(render=render):
        await post.until_finished()
    assert not any(messages(post).values())
    bank.rows = (OLD, NEW)
    at(post, DECISION + 63 * MINUTE)
    await poll(post, bank)
    async with post.worker(render=render):
        await post.until_finished()
    found = messages(post)
    assert {chat: len(texts) for chat, texts in found.items()} == {
        EVERYTHING: 1,
        SILENT: 1,
        OTHER: 0,
        IN_DIGEST: 0,
        GROUP: 1,
    }
    text = found[EVERYTHING][0]
    assert "16.75%" in text
    assert "18%" in text
    assert "Tenge gains before the meeting" in text
    silent = [call.params.get("disable_notification") for call in post.telegram.calls_of("sendMessage")]
    assert sorted(map(bool, silent)) == [False, False, True]


async def test_nobody_gets_it_twice_however_often_it_is_read(post: Post, bank: Bank) -> None:
    bank.rows = (OLD, ("23.01.2026*", "16,75"))  # with the day of the announcement first
    for minutes, rows in ((1, bank.rows), (63, (OLD, NEW)), (125, (OLD, NEW)), (3 * 24 * 60, (OLD, NEW))):
        bank.rows = rows
        at(post, DECISION + minutes * MINUTE)
        await poll(post, bank)
        async with post.worker(render=render):
            await post.until_finished()
    assert [len(texts) for texts in messages(post).values()] == [1, 1, 0, 0, 1]


@pytest.mark.usefixtures("bank")
async def test_the_digests_of_the_day_before_and_of_the_day_name_the_decision_and_no_later_one(post: Post) -> None:
    at(post, DECISION - 2 * DAY)
    assert LINE not in await send_digest(post, EVERYTHING)
    at(post, DECISION - DAY)
    assert f"{LINE} decision tomorrow, 12:00 Astana time. Now 18%." in await send_digest(post, EVERYTHING)
    assert LINE not in await send_digest(post, OTHER)
    at(post, DECISION - 60 * MINUTE)
    assert f"{LINE} decision today, 12:00 Astana time. Now 18%." in await send_digest(post, EVERYTHING)
    at(post, DECISION + 60 * MINUTE)
    assert LINE not in await send_digest(post, EVERYTHING)


async def test_after_the_last_day_of_the_calendar_no_decision_is_named(post: Post, bank: Bank) -> None:
    for day in (dt.date(2027, 1, 21), dt.date(2027, 1, 22), dt.date(2027, 3, 5)):
        at(post, dt.datetime.combine(day, dt.time(9), ASTANA))
        await poll(post, bank)
        assert LINE not in await send_digest(post, EVERYTHING)
    async with post.database.read() as connection:
        assert await policy_rates.of_bank(connection, "nbk") == {dt.date(2025, 12, 1): Decimal(18)}
    assert not any("16.75" in text for texts in messages(post).values() for text in texts)
