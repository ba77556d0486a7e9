"""One request at a time to each host, and a pause between two."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.sources.fetch import Fetcher
from bot.sources.hosts import Hosts, host_of


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, list[float]()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.Example.org/feed/", "example.org"),
        ("http://example.org:80/", "example.org"),
        ("https://example.org:8443/", "example.org:8443"),
        ("https://[", ""),
    ],
)
def test_a_host_is_one_with_and_without_www(url: str, host: str) -> None:
    assert host_of(url) == host


async def test_a_host_rests_between_two_requests_and_others_need_not_wait() -> None:
    time = Time()
    hosts = Hosts(2.0, time, time.sleep)
    for url in ("https://example.org/1", "https://www.example.org/2", "https://example.net/1"):
        async with hosts.slot(url):
            pass
    assert time.slept == [2.0]
    time.now += 1.5
    async with hosts.slot("https://example.net/2"):
        time.now += 10  # a slow answer; the pause is counted from its end
    async with hosts.slot("https://example.net/3"):
        pass
    assert time.slept == [2.0, 0.5, 2.0]
    time.now += 3
    async with hosts.slot("https://example.net/4"):
        pass
    assert time.slept == [2.0, 0.5, 2.0]


async def test_a_request_that_fails_counts_as_one() -> None:
    time = Time()
    hosts = Hosts(2.0, time, time.sleep)
    with pytest.raises(ValueError, match="broken"):
        async with hosts.slot("https://example.org/"):
            raise ValueError("broken")
    async with hosts.slot("https://example.org/"):
        pass
    assert time.slept == [2.0]


async def test_this_machine_needs_no_rest() -> None:
    time = Time()
    hosts = Hosts(2.0, time, time.sleep)
    for _ in range(3):
        async with hosts.slot("http://127.0.0.1:8000/"):
            pass
    assert time.slept == []


async def test_the_fetcher_never_asks_a_host_two_things_at_once() -> None:
    asked, most = 0, 0

    async def answer(_: web.Request) -> web.Response:
        nonlocal asked, most
        asked += 1
        most = max(most, asked)
        for _ in range(20):  # others have every chance to come
            await asyncio.sleep(0)
        asked -= 1
        return web.Response(text="hello")

    application = web.Application()
    application.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    fetcher = Fetcher("test", allow_private=True)
    fetched = await asyncio.gather(*(fetcher.fetch(f"{url}/{n}") for n in range(6)))
    assert len(fetched) == 6
    assert most == 1
    await fetcher.close()
    await runner.cleanup()
