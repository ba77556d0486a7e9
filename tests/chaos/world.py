"""A run: the processes, the site, the database, the faults, and the verdict."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
import sqlite3
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.articles import Article
from bot.domain.boards import EDIT_EVERY
from bot.domain.boards import Board as StoredBoard
from bot.domain.chats import Chat, ChatState
from bot.domain.events import AlertFired, ArticlePublished, BoardLost, ChatPaused, ReviewAsked
from bot.domain.numbers import D
from bot.domain.posts import DEFAULT_FORM
from bot.domain.rate_graph import TICKER
from bot.domain.rates import TICKER_STEP, Quote
from bot.domain.sites import PAGE
from bot.domain.snapshot import Snapshot
from bot.ingest.ingest import ingest
from bot.ingest.matching import Matcher
from bot.views.message import plain_text
from storage import alerts, boards, chats, destinations, fan_out, rates, topics
from storage.database import Database
from storage.event_codec import decode
from storage.migrate import upgrade
from storage.models import ArticleRow, BoardRow, ChatRow, DeliveryRow, EventRow, ReviewRow, SourceRow
from tests.chaos.audit import Board, Kind, Outcomes, Place, Review, Shown, Thing, Verdict, Which, audit
from tests.chaos.plan import (
    CHANNELS,
    EVERYONE,
    FORUM,
    GROUPS,
    MANAGED,
    PEOPLE,
    REVIEWED,
    STEPS,
    SUPERGROUP,
    THREADS,
    Act,
    DemoArticle,
    Plan,
    Step,
    name_of,
)
from tests.chaos.postgres import Server
from tests.chaos.reading import (
    PAIR,
    decision_in,
    draft_in,
    key_of_draft,
    key_of_level,
    key_of_notice,
    shows_rate,
    things_in,
)
from tests.chaos.reviewers import LEAD, Reviewers, names

ROOT = Path(__file__).parents[2]
TOKEN = "123456789:AAchaoschaoschaoschaoschaos"
POLL_SECONDS = 0.5
SOURCES = 2
ZONE = "Asia/Almaty"
# The limits of a stop, and of the queue's drain once the faults are over.
STOP_SECONDS = 10.0
# A channel takes 20 messages a minute, and a process that was killed does not know how many it has sent.
DRAIN_SECONDS = 120.0
SAMPLE_SECONDS = 0.1
# The time of a start on a busy machine.
LONGEST_START_SECONDS = 15.0
LONGEST_FIRST_START_SECONDS = 60.0
# After the faults the clock is set ahead by this much, so that postponed deliveries become due.
CALM_AHEAD_SECONDS = 3600.0
# A process that ends while the database is away is started again, as systemd would; so often at most.
MOST_STARTS = 60
RESTART_SECONDS = 0.3
DIGEST_IN = dt.timedelta(seconds=3)
# Alembic keeps what it works on for the whole process: of runs beside each other one makes its tables at a time.
_UPGRADING = asyncio.Lock()

BOT = int(TOKEN.partition(":")[0])
# How often the reviewers read their drafts.
REVIEWER_SECONDS = 0.3
# Drafts that nobody decides on wait for an hour: when nothing else is left to do, the clock is set ahead.
PAST_REVIEWS_SECONDS = 3700.0
LONELY_SECONDS = 8.0


class Site:
    """The site: a ticker, and a feed with the newest first."""

    def __init__(self) -> None:
        self.rate = ""
        self.listed: list[DemoArticle] = []
        application = web.Application()
        application.router.add_get("/", self._page)
        application.router.add_get("/feed/", self._feed)
        self._runner = web.AppRunner(application, access_log=None)
        self._polled = asyncio.Event()
        self.url = ""

    async def until_polled(self) -> None:
        """Wait until the ticker page is polled, within a limit: the process may be down."""
        self._polled.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._polled.wait(), LONGEST_START_SECONDS)

    async def start(self) -> None:
        """Listen on loopback."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _page(self, _request: web.Request) -> web.Response:
        self._polled.set()
        line = f"<ul><li>{PAIR} = {self.rate} 0%</li><li>KGS/USD = 0.01144 0%</li></ul>"
        return web.Response(text=f"<html><body>{line}</body></html>", content_type="text/html")

    async def _feed(self, _request: web.Request) -> web.Response:
        now = format_datetime(dt.datetime.now(dt.UTC))
        items = "".join(
            f"<item><title>{article.title}</title><link>https://example.org/{number}</link>"
            f"<guid>https://example.org/?p={number}</guid><pubDate>{now}</pubDate>"
            f"<description>{article.text}</description></item>"
            for number, article in reversed(list(enumerate(self.listed)))
        )
        feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
        return web.Response(text=feed, content_type="application/rss+xml")


