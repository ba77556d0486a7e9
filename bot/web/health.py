"""The health endpoint: whether the process lives and its database answers."""

from __future__ import annotations

from aiohttp import web

from storage.database import Database, StorageError, ping


class HealthServer:
    """`GET /healthz`: 200 `ok`, or 503 with one line. Listens on the address operators choose, loopback by default."""

    def __init__(self, database: Database, host: str, port: int) -> None:
        self._database, self._host, self._port = database, host, port
        application = web.Application()
        application.router.add_get("/healthz", self._healthz)
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> None:
        """Listen; OSError if the port is in use."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        try:
            await ping(self._database)
        except StorageError as error:
            return web.Response(status=503, text=f"{error}\n")
        return web.Response(text="ok\n")
