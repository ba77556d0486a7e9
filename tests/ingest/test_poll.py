"""Polling a site that fails, with a real fetcher: the time of the next attempt, and the notices about stale data."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.delivery.claim_reader import ClaimReader
from bot.delivery.render import render
from bot.domain.alerts import Alert, AlertRule, Side
from bot.domain.chats import Chat, ChatState
from bot.domain.numbers import D
from bot.domain.rates import Pair
from bot.domain.sites import FEED, HOME, Site
from bot.ingest.matching import Matcher
from bot.ingest.poll import FAILURES_BEFORE_STALE, Poller
from bot.sources.backoff import LONGEST_PAUSE, LONGEST_RETRY_AFTER, SLOWEST
from bot.sources.fetch import Fetcher
from storage import alerts, chats, claims, sources, topics
from storage.database import Database
from storage.sources import SourceState
from tests.databases import new_sqlite

T0 = dt.datetime(2026, 4, 1, 9, 30, tzinfo=dt.UTC)
FAR = D("0.001")  # a level that no rate of the page reaches
PERIOD = dt.timedelta(minutes=15)
SECOND = dt.timedelta(seconds=1)
PAGE = "<html><body><ul><li>KZT/USD = 0.00196 0%</li></ul></body></html>"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item><title>A Bridge Opens</title>
<link>https://example.org/1</link></item></channel></rss>"""


