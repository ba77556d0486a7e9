"""A reply waits for flood limits, several times, up to a minute in all."""

import pytest
from telegram.error import RetryAfter

from handlers import flood
from handlers.flood import LONGEST_WAIT, retry_after_flood


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited for."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(flood.asyncio, "sleep", sleep)
    return waits


async def call_after(*limits: int) -> str:
    """Call a Telegram that refuses with these flood limits before it accepts."""
    left = list(limits)

    async def call() -> str:
        if left:
            raise RetryAfter(left.pop(0))
        return "sent"

    return await retry_after_flood(call)


async def test_a_reply_is_sent_after_several_flood_limits(slept: list[float]) -> None:
    assert await call_after(28, 20, 12) == "sent"
    assert slept == [28, 20, 12]


async def test_a_reply_that_would_wait_for_more_than_a_minute_is_given_up(slept: list[float]) -> None:
    with pytest.raises(RetryAfter):
        await call_after(28, 20, 13)
    assert sum(slept) <= LONGEST_WAIT
    with pytest.raises(RetryAfter):
        await call_after(61)
