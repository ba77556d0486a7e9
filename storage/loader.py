"""One question to the database for all who ask it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Loader(Generic[K, V]):
    """Answers all who ask while a question is under way by the next one, together.

    `load` is given the keys that are asked for and returns what it finds of each. It always begins after they were
    asked for, so nobody is told what was true before; it runs once at a time, so a crowd costs little more than one.
    """

    def __init__(self, load: Callable[[set[K]], Awaitable[Mapping[K, V]]]) -> None:
        self._load = load
        self._asked: list[tuple[K, asyncio.Future[V | None]]] = []
        self._loading: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """Return what is loaded for a key, or None; raises what the loading raised."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._asked.append((key, answer))
        if self._loading is None:
            self._loading = asyncio.create_task(self._answer())
        return await answer

    async def _answer(self) -> None:
        """Load until nobody waits. A task of its own: whoever of those who ask is cut off, the others are answered."""
        try:
            while self._asked:
                asked, self._asked = self._asked, []
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
        finally:
            self._loading = None
