"""One statement for all requests that wait for the same kind of value."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


# Seconds that the next load waits for the one before it: a few times what a load takes on a busy machine. A load that
# hangs delays only the requests that share it.
TIMEOUT = 0.1


class BatchLoader(Generic[K, V]):
    """Loads the keys that are requested during a load together, by the next load.

    `load` is given the requested keys and returns the values that it finds. It always begins after they were
    requested, so that no value is older than its request. The next load begins when the one before it ends, or after
    `timeout` seconds (None: however long it takes).
    """

    def __init__(self, load: Callable[[set[K]], Awaitable[Mapping[K, V]]], timeout: float | None = TIMEOUT) -> None:
        self._load, self._timeout = load, timeout
        self._requested: list[tuple[K, asyncio.Future[V | None]]] = []
        self._loading: asyncio.Task[None] | None = None
        self._loads: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return the value of a key, or None; raises what `load` raised."""
        value: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._requested.append((key, value))
        if self._loading is None:
            self._loading = asyncio.create_task(self._load_all())
        return await value

    async def _load_all(self) -> None:
        """Load until no request waits. Its own task, so that a cancelled request does not end those of others."""
        try:
            while self._requested:
                requested, self._requested = self._requested, []
                load = asyncio.create_task(self._load_once(requested))
                self._loads.add(load)
                load.add_done_callback(self._loads.discard)
                await asyncio.wait({load}, timeout=self._timeout)
        finally:
            self._loading = None

    async def _load_once(self, requested: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._load({key for key, _ in requested})
        except Exception as error:
            for _, value in requested:
                if not value.done():  # else the request was cancelled
                    value.set_exception(error)
        else:
            for key, value in requested:
                if not value.done():
                    value.set_result(found.get(key))
