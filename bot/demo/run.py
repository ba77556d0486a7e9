"""The demo: an embedded Telegram, a replayed site, and the settings that point the application at them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo import agency
from bot.demo.site import EditionSite
from bot.demo.telegram import EmbeddedTelegram, FloodPolicy
from bot.sources.sites import DEFAULT, load_sites

# Not a secret: it opens nothing outside this machine.
DEMO_TOKEN = "1000000000:demo-token-that-opens-nothing-at-all"  # noqa: S105
# The demo's site changes every few seconds, so it is polled as often.
POLL_SECONDS = 3
# The people of the demo: one for each shipped language, and a third to compare with.
PEOPLE = ((101, "Aigerim", "en"), (102, "Рустам", "ru"), (103, "Nino", "en"))

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
    """The stand-ins, started: the embedded Telegram and the settings that point the application at them."""

    telegram: EmbeddedTelegram
    settings: dict[str, Any]


@asynccontextmanager
async def stage(port: int) -> AsyncIterator[Stage]:
    """Start the stand-ins on loopback (`port` 0: a free one), with a database that lives as long as they do."""
    telegram = EmbeddedTelegram(DEMO_TOKEN, flood=FloodPolicy("bucket"), record=False)
    site = EditionSite()
    for person, name, language in PEOPLE:
        telegram.add_person(person, name, language_code=language)
    with tempfile.TemporaryDirectory(prefix="jarchi-demo-") as folder:
        await telegram.start(port=port)
        try:
            await site.start()
            try:
                yield Stage(telegram, _settings(telegram, site, Path(folder)))
            finally:
                await site.stop()
        finally:
            await telegram.stop()


def _settings(telegram: EmbeddedTelegram, site: EditionSite, folder: Path) -> dict[str, Any]:
    listed = folder / "sources.toml"
    sources = SOURCES.format(name=agency.NAME, url=site.agency_url, minutes=POLL_SECONDS / 60)
    # The demo sends nothing to other machines: a real site that is enabled or tested here gets a 404.
    for other in load_sites(DEFAULT):
        sources += f'\n[{other.id}]\nurl = "{site.feed_url}{other.id}/"\n'
    listed.write_text(sources, "utf-8")
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
        "http_host": "127.0.0.1",
        "http_port": 0,
        "webhook_url": "",
        "webhook_secret": "",
        "admin_ids": str(PEOPLE[0][0]),
        "default_language": "en",
        "default_timezone": "Asia/Almaty",
    }
