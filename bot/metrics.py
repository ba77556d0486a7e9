"""The metrics of this process for Prometheus, in a registry of their own; docs/metrics.md explains each."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from bot.domain.events import EventKind

# Seconds. An answer of ours takes milliseconds, one of Telegram's tens of them, a wait for a flood limit seconds.
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# The interval at which the lag of the event loop is measured: short enough to see a stall of a second.
LAG_SECONDS = 0.25
# Long polling is slow by design, so its duration is not measured.
_SLOW_BY_INTENTION = "getUpdates"
# The status of a request that got no answer.
NO_ANSWER = 0
# Statuses of a bot that Telegram does not serve: token refused, another process polls.
_NO_SIGN_OF_LIFE = (401, 404, 409)
# This many updates in a row, all within this many seconds, that could not be read or handled: the bot receives and
# cannot answer. A single update of a new form does not count, and a quiet bot is healthy again after this time.
FAILURES_IN_A_ROW = 3
FAILURES_SECONDS = 600.0
# The longest time of handling an update, in seconds: a reply waits at most 20 s for the limiter and 40 s for Telegram.
LONGEST_WORK_SECONDS = 180.0
# A counter that appears with its first event has no increase at that time, and no alert rule sees it. Hence every label
# value known in advance is exported as 0 from the start; deploy/alerts.yml depends on it.
POLL_OUTCOMES = ("ok", "unchanged", "failed")
ARTICLE_OUTCOMES = ("new", "corrected", "known")
VERDICTS = ("warn", "silent")
ALERTED_METHODS = ("getMe", "getUpdates", "sendMessage")
ALERTED_STATUSES = (NO_ANSWER, 200, 401, 404, 409, 429)
DATABASE_ERRORS = ("OperationalError", "DBAPIError", "InterfaceError", "PoolTimeout", "ConnectionRefusedError")


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """The condition of a source: the time (UTC) of its last success, failures in a row since, and the last error.

    `stale`: people who depend on it have been notified. `error` is one English line, free of content.
    """

    last_success_at: dt.datetime | None
    failures: int
    error: str | None
    stale: bool


class Metrics:
    """The counters, and the monotonic times of the last events, which `/readyz` checks.

    There is one for the process; each part counts its own events.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry = CollectorRegistry()
        self._monotonic = monotonic
        self.answered_at = self.attempted_at = self.passed_at = float("-inf")
        self._handled: deque[tuple[float, bool]] = deque(maxlen=FAILURES_IN_A_ROW)
        self._in_progress: dict[int, float] = {}  # the start times of the updates that are being handled
        self._updates_started = 0
        self.is_leader = False
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        histogram = partial(Histogram, buckets=_SECONDS, registry=registry)
        self._polls = counter("jarchi_polls", "Polls of a source.", ["source", "outcome"])
        self._articles = counter("jarchi_articles", "Articles read.", ["outcome"])
        self._rates = counter("jarchi_rates", "Rates read.", ["source", "outcome"])
        self._defects = counter(
            "jarchi_poll_defects",
            "Parts of a poll that were left out or repaired, so that the rest was kept.",
            ["level", "source"],
        )
        self._sources: Mapping[str, SourceCondition] = {}
        self._last_success = gauge(
            "jarchi_source_last_success_timestamp_seconds", "Time of the last successful poll of a source.", ["source"]
        )
        self._failures = gauge("jarchi_source_consecutive_failures", "Failed polls of a source in a row.", ["source"])
        self._stale = gauge("jarchi_source_stale", "Whether people were notified that a source is stale.", ["source"])
        self._matches = counter("jarchi_matches", "Queries that new articles match.")
        self._deliveries = counter("jarchi_deliveries", "Deliveries created by polls.")
        self._sends = counter("jarchi_sends", "Attempts to deliver.", ["kind", "outcome"])
        self._lease_expirations = counter(
            "jarchi_lease_expirations", "Deliveries whose lease expired because their process died."
        )
        self._responses = counter(
            "jarchi_telegram_responses", "Responses of Telegram; status 0: no response.", ["method", "status"]
        )
        self._telegram = histogram(
            "jarchi_telegram_request_duration_seconds", "Duration of a request to Telegram.", ["method"]
        )
        self._updates = histogram("jarchi_update_duration_seconds", "Duration of handling an update.", ["command"])
        self._throttled = counter("jarchi_throttled_actions", "Actions that the throttle refused.", ["verdict"])
        self._dropped = counter("jarchi_updates_dropped", "Updates dropped because the backlog was full.")
        self._unreadable = counter("jarchi_updates_unreadable", "Updates that could not be read and were skipped.")
        self._failed = counter("jarchi_updates_failed", "Updates whose handling ended with an error.")
        self._token = gauge("jarchi_token_consecutive_refusals", "Refusals of the bot token in a row.")
        self.waiting = gauge("jarchi_updates_backlog", "Updates queued or in progress.")
        self._errors = counter("jarchi_database_errors", "Database errors.", ["error"])
        self.database_writable = gauge(
            "jarchi_database_writable", "Whether the last attempt to write to the database succeeded."
        )
        self._lag = histogram("jarchi_event_loop_lag_seconds", "Lag of the event loop.")
        self._leader = gauge("jarchi_leader", "Whether this process is the leader.")
        self.queue = gauge("jarchi_queue_deliveries", "Pending deliveries.", ["kind", "state"])
        self._flood_pause = gauge("jarchi_flood_pause_seconds", "Remaining pause of all messages after flood refusals.")
        self._flooded_chats = gauge(
            "jarchi_flooded_chats", "Chats that wait for more than a minute after a flood refusal."
        )
        self.oldest = gauge("jarchi_queue_oldest_age_seconds", "Age of the oldest due delivery.", ["kind"])

        for article in ARTICLE_OUTCOMES:
            self._articles.labels(article)
        for method in ALERTED_METHODS:
            for status in ALERTED_STATUSES:
                self._responses.labels(method, status)
        for verdict in VERDICTS:
            self._throttled.labels(verdict)
        for error in DATABASE_ERRORS:
            self._errors.labels(error)

    def declare_source(self, source: str) -> None:
        """Export the poll counters of a source as 0, unless it was polled before."""
        for outcome in POLL_OUTCOMES:
            self._polls.labels(source, outcome)

    def declare_sends(self, outcomes: Iterable[str]) -> None:
        """Export the send counters of each kind of event and these outcomes as 0, unless counted before."""
        for outcome in outcomes:
            for kind in EventKind:
                self._sends.labels(kind, outcome)

    def polled(self, source: str, outcome: str) -> None:
        """Count a poll of a source: ok, unchanged or failed."""
        self._polls.labels(source, outcome).inc()

    def contained(self, level: str, source: str, count: int) -> None:
        """Count defects of a poll that were left out or repaired: letters, parts of a document, items, whole polls."""
        self._defects.labels(level, source).inc(count)

    @property
    def sources(self) -> Mapping[str, SourceCondition]:
        """The condition of each source, by name, as of this process's last round; empty if another one polls."""
        return self._sources

    @sources.setter
    def sources(self, conditions: Mapping[str, SourceCondition]) -> None:
        self._sources = conditions
        for gauge in (self._last_success, self._failures, self._stale):
            gauge.clear()  # a site that was switched off is no longer a source
        for name, one in conditions.items():
            if one.last_success_at is not None:
                self._last_success.labels(name).set(one.last_success_at.timestamp())
            self._failures.labels(name).set(one.failures)
            self._stale.labels(name).set(one.stale)

    def passed(self) -> None:
        """Record the end of a round that polled all due sources."""
        self.passed_at = self._monotonic()

    def set_leader(self, leader: bool) -> None:
        """Record whether this process is the leader; a new leader has not missed a round yet."""
        if leader and not self.is_leader:
            self.passed()
        if not leader:
            self.sources = {}
        self.is_leader = leader
        self._leader.set(leader)

    def stored(
        self, articles: dict[str, int], rates: dict[str, int], source: str, matches: int, deliveries: int
    ) -> None:
        """Count the results of a poll: articles and rates by outcome, matching queries, deliveries."""
        for outcome, count in articles.items():
            self._articles.labels(outcome).inc(count)
        for outcome, count in rates.items():
            self._rates.labels(source, outcome).inc(count)
        self._matches.inc(matches)
        self._deliveries.inc(deliveries)

    def attempted(self, kind: str, outcome: str) -> None:
        """Count an attempt to deliver."""
        self.attempted_at = self._monotonic()
        self._sends.labels(kind, outcome).inc()

    def leases_expired(self, count: int) -> None:
        """Count deliveries whose lease expired because their process died: at most as many messages are sent twice."""
        self._lease_expirations.inc(count)

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count a request to Telegram; the status of one without an answer is NO_ANSWER."""
        if NO_ANSWER < status < 500 and status not in _NO_SIGN_OF_LIFE:
            self.answered_at = self._monotonic()
        self._responses.labels(method, status).inc()
        if method != _SLOW_BY_INTENTION:
            self._telegram.labels(method).observe(seconds)

    @contextmanager
    def answering(self, command: str) -> Iterator[None]:
        """Measure the time of handling an update."""
        self._updates_started += 1
        number = self._updates_started
        self._in_progress[number] = self._monotonic()
        try:
            with self._updates.labels(command).time():
                yield
        finally:
            del self._in_progress[number]

    def handled(self) -> None:
        """Record that an update was handled."""
        self._handled.append((self._monotonic(), True))

    def update_failed(self) -> None:
        """Count an update whose handling ended with an error."""
        self._failed.inc()
        self._handled.append((self._monotonic(), False))

    def unreadable(self) -> None:
        """Count an update, or an answer to getUpdates, that could not be read."""
        self._unreadable.inc()
        self._handled.append((self._monotonic(), False))

    def updates_problem(self) -> str:
        """Return why received updates are not handled, an empty text if they are."""
        now = self._monotonic()
        failed = [at for at, well in self._handled if not well and now - at <= FAILURES_SECONDS]
        if len(failed) == FAILURES_IN_A_ROW:
            return f"the last {FAILURES_IN_A_ROW} updates could not be handled"
        oldest = now - min(self._in_progress.values(), default=now)
        return f"an update has been worked on for {oldest:.0f} s" if oldest > LONGEST_WORK_SECONDS else ""

    def token_refused(self, count: int) -> None:
        """Record how many times in a row Telegram refused the token."""
        self._token.set(count)

    def watch_floods(self, pause: Callable[[], float], chats: Callable[[], int]) -> None:
        """Export the pause of all messages (seconds) and the number of waiting chats from now on."""
        self._flood_pause.set_function(pause)
        self._flooded_chats.set_function(chats)

    def throttled(self, verdict: str) -> None:
        """Count an action that the throttle refused."""
        self._throttled.labels(verdict).inc()

    def update_dropped(self) -> None:
        """Count an update that was dropped because the backlog is full."""
        self._dropped.inc()

    def database_failed(self, error: str) -> None:
        """Count a database error by its kind."""
        self._errors.labels(error).inc()

    async def watch_loop(self) -> None:
        """Measure the lag of the event loop, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self._lag.observe(max(0.0, loop.time() - due))
