"""The database: one engine, and transactions for reading and for writing."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from sqlalchemy import event, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.address import AddressError, parse
from storage.errors import BUSY_SECONDS, CANNOT_OPEN, MISSING_FILE, StorageError, outage
from storage.postgres import Connections, open_driver

# A database contains the topics that people follow, so only its owner may read it, whatever the umask.
FILE_MODE = 0o600

# SQLite's page cache of the writing connection. The rows of a tick are spread over a large database: with the usual 2
# MiB its pages are written out and read again within one transaction, at three times the cost.
WRITE_CACHE_KIB = 16 * 1024
# The same of each reading connection (SQLite's own default): ten or twenty large ones would hold the same pages.
READ_CACHE_KIB = 2000


# The PostgreSQL channel on which processes announce new deliveries or broadcasts.
QUEUE_CHANNEL = "jarchi_queue"
_QUEUED = "queued"
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


def noop(*_ignored: object) -> None:
    """Do nothing."""


# One open transaction; other layers name it by this.
Connection: TypeAlias = AsyncConnection


def announce_queue(connection: AsyncConnection) -> None:
    """Have all processes poll the queue once this transaction of `Database.write` is committed.

    Called by every function that inserts deliveries or broadcasts that may be due at once.
    """
    connection.info[_QUEUED] = True


class Database:
    """An open database. `read()` and `write()` give connections inside a transaction; `on_error` gets each failure.

    `on_queued` is called after each commit of a transaction that announced the queue (`announce_queue`); on PostgreSQL
    the other processes are notified as well, with `sender` as the payload.

    `bounded`: PostgreSQL ends transactions that this process leaves idle (storage/postgres.py).

    On SQLite all writes of this process queue on one lock and begin IMMEDIATE, so that none of them fails halfway on
    another's lock; PostgreSQL needs neither.
    """

    def __init__(self, url: str, *, bounded: bool = False) -> None:
        try:
            self.address = parse(url)
        except AddressError as error:
            raise StorageError(f"DATABASE_URL is not a database address: {error}") from None
        self.path = self.address.path
        self.connections = Connections(bounded=bounded)
        self.sqlite = self.address.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"hide_parameters": True, "connect_args": self.address.arguments}
        if self.sqlite:
            options["connect_args"] = {"timeout": BUSY_SECONDS}
            if self.path:
                # A connection beyond the pool costs a thread and an open file for one statement; the last used one is
                # taken.
                options |= {"pool_size": 10, "max_overflow": 10, "pool_use_lifo": True}
        else:
            options |= {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
            options["connect_args"] = {**self.address.arguments, "async_creator_fn": self.connections.connect}
        try:
            self.engine: AsyncEngine = create_async_engine(self.address.url, **options)
        except (ImportError, ArgumentError) as error:
            raise StorageError(f"DATABASE_URL names a driver that is not installed ({type(error).__name__})") from None
        # PostgreSQL reads each statement as of its own instant unless this is set; SQLite reads as of one instant
        # always.
        self._reading = self.engine if self.sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._glancing = self.engine if self.sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self.writer, self._writing = self.engine, asyncio.Lock()
        self.on_error: Callable[[str], None] = noop
        self.on_queued: Callable[[], None] = noop
        self.sender = secrets.token_hex(8)
        if self.sqlite:
            _prepare_sqlite(self.engine, self.path, READ_CACHE_KIB)
        if self.path:
            # One connection writes, under the lock, so the large cache is allocated once.
            writer = {"pool_size": 1, "max_overflow": 0}
            self.writer = create_async_engine(self.address.url, **options | writer)
            _prepare_sqlite(self.writer, self.path, WRITE_CACHE_KIB)

    def create_file(self) -> bool:
        """Create an SQLite database's folder and empty file, for the owner only; returns whether it was missing.

        Nothing else creates it: a mistyped path is an error, not a new database. Safe for several processes at once.
        """
        if self.path is None:
            return False
        try:
            if self.path.is_dir():
                raise StorageError("DATABASE_URL names a folder; a file is expected")
            if self.path.exists():
                return False
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # SQLite gives its journals the mode of this file.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, FILE_MODE))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StorageError(f"the database file cannot be created ({reason})") from error
        return True

    def __repr__(self) -> str:
        """Name the engine only: the URL has a password."""
        return f"Database({'sqlite' if self.sqlite else 'postgresql'})"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading: one consistent view, without changes."""
        async with self._named_errors(), self._reading.connect() as connection:
            yield connection

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for a single statement without a transaction, which takes half the time."""
        async with self._named_errors(), self._glancing.connect() as connection:
            about = connection.sync_connection.info  # type: ignore[union-attr]
            about["begin"] = ""
            try:
                yield connection
            finally:
                about.pop("begin", None)  # without a statement it would stay set for the next user

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for changes: all of them are committed, or none."""
        if self.sqlite:
            async with self._writing, self._named_errors(), self.writer.connect() as connection:
                connection.info["begin"] = "BEGIN IMMEDIATE"
                connection.info.pop(_QUEUED, None)  # left from a transaction that was rolled back
                async with connection.begin():
                    yield connection
                queued = connection.info.pop(_QUEUED, False)
        else:
            async with self._named_errors(), self.engine.begin() as connection:
                connection.info.pop(_QUEUED, None)
                yield connection
                if queued := connection.info.pop(_QUEUED, False):
                    await connection.execute(_NOTIFY, {"channel": QUEUE_CHANNEL, "payload": self.sender})
        if queued:
            self.on_queued()

    async def notify(self, channel: str, payload: str) -> None:
        """Send a notification to all processes on this PostgreSQL that listen, this one among them."""
        async with self.autocommit() as connection:
            await connection.execute(_NOTIFY, {"channel": channel, "payload": payload})

    async def connect_driver(self, seconds: float) -> Any:
        """Open a connection of PostgreSQL's driver outside the pool; it and its statements have this timeout."""
        positional, named = self.engine.dialect.create_connect_args(self.address.url)
        limits = {"timeout": seconds, "command_timeout": seconds}
        return await open_driver(*positional, **{**named, **self.address.arguments, **limits})

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        await self.writer.dispose()

    @asynccontextmanager
    async def _named_errors(self) -> AsyncIterator[None]:
        """Turn errors that an operator can correct into one line; other errors are raised unchanged."""
        try:
            yield
        except (DBAPIError, PoolTimeout, OSError) as error:
            self.on_error("PoolTimeout" if isinstance(error, PoolTimeout) else type(error).__name__)
            if (away := outage(error)) is not None:
                raise away from error
            raise


