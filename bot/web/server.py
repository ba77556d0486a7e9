"""The one HTTP server of the process: its parts bring their routes."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

# A request's body; Telegram's updates are the only ones that have any, and they hold a few KiB.
MAX_BODY_BYTES = 1024 * 1024
# How long a stop waits for answers on their way.
STOP_SECONDS = 5.0


class WebServer:
    """Listens on the address operators choose, loopback by default."""

    def __init__(self, routes: Iterable[web.RouteDef], host: str, port: int) -> None:
        self._host, self._port = host, port
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_routes(routes)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)

    async def start(self) -> None:
        """Listen; OSError if the port is in use."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()
