"""Limits of connections: their number, and the time in which the head of a request must arrive.

aiohttp has no such timeout: its keep-alive timer does not run before the first request and stops with each byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from aiohttp import web
from aiohttp.typedefs import Handler

# Telegram, a proxy or Prometheus send a head in one piece; a head sent in single bytes would hold a connection open.
HEAD_SECONDS = 10.0
# The pause between two requests of a connection: nginx keeps its own open for 60 s.
IDLE_SECONDS = 75.0
# Telegram opens 64 at most, probes a few. The process needs its other file handles (1,024 by default) for its work.
MAX_CONNECTIONS = 256


class ConnectionGuard:
    """Makes the protocols of a server's connections; each is closed if it is idle, or too slow with a head.

    `middleware` must be part of the application: it reports when a head is complete and when its request is answered.
    """

    def __init__(self, head_seconds: float = HEAD_SECONDS, limit: int = MAX_CONNECTIONS) -> None:
        self.head_seconds, self.limit = head_seconds, limit
        self.connections: dict[asyncio.BaseTransport, Connection] = {}

    def factory(self, server: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """Return a factory of guarded protocols around those of the server."""
        return lambda: Connection(self, server())

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Pause the timer of a connection while its request is answered."""
        connection = self.connections.get(request.transport) if request.transport is not None else None
        if connection is None:
            return await handler(request)
        connection.begin()
        try:
            return await handler(request)
        finally:
            connection.end()


class Connection(asyncio.Protocol):
    """Passes everything on to the server's protocol, and keeps the timer of one connection."""

    def __init__(self, guard: ConnectionGuard, inner: asyncio.Protocol) -> None:
        self._guard, self._inner = guard, inner
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._idle = self._answering = False

    def begin(self) -> None:
        """Stop the timer: the head of a request is complete."""
        self._answering = True
        self._cancel()

    def end(self) -> None:
        """Start the idle timer: the request is answered."""
        self._answering, self._idle = False, True
        self._arm(IDLE_SECONDS)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the timer of the first head; a connection above the maximum is closed at once."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's transport is not a subclass of asyncio's
        self._inner.connection_made(transport)
        if len(self._guard.connections) >= self._guard.limit:
            self._transport.abort()
            return
        self._guard.connections[transport] = self
        self._arm(self._guard.head_seconds)

    def data_received(self, data: bytes) -> None:
        """Start the timer of the next head with its first byte; later bytes do not prolong it."""
        if self._idle and not self._answering:
            self._idle = False
            self._arm(self._guard.head_seconds)
        self._inner.data_received(data)

    def eof_received(self) -> Any:
        """Pass on that the client has sent everything."""
        return self._inner.eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        """Remove the connection."""
        if self._transport is not None:
            self._guard.connections.pop(self._transport, None)
        self._cancel()
        self._inner.connection_lost(error)

    def pause_writing(self) -> None:
        """Pass on that the client reads slowly."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the client reads again."""
        self._inner.resume_writing()

    def _arm(self, seconds: float) -> None:
        self._cancel()
        if self._transport is not None and not self._transport.is_closing():
            self._timer = asyncio.get_running_loop().call_later(seconds, self._transport.abort)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
