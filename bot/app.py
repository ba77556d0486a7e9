"""The one place that knows every part: builds them, starts them in order, stops them in the reverse order."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import random
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import ExitStack
from functools import partial

import structlog
from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder

from bot import __version__
from bot.config import Settings
from bot.delivery.broadcasts import LOOK_SECONDS as BROADCAST_SECONDS
from bot.delivery.broadcasts import Broadcaster
from bot.delivery.drawing import Drawer
from bot.delivery.gate import Gate
from bot.delivery.render import once, render
from bot.delivery.request import AiohttpRequest
from bot.delivery.worker import Worker
from bot.i18n import FALLBACK, LANGUAGES, Translator
from bot.ingest.counting import count_pass
from bot.ingest.history import HistoryFiller
from bot.ingest.matching import Matcher
from bot.ingest.poll import Poller
from bot.metrics import Metrics
from bot.schedule.jobs import digest_tick, often, thin, timetable
from bot.sources.banks import BANKS
from bot.sources.fetch import Fetcher, user_agent
from bot.updates.held import HeldUpdates
from bot.updates.polling import Polling
from bot.web.health import Health
from bot.web.queue import QueueWatch
from bot.web.server import WebServer
from bot.web.webhook import MAX_CONNECTIONS, Webhook
from bot.web.writes import WriteProbe
from handlers.application import StatelessApplication
from handlers.boards import Boards
from handlers.dispatch import Dispatcher
from handlers.features import COMMANDS
from handlers.order import OrderedByChat
from handlers.turn import Services
from storage.database import Database
from storage.election import Election
from storage.errors import StorageError
from storage.lock import exclusive
from storage.migrate import upgrade

log = structlog.get_logger()

# Pauses between attempts to reach Telegram at the start: it keeps trying, ever less often.
FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0
# How often the lock of the leader is checked, or tried by the others: one that ends is replaced within this, one that
# lost its database connection knows within this. Each check is a transaction.
LEADER_SECONDS = 5.0

# A process that has run for so long never stops for another one that polls with its token (bot/updates/rivals.py).
NEWCOMER_SECONDS = 60.0

# Objects made and not yet gone before the young ones are searched for garbage (Python's own: 700). A message makes a
# few hundred, and all of it goes by itself.
GARBAGE_FROM = 10_000

UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER]


class StartError(Exception):
    """The application cannot start. Its text is one clear line for the operator."""


def utc_now() -> dt.datetime:
    """Return the current instant; the only clock, handed to every part."""
    return dt.datetime.now(dt.UTC)


def settle() -> None:
    """Leave what was made for the start out of all later searches for garbage, and search less often.

    It lives as long as the process, and each full search through it holds up the loop for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_FROM, 10, 10)


def make_fetcher(settings: Settings) -> Fetcher:
    """Return the fetcher that every look outside goes through."""
    agent = user_agent(__version__, settings.source_contact)
    return Fetcher(agent, allow_private=settings.allow_private_sources, proxies=settings.proxies_of_sources)


def make_filler(
    settings: Settings, database: Database, fetcher: Fetcher, clock: Callable[[], dt.datetime]
) -> HistoryFiller:
    """Return what fills the past of the configured banks."""
    banks = [BANKS[name] for name in settings.banks]
    return HistoryFiller(database, fetcher, banks, settings.bank_base_url, clock, asyncio.sleep)


def make_poller(
    settings: Settings, database: Database, matcher: Matcher, fetcher: Fetcher, clock: Callable[[], dt.datetime]
) -> Poller:
    """Return the poller of the configured sources."""
    banks = [BANKS[name] for name in settings.banks]
    return Poller(
        database,
        matcher,
        fetcher,
        settings.sites,
        settings.ticker_url,
        settings.poll_seconds,
        clock,
        banks,
        settings.bank_base_url,
    )


def make_webhook(
    settings: Settings, database: Database, clock: Callable[[], dt.datetime], metrics: Metrics, held: HeldUpdates
) -> Webhook | None:
    """Return what takes updates that are posted to us, or None where we ask for them."""
    if not settings.webhook_url:
        return None
    return Webhook(settings.webhook_url, settings.webhook_secret.get_secret_value(), database, clock, metrics, held)


