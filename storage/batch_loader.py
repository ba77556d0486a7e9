"""One question to the database for all who ask it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


# Seconds that the next question waits for the one before it: some times what one takes on a busy machine. One that
# hangs shall hold up only those who share it.
TIMEOUT = 0.1


class BatchLoader(Generic[K, V]):
    """Answers all who ask while a question is under way by the next one, together.

    `load` is given the keys that are asked for and returns what it finds of each. It always begins after they were
    asked for, so nobody is told what was true before; a crowd costs little more than one. The next begins when the one
    before is answered, or after `timeout` seconds (None: however long it takes).
    """

    def __init__(self, load: Callable[[set[K]], Awaitable[Mapping[K, V]]], timeout: float | None = TIMEOUT) -> None:
        self._load, self._timeout = load, timeout
        self._asked: list[tuple[K, asyncio.Future[V | None]]] = []
        self._asking: asyncio.Task[None] | None = None
        self._loads: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """Return what is loaded for a key, or None; raises what the loading raised."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._asked.append((key, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def _ask(self) -> None:
        """Ask until nobody waits. A task of its own: whoever of those who wait is cut off, the others are answered."""
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                load = asyncio.create_task(self._answer(asked))
                self._loads.add(load)
                load.add_done_callback(self._loads.discard)
                await asyncio.wait({load}, timeout=self._timeout)
        finally:
            self._asking = None

    async def _answer(self, asked: list[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._load({key for key, _ in asked})
        except Exception as error:
            for _, answer in asked:
                if not answer.done():  # else who asked is gone
                    answer.set_exception(error)
        else:
            for key, answer in asked:
                if not answer.done():
                    answer.set_result(found.get(key))