class Stand:
    """A site that answers, or refuses with `status` and `headers`; `asked` are the paths it was asked for."""

    def __init__(self) -> None:
        self.status, self.headers, self.asked = 200, dict[str, str](), list[str]()
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Any path: the feed, or the page."""
        self.asked.append(request.path)
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        feed = request.path == "/feed/"
        return web.Response(text=RSS if feed else PAGE, content_type="application/rss+xml" if feed else "text/html")

    def times(self, path: str) -> int:
        """How often a path was asked for since the last time."""
        count = self.asked.count(path)
        self.asked = [asked for asked in self.asked if asked != path]
        return count


class Listening:
    """A poller of the site with a clock that the test sets, and four people: see `people`."""

    def __init__(self, database: Database, site: Stand, fetcher: Fetcher) -> None:
        self.database, self.site, self._fetcher = database, site, fetcher
        self.now = T0

    def poller(self) -> Poller:
        """A poller as a start of the program makes it."""
        sites = [Site(FEED, "Home", f"{self.site.url}/feed/")]
        page, period = f"{self.site.url}/", PERIOD.total_seconds()
        return Poller(self.database, Matcher(), self._fetcher, sites, page, period, lambda: self.now)

    async def people(self) -> None:
        """Person 1 has an alert, 2 (Russian) a topic, 3 both but has sent /stop, 4 nothing."""
        async with self.database.write() as connection:
            gold = await topics.ensure_query(connection, "gold")
            for person, language in ((1, "en"), (2, "ru"), (3, "en"), (4, "en")):
                await chats.ensure(connection, Chat(person, "private", language, "Asia/Almaty"), T0)
            for person in (1, 3):
                pair = Pair("KZT", "USD")
                rule = AlertRule(pair, Side.BELOW, level=FAR)
                await alerts.add(connection, Alert(0, person, 0, pair, Side.BELOW, rule, FAR, None), T0)
            for person in (2, 3):
                await topics.subscribe(connection, person, 0, gold.id, "instant", T0)
            await chats.set_state(connection, 3, ChatState.STOPPED, T0)

    async def state(self, name: str) -> SourceState:
        """Return the stored state of a source."""
        async with self.database.read() as connection:
            return next(state for state in await sources.all_states(connection) if state.name == name)

    async def until_next_attempt(self) -> None:
        """Set the clock to the time when both sources may be polled again."""
        due = [(await self.state(name)).next_attempt_at for name in HOME]
        self.now = max(at for at in due if at is not None)

    async def messages(self) -> list[tuple[int, str]]:
        """Claim the queued deliveries and return each as (chat, text)."""
        async with self.database.write() as connection:
            messages = []
            for delivery in await claims.claim(connection, self.now, 100):
                chat = await chats.get(connection, delivery.chat_id)
                assert chat is not None
                view = await render(ClaimReader(connection, [delivery]), delivery, chat, self.now)
                messages.append((chat.id, view.text if view else ""))
            return sorted(messages)


@pytest.fixture
async def listening(tmp_path: Path) -> AsyncIterator[Listening]:
    """A poller after one good pass, which filled the store."""
    site = Stand()
    application = web.Application()
    application.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    database = await new_sqlite(tmp_path / "jarchi.db")
    fetcher = Fetcher("test", allow_private=True)
    listening = Listening(database, site, fetcher)
    await listening.people()
    await listening.poller().run_pass()
    site.asked.clear()
    listening.now += PERIOD
    yield listening
    await fetcher.close()
    await database.close()
    await runner.cleanup()


async def test_a_stale_site_is_reported_once_to_its_followers_and_so_is_its_return(listening: Listening) -> None:
    for _ in range(2):  # a second failure is reported like the first
        last_ok = (await listening.state("page")).last_ok_at
        assert last_ok is not None
        listening.site.status = 503
        for failures in range(1, FAILURES_BEFORE_STALE + 4):
            await listening.poller().run_pass()  # a new process for each: the failures are counted in the database
            messages = await listening.messages()
            if failures == FAILURES_BEFORE_STALE:
                stamp = f'unix="{int(last_ok.timestamp())}"'
                assert [chat for chat, _ in messages] == [1, 2]
                assert messages[0][1].startswith("⚠️ No new rates since <tg-time")
                assert messages[1][1].startswith("⚠️ Новостей из ленты нет с <tg-time")
                assert all(stamp in text for _, text in messages)
            else:
                assert messages == []
            await listening.until_next_attempt()
        listening.site.status = 200
        await listening.poller().run_pass()
        messages = await listening.messages()
        assert [(chat, text[:3]) for chat, text in messages] == [(1, "✅ R"), (2, "✅ Л")]
        assert all(stamp in text for _, text in messages)
        listening.now += PERIOD * SLOWEST
        await listening.poller().run_pass()
        assert await listening.messages() == []
        listening.now += PERIOD * SLOWEST  # until the next poll of the quiet feed


async def test_a_source_that_never_answered_is_not_reported_as_stale(tmp_path: Path, listening: Listening) -> None:
    database = await new_sqlite(tmp_path / "other.db")
    fresh = Listening(database, listening.site, listening._fetcher)
    await fresh.people()
    fresh.site.status = 503
    for _ in range(FAILURES_BEFORE_STALE + 2):
        await fresh.poller().run_pass()
        assert await fresh.messages() == []
        await fresh.until_next_attempt()
    await database.close()


async def test_the_pauses_double_up_to_six_hours_and_nothing_is_asked_within_them(listening: Listening) -> None:
    listening.site.status = 503
    for failures in range(1, 9):
        await listening.poller().run_pass()
        assert listening.site.times("/") == 1
        due = (await listening.state("page")).next_attempt_at
        assert due is not None
        pause = min(PERIOD * 2 ** (failures - 1), LONGEST_PAUSE)
        assert pause <= due - listening.now <= pause * 1.1
        listening.now = due - SECOND
        await listening.poller().run_pass()
        assert listening.site.times("/") == 0
        await listening.until_next_attempt()


@pytest.mark.parametrize(
    ("status", "asked_for", "pause"),
    [
        (429, "7200", dt.timedelta(hours=2)),
        (503, "7200", dt.timedelta(hours=2)),
        (429, "999999999", LONGEST_RETRY_AFTER),
        (429, "5", PERIOD),  # never sooner than without it
        (429, "soon", PERIOD),
    ],
)
async def test_a_retry_after_sets_the_pause_of_a_site(
    listening: Listening, status: int, asked_for: str, pause: dt.timedelta
) -> None:
    listening.site.status, listening.site.headers = status, {"Retry-After": asked_for}
    await listening.poller().run_pass()
    listening.site.asked.clear()
    listening.site.status = 200
    listening.now += pause - SECOND
    await listening.poller().run_pass()
    assert listening.site.asked == []
    listening.now += SECOND + PERIOD * 0.1  # the jitter of a pause without a Retry-After
    await listening.poller().run_pass()
    assert listening.site.asked == ["/feed/", "/"]
    assert (await listening.state("page")).failures == 0


async def test_a_date_to_wait_for_is_understood(listening: Listening) -> None:
    in_three_hours = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)
    listening.site.status = 503
    listening.site.headers = {"Retry-After": format_datetime(in_three_hours, usegmt=True)}
    await listening.poller().run_pass()
    due = (await listening.state(FEED)).next_attempt_at
    assert due is not None
    assert dt.timedelta(hours=2, minutes=59) < due - listening.now <= dt.timedelta(hours=3)