class Telegram:
    """The embedded Telegram in its process, and the commands to it."""

    def __init__(self, log: Path) -> None:
        self.sent = 0
        self._log = log
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._more = asyncio.Event()
        self._asking = asyncio.Lock()

    async def start(self) -> None:
        """Start the process."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.chaos.telegram", TOKEN),
                cwd=ROOT,
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                limit=1 << 24,
            )
        self._reading = asyncio.create_task(self._read())

    async def do(self, what: str, **arguments: Any) -> Any:
        """Send a command; return its result."""
        async with self._asking:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"do": what, "arguments": arguments}).encode() + b"\n")
            return await asyncio.wait_for(self._answers.get(), 20)

    async def until_sent(self, count: int, seconds: float) -> None:
        """Wait until it has had `count` sendMessage requests, at most `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.sent < count:
                    self._more.clear()
                    await self._more.wait()

    async def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            received = json.loads(line)
            if "sent" in received:
                self.sent = received["sent"]
                self._more.set()
            else:
                self._answers.put_nowait(received["done"])


@dataclass(slots=True)
class Result:
    """The result of a run. `problems` are those of the auditor and those of the run itself."""

    plan: Plan
    engine: str
    kills: int
    seconds: float
    verdict: Verdict
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict.clean and not self.problems


class Run:
    """One run in a folder of its own. `server` takes a PostgreSQL away and back; on SQLite its file is locked."""

    def __init__(self, plan: Plan, folder: Path, server: Server | None = None) -> None:
        self.plan, self._folder, self._server = plan, folder, server
        self._path = folder / "jarchi.db"
        self._url = f"sqlite+aiosqlite:///{self._path}" if server is None else server.url
        self._site, self._telegram = Site(), Telegram(folder / "telegram.log")
        self._clock_file = folder / "clock"
        self._ahead = self._furthest = 0.0
        self._process: Process | None = None
        self._wanted = False
        self._keeping: asyncio.Task[None] | None = None
        self._database_up = asyncio.Lock()
        self._disturbed: set[asyncio.Task[None]] = set()
        self._falls = self._kills = self._starts = self._log_from = 0
        self._under_way: Counter[Which] = Counter()
        self._blocked: set[int] = set()
        self._moved: dict[int, int] = {}
        self._threads: list[int] = []  # Telegram's number of each topic of the forum
        self._boards: dict[Place, int] = {}  # the message of each
        self._muted: set[int] = set()
        self._removed: set[int] = set()
        self._lacking: set[int] = set()  # those that are muted or removed now
        self._deleted: set[Place] = set()
        self._reviewers = Reviewers(plan, self._telegram.do, self._blocked)
        self._problems: list[str] = []

    async def run(self) -> Result:
        """Carry the plan out and have it audited."""
        began = time.monotonic()
        reviewing: asyncio.Task[None] | None = None
        await self._set_clock(0)
        self._site.rate = f"{self.plan.rate(0):f}"
        self._site.listed = [DemoArticle("An old story that nobody waits for", "It was told before.", "")]
        await self._site.start()
        await self._telegram.start()
        self._database = Database(self._url)
        try:
            managers = self.plan.managers
            api, threads = await self._telegram.do(
                "begin",
                people=[*PEOPLE],
                groups={str(chat): managers[chat] for chat in (*GROUPS, FORUM)},
                channels={str(chat): managers[chat] for chat in CHANNELS},
                names=names(MANAGED),
                threads=len(THREADS) - 1,
            )
            self._threads = [0, *threads]
            await self._fill()
            await self._start(api)
            reviewing = asyncio.create_task(self._review())
            await self._until_filled()
            for step in self.plan.steps:
                await self._step(step)
            await self._calm()
            await self._drain(self.plan.articles)
            self._site.listed.append(self.plan.last)
            self._site.rate = f"{self.plan.rate(self._falls + 1):f}"  # no alert has this level
            await self._drain([*self.plan.articles, self.plan.last])
            await cancelled(reviewing)
            await self._stop("at the end")
            verdict = await self._audit()
        finally:
            if reviewing is not None:
                await cancelled(reviewing)
            await self._kill_quietly()
            for task in self._disturbed:
                task.cancel()
            await asyncio.gather(*self._disturbed, return_exceptions=True)
            await self._database.close()
            await self._telegram.stop()
            await self._site.stop()
        problems = self._problems + verdict.problems
        seconds = time.monotonic() - began
        return Result(
            self.plan, "sqlite" if self._server is None else "postgresql", self._kills, seconds, verdict, problems
        )

    # -- the set-up

    async def _fill(self) -> None:
        """Create the chats with the topics and alerts of the plan, and store a first article."""
        now = dt.datetime.now(dt.UTC)
        async with _UPGRADING:
            await upgrade(self._database)
        quotes = (Quote(PAIR, D(self._site.rate), TICKER_STEP, "0"),)
        old = (Article(self._site.listed[0].title),)
        await ingest(self._database, Matcher(), PAGE, Snapshot("home", rates=quotes, articles=old), now, filling=True)
        async with self._database.write() as connection:
            rate = (await rates.graph(connection, now)).rate(TICKER, PAIR)
            assert rate is not None
            for chat in dict.fromkeys(chat for chat, _ in self.plan.topics):
                kind = "private" if chat > 0 else "group" if chat in GROUPS else "supergroup"
                kind = "channel" if chat in CHANNELS else kind
                form, name = self.plan.forms.get(chat, DEFAULT_FORM), name_of(chat) if chat < 0 else ""
                await chats.ensure(connection, Chat(chat, kind, "en", ZONE, title=name, post_form=form), now)
            for (chat, order), wanted in self.plan.topics.items():
                thread = self._threads[order]
                for topic in (*wanted, EVERYONE):
                    query = await topics.ensure_query(connection, topic)
                    await topics.subscribe(connection, chat, thread, query.id, "instant", now)
                for level in self.plan.levels.get((chat, order), ()):
                    rule = AlertRule(PAIR, Side.BELOW, D(level))
                    await alerts.add(connection, create_alert(rule, chat, thread, rate), now)
            for chat, managers in self.plan.managers.items():
                await destinations.add(connection, chat, now)
                for person in managers:
                    await destinations.add_manager(connection, chat, person, now)
            for chat, order in self.plan.boards:
                thread = self._threads[order]
                number = await self._telegram.do("board", chat_id=chat, thread=thread)
                self._boards[chat, order] = number
                await boards.put(connection, StoredBoard(chat, thread, number, (PAIR,)), now - EDIT_EVERY)
            for chat in self.plan.digests:
                stored = await chats.get(connection, chat)
                assert stored is not None
                due = now + DIGEST_IN
                local = due.astimezone(ZoneInfo(ZONE))
                minute = local.hour * 60 + local.minute
                await chats.save(connection, replace(stored, digest_times=(minute,), next_digest_at=due))

    # -- the process

    async def _start(self, api: str | None = None) -> None:
        if api is not None:
            self._environment = {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.fspath(ROOT),
                "CHAOS_CLOCK": os.fspath(self._clock_file),
                "BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": api,
                "DATABASE_URL": self._url,
                "NEWS_FEED_URL": f"{self._site.url}/feed/",
                "TICKER_URL": f"{self._site.url}/",
                "BANKS": "",
                "OFFERS": "",
                "GOLD": "",
                "POLICY": "",
                "POLL_SECONDS": str(POLL_SECONDS),
                "ALLOW_PRIVATE_SOURCES": "true",
                "HTTP_PORT": "0",
                "LOG_LEVEL": "DEBUG",
            }
        self._wanted = True
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Keep the process running, as a supervisor does; it may end by itself only where the database is away."""
        while self._wanted and self._starts < MOST_STARTS:
            self._starts += 1
            away = bool(self._disturbed)
            with (self._folder / "log").open("ab") as log:
                self._log_from = log.seek(0, os.SEEK_END)
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "tests.chaos.runner"),
                    cwd=self._folder,
                    env=self._environment,
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            status = await self._process.wait()
            if self._wanted:
                if not (away or self._disturbed):
                    self._problems.append(f"the process ended by itself ({status})")
                await asyncio.sleep(RESTART_SECONDS)

    async def _end(self, sign: signal.Signals) -> int | None:
        """Send a signal and wait for the end; the status, None without a process."""
        self._wanted = False
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(sign)
        assert self._keeping is not None
        await self._keeping
        return None if self._process is None else self._process.returncode

    async def _kill_quietly(self) -> None:
        if self._keeping is not None:
            await self._end(signal.SIGKILL)

    async def _kill(self) -> None:
        """Kill the process and note what was under way."""
        await self._end(signal.SIGKILL)
        self._kills += 1
        async with self._database_up:
            for which in await self._deliveries("sending"):
                self._under_way[which] += 1

    async def _stop(self, when: str) -> None:
        """Ask the process to stop: it ends in time and in order, and leaves nothing under way."""
        began = time.monotonic()
        calm = not self._disturbed
        status = await self._end(signal.SIGTERM)
        took = time.monotonic() - began
        if took > STOP_SECONDS + 1:
            self._problems.append(f"the stop {when} took {took:.1f} s")
        async with self._database_up:
            # On PostgreSQL the claims of a killed process stay until their lease ends; they are not this process's.
            left = [which for which in await self._deliveries("sending") if which not in self._under_way]
        # A process that is still starting has no handler for the signal yet: it ends at once, with nothing claimed.
        at_once = status == -signal.SIGTERM and not self._got_ready()
        if calm and status != 0 and not at_once:
            self._problems.append(f"the stop {when} gave {status}")
        if calm and left:
            self._problems.append(f"the stop {when} left {len(left)} under way")

    def _got_ready(self) -> bool:
        """Whether the last process logged that it is ready."""
        with (self._folder / "log").open("rb") as log:
            log.seek(self._log_from)
            return b" ready " in log.read()

    async def _until_filled(self) -> None:
        """Wait until each source was polled once: what its first poll finds is sent to nobody."""
        polled = select(SourceRow.name).where(SourceRow.last_ok_at.is_not(None))
        async with asyncio.timeout(LONGEST_FIRST_START_SECONDS):
            while True:
                async with self._database.read() as connection:
                    if len((await connection.execute(polled)).all()) == SOURCES:
                        return
                await asyncio.sleep(SAMPLE_SECONDS)

    # -- the steps

    async def _step(self, step: Step) -> None:
        if step.patient:
            await self._site.until_polled()
        for fault in step.faults:
            await self._telegram.do(fault.do, **fault.arguments)
        if step.article is not None:
            self._site.listed.append(step.article)
        else:
            self._falls += 1
            self._site.rate = f"{self.plan.rate(self._falls):f}"
        await self._telegram.until_sent(self._telegram.sent + step.messages, step.seconds)
        for act in step.acts:
            await self._act(act)

    async def _act(self, act: Act) -> None:
        match act.name:
            case "kill" | "stop":
                await (self._kill() if act.name == "kill" else self._stop("on the way"))
                await asyncio.sleep(act.amount)
                await self._start()
            case "database":
                task = asyncio.create_task(self._disturb(act.amount))
                self._disturbed.add(task)
                task.add_done_callback(self._disturbed.discard)
                await asyncio.sleep(0)
            case "jump":
                await self._set_clock(self._ahead + act.amount)
            case "block":
                self._blocked.add(int(act.amount))
                await self._telegram.do("block", person_id=int(act.amount))
            case "migrate":
                group = int(act.amount)
                self._moved[SUPERGROUP + group] = group
                await self._telegram.do("migrate", group_id=group, new_id=SUPERGROUP + group)
            case "delete":
                place = [*self._boards][int(act.amount)]
                owner = self.plan.managers.get(place[0], place)[0]
                if place[0] not in self._moved.values():
                    self._deleted.add(place)
                    await self._telegram.do("delete", person_id=owner, message_id=self._boards[place], chat_id=place[0])
            case _:
                await self._change(act.name, int(act.amount))

    async def _change(self, how: str, chat: int) -> None:
        """Take from the bot the right to post or remove it, or give back what it lost."""
        by = self.plan.managers[chat][0]
        match how:
            case "mute":
                self._muted.add(chat)
                await self._telegram.do("allow", channel=chat, by=by, post=False)
            case "remove":
                self._removed.add(chat)
                await self._telegram.do("kick", chat_id=chat, by=by)
            case _ if chat in CHANNELS:
                await self._telegram.do("allow", channel=chat, by=by, post=True)
            case _:
                await self._telegram.do("invite", chat_id=chat, by=by)
        (self._lacking.discard if how in ("unmute", "add") else self._lacking.add)(chat)

    async def _review(self) -> None:
        while True:
            await self._reviewers.act()
            await asyncio.sleep(REVIEWER_SECONDS)

    async def _disturb(self, seconds: float) -> None:
        """Take the database away for a while: another process holds SQLite's write lock, PostgreSQL is restarted."""
        async with self._database_up:
            if self._server is not None:
                await asyncio.to_thread(self._server.away, immediately=seconds > 1)
                await asyncio.sleep(seconds)
                await asyncio.to_thread(self._server.back)
                return
            held = sqlite3.connect(self._path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                await asyncio.to_thread(held.execute, "BEGIN IMMEDIATE")
                await asyncio.sleep(seconds)
                held.execute("ROLLBACK")
            finally:
                held.close()

    async def _set_clock(self, ahead: float) -> None:
        self._ahead = ahead
        new = self._clock_file.with_suffix(".new")
        new.write_text(str(ahead), encoding="ascii")
        new.replace(self._clock_file)

    async def _calm(self) -> None:
        """End all faults."""
        await asyncio.gather(*self._disturbed)
        await self._telegram.do("calm")
        for person in self._blocked:
            await self._telegram.do("unblock", person_id=person)
        for chat in [*self._lacking]:
            await self._change("add", chat)
        self._reviewers.patient = False
        await self._set_clock(self._ahead + CALM_AHEAD_SECONDS)

    async def _drain(self, listed: list[DemoArticle]) -> None:
        """Wait until all published articles are stored and fanned out, nothing waits, and all boards are edited."""
        began, lonely = time.monotonic(), False
        while time.monotonic() - began < DRAIN_SECONDS:
            left = await self._left(listed)
            if not left:
                return
            if left == ["reviews"] and time.monotonic() - began > LONELY_SECONDS and not lonely:
                lonely = True
                await self._set_clock(self._ahead + PAST_REVIEWS_SECONDS)
            await asyncio.sleep(SAMPLE_SECONDS)
        self._problems.append(f"it did not come to rest: {', '.join(left)}")

    async def _left(self, listed: list[DemoArticle]) -> list[str]:
        """Return what is not finished."""
        async with self._database.read() as connection:
            known = {row.title for row in await connection.execute(select(ArticleRow.title))}
            states = {row.id: row.state for row in await connection.execute(select(ChatRow.id, ChatRow.state))}
            crossings = await connection.execute(select(EventRow.id).where(EventRow.kind == "crossing"))
            crossed = len(crossings.all())
            queued = await fan_out.is_queued(connection)
            opened = await connection.execute(select(ReviewRow.delivery_id).where(ReviewRow.state == "open"))
            due = await connection.execute(select(BoardRow.chat_id).where(BoardRow.due_at.is_not(None)))
            observed = (await rates.graph(connection, dt.datetime.now(dt.UTC))).rate(TICKER, PAIR)
            found = {
                "articles": not known >= {article.title for article in listed},
                "fan-out": queued,
                "crossings": crossed < sum(len(self._crossed(place)) for place in self.plan.levels),
                "chats": any(state != ChatState.ACTIVE for state in states.values()),
                "reviews": bool(opened.all()),
                "boards": bool(due.all()),
                "rate": observed is None or observed.value != D(self._site.rate),
            }
        found["deliveries"] = bool(await self._deliveries("pending", "sending"))
        return [name for name, unfinished in found.items() if unfinished]

    # -- the verdict

    def _crossed(self, place: Place) -> list[str]:
        """Return the alert levels of a place that the rate has fallen through."""
        fallen = {self.plan.level(fall) for fall in range(1, self._falls + 1)}
        return [level for level in self.plan.levels.get(place, ()) if level in fallen]

    def _chat(self, chat: int) -> int:
        return self._moved.get(chat, chat)

    def _place(self, chat: int, thread: int) -> Place:
        return self._chat(chat), self._threads.index(thread) if thread else 0

    async def _deliveries(self, *states: str) -> dict[Which, str]:
        """Return the state of each thing for each place, of all deliveries or of those in some states."""
        async with self._database.read() as connection:
            titles = {row.id: row.title for row in await connection.execute(select(ArticleRow.id, ArticleRow.title))}
            reviewed = {
                row.delivery_id: key_of_draft(titles[row.article_id], name_of(self._chat(row.chat_id)))
                for row in await connection.execute(
                    select(ReviewRow.delivery_id, ReviewRow.article_id, ReviewRow.chat_id)
                )
            }
            carrier = aliased(DeliveryRow)  # a merged delivery has the outcome of its carrier
            statement = (
                select(
                    DeliveryRow.chat_id,
                    DeliveryRow.thread_id,
                    carrier.state,
                    EventRow.kind,
                    EventRow.version,
                    EventRow.payload,
                )
                .join(EventRow, EventRow.id == DeliveryRow.event_id)
                .join(carrier, carrier.id == func.coalesce(DeliveryRow.merged_into, DeliveryRow.id))
            )
            if states:
                statement = statement.where(carrier.state.in_(states))
            rows = (await connection.execute(statement)).all()
        found = {}
        for row in rows:
            match decode(row):
                case ArticlePublished(article_id):
                    key = titles[article_id]
                case AlertFired() as fired:
                    key = key_of_level(str(fired.rule.level))
                case ReviewAsked(post):
                    key = reviewed[post]
                case ChatPaused(chat) as event:
                    key = key_of_notice("removed" if event.removed else "paused", name_of(self._chat(chat)))
                case BoardLost(chat):
                    itself = self._chat(chat) == self._chat(row.chat_id)
                    key = key_of_notice("board", "" if itself else name_of(self._chat(chat)))
                case content:
                    key = content.kind
            found[self._place(row.chat_id, row.thread_id), key] = row.state
        return found

    async def _tick_numbers(self) -> dict[str, int]:
        """Return the number of the tick that found each level crossed: the crossings of one tick happened at once."""
        statement = (
            select(EventRow.kind, EventRow.version, EventRow.payload, EventRow.created_at)
            .where(EventRow.kind == "crossing")
            .order_by(EventRow.id)
        )
        ranks: dict[str, int] = {}
        number, last = 0, None
        async with self._database.read() as connection:
            for row in await connection.execute(statement):
                number, last = number + (row.created_at != last), row.created_at
                fired = decode(row)
                assert isinstance(fired, AlertFired)
                ranks[key_of_level(str(fired.rule.level))] = number
        return ranks

    async def _audit(self) -> Verdict:
        listed = [*self.plan.articles, self.plan.last]
        titles = [article.title for article in listed]
        ticks = await self._tick_numbers()
        shown: dict[Place, list[tuple[int, str]]] = {}
        for chat, messages in (await self._telegram.do("shown")).items():
            for message, thread, text in messages:
                shown.setdefault(self._place(int(chat), thread), []).append((message, text))
        states = await self._deliveries()
        reviews = await self._reviews(titles, shown)
        seen_boards = await self._seen_boards()
        expected: dict[Place, list[Thing]] = {}
        for place, wanted in self.plan.topics.items():
            things = expected[place] = []
            things += [
                # A reviewed post is published when somebody decides.
                Thing(Kind.ARTICLE, article.title, 0 if place[0] in REVIEWED else rank)
                for rank, article in enumerate(listed)
                if article.topic in (*wanted, EVERYONE)
            ]
            keys = map(key_of_level, self._crossed(place))
            things += [Thing(Kind.CROSSING, key, ticks.get(key, STEPS)) for key in keys]
            things += [Thing(Kind.DIGEST, Kind.DIGEST)] if place[0] in self.plan.digests else []
        absent = {
            (place, thing.key)
            for place, things in expected.items()
            for thing in things
            # Nothing is queued while the bot may not write, but a queued delivery is kept.
            if self._absent(place) or (place[0] in self._muted and (place, thing.key) not in states)
        }
        absent -= {(place, titles[-1]) for place in expected}
        excused = absent | self._expect_drafts(expected, reviews, states)
        excused |= self._expect_notices(expected, seen_boards, states)
        unanswered: Counter[Which] = Counter()
        for chat, thread, text in await self._telegram.do("unanswered"):
            place = self._place(chat, thread)
            unanswered.update((place, one.key) for one in things_in(plain_text(text), titles))
        outcomes = Outcomes(self._under_way, unanswered, states, frozenset(excused), reviews)
        in_order = {
            place: [one for _, text in sorted(messages) for one in things_in(text, titles)]
            for place, messages in shown.items()
        }
        self._forget_answers(in_order)
        return audit(expected, in_order, outcomes, seen_boards)

    def _absent(self, place: Place) -> bool:
        """Whether the bot was blocked or removed there for a while."""
        return place[0] in self._blocked or place[0] in self._removed

    async def _reviews(self, titles: list[str], shown: dict[Place, list[tuple[int, str]]]) -> dict[Which, Review]:
        """Return the end of each review, with the decisions that were made and those that the drafts show."""
        seen: dict[tuple[str, str], set[str]] = {}
        for (chat, _), messages in shown.items():
            for _, text in messages if chat > 0 else ():
                if (draft := draft_in(text, titles)) and (decision := decision_in(text)):
                    seen.setdefault(draft, set()).add(decision)
        async with self._database.read() as connection:
            rows = await connection.execute(
                select(ReviewRow.chat_id, ReviewRow.state, ReviewRow.lead, ArticleRow.title).join(
                    ArticleRow, ArticleRow.id == ReviewRow.article_id
                )
            )
            ended = {((self._chat(row.chat_id), 0), row.title): (row.state, row.lead) for row in rows}
        reviews = {}
        for chat in REVIEWED:
            form = self.plan.forms[chat]
            for title in titles:
                which, draft = ((chat, 0), title), (title, name_of(chat))
                state, lead = ended.get(which, ("", None))
                allowed = self._reviewers.decided.get(draft, set()) | {"posted" if form.unreviewed else "skipped"}
                reviews[which] = Review(state, frozenset(allowed), frozenset(seen.get(draft, ())))
                posts = [text for _, text in shown.get(which[0], ()) if title in text]
                if form.lead and any((LEAD in text) != (lead == LEAD) for text in posts):
                    self._problems.append(f"{chat} published {title!r} with another lead than {lead!r}")
        return reviews

    def _expect_drafts(
        self, expected: dict[Place, list[Thing]], reviews: dict[Which, Review], states: dict[Which, str]
    ) -> set[Which]:
        """Add the drafts to what is expected; returns those that may be missing.

        One that has not left when its review is decided is dropped, and somebody who has blocked the bot gets none.
        """
        excused = set()
        for (place, title), review in reviews.items():
            if not review.state:
                continue
            for person in self.plan.managers[place[0]]:
                key = key_of_draft(title, name_of(place[0]))
                expected[person, 0].append(Thing(Kind.DRAFT, key))
                if person in self._blocked or states.get(((person, 0), key)) == "dropped":
                    excused.add(((person, 0), key))
        return excused

    def _expect_notices(
        self, expected: dict[Place, list[Thing]], seen_boards: dict[Place, Board], states: dict[Which, str]
    ) -> set[Which]:
        """Add the notices of lost rights and boards to what is expected; returns those that may be missing.

        A notice that has not left when the right is back is dropped. While the database is away only the newest change
        of a chat is kept.
        """
        notices = [(person, key_of_notice("paused", name_of(one))) for one in self._muted for person in self._of(one)]
        notices += [
            (person, key_of_notice("removed", name_of(one))) for one in self._removed for person in self._of(one)
        ]
        away = "database" in self.plan.faults
        excused = set()
        for person, key in notices:
            which = ((person, 0), key)
            expected[person, 0].append(Thing(Kind.NOTICE, key))
            if person in self._blocked or away or states.get(which) == "dropped":
                excused.add(which)
        for place, board in seen_boards.items():
            if board.lost and place[0] in CHANNELS:
                key = key_of_notice("board", name_of(place[0]))
                for person in self._of(place[0]):
                    expected[person, 0].append(Thing(Kind.NOTICE, key))
                    if person in self._blocked:
                        excused.add(((person, 0), key))
            elif board.lost:
                expected[place].append(Thing(Kind.NOTICE, key_of_notice("board")))
                if self._absent(place):
                    excused.add((place, key_of_notice("board")))
        return excused

    def _of(self, chat: int) -> tuple[int, ...]:
        return self.plan.managers[chat]

    async def _seen_boards(self) -> dict[Place, Board]:
        """Return the boards as they are in the end."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(BoardRow.chat_id, BoardRow.thread_id, BoardRow.lost_at))
            lost = {self._place(row.chat_id, row.thread_id): row.lost_at is not None for row in rows}
        found = {}
        for place, number in self._boards.items():
            text = await self._telegram.do("text_of", chat_id=place[0], message_id=number)
            lacked = self._absent(place) or place[0] in {*self._muted, *self._moved.values()}
            found[place] = Board(shows_rate(text, D(self._site.rate)), lost[place], lacked or place in self._deleted)
        return found

    def _forget_answers(self, shown: dict[Place, list[Shown]]) -> None:
        """Leave out the drafts that the bot showed again as the answer to another lead: they are no deliveries."""
        for person, (title, name) in self._reviewers.leads:
            key, received = key_of_draft(title, name), shown.get((person, 0), [])
            copies = [one for one in received if one.key == key]
            for one in copies[1:]:
                received.remove(one)


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end; an error that it ended with is raised."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
