"""The composition root: builds every part, starts them in order and stops them in the reverse order."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack

import structlog

from bot import __version__
from bot.app.intake import Intake
from bot.app.jobs import Jobs
from bot.app.leader import Leader
from bot.app.parts import make_fetcher, make_filler, make_matcher, make_offer_filler, make_poller, utc_now
from bot.app.telegram import AnyApplication, announce, make_application, make_requests, reach
from bot.config import Settings
from bot.delivery.boards import BoardEditor
from bot.delivery.broadcasts import Broadcaster
from bot.delivery.drawing import Drawer
from bot.delivery.permits import ReplyPermits
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.render import once, render
from bot.delivery.sender import Sender
from bot.delivery.worker import Worker
from bot.domain import mistyped
from bot.domain.errors import StartError, StorageError
from bot.ingest.topic_rebuild import warn_if_outdated
from bot.metrics import Metrics
from bot.services.chats import load_chats
from bot.updates.held import HeldUpdates
from bot.web.feeds import Feeds
from bot.web.health import Health
from bot.web.queue import QueueWatch
from bot.web.server import WebServer
from bot.web.webhook import Webhook
from bot.web.writes import WriteProbe
from handlers.dispatch import Dispatcher
from handlers.rates_view_cache import RatesViewCache
from handlers.services import Services
from storage.database import Database
from storage.leader_lock import LeaderLock
from storage.lock import exclusive
from storage.migrate import upgrade

log = structlog.get_logger()

# Objects made and not yet freed before Python collects the youngest generation (its own default: 700). A message makes
# a few hundred, and reference counting frees them all.
YOUNGEST_GENERATION = 10_000


def freeze_gc() -> None:
    """Exclude the objects made for the start from all later garbage collections, and collect less often.

    They live as long as the process, and each full collection of them blocks the event loop for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST_GENERATION, 10, 10)


