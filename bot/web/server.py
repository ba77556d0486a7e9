"""The one HTTP server of the process, with the routes of its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web

from bot.web.heads import ConnectionGuard

# The largest body of a request; only Telegram's updates have one, and they hold a few KiB.
MAX_BODY_BYTES = 1024 * 1024
# How long a stop waits for pending responses.
STOP_SECONDS = 5.0


class WebServer:
    """Listens on the configured address, loopback by default."""

    def __init__(
        self, routes: Iterable[web.RouteDef], host: str, port: int, guard: ConnectionGuard | None = None
    ) -> None:
        self._host, self._port = host, port
        self._guard = guard or ConnectionGuard()
        application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._guard.middleware])
        application.router.add_routes(routes)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
        self._listening: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before the start."""
        return int(self._listening.sockets[0].getsockname()[1]) if self._listening else 0

    async def start(self) -> None:
        """Listen; OSError if the port is in use."""
        await self._runner.setup()
        assert self._runner.server is not None  # noqa: S101 - `setup` made it
        factory = self._guard.factory(self._runner.server)
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(factory, self._host, self._port, backlog=128)

    async def stop(self) -> None:
        """Stop listening, and wait for pending responses."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        await self._runner.cleanup()
