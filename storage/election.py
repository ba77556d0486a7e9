"""Which of several processes on one PostgreSQL polls, ticks and receives: whoever holds the lock.

The connection that holds or waits for the lock also receives the notifications of what other processes queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import QUEUE_CHANNEL, Database, noop
from storage.errors import StorageError

# The name of the lock in its database; any number will do as long as every version of Jarchi uses it.
LOCK = 0x6A6172636869  # "jarchi"
# A machine that vanishes without a word (power, network) must not keep the lock for the two hours of TCP's default.
_KEEPALIVE = ("tcp_keepalives_idle = 20", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")


class Election:
    """Asks for the lock on a connection of its own: the server takes it back when that ends, however it ends.

    On SQLite there is one process, and it is the elected one. `on_queued` is called when another process has written
    deliveries or broadcasts, and after each connect, for what was announced before is lost.
    """

    def __init__(self, database: Database, on_queued: Callable[[], None] = noop) -> None:
        self._database, self._on_queued = database, on_queued
        self._driver: Any = None
        self._connection: AsyncConnection | None = None
        self._elected = False
        self._asking = asyncio.Lock()

    async def won(self) -> bool:
        """Tell whether this process is elected; where nobody is, it becomes so. StorageError without an answer."""
        if self._database.sqlite:
            return True
        async with self._asking:
            if self._elected:
                try:
                    return await self._ask()
                except (DBAPIError, OSError):
                    # The connection broke, and the lock with it; perhaps somebody else has it by now.
                    await self._hang_up()
            try:
                return await self._ask()
            except (DBAPIError, OSError) as error:
                await self._hang_up()
                raise StorageError(f"the database does not answer ({type(error).__name__})") from error

    @property
    def listening(self) -> bool:
        """Whether the notifications of other processes arrive."""
        return self._driver is not None and not self._driver.is_closed()

    async def close(self) -> None:
        """Give the lock up."""
        async with self._asking:
            await self._hang_up()

    async def _ask(self) -> bool:
        if self._connection is None:
            self._connection = await self._open()
        if self._elected:
            await self._connection.execute(select(1))
        else:
            answer = await self._connection.execute(select(func.pg_try_advisory_lock(LOCK)))
            self._elected = bool(answer.scalar_one())
        return self._elected

    async def _open(self) -> AsyncConnection:
        connection = await self._database.engine.connect()
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for setting in _KEEPALIVE:
            await connection.execute(text(f"SET {setting}"))
        driver = (await connection.get_raw_connection()).driver_connection
        if driver is None:
            raise OSError("the connection has ended")
        try:
            await driver.add_listener(QUEUE_CHANNEL, self._notified)
        except Exception as error:  # the driver's own: SQLAlchemy does not translate what goes past it
            await connection.invalidate()
            await connection.close()
            raise OSError(f"LISTEN failed ({type(error).__name__})") from error
        self._driver = driver
        self._on_queued()
        return connection

    def _notified(self, _connection: object, _pid: int, _channel: str, sender: str) -> None:
        if sender != self._database.sender:
            self._on_queued()

    async def _hang_up(self) -> None:
        """End the connection itself: back in the pool it would keep the lock."""
        connection, self._connection, self._elected = self._connection, None, False
        self._driver = None
        if connection is not None:
            await connection.invalidate()
            await connection.close()
