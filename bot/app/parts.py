"""Parts that `jarchi run` and other commands build from the settings, and the clock."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from bot import __version__
from bot.config import Settings
from bot.ingest.history import HistoryFiller
from bot.ingest.matching import Matcher
from bot.ingest.offer_history import OfferHistoryFiller
from bot.ingest.poll import Poller
from bot.sources.banks import BANKS
from bot.sources.fetch import Fetcher, user_agent
from bot.sources.gold import GOLD
from bot.sources.offers import OFFER_SOURCES
from bot.sources.policy import POLICY
from storage.database import Database


def utc_now() -> dt.datetime:
    """Return the current instant; the only clock, passed to every part."""
    return dt.datetime.now(dt.UTC)


def make_fetcher(settings: Settings) -> Fetcher:
    """Return the fetcher of all requests to sources."""
    agent = user_agent(__version__, settings.source_contact)
    return Fetcher(agent, allow_private=settings.allow_private_sources, proxies=settings.proxies_of_sources)


def make_matcher(settings: Settings) -> Matcher:
    """Return the matcher of articles with the stored queries and the configured word lists."""
    return Matcher(Path(settings.topics_file) if settings.topics_file else None)


def make_filler(
    settings: Settings, database: Database, fetcher: Fetcher, clock: Callable[[], dt.datetime]
) -> HistoryFiller:
    """Return the filler of past rates of the configured banks."""
    banks = [BANKS[name] for name in settings.banks]
    return HistoryFiller(database, fetcher, banks, settings.bank_base_url, clock, asyncio.sleep)


def make_offer_filler(
    settings: Settings, database: Database, fetcher: Fetcher, clock: Callable[[], dt.datetime]
) -> OfferHistoryFiller:
    """Return the filler of past offers of the configured sources."""
    sources = [OFFER_SOURCES[name] for name in settings.offers]
    return OfferHistoryFiller(database, fetcher, sources, settings.bank_base_url, clock, asyncio.sleep)


def make_poller(
    settings: Settings, database: Database, matcher: Matcher, fetcher: Fetcher, clock: Callable[[], dt.datetime]
) -> Poller:
    """Return the poller of the configured sources."""
    return Poller(
        database,
        matcher,
        fetcher,
        settings.sites,
        settings.ticker_url,
        settings.poll_seconds,
        clock,
        [BANKS[name] for name in settings.banks],
        settings.bank_base_url,
        offers=[OFFER_SOURCES[name] for name in settings.offers],
        gold=[GOLD[name] for name in settings.gold],
        policy=[POLICY[name] for name in settings.policy],
    )
