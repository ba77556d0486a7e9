"""Slots at hosts: one request at a time per host, and a pause before the next one."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

# From the end of one request to a host to the start of the next: a person does not open pages faster.
HOST_PAUSE_SECONDS = 1.0
_LOOPBACK = ("localhost", "127.", "::1")


def on_this_machine(host: str) -> bool:
    """Return whether a host is this machine: a stand-in, which needs no pause."""
    return host.startswith(_LOOPBACK) or host.partition(":")[0].endswith(".localhost")


def host_of(url: str) -> str:
    """Return the host of an address, with its port unless it is the default; with and without www. is one host."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    return host if port in (None, 80, 443) else f"{host}:{port}"


class Hosts:
    """Hands out slots at hosts in the order of the requests.

    `clock` returns seconds and `sleep` waits for them; `pause` is in seconds too.
    """

    def __init__(
        self,
        pause: float = HOST_PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._pause, self._clock, self._sleep = pause, clock, sleep
        self._busy: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}
        self._pauses: dict[str, float] = {}

    def slow_down(self, url: str, pause: float) -> None:
        """Set a longer pause, in seconds, at the host of an address than at others; a shorter one changes nothing."""
        self._pauses[host_of(url)] = pause

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Hold the slot of an address's host for the length of a block."""
        host = host_of(url)
        async with self._busy[host]:
            wait = self._free_at.get(host, 0.0) - self._clock()
            if wait > 0:
                await self._sleep(wait)
            try:
                yield
            finally:
                if not on_this_machine(host):
                    self._free_at[host] = self._clock() + max(self._pause, self._pauses.get(host, 0.0))
