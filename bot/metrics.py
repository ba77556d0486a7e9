"""What is counted in this process, for Prometheus, in a registry of its own. docs/metrics.md says what each means."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from bot.domain.events import EventKind

# Seconds. An answer of ours takes milliseconds, one of Telegram's tens of them, what waits out a flood limit seconds.
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
# How often the event loop is asked how late it is: often enough to meet a stall of a second.
LAG_SECONDS = 0.25
# Long polling is slow by intention; its seconds say nothing.
_SLOW_BY_INTENTION = "getUpdates"
# The status of a request that got no answer.
NO_ANSWER = 0
# Statuses that Telegram gives to a bot that it does not serve: token refused, another process polls.
_NO_SIGN_OF_LIFE = (401, 404, 409)
# So many updates in a row, all within so many seconds, that could not be read or handled: a bot that receives and
# cannot answer. One update of a new form among others is no such thing, and a quiet bot is well again after a while.
FAILURES_IN_A_ROW = 3
FAILURES_SECONDS = 600.0
# The longest that an update is worked on, in seconds: a reply waits 20 s for its turn and 40 s for Telegram at most.
LONGEST_WORK_SECONDS = 180.0
# A counter that appears with its first event has no increase there, and no alert sees that event. Hence every label
# value known beforehand is exported as 0 from the start; deploy/alerts.yml depends on it.
POLL_OUTCOMES = ("ok", "unchanged", "failed")
ARTICLE_OUTCOMES = ("new", "corrected", "known")
VERDICTS = ("warn", "silent")
ALERTED_METHODS = ("getMe", "getUpdates", "sendMessage")
ALERTED_STATUSES = (NO_ANSWER, 200, 401, 404, 409, 429)
DATABASE_ERRORS = ("OperationalError", "DBAPIError", "InterfaceError", "PoolTimeout", "ConnectionRefusedError")


@dataclass(frozen=True, slots=True)
class SourceCondition:
    """How a source is: when (UTC) it last gave what it is read for, failures in a row since, and the last one.

    `stale`: people who wait on it have been told so. `error` is one English line, free of content.
    """

    last_success_at: dt.datetime | None
    failures: int
    error: str | None
    stale: bool


class Metrics:
    """The counters, and when (monotonic seconds) things happened last: what `/readyz` looks at.

    One for the process; whoever makes something happen counts it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry = CollectorRegistry()
        self._monotonic = monotonic
        self.answered_at = self.attempted_at = self.passed_at = float("-inf")
        self._handled: deque[tuple[float, bool]] = deque(maxlen=FAILURES_IN_A_ROW)
        self._working: dict[int, float] = {}  # when updates that are being worked on began
        self._updates_begun = 0
        self.is_leader = False
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self._polls = Counter("jarchi_polls", "Looks at a source.", ["source", "outcome"], registry=registry)
        self._articles = Counter("jarchi_articles", "Stories read.", ["outcome"], registry=registry)
        self._rates = Counter("jarchi_rates", "Figures read.", ["source", "outcome"], registry=registry)
        self._contained = Counter(
            "jarchi_contained",
            "Parts of a poll that were left out or mended, so that the rest was kept.",
            ["level", "source"],
            registry=registry,
        )
        self._sources: Mapping[str, SourceCondition] = {}
        self._last_success = Gauge(
            "jarchi_source_last_success_timestamp_seconds",
            "When a source last gave what it is read for.",
            ["source"],
            registry=registry,
        )
        self._failing = Gauge(
            "jarchi_source_failures", "Failures of a source in a row; 0: it is well.", ["source"], registry=registry
        )
        self._stale = Gauge(
            "jarchi_source_stale", "Whether people were told that a source is stale.", ["source"], registry=registry
        )
        self._matches = Counter("jarchi_matches", "Queries that new stories match.", registry=registry)
        self._queued = Counter("jarchi_deliveries", "Deliveries written by polls.", registry=registry)
        self._sends = Counter("jarchi_sends", "Attempts to deliver.", ["kind", "outcome"], registry=registry)
        self._taken_back = Counter(
            "jarchi_taken_back", "Deliveries taken back from a process that died.", registry=registry
        )
        self._answers = Counter(
            "jarchi_telegram_answers", "Answers of Telegram; status 0: none.", ["method", "status"], registry=registry
        )
        self._telegram = Histogram(
            "jarchi_telegram_seconds", "From a request to its answer.", ["method"], buckets=_SECONDS, registry=registry
        )
        self._updates = Histogram(
            "jarchi_update_seconds", "From an update to its answer.", ["command"], buckets=_SECONDS, registry=registry
        )
        self._throttled = Counter(
            "jarchi_throttled", "Actions of people who ask too much.", ["verdict"], registry=registry
        )
        self._left_out = Counter("jarchi_updates_left_out", "Updates that found the house full.", registry=registry)
        self._unreadable = Counter(
            "jarchi_updates_unreadable", "Updates that could not be read and were skipped.", registry=registry
        )
        self._unhandled = Counter(
            "jarchi_updates_failed", "Updates whose handling ended with an error.", registry=registry
        )
        self._token = Gauge("jarchi_token_refusals", "Refusals of the token in a row.", registry=registry)
        self.waiting = Gauge("jarchi_updates_waiting", "Updates waiting or worked on.", registry=registry)
        self._errors = Counter("jarchi_database_errors", "Errors of the database.", ["error"], registry=registry)
        self.database_writable = Gauge(
            "jarchi_database_writable",
            "Whether the last attempt to write to the database succeeded.",
            registry=registry,
        )
        self._lag = Histogram(
            "jarchi_loop_lag_seconds", "How late the event loop is.", buckets=_SECONDS, registry=registry
        )
        self._held = Gauge("jarchi_leader", "Whether this process polls for all.", registry=registry)
        self.queue = Gauge("jarchi_queue_deliveries", "Deliveries that wait.", ["kind", "state"], registry=registry)
        self._flood_pause = Gauge(
            "jarchi_flood_pause_seconds",
            "Seconds for which all messages pause after flood refusals.",
            registry=registry,
        )
        self._flooded_chats = Gauge(
            "jarchi_flooded_chats", "Chats that wait for more than a minute after a flood refusal.", registry=registry
        )
        self.oldest = Gauge(
            "jarchi_queue_oldest_seconds", "Since when the longest waiting could leave.", ["kind"], registry=registry
        )

        for article in ARTICLE_OUTCOMES:
            self._articles.labels(article)
        for method in ALERTED_METHODS:
            for status in ALERTED_STATUSES:
                self._answers.labels(method, status)
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
        """Count a look at a source: ok, unchanged or failed."""
        self._polls.labels(source, outcome).inc()

    def contained(self, level: str, source: str, count: int) -> None:
        """Count parts of a poll that were left out or mended: letters, parts of a document, items, whole polls."""
        self._contained.labels(level, source).inc(count)

    @property
    def sources(self) -> Mapping[str, SourceCondition]:
        """How each source is, by name, as of the last pass of this process; empty where another process polls."""
        return self._sources

    @sources.setter
    def sources(self, conditions: Mapping[str, SourceCondition]) -> None:
        self._sources = conditions
        for gauge in (self._last_success, self._failing, self._stale):
            gauge.clear()  # a site that was switched off is no source any more
        for name, one in conditions.items():
            if one.last_success_at is not None:
                self._last_success.labels(name).set(one.last_success_at.timestamp())
            self._failing.labels(name).set(one.failures)
            self._stale.labels(name).set(one.stale)

    def passed(self) -> None:
        """Note that all sources whose time had come were looked at."""
        self.passed_at = self._monotonic()

    def set_leader(self, leader: bool) -> None:
        """Note whether this process polls for all; who has just been elected has missed no pass yet."""
        if leader and not self.is_leader:
            self.passed()
        if not leader:
            self.sources = {}
        self.is_leader = leader
        self._held.set(leader)

    def stored(self, articles: dict[str, int], rates: dict[str, int], source: str, matches: int, told: int) -> None:
        """Count what a look brought: stories and figures by outcome, queries that match, deliveries written."""
        for outcome, count in articles.items():
            self._articles.labels(outcome).inc(count)
        for outcome, count in rates.items():
            self._rates.labels(source, outcome).inc(count)
        self._matches.inc(matches)
        self._queued.inc(told)

    def attempted(self, kind: str, outcome: str) -> None:
        """Count an attempt to deliver."""
        self.attempted_at = self._monotonic()
        self._sends.labels(kind, outcome).inc()

    def taken_back(self, count: int) -> None:
        """Count deliveries that a process that died had in hand: as many messages at most come twice."""
        self._taken_back.inc(count)

    def answered(self, method: str, status: int, seconds: float) -> None:
        """Count a request to Telegram; the status of one without an answer is NO_ANSWER."""
        if NO_ANSWER < status < 500 and status not in _NO_SIGN_OF_LIFE:
            self.answered_at = self._monotonic()
        self._answers.labels(method, status).inc()
        if method != _SLOW_BY_INTENTION:
            self._telegram.labels(method).observe(seconds)

    @contextmanager
    def answering(self, command: str) -> Iterator[None]:
        """Time the answer to an update."""
        self._updates_begun += 1
        number = self._updates_begun
        self._working[number] = self._monotonic()
        try:
            with self._updates.labels(command).time():
                yield
        finally:
            del self._working[number]

    def handled(self) -> None:
        """Note that an update was handled."""
        self._handled.append((self._monotonic(), True))

    def update_failed(self) -> None:
        """Count an update whose handling ended with an error."""
        self._unhandled.inc()
        self._handled.append((self._monotonic(), False))

    def unreadable(self) -> None:
        """Count an update, or an answer to getUpdates, that could not be read."""
        self._unreadable.inc()
        self._handled.append((self._monotonic(), False))

    def updates_problem(self) -> str:
        """Return why updates are received and not handled, an empty text if they are."""
        now = self._monotonic()
        failed = [at for at, well in self._handled if not well and now - at <= FAILURES_SECONDS]
        if len(failed) == FAILURES_IN_A_ROW:
            return f"the last {FAILURES_IN_A_ROW} updates could not be handled"
        oldest = now - min(self._working.values(), default=now)
        return f"an update has been worked on for {oldest:.0f} s" if oldest > LONGEST_WORK_SECONDS else ""

    def token_refused(self, count: int) -> None:
        """Note how many times in a row Telegram refused the token."""
        self._token.set(count)

    def watch_floods(self, pause: Callable[[], float], chats: Callable[[], int]) -> None:
        """Read the pause of all messages (seconds) and the chats that wait from here on."""
        self._flood_pause.set_function(pause)
        self._flooded_chats.set_function(chats)

    def throttled(self, verdict: str) -> None:
        """Count an action that was not done because its person asks too much."""
        self._throttled.labels(verdict).inc()

    def update_dropped(self) -> None:
        """Count an update that was left unanswered because too many wait."""
        self._left_out.inc()

    def database_failed(self, error: str) -> None:
        """Count an error of the database by its kind."""
        self._errors.labels(error).inc()

    async def watch_loop(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_SECONDS
            await asyncio.sleep(LAG_SECONDS)
            self._lag.observe(max(0.0, loop.time() - due))