class App:
    """The running bot. `run()` returns when `stop()` was called; everything is then closed.

    `opened` is set once the database is open, `ready` once updates are received.
    """

    def __init__(self, settings: Settings, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._settings, self._clock = settings, clock
        self._stopping = asyncio.Event()
        self._failure: str | None = None
        self._metrics, self._held = Metrics(), HeldUpdates()
        self.opened, self.ready = asyncio.Event(), asyncio.Event()

    def stop(self) -> None:
        """Ask the application to stop; it finishes the work under way first."""
        self._stopping.set()

    async def run(self) -> None:
        """Start everything, serve until stopped, stop everything. StartError or StorageError if it cannot start."""
        began = time.monotonic()
        database = Database(self._settings.database_url.get_secret_value(), bounded=True)
        with ExitStack() as lock:  # released last, when the database is closed
            try:
                database.on_error = self._metrics.database_failed
                database.create_file()
                lock.enter_context(exclusive(database.path))
                await upgrade(database)
                mistyped.load()
                self.opened.set()
                await self._serve_http(database, began)
            finally:
                await database.close()
        if self._failure:
            raise StartError(self._failure)

    async def _serve_http(self, database: Database, began: float) -> None:
        """Serve the HTTP routes around the bot itself, so that a failing start can be observed."""
        settings = self._settings
        queue = QueueWatch(database, self._metrics, self._clock)
        health = Health(database, self._metrics, queue, settings.poll_seconds, bool(settings.webhook_url))
        webhook = None
        if settings.webhook_url:
            secret = settings.webhook_secret.get_secret_value()
            webhook = Webhook(settings.webhook_url, secret, database, self._clock, self._metrics, self._held)
        feeds = Feeds(settings.public_url, settings.sites, database, self._clock) if settings.public_url else None
        routes = [*health.routes, *(webhook.routes if webhook else ()), *(feeds.routes if feeds else ())]
        server = WebServer(routes, settings.http_host, settings.http_port)
        try:
            await server.start()
        except OSError as error:
            raise StartError(
                f"HTTP_PORT: {settings.http_host}:{settings.http_port} cannot be used "
                f"({error.strerror or type(error).__name__}); choose another or 0"
            ) from None
        try:
            async with AsyncExitStack() as stack:
                stack.callback(log.info, "stopped")
                await self._serve(database, health, webhook, began, stack)
        finally:
            await server.stop()

    async def _serve(
        self, database: Database, health: Health, webhook: Webhook | None, began: float, stack: AsyncExitStack
    ) -> None:
        """Build the parts, start them, wait for the stop and stop them; `stack` closes their resources afterwards."""
        settings, clock, metrics = self._settings, self._clock, self._metrics

        def wake() -> None:
            """Send the deliveries that this or another process has written."""
            worker.wake()
            broadcaster.wake()

        # Telegram, and incoming requests.
        lock = LeaderLock(database, wake)
        limiter = RateLimiter(time.monotonic)
        permits = ReplyPermits(database, lock, limiter.acquire, polled=webhook is None)
        stack.push_async_callback(permits.close)
        stack.push_async_callback(lock.close)
        limiter.permit = permits.acquire
        metrics.watch_floods(limiter.halt, limiter.flooded)
        calls, polls = make_requests(settings, limiter, metrics)
        stack.push_async_callback(calls.shutdown)
        stack.push_async_callback(polls.shutdown)
        application = make_application(settings, calls, polls, metrics)
        stack.push_async_callback(application.shutdown)
        fetcher = make_fetcher(settings)
        stack.push_async_callback(fetcher.close)
        matcher, drawer = make_matcher(settings), Drawer()
        stack.push_async_callback(drawer.close)
        services = Services(
            settings, matcher, clock(), drawer, RatesViewCache(database), fetcher=fetcher, flood_pause=limiter.halt
        )
        dispatcher = Dispatcher(database, services, clock, metrics=metrics, held=self._held)
        dispatcher.attach(application)

        # Deliveries.
        sender = Sender(application.bot)
        worker = Worker(
            database,
            sender,
            limiter,
            once(render),
            clock,
            time.monotonic,
            settings.admin_ids,
            paid=settings.paid_broadcast,
            metrics=metrics,
            announced=lambda: lock.listening,
            may_send=lambda: lock.is_leader,
        )
        broadcaster = Broadcaster(database, sender, worker.wake, clock)
        board_editor = BoardEditor(database, sender, limiter, clock, lambda: lock.is_leader, settings.admin_ids)
        database.on_queued = wake

        # The work of the leader.
        intake = Intake(
            settings, application, polls, webhook, self._held, metrics, began, self._stopping, self._fail, lock
        )
        stack.push_async_callback(intake.close)

        async def follow(is_leader: bool) -> None:
            """Send and receive while this process is the leader."""
            worker.wake()
            await intake.follow(is_leader)

        leader = Leader(lock, metrics, follow)
        poller = make_poller(settings, database, matcher, fetcher, clock)
        filler = make_filler(settings, database, fetcher, clock)
        past = make_offer_filler(settings, database, fetcher, clock)
        jobs = Jobs(settings, database, leader, poller, filler, past, broadcaster, board_editor, metrics, clock)
        timetable = jobs.timetable()

        # Start.
        if not await reach(application.initialize, self._stopping):
            return
        if webhook is not None:
            await webhook.open(application)
        if not await reach(intake.set_webhook, self._stopping):
            return
        health.ask, health.silence = intake.problem, intake.silence
        await application.start()
        sending = asyncio.create_task(worker.run())
        await leader.start()
        leading = asyncio.create_task(leader.keep())
        health.writes = WriteProbe(database, metrics)
        background = [
            asyncio.create_task(work)
            for work in (
                jobs.run_at_start(),
                jobs.keep_boards(),
                self._announce(application, database),
                metrics.watch_loop(),
                warn_if_outdated(database, matcher),
                health.writes.run(),
            )
        ]
        timetable.start()
        seconds = round(time.monotonic() - began, 2)
        log.info("ready", bot=application.bot.username, version=__version__, seconds=seconds)
        self.ready.set()

        await self._wait_for_stop(sending)

        # Stop: first everything that brings new work, then the work under way.
        log.info("stopping")
        health.ask = None
        await timetable.stop()
        await intake.close()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        limiter.close()
        await worker.stop()
        await application.stop()
        await dispatcher.close()
        await asyncio.gather(sending, return_exceptions=True)
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)

    async def _wait_for_stop(self, sending: asyncio.Task[None]) -> None:
        """Return when the application is to stop, or when sending has ended by itself."""
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({stopping, sending}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if sending.done() and not self._stopping.is_set():
            self._failure = "sending has ended: Telegram refused the token"
            if error := sending.exception():
                log.error("sending_failed", exc_info=error)
                self._failure = f"sending broke off: {type(error).__name__}, the log says where"
        self.stop()

    async def _announce(self, application: AnyApplication, database: Database) -> None:
        """Set the menus and texts of the bot's profile; operators' menus are in the languages of their chats."""
        operators = dict.fromkeys(self._settings.admin_ids, self._settings.default_language)
        try:
            known = await load_chats(database, operators)
        except StorageError as error:
            log.warning("operators_not_read", reason=type(error).__name__)
        else:
            operators |= {chat.id: chat.language for chat in known.values()}
        await announce(application.bot, operators)

    def _fail(self, reason: str) -> None:
        """End the process with one line for the operator."""
        self._failure = self._failure or reason
        self.stop()
