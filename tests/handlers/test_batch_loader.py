"""Requests during a load share the next load, and get no value older than their request."""

import asyncio
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.batch_loader import BatchLoader


class Loads:
    """Loads that end when the test finishes them, and the sets of their keys."""

    def __init__(self, timeout: float | None = None, **values: int) -> None:
        self.values, self.keys = values, list[set[str]]()
        self.broken: Exception | None = None
        self._finished = asyncio.Semaphore(0)
        self.loader = BatchLoader(self._load, timeout)

    def request(self, key: str) -> asyncio.Task[int | None]:
        return asyncio.create_task(self.loader.get(key))

    def finish(self) -> None:
        self._finished.release()

    async def _load(self, keys: set[str]) -> Mapping[str, int]:
        self.keys.append(keys)
        found = {key: self.values[key] for key in keys if key in self.values}
        await self._finished.acquire()
        if self.broken:
            raise self.broken
        return found


async def run_tasks() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_requests_during_a_load_share_the_next_one() -> None:
    loads = Loads(a=1, b=2)
    first = loads.request("a")
    await run_tasks()
    others = [loads.request(key) for key in ("b", "a", "c")]
    await run_tasks()
    assert loads.keys == [{"a"}]
    loads.finish()
    assert await first == 1
    loads.finish()
    assert await asyncio.gather(*others) == [2, 1, None]
    assert loads.keys == [{"a"}, {"a", "b", "c"}]


async def test_no_value_is_older_than_its_request() -> None:
    loads = Loads(a=1)
    early = loads.request("a")
    await run_tasks()
    loads.values["a"] = 2
    late = loads.request("a")
    await run_tasks()
    loads.finish()
    loads.finish()
    assert (await early, await late) == (1, 2)


async def test_an_error_reaches_all_requests_of_a_load_and_no_later_one() -> None:
    loads = Loads(a=1, b=2)
    loads.broken = OSError("away")
    requests = [loads.request("a"), loads.request("b")]
    await run_tasks()
    loads.finish()
    assert [type(value) for value in await asyncio.gather(*requests, return_exceptions=True)] == [OSError, OSError]
    loads.broken = None
    again = loads.request("a")
    loads.finish()
    assert await again == 1


@pytest.mark.parametrize("broken", [None, OSError("away")])
async def test_a_cancelled_request_does_not_end_the_others(broken: Exception | None) -> None:
    loads = Loads(a=1)
    loads.broken = broken
    cancelled, other = loads.request("a"), loads.request("a")
    await run_tasks()
    cancelled.cancel()
    await run_tasks()
    loads.finish()
    [value] = await asyncio.gather(other, return_exceptions=True)
    assert value == (broken or 1)
    assert cancelled.cancelled()


async def test_a_slow_load_delays_only_its_own_requests() -> None:
    loads = Loads(timeout=0, a=1, b=2)
    early = loads.request("a")
    await run_tasks()
    late = loads.request("b")
    await run_tasks()
    assert loads.keys == [{"a"}, {"b"}]
    loads.finish()
    loads.finish()
    assert await asyncio.gather(early, late) == [1, 2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from("abc"), st.just("finish"), st.just("change")), max_size=40))
def test_each_request_gets_a_value_of_after_it(steps: list[str]) -> None:
    async def run() -> None:
        loads = Loads(a=0, b=0, c=0)
        requested: list[tuple[int, asyncio.Task[int | None]]] = []
        for step in steps:
            if step == "finish":
                loads.finish()
            elif step == "change":
                loads.values = {key: value + 1 for key, value in loads.values.items()}
            else:
                requested.append((loads.values[step], loads.request(step)))
            await run_tasks()
        for _ in requested:
            loads.finish()
        for known, task in requested:
            value = await task
            assert value is not None
            assert known <= value <= loads.values["a"]
        assert len(loads.keys) <= len(requested)

    asyncio.run(run())
