"""robots.txt: obeyed for the page, fetched seldom, and no way to shut the ticker out for ever by being down."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.sources.fetch import Fetcher, FetchError, Forbidden
from bot.sources.hosts import HOST_PAUSE_SECONDS, Hosts
from bot.sources.robots import KEEP_SECONDS, MAX_BYTES, MAX_DELAY_SECONDS, NoRules, Robots

PAGE = "https://site.example/rates?x=1"


class Site:
    """A robots.txt that changes, or an error; counts how often it is fetched."""

    def __init__(self, rules: bytes | Exception) -> None:
        self.rules, self.now, self.asked = rules, 0.0, list[str]()
        self.robots = Robots(lambda: self.now)

    async def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.rules, Exception):
            raise self.rules
        return self.rules

    async def allows(self, url: str = PAGE) -> tuple[bool, float]:
        return await self.robots.allows(url, self.fetch)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:", True),
        (b"User-agent: *\nDisallow: /", False),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /rates\r\n", False),
        (b"User-agent: *\nDisallow: /other", True),
        (b"User-agent: *\nDisallow: /\nAllow: /rates", True),
        (b"User-agent: *\nDisallow: /*?x=", False),
        (b"User-agent: *\nDisallow: /rates$", True),
        (b"User-agent: otherbot\nDisallow: /", True),
        (b"User-agent: otherbot\nDisallow: /\n\nUser-agent: jarchi\nAllow: /", True),
        (b"User-agent: *\nAllow: /\n\nUser-agent: Jarchi\nDisallow: /", False),
        (b"<!doctype html><html><body>Not found</body></html>", True),
        (b"\x00\xff\xfe" * 1000, True),
        (b"User-agent: *\nDisallow: /x\n" * (MAX_BYTES // 20), True),
    ],
)
async def test_the_rules_are_those_of_rfc_9309(rules: bytes, allowed: bool) -> None:
    assert (await Site(rules).allows())[0] is allowed


async def test_rules_are_fetched_once_a_day_for_each_site() -> None:
    site = Site(b"User-agent: *\nDisallow: /rates")
    for _ in range(3):
        assert await site.allows() == (False, 0.0)
    assert await site.allows("https://site.example/") == (True, 0.0)
    await site.allows("http://site.example/")
    assert site.asked == ["https://site.example/robots.txt", "http://site.example/robots.txt"]
    site.rules, site.now = b"", KEEP_SECONDS
    assert (await site.allows())[0] is True
    assert len(site.asked) == 3


async def test_a_site_without_rules_allows_everything() -> None:
    site = Site(NoRules())
    assert await site.allows() == await site.allows() == (True, 0.0)
    assert len(site.asked) == 1


async def test_unreachable_rules_forbid_for_a_day_at_most() -> None:
    site = Site(FetchError("no connection"))
    for now in (0.0, 900.0, KEEP_SECONDS - 1):
        site.now = now
        with pytest.raises(FetchError, match="no connection"):
            await site.allows()
    site.now = KEEP_SECONDS
    assert (await site.allows())[0] is True
    # robots.txt is fetched again at each request, and new rules apply at once.
    site.now, site.rules = site.now + 900, b"User-agent: *\nDisallow: /"
    assert (await site.allows())[0] is False


async def test_an_older_copy_is_used_while_the_rules_are_unreachable() -> None:
    site = Site(b"User-agent: *\nDisallow: /other")
    await site.allows()
    site.rules = FetchError("no connection")
    for now in (KEEP_SECONDS, KEEP_SECONDS * 2 - 1):
        site.now = now
        assert (await site.allows())[0] is True
        assert (await site.allows("https://site.example/other"))[0] is False
    site.now = KEEP_SECONDS * 2
    assert (await site.allows("https://site.example/other"))[0] is True


@pytest.mark.parametrize(
    ("printed", "pause"),
    [("10", 10.0), ("0.5", 0.5), ("86400", MAX_DELAY_SECONDS), ("soon", 0.0), ("-5", 0.0), ("nan", 0.0), ("inf", 0.0)],
)
async def test_a_pause_that_is_asked_for_has_bounds(printed: str, pause: float) -> None:
    found = (await Site(f"User-agent: *\nCrawl-delay: {printed}\n".encode()).allows())[1]
    assert found in (pause, MAX_DELAY_SECONDS if printed == "inf" else pause)


async def test_the_longer_pause_is_kept() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    hosts = Hosts(clock=lambda: 100.0, sleep=sleep)
    for pause in (0.0, 10.0):
        hosts.slow_down("https://www.site.example/", pause)
        for url in ("https://site.example/1", "https://other.example/1"):
            async with hosts.slot(url):
                pass
    assert slept == [HOST_PAUSE_SECONDS, HOST_PAUSE_SECONDS]
    async with hosts.slot("https://site.example/2"):
        pass
    assert slept[-1] == 10.0


@pytest.mark.parametrize(
    ("status", "error"),
    [(200, None), (404, None), (403, None), (410, None), (301, None)]
    + [(status, f"robots.txt cannot be read (the site answered {status})") for status in (429, 500, 503)],
)
async def test_what_a_status_of_robots_txt_means(status: int, error: str | None) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/robots.txt"} if status == 301 else {})

    application = web.Application()
    application.router.add_get("/robots.txt", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fetcher = Fetcher("Jarchi/1", allow_private=True)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        if error is None:
            await fetcher.check_robots(url)
        else:
            with pytest.raises(Forbidden) as caught:
                await fetcher.check_robots(url)
            assert str(caught.value) == error
    finally:
        await fetcher.close()
        await runner.cleanup()
