"""Waiting in tests: for a condition, never for an amount of time."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

T = TypeVar("T")

# Between two reads of what is waited for.
INTERVAL_SECONDS = 0.02


async def eventually(
    read: Callable[[], T | Awaitable[T]], holds: Callable[[T], object] = bool, *, seconds: float = 20.0
) -> T:
    """Read until a condition holds for what was read, and return that; AssertionError names the last value read.

    `read` is a plain or an async function; without `holds` its value has to be true.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = read()
        if inspect.isawaitable(found):
            found = await found
        if holds(cast("T", found)):
            return cast("T", found)
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"still {found!r} after {seconds} s")
        await asyncio.sleep(INTERVAL_SECONDS)
