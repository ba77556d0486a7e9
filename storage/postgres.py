"""PostgreSQL connections that must not wait for ever: how they are opened, and how all of them are ended at once."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

# The server ends the transaction of a process that is suspended or out of reach after this long: what it has locked is
# what the next leader may need. No transaction of a running process waits as long between two statements.
IDLE_TRANSACTION_SECONDS = 15


class OpenConnections:
    """The connections of an engine's pool, as the driver has them.

    `bounded`: the server ends a transaction that is left idle for IDLE_TRANSACTION_SECONDS.
    """

    def __init__(self, engine: AsyncEngine, *, bounded: bool) -> None:
        self._open: WeakSet[Any] = WeakSet()

        @event.listens_for(engine.sync_engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            self._open.add(connection.driver_connection)
            if bounded:
                setting = f"SET idle_in_transaction_session_timeout = '{IDLE_TRANSACTION_SECONDS}s'"
                connection.run_async(lambda driver: driver.execute(setting))

    def terminate(self) -> None:
        """End all connections without a word to the server: each statement that waits on one fails at once."""
        for connection in list(self._open):
            if not connection.is_closed():
                connection.terminate()


async def connect(engine: AsyncEngine, arguments: dict[str, Any], seconds: float) -> Any:
    """Open a connection of the driver that belongs to no pool; it and each of its statements may take so long."""
    from asyncpg import connect as open_connection

    positional, named = engine.dialect.create_connect_args(engine.url)
    limits = {"timeout": seconds, "command_timeout": seconds}
    return await open_connection(*positional, **{**named, **arguments, **limits})
