"""One query for all callers that ask at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


# Seconds that the next query waits for the previous one: several times the duration of one on a busy machine. A query
# that hangs delays only the callers that share it.
TIMEOUT = 0.1


class BatchLoader(Generic[K, V]):
    """Answers all callers that ask during a query by the next one, together.

    `load` gets the requested keys and returns the value of each key that it finds. It always begins after the request,
    so
    no caller gets an outdated value; many callers cost little more than one. The next query begins when the previous
    one
    is answered, or after `timeout` seconds (None: without a limit).
    """

    def __init__(self, load: Callable[[set[K]], Awaitable[Mapping[K, V]]], timeout: float | None = TIMEOUT) -> None:
        self._load, self._timeout = load, timeout
        self._requests: list[tuple[K, asyncio.Future[V | None]]] = []
        self._asking: asyncio.Task[None] | None = None
        self._loads: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return the value of a key, or None; raises the error of the query."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._requests.append((key, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        """Query until nobody waits. A task of its own: if a caller is cancelled, the others are still answered."""
        try:
            while self._requests:
                requests, self._requests = self._requests, []
                load = asyncio.create_task(self._answer(requests))
                self._loads.add(load)
                load.add_done_callback(self._loads.discard)
                await asyncio.wait({load}, timeout=self._timeout)
        finally:
            self._asking = None

    async def _answer(self, requests: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._load({key for key, _ in requests})
        except Exception as error:
            for _, answer in requests:
                if not answer.done():  # else the caller was cancelled
                    answer.set_exception(error)
        else:
            for key, answer in requests:
                if not answer.done():
                    answer.set_result(found.get(key))
