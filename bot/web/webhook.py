"""The webhook: Telegram posts an update and gets 200 once it has been handled (docs/decisions/0034)."""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from telegram.ext import Application

from bot.domain.letters import storable_data
from bot.log import where
from bot.metrics import Metrics
from bot.updates.held import HeldUpdates
from bot.updates.read import UnreadableUpdate, number_of, read_update
from storage import received
from storage.database import Database
from storage.errors import DATABASE_ERRORS

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
# Updates that Telegram may post at once, each on a connection of its own: as many as are handled at once
# (handlers/update_processor.py), so that none of them waits in our memory. Telegram keeps the order within a chat.
MAX_CONNECTIONS = 64
# The longest wait of Telegram for a response. After that it gets 503 and posts the update again, which then waits for
# the same handler; nginx gives up after 60 s.
ANSWER_SECONDS = 25.0
# Update ids kept in memory. An update is repeated within seconds, so some minutes of them at a peak rate are enough.
REMEMBERED = 10_000
# The ids of handled updates are stored together, this long after the first of them.
WRITE_SECONDS = 0.5


class Webhook:
    """Receives updates from `open` to `close`; each is handled once, however often it is posted.

    The secret is compared before anything else is read. `clock` returns UTC. An update that is `held` is answered 503.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        database: Database,
        clock: Callable[[], dt.datetime],
        metrics: Metrics | None = None,
        held: HeldUpdates | None = None,
    ) -> None:
        self._path, self._secret = urlsplit(url).path or "/", secret.encode()
        self._database, self._clock = database, clock
        self._metrics, self._held = metrics or Metrics(), HeldUpdates() if held is None else held
        self._application: Application[Any, Any, Any, Any, Any, Any] | None = None
        self._working: dict[int, asyncio.Task[None]] = {}
        self._done: dict[int, None] = {}
        self._unwritten: list[int] = []
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def routes(self) -> list[web.RouteDef]:
        """The route that updates are posted to."""
        return [web.post(self._path, self._receive)]

    async def open(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Pass updates to the application from now on; ids that were stored before a restart are known again."""
        async with self._database.read() as connection:
            self._remember(await received.newest(connection, REMEMBERED))
        self._application = application

    async def close(self) -> None:
        """Refuse further updates; let those in progress finish, and store the ids of the handled ones."""
        self._application = None
        await asyncio.gather(*self._working.values())
        self._closing.set()
        if self._writing is not None:
            await self._writing
        await self._write()

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        if request.content_type != "application/json":
            return web.Response(status=415)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                body, _ = storable_data(json.loads(await request.read()))  # the server answers 413 beyond its size
        except (ValueError, RecursionError):
            return web.Response(status=400)
        except TimeoutError:
            return web.Response(status=408)
        number = number_of(body)
        if number is None:
            return web.Response(status=400)
        return web.Response(status=200 if await self._handle_once(number, body) else 503)

    async def _handle_once(self, number: int, body: dict[str, Any]) -> bool:
        """Handle an update unless that was done; False if it must be posted again."""
        if number in self._done:
            log.info("update_repeated", update=number)
            return True
        task = self._working.get(number)
        if task is None:
            if self._application is None:
                return False
            task = self._working[number] = asyncio.create_task(self._work(self._application, number, body))
        await asyncio.wait({task}, timeout=ANSWER_SECONDS)
        return number in self._done

    async def _work(
        self, application: Application[Any, Any, Any, Any, Any, Any], number: int, body: dict[str, Any]
    ) -> None:
        """Handle an update and remember its id; nothing is raised."""
        try:
            if not await self._handled_elsewhere(number):
                update = read_update(body, application.bot)
                await application.update_processor.process_update(update, application.process_update(update))
                if number in self._held:  # not stored: answered 503, so that Telegram posts it again
                    return
                self._store_soon(number)
            self._remember([number])
        except UnreadableUpdate as error:
            # 200, for it would be unreadable again and block all later updates of its chat.
            self._metrics.unreadable()
            log.error("update_unreadable", update=number, error=error.error, at=error.at)
            self._remember([number])
        except DATABASE_ERRORS as error:
            log.error("update_not_stored", update=number, error=type(error).__name__)
        except Exception as error:
            # It would fail again each time, and block all later updates of its chat.
            self._metrics.update_failed()
            log.error("update_failed", update=number, error=type(error).__name__, at=where(error))
            self._remember([number])
        finally:
            del self._working[number]

    async def _handled_elsewhere(self, number: int) -> bool:
        """Return whether another process has handled an update; SQLite has one process, which remembers ids."""
        if self._database.sqlite:
            return False
        async with self._database.read() as connection:
            return await received.is_known(connection, number)

    def _remember(self, numbers: Iterable[int]) -> None:
        self._done |= dict.fromkeys(numbers)
        while len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]

    def _store_soon(self, number: int) -> None:
        """Store an id soon; during an outage of the database only the newest are kept."""
        self._unwritten.append(number)
        del self._unwritten[:-REMEMBERED]
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), WRITE_SECONDS)
        await self._write()

    async def _write(self) -> None:
        numbers, self._unwritten = self._unwritten, []
        if not numbers:
            return
        try:
            async with self._database.write() as connection:
                await received.note(connection, numbers, self._clock())
        except DATABASE_ERRORS as error:
            self._unwritten = numbers + self._unwritten
            log.error("handled_updates_not_stored", count=len(numbers), error=type(error).__name__)
