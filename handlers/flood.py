"""Calls to Telegram that wait for its flood limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import RetryAfter

from bot.delivery.answers import seconds_of

T = TypeVar("T")

# How long, in seconds, a reply waits for flood limits in all: in a group of twenty messages a minute it comes late, but
# it comes.
LONGEST_WAIT = 60.0


async def retry_after_flood(call: Callable[[], Awaitable[T]]) -> T:
    """Call Telegram, again after each flood limit; raises RetryAfter where they last too long in all."""
    left = LONGEST_WAIT
    while True:
        try:
            return await call()
        except RetryAfter as flood:
            wait = seconds_of(flood)
            if wait > left:
                raise
            left -= wait
            await asyncio.sleep(wait)
