"""News sites: the list with its states, muting by chats, switching and tests by operators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.domain.freshness import dated
from bot.domain.sites import Site, SiteState, stored_as
from bot.domain.snapshot import Snapshot
from bot.sources.fetch import Fetcher
from bot.sources.source import Request, fetch_site
from storage import mutes, sources
from storage.database import Database


async def source_list(database: Database, sites: Sequence[Site], chat_id: int, *, operator: bool) -> list[SiteState]:
    """Return the sites that are switched on, and for operators the others after them."""
    async with database.read() as connection:
        polled = {state.name: state for state in await sources.all_states(connection)}
        switches = await sources.switches(connection)
        muted = await mutes.of_chat(connection, chat_id)
    states = []
    for site in sites:
        state = polled.get(site.id) or sources.SourceState(site.id, site.url)
        seconds = state.interval_seconds
        states.append(
            SiteState(
                site,
                switches.get(site.id, site.enabled),
                site.id in muted,
                polled_at=state.last_attempt_at,
                ok_at=state.last_ok_at,
                changed_at=state.changed_at,
                failures=state.failures,
                error=state.last_error,
                interval=None if seconds is None else dt.timedelta(seconds=seconds),
                polls=state.polls,
                changes=state.changes,
            )
        )
    return sorted((one for one in states if one.on or operator), key=lambda one: not one.on)


async def polled_sites(database: Database, sites: Sequence[Site]) -> list[Site]:
    """Return the sites that are switched on."""
    async with database.autocommit() as connection:
        switches = await sources.switches(connection)
    return [site for site in sites if switches.get(site.id, site.enabled)]


async def mute_source(database: Database, chat_id: int, site: Site) -> None:
    """Send a chat no more articles of a site."""
    async with database.write() as connection:
        await mutes.mute(connection, chat_id, stored_as(site.id))


async def unmute_source(database: Database, chat_id: int, site: Site) -> None:
    """Send a chat the articles of a site again."""
    async with database.write() as connection:
        await mutes.unmute(connection, chat_id, stored_as(site.id))


async def switch_source(database: Database, site: Site, on: bool) -> None:
    """Switch the polling of a site on or off. The first poll after switching on alerts nobody."""
    async with database.write() as connection:
        await sources.switch(connection, site.id, site.url, on)


async def test_source(fetcher: Fetcher, site: Site, now: dt.datetime) -> Snapshot:
    """Fetch and read a site now, and store nothing; raises FetchError or NotAPage.

    Impossible dates are removed, as at a poll.
    """
    snapshot = (await fetch_site(fetcher, Request(site.url, now, zone=site.zone))).snapshot
    if snapshot is None:
        return Snapshot("feed")
    listed = tuple(dated(article, now) for article in snapshot.articles)
    return Snapshot(snapshot.layout, articles=listed, warnings=snapshot.warnings)
