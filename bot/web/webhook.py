"""The webhook: Telegram posts an update, and hears 200 when it has been answered (docs/decisions/0034)."""

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
# Updates that Telegram may post at once, each on a connection of its own: as many as are worked on at once
# (handlers/update_processor.py), so that none of them waits in our memory. Telegram keeps the order within a chat.
MAX_CONNECTIONS = 64
# The longest that Telegram is kept waiting for an answer. Beyond it hears 503 and posts the update again, which then
# waits for the same work; nginx gives up after 60 s.
ANSWER_SECONDS = 25.0
# Numbers kept in memory. An update comes again within seconds, so some minutes of them at a flood's pace are plenty.
REMEMBERED = 10_000
# Answered updates are written down together, this long after the first of them.
WRITE_SECONDS = 0.5


class Webhook:
    """Takes updates from when it is opened until it is closed; each is worked on once, however often it comes.

    The secret is compared before anything else is read. `clock` gives UTC. What is `held` is answered 503.
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
        """Where it is posted to."""
        return [web.post(self._path, self._receive)]

    async def open(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Hand updates to the application from now on; those answered in an earlier life are known again."""
        async with self._database.read() as connection:
            self._remember(await received.newest(connection, REMEMBERED))
        self._application = application

    async def close(self) -> None:
        """Take nothing more; let what is being worked on end, and write down what was answered."""
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
        return web.Response(status=200 if await self._answered(number, body) else 503)

    async def _answered(self, number: int, body: dict[str, Any]) -> bool:
        """Work on an update unless that was done; False if it must come again."""
        if number in self._done:
            log.info("update came again", update=number)
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
        """Answer an update and remember that; nothing escapes."""
        try:
            if not await self._known_elsewhere(number):
                update = read_update(body, application.bot)
                await application.update_processor.process_update(update, application.process_update(update))
                if number in self._held:  # not stored: answered 503, so that Telegram posts it again
                    return
                self._note(number)
            self._remember([number])
        except UnreadableUpdate as error:
            # 200, for it would be unreadable again and hold up all that follows in its chat.
            self._metrics.unreadable()
            log.error("update_unreadable", update=number, error=error.error, at=error.at)
            self._remember([number])
        except DATABASE_ERRORS as error:
            log.error("update not taken; it will come again", update=number, error=type(error).__name__)
        except Exception as error:
            # It would fail again and again, and hold up all that follows in its chat.
            self._metrics.update_failed()
            log.error("update left out", update=number, error=type(error).__name__, at=where(error))
            self._remember([number])
        finally:
            del self._working[number]

    async def _known_elsewhere(self, number: int) -> bool:
        """Tell whether another process has answered an update; SQLite serves one process, which remembers."""
        if self._database.sqlite:
            return False
        async with self._database.read() as connection:
            return await received.is_known(connection, number)

    def _remember(self, numbers: Iterable[int]) -> None:
        self._done |= dict.fromkeys(numbers)
        while len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]

    def _note(self, number: int) -> None:
        """Write a number down soon; while the database is out, only the newest wait."""
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
            log.error("answered updates not written down", count=len(numbers), error=type(error).__name__)
