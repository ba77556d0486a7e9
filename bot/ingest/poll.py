"""One pass over the sources: fetch, read, ingest. A failed source is backed off; its error stops no other."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.domain.letters import storable
from bot.domain.sites import FEED, HOME, PAGE, Site
from bot.domain.snapshot import NotAPage
from bot.ingest.bank_polls import BANK_FAILURES, BankPolls
from bot.ingest.gold import GoldPolls
from bot.ingest.ingest import ArticleOutcome, ingest, write_deliveries
from bot.ingest.matching import Matcher
from bot.ingest.offer_polls import OfferPolls
from bot.ingest.policy_polls import PolicyPolls
from bot.ingest.source_health import Polled, SourceHealth, problem_of
from bot.sources.backoff import next_interval
from bot.sources.banks import Bank
from bot.sources.fetch import Fetcher
from bot.sources.gold import GoldSource
from bot.sources.offers import OfferSource
from bot.sources.policy import PolicySource
from bot.sources.source import Request, SourceRead, fetch_page, fetch_site
from storage import sources
from storage.database import Database
from storage.errors import StorageError
from storage.sources import Description, SourceState

__all__ = ["BANK_FAILURES", "FAILURES_BEFORE_STALE", "Polled", "Poller"]

log = structlog.get_logger()

# After so many failures in a row subscribers get one message that a source is stale: with the default quarter of an
# hour and doubling pauses that is about four hours.
FAILURES_BEFORE_STALE = 4
# Sites polled at once: each may hold a document of five megabytes and its articles in memory.
SITES_AT_ONCE = 16


def noop(_name: str) -> None:
    """Do nothing when a source is finished."""


class Poller:
    """Polls the news sites, the page with the ticker, and of banks the rates, offers, gold prices and policy rates.

    `clock` gives UTC; `page` is the page's address. `period`: seconds between two polls of the page, and the shortest
    between two of a site that sets none. `mirror` is an address that replaces the banks (BANK_BASE_URL), or empty.
    """

    def __init__(
        self,
        database: Database,
        matcher: Matcher,
        fetcher: Fetcher,
        sites: Sequence[Site],
        page: str,
        period: float,
        clock: Callable[[], dt.datetime],
        banks: Sequence[Bank] = (),
        mirror: str = "",
        offers: Sequence[OfferSource] = (),
        gold: Sequence[GoldSource] = (),
        policy: Sequence[PolicySource] = (),
    ) -> None:
        self._database, self._matcher, self._fetcher, self._clock = database, matcher, fetcher, clock
        self._period = dt.timedelta(seconds=period)
        self._sites, self._page = tuple(sites), page
        offer_names = [source.state_name for source in offers]
        beside = [*(source.name for source in gold), *(source.name for source in policy)]
        self._bank_names = [*(bank.name for bank in banks), *offer_names, *beside]
        # Nobody depends on a table of one of these alone: its age is shown beside it.
        others = [*(site.id for site in sites if site.id != FEED), *beside]
        self._health = SourceHealth(database, clock, self._period, others, banks, offer_names)
        self._banks = BankPolls(database, fetcher, self._health, banks, mirror, self._period, clock)
        self._offers = OfferPolls(database, fetcher, self._health, offers, mirror, self._period, clock)
        self._gold = GoldPolls(database, fetcher, self._health, gold, mirror, self._period, clock)
        self._policy = PolicyPolls(database, fetcher, self._health, policy, mirror, self._period, clock)
        self._described = False

    @property
    def names(self) -> list[str]:
        """The sources that are polled if no operator has switched any, in the order of their listing."""
        sites = [site.id for site in self._sites if site.enabled and site.id != FEED]
        return [*HOME, *sites, *self._bank_names]

    async def run_pass(self, *, force: bool = False, done: Callable[[str], None] = noop) -> list[Polled]:
        """Poll every source that is due (all of them with `force`): sites at once, the page after its site.

        `done` is called with the name of each source as it is finished. Any error in one of them is its failure and
        stops no other; only StorageError, where the database cannot serve, ends the pass.
        """
        await write_deliveries(self._database)
        switches = await self._switches()
        on = [site for site in self._sites if switches.get(site.id, site.enabled)]
        room = asyncio.Semaphore(SITES_AT_ONCE)

        async def poll(site: Site) -> Polled:
            async with room:
                polled = await self._poll(site, force)
            done(site.id)
            return polled

        async def home_and_banks() -> tuple[list[Polled], list[Polled]]:
            # The feed comes first: it has the dates. The ticker comes before the banks, which are judged by it.
            home = [await poll(site) for site in on if site.id == FEED]
            home.append(await self._poll(self._page_site, force))
            done(PAGE)
            banks = await self._banks.run(force, done)
            # Offers are judged by the banks' rates.
            banks += await self._offers.run(force, done)
            banks += await self._gold.run(force, done)
            return home, banks + await self._policy.run(force, done)

        tasks = [asyncio.create_task(poll(site)) for site in on if site.id != FEED]
        try:
            home, banks = await home_and_banks()
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        finally:
            # All of them end before an error is raised: none goes on running.
            await asyncio.gather(*tasks, return_exceptions=True)
        return home + [task.result() for task in tasks] + banks

    @property
    def _page_site(self) -> Site:
        """The page as a site, with the name and the language of the home site."""
        home = next((site for site in self._sites if site.id == FEED), None)
        page = Site(PAGE, "", self._page)
        return replace(page, name=home.name, language=home.language) if home else page

    async def _switches(self) -> dict[str, bool]:
        """Return the switches that operators have set; the first time, store the names of the sources."""
        if not self._described:
            described = [
                Description(site.id, site.url, site.name, site.weight, site.language, site.enabled)
                for site in (*self._sites, self._page_site)
            ]
            async with self._database.write() as connection:
                await sources.describe(connection, described)
            self._described = True
        async with self._database.read() as connection:
            return await sources.switches(connection)

    async def _poll(self, site: Site, force: bool) -> Polled:
        """Poll a site or the page if it is due; any error is recorded as its failure."""
        now, name, floor = self._clock(), site.id, site.poll or self._period
        async with self._database.read() as connection:
            state = await sources.get(connection, name, site.url)
        if not force and state.next_attempt_at is not None and now < state.next_attempt_at:
            return Polled(name, site.url, skipped=True, state=state)
        try:
            fetch = fetch_page if name == PAGE else fetch_site
            request = Request(site.url, now, state.etag, state.last_modified, site.zone)
            read = await fetch(self._fetcher, request)
            return await self._take(site, state, read, floor)
        except StorageError:
            raise
        except Exception as error:
            return await self._health.failed(state, error, FAILURES_BEFORE_STALE, floor)

    async def _take(self, site: Site, state: SourceState, read: SourceRead, floor: dt.timedelta) -> Polled:
        """Store the result of a poll. The first one that succeeds fills the archive and notifies nobody."""
        name, snapshot, ingested, changed = site.id, read.snapshot, None, False
        if snapshot is not None:
            if name != PAGE and not snapshot.articles and state.changes:
                raise NotAPage("a feed without stories, where there were some")
            first_poll = state.last_ok_at is None
            ingested = await ingest(self._database, self._matcher, name, snapshot, self._clock(), filling=first_poll)
            changed = any(outcome is not ArticleOutcome.KNOWN for _, outcome in ingested.articles)
            if name == PAGE and not ingested.rates:
                raise NotAPage("no rate of the ticker could be stored")
            state = replace(state, problem=problem_of(snapshot.warnings, ingested.lost))
        # The page has its rates at any hour: it is polled at even intervals.
        interval = floor
        if name != PAGE:
            known = floor if state.interval_seconds is None else dt.timedelta(seconds=state.interval_seconds)
            interval = next_interval(known, floor, changed=changed)
        now = self._clock()
        state = await self._health.succeeded(
            replace(
                state,
                etag=_validator(read.etag),
                last_modified=_validator(read.last_modified),
                next_attempt_at=now + interval,
                interval_seconds=interval.total_seconds(),
                changed_at=now if changed else state.changed_at,
                polls=state.polls + 1,
                changes=state.changes + changed,
            ),
            None if snapshot is None else snapshot.warnings,
            ingested.lost if ingested else (),
        )
        log.info(
            "polled",
            source=name,
            unchanged=snapshot is None,
            articles=len(snapshot.articles) if snapshot else 0,
            rates=len(snapshot.rates) if snapshot else 0,
            deliveries=ingested.deliveries if ingested else 0,
        )
        return Polled(name, site.url, snapshot, ingested, state=state)


def _validator(header: str | None) -> str | None:
    """Return a validator for the next request; None for one with bytes that no header may have."""
    return header if header is not None and header == storable(header) else None
