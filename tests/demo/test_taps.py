"""The taps and texts that the main jobs take, counted by a browser at a page of the demo."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from bot.demo.run import PEOPLE
from bot.i18n import Translator
from tests.demo.page.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.demo.reader import SECONDS, Reader
from tests.demo.running import running_demo

AIGERIM, RUSTAM = PEOPLE[0][0], PEOPLE[1][0]
EN, RU = Translator("en"), Translator("ru")
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: install Debian's package or set JARCHI_CHROMIUM"),
]


@pytest_asyncio.fixture
async def phones() -> AsyncIterator[tuple[Browser, str]]:
    """A browser, and the address of a new demo."""
    async with running_demo() as demo, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser, demo.telegram.url
        await browser.close()


async def started(phones: tuple[Browser, str], person: int) -> Reader:
    """Return a person who has just pressed Start."""
    browser, url = phones
    reader = Reader(await browser.new_page(viewport=PHONE), url)
    await reader.open(person)
    await reader.start()
    return reader


@asynccontextmanager
async def takes(reader: Reader, taps: int = 0, texts: int = 0) -> AsyncIterator[None]:
    """Check how many taps and texts a job takes."""
    before = reader.taps, reader.texts
    yield
    assert (reader.taps - before[0], reader.texts - before[1]) == (taps, texts)


async def says(reader: Reader, pattern: str) -> None:
    """Wait until the last message of the bot matches."""
    await expect(reader.answer).to_contain_text(re.compile(pattern, re.DOTALL), timeout=SECONDS * 1000)


async def test_rates_conversion_and_chart(phones: tuple[Browser, str]) -> None:
    browser, url = phones
    reader = Reader(await browser.new_page(viewport=PHONE), url)
    await reader.open(RUSTAM)
    async with takes(reader, taps=1):  # today's rates, for a new person
        await reader.start()
        await says(reader, r"KZT +5\d\d,\d\d")
    async with takes(reader, texts=1):  # one rate with its source
        await reader.type("тенге")
        await says(reader, r"USD/KZT.*Национальный банк Казахстана")
    async with takes(reader, texts=1):
        await reader.type("10 000 рублей в сомони")
        await says(reader, r"10 000 RUB = 1 1\d\d,\d\d TJS".replace(" ", r"\s"))
    async with takes(reader, taps=2):  # an alert for a better ruble, from the answer
        await reader.tap(RU.plain("rates.button_alert"))
        await says(reader, "RUB = .* TJS")
        await reader.tap("выше")
        await says(reader, r"Оповещение включено: RUB/TJS выше 0,11")
    async with takes(reader, texts=1):
        await reader.type("график тенге")
        await expect(reader.answer.locator(".photo img")).to_be_visible()
        await says(reader, "USD/KZT")


async def test_alerts(phones: tuple[Browser, str]) -> None:
    """On levels that the demo's rates do not reach."""
    reader = await started(phones, AIGERIM)
    await reader.type("/alert")
    async with takes(reader, taps=2):  # the dollar above 530 tenge or so, by buttons: their levels follow the rate
        await reader.tap("KZT")
        await says(reader, "USD/KZT is")
        highest = await reader.page.get_by_role("button", name=re.compile(r"above \d")).last.inner_text()
        await reader.tap(highest)
        await says(reader, f"Alert set: USD/KZT {highest.strip()}")
    async with takes(reader, texts=1):  # by words
        await reader.type("kzt > 535")
        await says(reader, "Alert set: USD/KZT above 535")
    await reader.type("/alerts")
    async with takes(reader, taps=2, texts=1):  # another level, before it fired
        await reader.tap(re.compile("^2$"))
        await says(reader, "USD/KZT above 535.*‹ Alerts")
        await reader.tap(EN.plain("alerts.button_change"))
        await says(reader, "Send the new level")
        await reader.type("540")
        await says(reader, "Alert set: USD/KZT above 540")
    await reader.type("/alerts")
    async with takes(reader, taps=2):
        await reader.tap(re.compile("^2$"))
        await says(reader, "USD/KZT above 540.*‹ Alerts")
        await reader.tap(EN.plain("alerts.button_snooze_day"))
        await says(reader, "💤 until")
    await reader.type("/alerts")
    async with takes(reader, taps=2):
        await reader.tap(re.compile("^2$"))
        await says(reader, "USD/KZT above 540.*‹ Alerts")
        await reader.tap(EN.plain("alerts.button_pause"))
        await says(reader, "paused")


