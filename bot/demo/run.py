"""The demo: an embedded Telegram, invented sites, and the settings that point the application at them."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.demo import agency, gold
from bot.demo.market import CURRENCIES, SWING_SECONDS
from bot.demo.past import newest_tables, store_past
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram, FloodPolicy
from bot.demo.telegram.records import Site
from bot.demo.tour import Tour
from bot.domain.rates import Quote
from bot.ingest.gold import store_price_lists
from bot.sources.banks import BANKS
from bot.sources.fetch import Fetcher
from bot.sources.sites import DEFAULT, load_sites
from storage import sources
from storage.database import Database
from storage.migrate import upgrade

# Not a secret: it opens nothing outside this machine.
DEMO_TOKEN = "1000000000:demo-token-that-opens-nothing-at-all"  # noqa: S105
LOOPBACK = "127.0.0.1"
# The demo's site changes every few seconds, so it is polled as often.
POLL_SECONDS = 3
# The longest time in which the application connects, and the time for which it then has the machine for itself.
_CONNECTING_SECONDS = 60.0
_FIRST_SECONDS = 3.0
# After a jump of the rates the banks are polled more than once: a poll under way may have the rates before it.
_POLL_AGAIN_SECONDS = (0.0, 2.0, 5.0)
# The people of the demo, in four of the languages. The page explains their roles.
PEOPLE = (
    (101, "Aigerim", "en", "trader"),
    (102, "Рустам", "ru", "migrant"),
    (103, "Nino", "en", "journalist"),
    (104, "Дана", "kk", "teacher"),
    (105, "Dilnoza", "uz", "seller"),
)
AIGERIM, RUSTAM, NINO, DANA, DILNOZA = (person for person, *_ in PEOPLE)
OPERATOR = AIGERIM
# A group with the bot, one without it (for guest queries), and a channel, to which its owner adds the bot.
GROUP, NEIGHBOURS, CHANNEL = -1_001_000_000_001, -1_001_000_000_002, -1_001_000_000_003
# Subscribers of the channel beside the people of the demo.
_READERS = 1240

# The second site, in the form of an operator's list; on this machine it may be polled without a pause.
SOURCES = """
[keruen]
name = "{name}"
url = "{url}"
language = "ru"
country = "KZ"
poll_minutes = {minutes}
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The stand-ins, started: the embedded Telegram, and the settings that point the application at them.

    `folder` is deleted at the end; it has the database. `shared_url` is the page's address for other machines, empty
    if it is only opened on this one.
    """

    telegram: EmbeddedTelegram
    settings: dict[str, Any]
    folder: Path
    shared_url: str = ""


@asynccontextmanager
async def stage(port: int, host: str = LOOPBACK) -> AsyncIterator[Stage]:
    """Start the stand-ins (`port` 0: a free one), with a database that has the banks' past.

    `host` is the address that the chat page listens on; the sites are always on loopback.
    """
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jarchi-demo-")))
        telegram, site = EmbeddedTelegram(DEMO_TOKEN, flood=FloodPolicy("bucket"), record=False), EditionSite()
        await telegram.start(host, port)
        stack.push_async_callback(telegram.stop)
        await site.start()
        stack.push_async_callback(site.stop)
        database = Database(f"sqlite+aiosqlite:///{folder / 'demo.db'}")
        stack.push_async_callback(database.close)
        await upgrade(database)
        fetcher = Fetcher("Jarchi demo", allow_private=True)
        stack.push_async_callback(fetcher.close)
        printed = await newest_tables(fetcher, site.market, site.banks_url)
        await store_past(database, site.market, printed, first=True)
        async with database.write() as connection:
            past = gold.past_lists("cbu", site.market.today)  # the other bank's past is fetched
            await store_price_lists(connection, past, dt.datetime.now(dt.UTC))
        _invite(telegram)
        names = {site.id: site.name for site in load_sites(DEFAULT)} | {"keruen": agency.NAME}
        telegram.world.sites.update(
            {host: Site(names[host.partition(".")[0]], page_of) for host, page_of in site.pages.items()}
        )
        background = Background(telegram, database, site, printed)
        stack.push_async_callback(background.close)
        Tour(telegram, background.swing)
        yield Stage(telegram, _settings(telegram, site, folder), folder, telegram.shared_url)


class Background:
    """The work of the demo beside the application: the rest of the banks' past, and swings of the market."""

    def __init__(
        self, telegram: EmbeddedTelegram, database: Database, site: EditionSite, printed: dict[str, Sequence[Quote]]
    ) -> None:
        self._database, self._market = database, site.market
        self._tasks = {asyncio.create_task(self._store_rest(telegram, printed))}

    async def _store_rest(self, telegram: EmbeddedTelegram, printed: dict[str, Sequence[Quote]]) -> None:
        """Store what is asked for later, once the application is connected and has had its first seconds."""
        await telegram.wait_for(lambda: telegram.polling, _CONNECTING_SECONDS)
        await asyncio.sleep(_FIRST_SECONDS)
        await store_past(self._database, self._market, printed, first=False)

    def swing(self, text: str) -> None:
        """Let the currencies that an alert names move, so that the person sees it fire."""
        self._market.swing(code for code in CURRENCIES if code in text)
        self._tasks.add(asyncio.create_task(self._poll_while_it_swings()))

    async def _poll_while_it_swings(self) -> None:
        """Have the banks polled at once when their rates jump: outside their hours they are polled too seldom."""
        passed = 0.0
        for seconds in sorted(jump + delay for jump in SWING_SECONDS for delay in _POLL_AGAIN_SECONDS):
            await asyncio.sleep(seconds - passed)
            passed = seconds
            async with self._database.write() as connection:
                for state in await sources.all_states(connection):
                    if state.name in BANKS:
                        await sources.save(connection, replace(state, next_attempt_at=None))

    async def close(self) -> None:
        """Stop the work."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _invite(telegram: EmbeddedTelegram) -> None:
    """Add the people, their groups and the channel; the operator adds the bot to the group of all of them."""
    for person, name, language, role in PEOPLE:
        telegram.add_person(person, name, language_code=language, role=role)
    everyone = [person for person, *_ in PEOPLE]
    telegram.add_group(GROUP, "Bazaar", everyone, [OPERATOR], bot_is_member=False)
    telegram.invite(GROUP, OPERATOR)
    telegram.add_group(NEIGHBOURS, "Neighbours", [RUSTAM, DILNOZA], [RUSTAM], bot_is_member=False)
    telegram.add_channel(CHANNEL, "Steppe Morning", everyone, [NINO, DANA], others=_READERS)
    telegram.say(NINO, "Good morning! From today the news of the region is here.", CHANNEL)


def _free_port() -> int:
    """Return a port that is free now: the address of the documents is a setting, so the port must be known before."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _settings(telegram: EmbeddedTelegram, site: EditionSite, folder: Path) -> dict[str, Any]:
    listed = folder / "sources.toml"
    text = SOURCES.format(name=agency.NAME, url=site.agency_url, minutes=POLL_SECONDS / 60)
    # The demo sends nothing to other machines: a real site that is enabled or tested here gets a 404.
    for other in load_sites(DEFAULT):
        text += f'\n[{other.id}]\nurl = "{site.feed_url}{other.id}/"\n'
    listed.write_text(text, "utf-8")
    port = _free_port()
    return {
        "sources_file": str(listed),
        "bot_token": DEMO_TOKEN,
        "telegram_api_url": telegram.url,
        "database_url": f"sqlite+aiosqlite:///{folder / 'demo.db'}",
        "news_feed_url": site.feed_url,
        "ticker_url": site.ticker_url,
        "bank_base_url": site.banks_url,
        "poll_seconds": POLL_SECONDS,
        "allow_private_sources": True,
        "http_host": LOOPBACK,
        "http_port": port,
        "public_url": f"http://{LOOPBACK}:{port}",
        "webhook_url": "",
        "webhook_secret": "",
        "admin_ids": str(OPERATOR),
        "default_language": "en",
        "default_timezone": "Asia/Almaty",
    }
