"""The demo in a real browser: from /start to a delivered digest."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright, expect

from bot.app import App
from bot.config import load
from bot.demo.run import PEOPLE, stage
from bot.demo.site import EditionSite
from bot.sources.fetch import Fetcher

CHROMIUM = os.environ.get("JARCHI_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SECONDS = 15_000


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: install Debian's package or set JARCHI_CHROMIUM")
@pytest.mark.slow
async def test_start_a_topic_an_alert_and_a_digest_can_be_lived_through() -> None:
    async with stage(0) as demo, async_playwright() as playwright:
        app = App(load({}, _env_file=None, **demo.settings))
        running = asyncio.create_task(app.run())
        await asyncio.wait_for(app.ready.wait(), 20)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            problems: list[str] = []
            page.on("pageerror", lambda error: problems.append(str(error)))
            await page.goto(f"{demo.telegram.url}/#{PEOPLE[0][0]}")
            words = page.locator("textarea").first
            log = page.locator("body")
            for typed, answer in (
                ("/start", "What shall I cry for you?"),
                ("/subscribe kazakhstan", "You will hear"),
                ("/alert kzt 3%", "USD/KZT moves by 3 %"),
                ("/digest now", "Digest for"),
            ):
                if typed == "/start":
                    demo.telegram.say(PEOPLE[0][0], typed)
                else:
                    await words.fill(typed)
                    await words.press("Enter")
                await expect(log).to_contain_text(answer, timeout=SECONDS)
            await expect(log).to_contain_text("You follow: Kazakhstan", timeout=60_000)
            assert problems == []
        finally:
            await browser.close()
            app.stop()
            await asyncio.wait_for(running, 20)


async def test_every_address_of_the_demo_is_on_this_machine() -> None:
    async with stage(0) as demo:
        settings = load({}, _env_file=None, **demo.settings)
        others = (settings.ticker_url, settings.bank_base_url, settings.telegram_api_url)
        addresses = [site.url for site in settings.sites] + list(others)
        assert len(addresses) > 30
        hosts = {urlsplit(address).hostname or "" for address in addresses}
        assert hosts == {"127.0.0.1", "timesca.localhost", "keruen.localhost", "banks.localhost"}


async def test_every_article_of_the_demo_opens_with_and_without_a_slash() -> None:
    fetcher = Fetcher("test", allow_private=True)
    site = EditionSite()
    await site.start()
    try:
        for feed in (site.feed_url, site.agency_url):
            body = (await fetcher.fetch(feed)).body.decode()
            links = re.findall(r"<item>.*?<link>(.*?)</link>", body)
            assert links
            for link in links:
                page = (await fetcher.fetch(link)).body
                assert (await fetcher.fetch(link.rstrip("/"))).body == page
                parts = urlsplit(link)
                assert site.pages[parts.netloc](parts.path) == page.decode()
    finally:
        await site.stop()
        await fetcher.close()