class App:
    """The running bot. `run()` returns when `stop()` was called; everything is then closed."""

    def __init__(self, settings: Settings, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._settings, self._clock = settings, clock
        self._stopping = asyncio.Event()
        self._fatal: str | None = None
        self._newcomer_until = 0.0
        self._requests: tuple[AiohttpRequest, ...] = ()
        self._metrics, self._held = Metrics(), HeldUpdates()
        self.opened, self.ready = asyncio.Event(), asyncio.Event()

    def stop(self) -> None:
        """Ask the application to stop; it finishes what is on its way first."""
        self._stopping.set()

    async def run(self) -> None:
        """Start everything, serve until stopped, stop everything. StartError or StorageError if it cannot start."""
        began = time.monotonic()
        self._newcomer_until = began + NEWCOMER_SECONDS
        database = Database(self._settings.database_url.get_secret_value())
        held = ExitStack()
        try:
            database.on_error = self._metrics.database_failed
            database.create_file()
            held.enter_context(exclusive(database.path))
            await upgrade(database)
            self.opened.set()
            queue = QueueWatch(database, self._metrics, self._clock)
            health = Health(
                database, self._metrics, queue, self._settings.poll_seconds, bool(self._settings.webhook_url)
            )
            webhook = make_webhook(self._settings, database, self._clock, self._metrics, self._held)
            routes = [*health.routes, *(webhook.routes if webhook else ())]
            server = WebServer(routes, self._settings.http_host, self._settings.http_port)
            try:
                await server.start()
            except OSError as error:
                raise StartError(
                    f"HTTP_PORT: {self._settings.http_host}:{self._settings.http_port} cannot be used "
                    f"({error.strerror or type(error).__name__}); choose another or 0"
                ) from None
            try:
                await self._serve(database, health, webhook, began)
            finally:
                await server.stop()
        finally:
            await database.close()
            held.close()
        if self._fatal:
            raise StartError(self._fatal)

    async def _serve(self, database: Database, health: Health, webhook: Webhook | None, began: float) -> None:
        settings, clock, metrics = self._settings, self._clock, self._metrics
        matcher = Matcher()
        gate = Gate(time.monotonic)
        drawer = Drawer()
        application = self._application(gate)
        fetcher = make_fetcher(settings)
        services = Services(
            settings, matcher, clock(), drawer, Boards(database), fetcher=fetcher, flood_pause=gate.halt
        )
        metrics.watch_floods(gate.halt, gate.flooded)
        dispatcher = Dispatcher(database, services, clock, metrics=metrics, held=self._held)
        dispatcher.attach(application)
        polling = self._polling(application)

        def queued() -> None:
            """Send what this or another process has written."""
            worker.wake()
            broadcaster.wake()

        election = Election(database, queued)
        worker = Worker(
            database,
            application.bot,
            gate,
            once(render),
            clock,
            time.monotonic,
            settings.admin_ids,
            paid=settings.paid_broadcast,
            metrics=metrics,
            announced=lambda: election.listening,
        )
        broadcaster = Broadcaster(database, application.bot, worker.wake, clock)
        database.on_queued = queued
        poller = make_poller(settings, database, matcher, fetcher, clock)
        filler = make_filler(settings, database, fetcher, clock)
        turning, passing = asyncio.Lock(), asyncio.Lock()

        async def leads() -> bool:
            """Tell whether this process is the elected one; ask for updates while it is, and only then."""
            async with turning:
                elected = await election.won()
                metrics.elect(elected)
                if webhook is None and elected != polling.running and not self._stopping.is_set():
                    if self.ready.is_set():
                        log.info("elected: polls and receives now" if elected else "another process is elected")
                        self._newcomer_until = 0.0  # who takes over is no newcomer, though it may have begun just now
                    await (polling.start if elected else polling.stop)()
            return elected

        async def lead(name: str, work: Callable[[], Awaitable[object]]) -> None:
            """Do what one process does for all; where the database fails it is told, and done at the next time."""
            try:
                if await leads():
                    await work()
            except StorageError as error:
                log.error(f"{name} failed", error=str(error))

        async def poll() -> None:
            if passing.locked():  # the first look at the start, while it takes longer than a period
                return
            async with passing:
                count_pass(metrics, await poller.run_pass())

        async def first_look() -> None:
            await lead("poll", poll)
            await lead("history", filler.run)

        async def digests() -> None:
            await digest_tick(database, clock())

        async def broadcasts() -> None:
            if metrics.is_elected and not broadcaster.idle():
                await lead("broadcasts", broadcaster.look)

        async def nothing() -> None:
            """Leave it at the check of the lock that comes before each of the leader's jobs."""

        async def nightly() -> None:
            await thin(database, clock(), dt.timedelta(days=settings.keep_text_days))

        scheduler = timetable(
            partial(lead, "poll", poll),
            partial(lead, "digest tick", digests),
            partial(lead, "thinning", nightly),
            settings.poll_seconds,
        )
        often(scheduler, "broadcasts", broadcasts, BROADCAST_SECONDS)
        often(scheduler, "leader", partial(lead, "leader check", nothing), LEADER_SECONDS)
        try:
            if not await self._reach(application.initialize):
                return
            if webhook is not None:
                await webhook.open(application)
                if not await self._reach(partial(self._set_webhook, application)):
                    return
            health.ask, health.silence = partial(self._amiss, application), polling.silence
            await application.start()
            draining = asyncio.create_task(worker.run())
            await leads()
            first_poll = asyncio.create_task(first_look())
            scheduler.start()
            menu = asyncio.create_task(announce_commands(application, settings.admin_ids))
            watching = asyncio.create_task(metrics.watch_loop())
            health.writes = WriteProbe(database, metrics)
            probing = asyncio.create_task(health.writes.run())
            log.info(
                "ready", bot=application.bot.username, version=__version__, seconds=round(time.monotonic() - began, 2)
            )
            self.ready.set()
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({stopping, draining}, return_when=asyncio.FIRST_COMPLETED)
            log.info("stopping")
            health.ask = None
            if draining.done() and not self._stopping.is_set():
                self._fatal = "sending has ended: Telegram refused the token"
                if broken := draining.exception():
                    log.error("sending broke off", exc_info=broken)
                    self._fatal = f"sending broke off: {type(broken).__name__}, the log says where"
            self.stop()
            scheduler.shutdown(wait=False)
            async with turning:
                await polling.stop()
            if webhook is not None:
                await webhook.close()
            for task in (first_poll, menu, stopping, watching, probing):
                task.cancel()
            await asyncio.gather(first_poll, menu, stopping, watching, probing, return_exceptions=True)
            gate.close()
            await worker.stop()
            await application.stop()
            await dispatcher.close()
            await asyncio.gather(draining, return_exceptions=True)
        finally:
            if webhook is not None:
                await webhook.close()
            await drawer.close()
            await election.close()
            await fetcher.close()
            await application.shutdown()
            for request in self._requests:  # an application that never got ready leaves them open
                await request.shutdown()
            log.info("stopped")

    def _application(self, gate: Gate) -> Application:  # type: ignore[type-arg]
        settings = self._settings
        api = settings.telegram_api_url.rstrip("/")
        self._requests = (
            AiohttpRequest(gate, self._metrics.answered, proxies=settings.proxies),
            AiohttpRequest(on_answer=self._metrics.answered, proxies=settings.proxies),
        )
        return (
            ApplicationBuilder()
            .application_class(StatelessApplication)
            .token(settings.bot_token.get_secret_value())
            .base_url(f"{api}/bot")
            .base_file_url(f"{api}/file/bot")
            .request(self._requests[0])
            .get_updates_request(self._requests[1])
            .concurrent_updates(OrderedByChat(self._metrics))
            .job_queue(None)
            .updater(None)
            .build()
        )

    async def _reach(self, call: Callable[[], Awaitable[object]]) -> bool:
        """Have Telegram do what the start needs, however long that takes; False if stopped meanwhile.

        StartError for a wrong token, or an address that Telegram does not like.
        """
        wait = FIRST_RETRY_SECONDS
        while not self._stopping.is_set():
            try:
                await call()
                return True
            except InvalidToken:
                raise StartError("BOT_TOKEN: Telegram does not know this token; get one from @BotFather") from None
            except BadRequest as error:
                raise StartError(f"Telegram refuses these settings: {error}") from None
            except TelegramError as error:
                log.warning("telegram unreachable, trying again", seconds=round(wait), reason=type(error).__name__)
            try:
                await asyncio.wait_for(self._stopping.wait(), wait * (1 + random.random() / 10))
            except TimeoutError:
                wait = min(wait * 2, LONGEST_RETRY_SECONDS)
        return False

    async def _set_webhook(self, application: Application) -> None:  # type: ignore[type-arg]
        """Have updates posted to us; asking for them again, without a WEBHOOK_URL, takes that back."""
        await application.bot.set_webhook(
            self._settings.webhook_url,
            secret_token=self._settings.webhook_secret.get_secret_value(),
            allowed_updates=UPDATES,
            max_connections=MAX_CONNECTIONS,
        )

    async def _amiss(self, application: Application) -> str:  # type: ignore[type-arg]
        """Ask Telegram for a sign of life; returns what is amiss, or nothing."""
        if not self._settings.webhook_url:
            await application.bot.get_me()
            return ""
        info = await application.bot.get_webhook_info()
        return "" if info.url == self._settings.webhook_url else "updates are not posted to WEBHOOK_URL"

    def _polling(self, application: Application) -> Polling:  # type: ignore[type-arg]
        """Return what asks Telegram for updates; it runs in one process at a time."""
        return Polling(
            application.bot,
            self._requests[1],
            application.update_queue.put_nowait,
            self._held,
            self._metrics,
            self._fail,
            UPDATES,
            lambda: time.monotonic() >= self._newcomer_until,
        )

    def _fail(self, reason: str) -> None:
        """End the process with one line for the operator."""
        self._fatal = self._fatal or reason
        self.stop()


async def announce_commands(application: Application, operators: Collection[int]) -> None:  # type: ignore[type-arg]
    """Give Telegram the command menus in every language, only where they are not set so already.

    The operators' own chats have a longer one; one who never spoke to the bot has none yet.
    """
    bot = application.bot
    for scope in (None, *(BotCommandScopeChat(operator) for operator in sorted(operators))):
        shown = [command for command in COMMANDS if scope is not None or not command.operators]
        try:
            for language in (None, *LANGUAGES):
                t = Translator(language or FALLBACK)
                wanted = [BotCommand(command.name, t.plain(command.description_key)) for command in shown]
                if tuple(wanted) != await bot.get_my_commands(scope, language_code=language):
                    await bot.set_my_commands(wanted, scope, language_code=language)
        except TelegramError as error:
            log.warning("command menu not set", reason=type(error).__name__, operators=scope is not None)
