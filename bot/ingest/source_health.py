"""Health of the sources: stored for the next poll, logged once, and announced to people who depend on them."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.events import SourceBack, SourceStale
from bot.domain.offer_ranking import SENT_HOME
from bot.domain.rate_graph import AUTHORITY
from bot.domain.snapshot import NotAPage, ReaderError, Snapshot
from bot.ingest.containment import Lost
from bot.ingest.ingest import Ingested
from bot.log import where
from bot.sources.backoff import next_attempt
from bot.sources.banks import Bank
from bot.sources.fetch import FetchError, Refused
from storage import deliveries, sources
from storage.database import Connection, Database
from storage.sources import SourceState

log = structlog.get_logger()

# An error or a problem is one line for an operator.
MAX_LINE = 300
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Polled:
    """The result of one source in a pass: a snapshot and its changes, nothing new, or an error in one line.

    A bank can have both: rates, and an error where its own currency is not among them. `state` is the stored state
    after it; `crashed`: the error is the program's, not the source's.
    """

    source: str
    url: str
    snapshot: Snapshot | None = None
    ingested: Ingested | None = None
    error: str | None = None
    skipped: bool = False
    state: SourceState | None = None
    crashed: bool = False


def is_of_source(error: BaseException) -> bool:
    """Return whether an error is the source's; any other is an error of the program."""
    return isinstance(error, FetchError | NotAPage) and not isinstance(error, ReaderError)


def reason(error: BaseException) -> str:
    """Return an error in one line for operators: the source's own, or the kind of the program's, never its content."""
    if isinstance(error, FetchError | NotAPage):
        return str(error)[:MAX_LINE]
    return f"an error of the program ({type(error).__name__})"


def problem_of(warnings: Iterable[str], lost: Iterable[Lost]) -> str | None:
    """Return the parts that a read left out, in one line for operators; None where there are none."""
    not_stored = [f"{one.level} not stored ({one.error})" for one in lost]
    return "; ".join(dict.fromkeys((*warnings, *not_stored)))[:MAX_LINE] or None


class SourceHealth:
    """Records successes and failures of sources. `clock` gives UTC; `period`: the shortest pause after a failure."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], dt.datetime],
        period: dt.timedelta,
        unannounced: Collection[str],
        banks: Sequence[Bank],
        offers: Collection[str] = (),
    ) -> None:
        """`unannounced` names the sources whose failures only operators see: news sites, one of many.

        `offers` names the sources of offers.
        """
        self._database, self._clock, self._period = database, clock, period
        self._unannounced, self._banks = frozenset(unannounced), {bank.name: bank for bank in banks}
        self._offers = frozenset(offers)
        self._logged: dict[str, frozenset[str]] = {}

    async def succeeded(
        self,
        state: SourceState,
        warnings: Sequence[str] | None,
        lost: Sequence[Lost] = (),
        *,
        old_since: dt.datetime | None = None,
    ) -> SourceState:
        """Record a successful poll, and what its read left out (`warnings` is None: the source is unchanged).

        `old_since` is the time (UTC) of what it published last, if that is too old: then the source is stale.
        """
        now, stale_since = self._clock(), state.stale_since
        still_stale = None if old_since is None else stale_since or old_since
        if warnings is not None:
            self._log_problems(state.name, warnings, lost)
        done = replace(
            state,
            last_attempt_at=now,
            last_ok_at=now,
            failures=0,
            last_error=None,
            stale_since=still_stale,
        )
        async with self._database.write() as connection:
            await sources.save(connection, done)
            if still_stale is not None and stale_since is None:
                await self._announce(connection, SourceStale(state.name, still_stale), now)
            elif still_stale is None and stale_since is not None:
                await self._announce(connection, SourceBack(state.name, stale_since), now)
        return done

    async def failed(
        self, state: SourceState, error: Exception, failures_before_stale: int, base: dt.timedelta | None = None
    ) -> Polled:
        """Record a failure; after `failures_before_stale` in a row people who depend on the source are notified, once.

        The pauses double from `base`, else from the period.
        """
        now, failures, text = self._clock(), state.failures + 1, reason(error)
        crashed = not is_of_source(error)
        retry_after = error.retry_after if isinstance(error, Refused) else None
        failed = replace(
            state,
            last_attempt_at=now,
            failures=failures,
            last_error=text,
            next_attempt_at=next_attempt(failures, now, base or self._period, retry_after, random.random()),
        )
        newly_stale = failures >= failures_before_stale and state.stale_since is None and state.last_ok_at is not None
        if newly_stale:
            failed = replace(failed, stale_since=state.last_ok_at)
        if failures == 1 or text != state.last_error:  # the same error again is in /status and the metrics
            at = where(error.__cause__ or error) if crashed else None
            (log.error if crashed else log.warning)("poll_failed", source=state.name, error=text, at=at)
        async with self._database.write() as connection:
            await sources.save(connection, failed)
            if newly_stale and state.last_ok_at is not None:
                await self._announce(connection, SourceStale(state.name, state.last_ok_at), now)
        return Polled(state.name, state.url, error=text, state=failed, crashed=crashed)

    def _log_problems(self, name: str, warnings: Sequence[str], lost: Sequence[Lost]) -> None:
        """Log each kind of problem once, for as long as the source has it."""
        seen = self._logged.get(name, frozenset())
        kinds = set()
        for warning in warnings:
            kinds.add(kind := _NUMBERS.sub("#", warning))
            if kind not in seen:
                log.warning("source_warning", source=name, warning=warning)
        for one in lost:
            kinds.add(kind := f"{one.level} {one.error} {one.at}")
            if kind not in seen:
                log.error("item_not_stored", source=name, level=str(one.level), error=one.error, at=one.at)
        self._logged[name] = frozenset(kinds)

    async def _announce(self, connection: Connection, content: SourceStale | SourceBack, now: dt.datetime) -> None:
        kind, name = content.kind, content.source
        if name in self._unannounced:
            return
        key = f"{kind}:{name}:{content.since.isoformat()}"
        event = await deliveries.insert_event(connection, content, key, now)
        if event is not None:
            if name in self._offers:
                recipients = await deliveries.offer_watchers(connection, SENT_HOME)
            else:
                recipients = await deliveries.watchers(connection, name, self._concerned(name))
            await deliveries.insert_deliveries(connection, event, kind, recipients, now)

    def _concerned(self, name: str) -> list[str] | None:
        """Return the currencies that depend on a bank: its own; None where a source is no bank."""
        if name not in self._banks:
            return None
        return [code for code, source in AUTHORITY.items() if source == name]
