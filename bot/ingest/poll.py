"""One pass over the sources: fetch, read, ingest; what fails is backed off and said once."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.book import AUTHORITY
from bot.domain.events import EventKind
from bot.domain.sites import FEED, HOME, PAGE, USUAL_WEIGHT, Site
from bot.domain.snapshot import NotAPage, Snapshot, Table
from bot.ingest.figures import take_table
from bot.ingest.ingest import Ingested, ingest
from bot.ingest.matching import Matcher
from bot.sources.backoff import next_attempt, next_interval
from bot.sources.banks import Bank, mirrored, next_look
from bot.sources.fetch import Fetcher, FetchError, Refused
from bot.sources.look import look_at_page, look_at_site
from storage import deliveries, sources
from storage.articles import Outcome
from storage.database import Database
from storage.rates import Recorded
from storage.sources import Description, SourceState

log = structlog.get_logger()

# This many failures in a row, and subscribers hear once that a source is silent: with the default quarter of an hour
# and doubling pauses that is about four hours.
FAILURES_BEFORE_STALE = 4
# A bank speaks once a day: one that has not answered for half a day is silent.
BANK_FAILURES = 6
# Tables are dated tomorrow, over long holidays some days on; a later date is a slip.
FARTHEST_AHEAD = dt.timedelta(days=14)
# Sites looked at at once: each may hold a document of five megabytes and its stories in memory.
SITES_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Polled:
    """What one source gave in a pass: a snapshot and what it changed, nothing new, or an error in one line."""

    source: str
    url: str
    snapshot: Snapshot | None = None
    ingested: Ingested | None = None
    error: str | None = None
    skipped: bool = False


def _nobody_looks(_name: str) -> None:
    """Take no notice: nobody waits for the end of a pass."""


class Poller:
    """Polls the news sites, the page with the ticker and the banks. `clock` gives UTC; `page` is the page's address.

    `period`: seconds between two looks at the page, and the shortest between two at a site that names none. `mirror`
    is an address that is asked instead of the banks (BANK_BASE_URL), or empty.
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
    ) -> None:
        self._database, self._matcher, self._fetcher, self._clock = database, matcher, fetcher, clock
        self._period = dt.timedelta(seconds=period)
        self._sites, self._page = tuple(sites), page
        self._banks, self._mirror = tuple(banks), mirror
        self._described = False

    @property
    def names(self) -> list[str]:
        """What is polled if no operator has switched it, in the order in which it is told."""
        sites = [site.id for site in self._sites if site.enabled and site.id != FEED]
        return [*HOME, *sites, *(bank.name for bank in self._banks)]

    async def run_pass(self, *, force: bool = False, done: Callable[[str], None] = _nobody_looks) -> list[Polled]:
        """Poll every source whose time has come (all of them with `force`): sites at once, the page after its site.

        `done` is called with the name of each source as it is finished. One that fails holds up no other.
        """
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
            home.append(await self._poll(Site(PAGE, self._home_name, self._page), force))
            done(PAGE)
            return home, await self._poll_banks(force, done)

        tasks = [asyncio.create_task(poll(site)) for site in on if site.id != FEED]
        try:
            home, banks = await home_and_banks()
        except asyncio.CancelledError:
            for task in tasks:
                task.cancel()
            raise
        finally:
            # All of them end before an error is told: none is left behind at work.
            await asyncio.gather(*tasks, return_exceptions=True)
        return home + [task.result() for task in tasks] + banks

    @property
    def _home_name(self) -> str:
        return next((site.name for site in self._sites if site.id == FEED), "")

    async def _switches(self) -> dict[str, bool]:
        """Return what operators have switched; the first time, keep what the sources are called."""
        if not self._described:
            described = [Description(site.id, site.url, site.name, site.weight) for site in self._sites]
            described.append(Description(PAGE, self._page, self._home_name, USUAL_WEIGHT))
            async with self._database.write() as connection:
                await sources.describe(connection, described)
            self._described = True
        async with self._database.read() as connection:
            return await sources.switches(connection)

    async def _poll_banks(self, force: bool, done: Callable[[str], None]) -> list[Polled]:
        """Look at the banks whose time has come, all at once; their figures are taken one bank after another."""
        now = self._clock()
        async with self._database.read() as connection:
            states = [await sources.get(connection, bank.name, bank.home) for bank in self._banks]
        due = [
            (bank, state)
            for bank, state in zip(self._banks, states, strict=True)
            if force or state.next_attempt_at is None or now >= state.next_attempt_at
        ]
        answers = await asyncio.gather(*(self._ask(bank) for bank, _ in due))
        polled = []
        for (bank, state), answer in zip(due, answers, strict=True):
            polled.append(await self._take(bank, state, answer))
            done(bank.name)
        return polled

    async def _ask(self, bank: Bank) -> list[Table] | FetchError | NotAPage:
        """Return the newest tables of a bank, or what went wrong."""
        tables: list[Table] = []
        try:
            for url, read_table in bank.looks(self._clock()):
                address = mirrored(url, self._mirror, bank.name)
                tables += read_table((await self._fetcher.fetch(address)).body)
        except (FetchError, NotAPage) as error:
            return error
        return tables

    async def _take(self, bank: Bank, state: SourceState, answer: list[Table] | FetchError | NotAPage) -> Polled:
        """Store a bank's tables, oldest first, and note when to look again."""
        if not isinstance(answer, list):
            return await self._failed(state, self._clock(), answer, BANK_FAILURES)
        recorded: list[Recorded] = []
        told = 0
        latest_day = self._clock().date() + FARTHEST_AHEAD
        answer = sorted((t for t in answer if t.valid_on <= latest_day), key=lambda table: table.valid_on)
        if not answer:
            return await self._failed(state, self._clock(), NotAPage("a table of a day far ahead"), BANK_FAILURES)
        for table in answer:
            for warning in table.warnings:
                log.warning("source warning", source=bank.name, warning=warning)
            figures = await take_table(self._database, bank.name, table, self._clock())
            recorded += figures.recorded
            told += figures.deliveries
        newest = answer[-1].valid_on
        # A bank with several tables has spoken when the last of them has come.
        now = self._clock()
        # A mirror is the operator's own and has no hours.
        following = now + self._period if self._mirror else next_look(bank, now, self._period, answer[0].valid_on)
        valid_on = max(newest, state.valid_on or newest)
        await self._succeeded(replace(state, valid_on=valid_on, next_attempt_at=following))
        log.info("polled", source=bank.name, valid_on=str(newest), rates=len(recorded), deliveries=told)
        quotes = tuple(quote for table in answer for quote in table.quotes)
        warnings = tuple(warning for table in answer for warning in table.warnings)
        snapshot = Snapshot(bank.name, rates=quotes, page_date=newest, warnings=warnings)
        return Polled(bank.name, state.url, snapshot, Ingested((), tuple(recorded), told))

    async def _poll(self, site: Site, force: bool) -> Polled:
        """Look at a site or the page if its time has come. The first look that succeeds fills and cries nothing."""
        now, name, floor = self._clock(), site.id, site.poll or self._period
        async with self._database.read() as connection:
            state = await sources.get(connection, name, site.url)
        if not force and state.next_attempt_at is not None and now < state.next_attempt_at:
            return Polled(name, site.url, skipped=True)
        look_at = look_at_page if name == PAGE else look_at_site
        try:
            looked = await look_at(self._fetcher, site.url, now, etag=state.etag, last_modified=state.last_modified)
        except (FetchError, NotAPage) as error:
            return await self._failed(state, now, error, base=floor)
        snapshot, ingested, changed = looked.snapshot, None, False
        if snapshot is not None:
            for warning in snapshot.warnings:
                log.warning("source warning", source=name, warning=warning)
            first_look = state.last_ok_at is None
            ingested = await ingest(self._database, self._matcher, name, snapshot, self._clock(), filling=first_look)
            changed = any(stored.outcome is not Outcome.KNOWN for _, stored in ingested.articles)
        # The page has its rates at any hour: it is looked at evenly.
        interval = floor
        if name != PAGE:
            known = floor if state.interval_seconds is None else dt.timedelta(seconds=state.interval_seconds)
            interval = next_interval(known, floor, changed=changed)
        now = self._clock()
        await self._succeeded(
            replace(
                state,
                etag=looked.etag,
                last_modified=looked.last_modified,
                next_attempt_at=now + interval,
                interval_seconds=interval.total_seconds(),
                changed_at=now if changed else state.changed_at,
                looks=state.looks + 1,
                changes=state.changes + changed,
            )
        )
        log.info(
            "polled",
            source=name,
            unchanged=snapshot is None,
            articles=len(snapshot.articles) if snapshot else 0,
            rates=len(snapshot.rates) if snapshot else 0,
            deliveries=ingested.deliveries if ingested else 0,
        )
        return Polled(name, site.url, snapshot, ingested)

    async def _succeeded(self, state: SourceState) -> None:
        now = self._clock()
        stale_since = state.stale_since
        done = replace(
            state,
            last_attempt_at=now,
            last_ok_at=now,
            failures=0,
            last_error=None,
            stale_since=None,
        )
        async with self._database.write() as connection:
            await sources.save(connection, done)
            if stale_since is not None:
                await self._announce(connection, EventKind.BACK, state.name, stale_since, now)

    async def _failed(
        self,
        state: SourceState,
        now: dt.datetime,
        error: FetchError | NotAPage,
        patience: int = FAILURES_BEFORE_STALE,
        base: dt.timedelta | None = None,
    ) -> Polled:
        """Note a failure; after `patience` of them in a row the source is silent, and its subscribers hear so once.

        The pauses double from `base`, else from the period.
        """
        failures = state.failures + 1
        retry_after = error.retry_after if isinstance(error, Refused) else None
        failed = replace(
            state,
            last_attempt_at=now,
            failures=failures,
            last_error=str(error)[:300],
            next_attempt_at=next_attempt(failures, now, base or self._period, retry_after, random.random()),
        )
        newly_stale = failures >= patience and state.stale_since is None and state.last_ok_at is not None
        if newly_stale:
            failed = replace(failed, stale_since=state.last_ok_at)
        async with self._database.write() as connection:
            await sources.save(connection, failed)
            if newly_stale and state.last_ok_at is not None:
                await self._announce(connection, EventKind.STALE, state.name, state.last_ok_at, now)
        log.warning("poll failed", source=state.name, failures=failures, error=str(error)[:300])
        return Polled(state.name, state.url, error=str(error)[:300])

    async def _announce(
        self, connection: AsyncConnection, kind: EventKind, name: str, since: dt.datetime, now: dt.datetime
    ) -> None:
        if any(site.id == name for site in self._sites if site.id != FEED):
            return  # one site of many: operators see it in /status and /sources
        payload = {"source": name, "since": since.isoformat()}
        event = await deliveries.happen(connection, kind, f"{kind}:{name}:{since.isoformat()}", payload, now)
        if event is not None:
            await deliveries.address(
                connection, event, kind, await deliveries.watchers(connection, name, self._concerned(name)), now
            )

    def _concerned(self, name: str) -> list[str] | None:
        """Return the currencies that a bank's silence concerns: its own; None where a source is no bank."""
        for bank in self._banks:
            if bank.name == name:
                return [code for code, source in AUTHORITY.items() if source == name]
        return None
