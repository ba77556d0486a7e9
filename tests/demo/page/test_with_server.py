"""The page with the embedded Telegram itself: what people do in groups and channels arrives, and comes back."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.demo.telegram import EmbeddedTelegram

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
ANN, BEK, GROUP, CHANNEL = 5, 6, -1_001_000_000_001, -1_001_000_000_002
RIGHTS = {"can_post_messages": True, "can_edit_messages": True}


@pytest_asyncio.fixture(loop_scope="session")
async def tg() -> AsyncIterator[EmbeddedTelegram]:
    """A server with two people, a group of both and a channel of one."""
    telegram = EmbeddedTelegram()
    telegram.add_person(ANN, "Ann")
    telegram.add_person(BEK, "Bek")
    telegram.add_group(GROUP, "Traders", members=[BEK], admins=[ANN])
    telegram.add_channel(CHANNEL, "Steppe Morning", members=[BEK], admins=[ANN])
    async with telegram:
        yield telegram


async def call(tg: EmbeddedTelegram, method: str, **params: object) -> None:
    """Call a method as the bot."""
    address = f"{tg.url}/bot{tg.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(address, json=params) as response:
        assert response.status == 200, await response.text()


async def test_a_channel_is_picked_and_the_bots_pinned_post_is_read_and_deleted(
    page: Page, tg: EmbeddedTelegram
) -> None:
    tg.say(ANN, "/start")
    asked = {"request_id": 7, "chat_is_channel": True, "request_title": True}
    asked |= {"user_administrator_rights": RIGHTS, "bot_administrator_rights": RIGHTS}
    keyboard = {"keyboard": [[{"text": "My channel", "request_chat": asked}]]}
    await call(tg, "sendMessage", chat_id=ANN, text="Which?", reply_markup=keyboard)
    await page.goto(f"{tg.url}/#{ANN}")
    await page.get_by_role("button", name="My channel").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Steppe Morning").click()
    await dialog.get_by_role("button", name="Choose").click()
    await expect(page.locator(".service", has_text="You shared “Steppe Morning”")).to_be_visible()
    await call(tg, "sendMessage", chat_id=CHANNEL, text="USD/KZT 516.43")
    number = tg.messages(CHANNEL)[-1]["message_id"]
    await call(tg, "pinChatMessage", chat_id=CHANNEL, message_id=number)
    await page.locator(f'.row[href="#{CHANNEL}"]').click()
    await expect(page.locator("#pins")).to_have_text("Pinned messageUSD/KZT 516.43")
    await page.locator(".post .body", has_text="USD/KZT").click(button="right")
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.locator(".post")).to_have_count(0)
    await expect(page.locator("#pins")).to_be_hidden()
    await page.locator("#text").fill("Good morning")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".post .body")).to_contain_text("Good morning")


async def test_a_group_gets_topics_and_the_bot_answers_in_one(page: Page, tg: EmbeddedTelegram) -> None:
    await page.goto(f"{tg.url}/#{GROUP}")
    await page.get_by_role("button", name="About this chat").click()
    sheet = page.get_by_role("dialog")
    await sheet.get_by_role("switch", name="With topics").click()
    await sheet.get_by_label("New topic").fill("Uranium")
    await page.keyboard.press("Enter")
    await expect(sheet.locator(".topic-row")).to_contain_text(["General", "Uranium"])
    await page.keyboard.press("Escape")
    tab = page.get_by_role("tab", name="Uranium")
    await tab.click()
    await page.locator("#text").fill("/rates")
    await page.locator("#text").press("Enter")
    await expect(page.locator(".out .body")).to_contain_text("/rates")
    (thread,) = {message["message_thread_id"] for message in tg.messages(GROUP) if "text" in message}
    await page.get_by_role("tab", name="General").click()
    await expect(page.locator(".message")).to_have_count(0)
    await call(tg, "sendMessage", chat_id=GROUP, message_thread_id=thread, text="KZT 516.43")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()
    await expect(page.locator(".in .body")).to_contain_text("KZT 516.43")
    await page.locator(".account", has_text="Bek").click()
    tg.close_topic(GROUP, ANN, thread)
    await expect(page.locator("#silent")).to_have_text("This topic is closed")