@asynccontextmanager
async def savepoint(connection: AsyncConnection) -> AsyncIterator[None]:
    """Roll back only the block if it raises; the transaction around it continues."""
    async with connection.begin_nested():
        yield


def _prepare_sqlite(engine: AsyncEngine, path: Path | None, cache_kib: int) -> None:
    """Apply SQLite's settings on each connection, and take over the start of transactions from the driver."""
    if path is not None:
        address = f"file:{quote(os.fspath(path.absolute()))}?mode=rw"

        @event.listens_for(engine.sync_engine, "do_connect")
        def on_do_connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
            # aiosqlite's thread outlives a failed opening, and may find the loop closed: check first.
            if not path.exists():
                raise StorageError(MISSING_FILE)
            if not path.is_file() or not os.access(path, os.R_OK):
                raise StorageError(CANNOT_OPEN)
            arguments[:] = [address]  # with mode=rw a file that was deleted meanwhile is not created
            named["uri"] = True

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",  # with WAL a killed process loses nothing, a power cut at most the last commits
            "foreign_keys=ON",
            "automatic_index=OFF",  # every join has an index of its own; an automatic one would read a whole table
            f"cache_size=-{cache_kib}",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "invalidate")
    def on_invalidate(connection: Any, _record: Any, _error: Any) -> None:
        # A cancelled statement with unread rows keeps a closed connection alive, and with it the write lock: the
        # transaction must be rolled back first. A broken connection has none.
        with suppress(Exception):
            connection.rollback()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        if begin := connection.info.pop("begin", "BEGIN"):
            connection.exec_driver_sql(begin)


async def ping(database: Database) -> None:
    """Execute a trivial statement; StorageError if the database does not answer."""
    async with database.read() as connection:
        await connection.execute(text("SELECT 1"))
