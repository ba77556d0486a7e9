"""Connections to PostgreSQL: opened here, so that all of them can be ended when the server does not answer."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakSet

# The timeout for opening a connection, unless DATABASE_URL sets another.
CONNECT_SECONDS = 10.0
# The server ends an idle transaction of a suspended or unreachable process after this long, because the next leader may
# need its locks. No transaction of a running process waits as long between two statements.
IDLE_TRANSACTION_SECONDS = 15


class Connections:
    """Opens the driver's connections for the pool of an engine.

    `bounded`: the server ends a transaction that is left idle for IDLE_TRANSACTION_SECONDS.
    """

    def __init__(self, *, bounded: bool) -> None:
        self._bounded = bounded
        self._open: WeakSet[Any] = WeakSet()
        self._opening: set[asyncio.Future[Any]] = set()
        self.silent = False

    async def connect(self, *positional: Any, **named: Any) -> Any:
        """Open a connection with the arguments of asyncpg's `connect`; ConnectionError after `cut`."""
        if self.silent:
            raise ConnectionRefusedError
        opening = asyncio.ensure_future(open_driver(*positional, **{"timeout": CONNECT_SECONDS, **named}))
        self._opening.add(opening)
        try:
            connection = await opening
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise ConnectionAbortedError from None  # by `cut`
        finally:
            self._opening.discard(opening)
        self._open.add(connection)
        if self._bounded:
            await connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TRANSACTION_SECONDS}s'")
        return connection

    def cut(self) -> None:
        """End all connections without a message to the server, and open none while `silent` is set."""
        self.silent = True
        for opening in self._opening:
            opening.cancel()
        for connection in self._open:
            if not connection.is_closed():
                connection.terminate()


async def open_driver(*positional: Any, **named: Any) -> Any:
    """Open a connection of the driver, which is imported for PostgreSQL only."""
    from asyncpg import connect

    return await connect(*positional, **named)
