"""The demo as a whole: the application on its stand-ins, with and without a browser."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright, expect

from bot.config import load
from bot.demo.edition import ARTICLES, FIRST_ARTICLES
from bot.demo.run import GROUP, PEOPLE, Stage, stage
from bot.demo.site import EditionSite
from bot.sources.fetch import Fetcher
from tests.demo.page.conftest import CHROMIUM_FLAGS
from tests.demo.reader import SECONDS, Reader
from tests.demo.running import running_demo
from tests.programs import environment
from tests.waiting import eventually

CHROMIUM = os.environ.get("JARCHI_CHROMIUM") or shutil.which("chromium")
AIGERIM, RUSTAM = PEOPLE[0][0], PEOPLE[1][0]


async def answer(demo: Stage, person: int, text: str, expected: str, chat: int | None = None) -> str:
    """Write a text and return the bot's first answer that matches a pattern."""
    said = demo.telegram.say(person, text, chat)["message_id"]

    def found() -> str:
        answers = (
            message["text"]
            for message in demo.telegram.messages(chat or person)
            if message["message_id"] > said and message["from"]["is_bot"] and "text" in message
        )
        return next((each for each in answers if re.search(expected, each)), "")

    return await demo.telegram.wait_for(found, SECONDS)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: install Debian's package or set JARCHI_CHROMIUM")
@pytest.mark.slow
async def test_the_tour_can_be_walked_in_a_browser() -> None:
    async with running_demo() as demo, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        reader = Reader(page, demo.telegram.url)
        await reader.open(AIGERIM)
        await expect(reader.tour).to_contain_text("1/5")
        await reader.start()
        await expect(reader.tour).to_contain_text("2/5")
        await reader.type("100 usd in tenge")
        await expect(reader.tour).to_contain_text("3/5")
        await reader.type("/alert usd kzt > 520")
        await expect(reader.tour).to_contain_text("4/5")
        # The rate passes 520 soon afterwards; "522" is in no answer before.
        await expect(reader.answer).to_contain_text("522", timeout=SECONDS * 1000)
        await reader.type("/subscribe uranium")
        await expect(reader.tour).to_contain_text("5/5")
        await reader.tour.get_by_role("link", name="Рустам").click()
        await expect(reader.tour).to_contain_text("1/5")
        await reader.start()
        await reader.type("10000 руб в сомони")
        await expect(reader.tour).to_contain_text("3/5")
        await reader.open(AIGERIM)
        await expect(reader.tour.locator(".count svg")).to_be_visible()
        await reader.type("/news kazakhstan")
        await reader.answers.locator(".body a").last.click()
        await expect(page.locator("dialog .address")).to_contain_text(".localhost")
        async with page.expect_popup() as opened:
            await page.locator("dialog a").click()
        await expect((await opened.value).get_by_role("heading")).not_to_be_empty()
        assert (reader.taps, reader.texts) == (2, 5)
        assert problems == []
        await browser.close()


@pytest.mark.slow
async def test_the_first_answer_has_all_changes() -> None:
    async with running_demo() as demo:
        text = await answer(demo, AIGERIM, "/start", "KZT")
        for code in ("KZT", "KGS", "TJS", "UZS", "RUB"):
            (line,) = [line for line in text.splitlines() if re.match(rf"\W*{code}\b.*\d", line)]
            assert "·" not in line


@pytest.mark.slow
async def test_a_digest_and_an_article_of_a_topic_arrive() -> None:
    async with running_demo() as demo:
        await answer(demo, AIGERIM, "/digest now", "KZT")
        await answer(demo, AIGERIM, "/subscribe kazakhstan", "Kazakhstan")
        # One appears every few seconds.
        titles = "|".join(re.escape(article.title) for article in ARTICLES[FIRST_ARTICLES:] if "Kaz" in article.title)
        await answer(demo, AIGERIM, "/topics", titles)


@pytest.mark.slow
async def test_the_bot_answers_in_the_group_and_no_text_names_an_address() -> None:
    async with running_demo() as demo:
        texts = [await answer(demo, RUSTAM, "/rates", "KZT", GROUP)]
        texts += [await answer(demo, AIGERIM, text, r"\w") for text in ("/start", "/news", "/sources")]
        assert "127.0.0.1" not in "".join(texts)


@pytest.mark.slow
async def test_the_terminal_shows_the_address_and_no_warnings(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "bot.cli", "demo", "--no-browser", "--host", "0.0.0.0")
    process = await asyncio.create_subprocess_exec(
        *command, env=environment(tmp_path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    shown = await asyncio.wait_for(process.stdout.readuntil(b"WARNING"), SECONDS)
    log = Path(re.findall(r"written to (\S+)", shown.decode())[0])
    await eventually(lambda: "poll_failed" in log.read_text("utf-8"))  # the bank of Tajikistan is missing
    process.send_signal(signal.SIGINT)
    last, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert last.decode().endswith("nothing of it stays.\n")
    assert not os.path.exists(log)  # noqa: ASYNC240


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
