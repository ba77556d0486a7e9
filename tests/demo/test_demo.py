"""The demo in a real browser: from /start to a delivered digest."""

from __future__ import annotations

import asyncio
import os
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright, expect

from bot.app import App
from bot.config import load
from bot.demo.run import PEOPLE, stage

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
                ("/subscribe kazakhstan", "Now following"),
                ("/alert kzt 3%", "USD/KZT moves 3%"),
                ("/digest now", "Digest, "),
            ):
                if typed == "/start":
                    demo.telegram.say(PEOPLE[0][0], typed)
                else:
                    await words.fill(typed)
                    await words.press("Enter")
                await expect(log).to_contain_text(answer, timeout=SECONDS)
            await expect(log).to_contain_text("Your topics: Kazakhstan", timeout=60_000)
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
        assert {urlsplit(address).hostname for address in addresses} == {"127.0.0.1"}
