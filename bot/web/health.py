"""The health endpoint: whether the process lives and its database answers."""

from __future__ import annotations

from aiohttp import web

from storage.database import Database, StorageError, ping


class Health:
    """`GET /healthz`: 200 `ok`, or 503 with one line."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def routes(self) -> list[web.RouteDef]:
        """What is answered where."""
        return [web.get("/healthz", self._healthz)]

    async def _healthz(self, _request: web.Request) -> web.Response:
        try:
            await ping(self._database)
        except StorageError as error:
            return web.Response(status=503, text=f"{error}\n")
        return web.Response(text="ok\n")