async def test_a_fired_alert_is_snoozed_in_two_taps_and_switched_off_in_one(phones: tuple[Browser, str]) -> None:
    reader = await started(phones, AIGERIM)
    await reader.type("kzt > 520")
    fired = reader.answers.filter(has_text="above your 520").last
    await expect(fired).to_be_visible(timeout=SECONDS * 1000)
    async with takes(reader, taps=2):
        await reader.tap(EN.plain("alerts.button_snooze"))
        await reader.tap(EN.plain("alerts.button_snooze_hour"))
        await expect(fired.get_by_role("button", name="💤 until")).to_be_visible()
    await reader.tap("💤 until")  # ends the snooze
    async with takes(reader, taps=1):
        await reader.tap(EN.plain("alerts.button_switch_off"))
        await expect(reader.page.get_by_role("button", name=EN.plain("alerts.button_off")).last).to_be_visible()


async def test_articles_topics_and_the_digest(phones: tuple[Browser, str]) -> None:
    reader = await started(phones, AIGERIM)
    async with takes(reader, taps=2):
        await reader.tap(EN.plain("start.button_digest"))
        await says(reader, "Choose one time")
        await reader.tap("07:30")
        await says(reader, "Every day at 07:30")
    async with takes(reader, texts=1):
        await reader.type("/subscribe uranium")
        await says(reader, "Now following: uranium")
    await reader.type("/subscribe kazakhstan")
    article = reader.answers.filter(has=reader.page.get_by_role("button", name=EN.plain("news.button_why"))).last
    await expect(article).to_be_visible(timeout=SECONDS * 1000)  # one is published every few seconds
    async with takes(reader, taps=1):
        await reader.tap(EN.plain("saved.button_save"))
        await expect(reader.page.get_by_role("button", name=EN.plain("saved.button_saved")).last).to_be_visible()
    async with takes(reader, taps=1):
        await reader.tap(EN.plain("news.button_share"))
        await expect(reader.page.locator("dialog")).to_be_visible()
    await reader.page.keyboard.press("Escape")
    async with takes(reader, taps=1):
        await reader.tap(EN.plain("news.button_why"))
        await expect(reader.answers.filter(has_text="Why you").last).to_be_visible()
    async with takes(reader, taps=1):
        await reader.tap(EN.plain("news.button_unfollow"))
        await expect(reader.answers.filter(has_text="no longer follow").last).to_be_visible()


SENTENCES = {
    AIGERIM: (
        ("how much is a dollar", r"KZT +5\d\d\.\d\d"),
        ("how much is 10000 rubles in somoni", r"10,000 RUB = 1,1\d\d\.\d\d TJS"),
        ("tell me when the dollar is above 530 tenge", "Alert set: USD/KZT above 530"),
        ("what is new about uranium", "Uranium Mine in the Kyzylkum"),
    ),
    RUSTAM: (
        ("сколько стоит доллар", r"KZT +5\d\d,\d\d"),
        ("сколько будет 10000 рублей в сомони", r"10\s000 RUB = 1\s1\d\d,\d\d TJS"),
        ("сообщи когда рубль будет выше 0,12 сомони", "Оповещение включено: RUB/TJS выше 0,12"),
        ("что нового про уран", "Рудники Кызылкума"),
    ),
}


@pytest.mark.parametrize("person", SENTENCES)
async def test_a_new_person_gets_along_by_plain_sentences_at_the_first_attempt(
    phones: tuple[Browser, str], person: int
) -> None:
    """Rates, a conversion, an alert and an article."""
    reader = await started(phones, person)
    async with takes(reader, texts=4):
        for text, pattern in SENTENCES[person]:
            await reader.type(text)
            await says(reader, pattern)
