"""The page is read for its ticker: another page in its place is a failure, and its headlines are not stored as articles."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.domain.sites import PAGE
from bot.ingest.poll import FAILURES_BEFORE_STALE
from bot.sources.notices import is_same_site
from tests.ingest.conftest import PERIOD, Reader, rss

HEADLINE = "<article><h2><a href='https://another.example/1'>A story of cheap loans</a></h2><p>Text.</p></article>"
PAGES = {
    "a page of a domain for sale": f"<h1>This domain is for sale</h1>{HEADLINE}",
    "a consent page": "<article><h1>A story of your privacy</h1><p>We value your privacy. Accept all cookies.</p></article>",
    "a check of the browser (captcha)": f"<title>Just a moment...</title><h1>Checking your browser</h1>{HEADLINE}",
    "a login page": f"<h1>Sign in</h1><form><input name=p type='password'></form>{HEADLINE}",
    "a notice of maintenance": f"<h1>Технические работы</h1>{HEADLINE}",
    "a page": HEADLINE,
}


def html(body: str) -> str:
    return f"<!doctype html><html><body>{body}</body></html>"


@pytest.mark.parametrize("name", PAGES)
async def test_another_page_in_place_of_the_ticker_is_a_failure_without_articles(reader: Reader, name: str) -> None:
    read_at = (await reader.state(PAGE)).last_ok_at
    reader.stand.serve("/", html(PAGES[name]))
    for _ in range(FAILURES_BEFORE_STALE):
        reader.now += PERIOD
        polled = (await reader.poll())[PAGE]
        assert polled.error is not None
        assert polled.error == f"{name} without a ticker"
    assert await reader.articles() == []
    assert await reader.delivered() == []
    state = await reader.state(PAGE)
    assert (state.last_ok_at, state.stale_since) == (read_at, read_at)
    reader.stand.serve("/", html(f"<ul><li>KZT/USD = 0.00196 0%</li></ul>{HEADLINE}"))
    assert (await reader.poll())[PAGE].error is None
    assert (await reader.state(PAGE)).stale_since is None


@pytest.mark.parametrize("body", ["", "<p>hello</p>", "KZT/USD = 0.00000 0%", "<ul><li>KZT/USD = soon</li></ul>"])
async def test_a_page_whose_ticker_cannot_be_read_is_a_failure(reader: Reader, body: str) -> None:
    reader.stand.serve("/", html(body + HEADLINE))
    assert "without a ticker" in str((await reader.poll())[PAGE].error)
    assert await reader.articles() == []


async def test_a_feed_in_place_of_the_page_and_a_page_in_place_of_the_feed_are_failures(reader: Reader) -> None:
    reader.stand.serve("/", rss("<item><title>A story</title></item>"))
    reader.stand.serve("/feed/", html(PAGES["a login page"]))
    polled = await reader.poll()
    assert polled[PAGE].error == "a page without a ticker"
    assert polled["timesca"].error == "a login page, not a feed"
    assert await reader.articles() == []


async def test_a_rate_out_of_all_bounds_costs_no_other(reader: Reader) -> None:
    lines = "<li>KZT/USD = 0.00196 0%</li><li>KGS/USD = 99999999999.0 0%</li><li>TJS/USD = 0.0000000001 0%</li>"
    reader.stand.serve("/", html(f"<ul>{lines}</ul>"))
    polled = (await reader.poll())[PAGE]
    assert polled.error is None
    assert polled.snapshot is not None
    assert [str(quote.pair) for quote in polled.snapshot.rates] == ["KZT/USD"]


async def test_a_page_that_another_site_answers_is_a_failure(reader: Reader) -> None:
    class Parked:
        """Another site with a ticker of its own, to which the page's address redirects."""

        async def start(self) -> str:
            application = web.Application()
            application.router.add_get("/", self.answer)
            self.runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
            await self.runner.setup()
            await web.TCPSite(self.runner, "127.0.0.1", 0).start()
            return f"http://localhost:{self.runner.addresses[0][1]}/"

        async def answer(self, _request: web.Request) -> web.Response:
            return web.Response(text=html("<li>KZT/USD = 0.50000 0%</li>"), content_type="text/html")

    parked = Parked()
    target = await parked.start()

    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPFound(target)

    application = web.Application()
    application.router.add_get("/{path:.*}", redirect)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader.stand.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        assert (await reader.poll())[PAGE].error == "redirected to another site (localhost)"
    finally:
        await runner.cleanup()
        await parked.runner.cleanup()


@pytest.mark.parametrize(
    ("asked", "answered", "same"),
    [
        ("https://k.example/", "https://www.k.example/en/", True),
        ("http://www.k.example/", "https://k.example/", True),
        ("https://k.example/", "https://news.k.example/", True),
        ("https://k.example/", "https://k.example.park.example/", False),
        ("https://k.example/", "https://bank.example/", False),
        ("https://k.example/", "https://xk.example/", False),
    ],
)
def test_a_site_is_its_host_and_what_is_above_or_below_it(asked: str, answered: str, same: bool) -> None:
    assert is_same_site(asked, answered) is same
