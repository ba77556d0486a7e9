"""A load balancer in front of the webhooks of several processes: each update goes to the next one."""

from __future__ import annotations

import socket
from itertools import cycle

import aiohttp
from aiohttp import web

PATH = "/telegram"


class Balancer:
    """Listens on loopback and posts each request to one of `ports` in turn."""

    def __init__(self, ports: list[int]) -> None:
        self._next = cycle(ports)
        application = web.Application()
        application.router.add_post(PATH, self._forward)
        self._runner = web.AppRunner(application, access_log=None)
        self._session: aiohttp.ClientSession | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port."""
        self._session = aiohttp.ClientSession()
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}{PATH}"

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _forward(self, request: web.Request) -> web.Response:
        assert self._session is not None
        url = f"http://127.0.0.1:{next(self._next)}{PATH}"
        try:
            async with self._session.post(url, data=await request.read(), headers=request.headers) as response:
                return web.Response(status=response.status)
        except aiohttp.ClientError:
            return web.Response(status=503)


def free_port() -> int:
    """Return a port on loopback that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
