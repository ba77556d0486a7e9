"""Actions of people go to the server; buttons show the answer."""

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.stub import AIDA, BOT, COMMANDS, GROUP, TIMUR, Json, Stub, keys, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_empty_chat_begins_with_the_start_button(page: Page, stub: Stub) -> None:
    await page.goto(f"{stub.url}#1")
    await expect(page.locator(".welcome")).to_contain_text("I read the news of Central Asia")
    await expect(page.locator("#composer form")).to_be_hidden()
    await page.get_by_role("button", name="Start").click()
    assert await stub.received() == [{"type": "say", "chat": 1, "person": 1, "text": "/start"}]
    await stub.send(message(1, "/start", sender=AIDA))
    await expect(page.locator(".out .body")).to_contain_text("/start")
    await expect(page.locator(".welcome")).to_have_count(0)
    await expect(page.get_by_role("button", name="Start")).to_be_hidden()
    text = page.get_by_role("combobox", name="Message")
    await expect(text).to_be_visible()
    assert await text.evaluate("node => node.clientHeight > 30") is True


async def test_the_description_is_in_the_persons_language_and_follows_the_bot(page: Page, stub: Stub) -> None:
    await page.goto(f"{stub.url}#2")
    await expect(page.locator(".welcome")).to_contain_text("Курсы и новости")
    await stub.send_frame(type="bot", bot=BOT | {"descriptions": {"": "All", "ru": "Всё"}})
    await expect(page.locator(".welcome")).to_contain_text("Всё")


async def test_enter_sends_and_shift_enter_begins_a_line(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    text = page.get_by_role("combobox", name="Message")
    await text.press_sequentially("one")
    await text.press("Shift+Enter")
    await text.press_sequentially("два 📈")
    await text.press("Enter")
    await text.press("Enter")  # nothing is left to send
    await text.fill("three")
    await page.get_by_role("button", name="Send").click()
    said = [frame["text"] for frame in await stub.received(2)]
    assert said == ["one\nдва 📈", "three"]
    await expect(text).to_have_value("")


async def test_a_slash_lists_the_commands_in_the_persons_language(page: Page, stub: Stub) -> None:
    stub.messages[1], stub.messages[2] = [message(1, "Salem")], [message(2, "Салем", chat=2)]
    await page.goto(f"{stub.url}#1")
    await page.locator("#text").press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_text(["/startBegin", "/ratesCurrency rates"])
    await page.goto(f"{stub.url}#2")
    await page.locator("#text").press_sequentially("/r")
    await expect(page.get_by_role("option")).to_have_text(["/ratesКурсы валют"])
    await page.locator("#text").press("Enter")
    assert await stub.received() == [{"type": "say", "chat": 2, "person": 2, "text": "/rates"}]
    await expect(page.get_by_role("option")).to_have_count(0)


async def test_the_command_menu_works_by_keyboard(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await page.get_by_role("button", name="Commands").click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("option", selected=True)).to_have_text("/ratesCurrency rates")
    await page.keyboard.press("Tab")
    await expect(page.locator("#text")).to_have_value("/rates ")
    await expect(page.get_by_role("listbox")).to_be_hidden()


async def test_the_whole_command_wins_over_a_longer_one(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await expect(page.locator(".in")).to_be_visible()
    longer = [{"command": "alerts", "description": "All"}, {"command": "alert", "description": "One"}]
    await stub.send_frame(type="commands", commands=COMMANDS | {"en": longer})
    await page.locator("#text").fill("/ale")
    await expect(page.get_by_role("option", selected=True)).to_have_text("/alertsAll")
    await page.locator("#text").fill("/alert")
    await page.locator("#text").press("Enter")
    assert (await stub.received())[0]["text"] == "/alert"


async def test_a_command_in_a_message_is_said_by_a_click(page: Page, stub: Stub) -> None:
    command = {"type": "bot_command", "offset": 4, "length": 6}
    stub.messages[1] = [message(1, "Try /rates", entities=[command])]
    await page.goto(stub.url)
    await page.get_by_role("button", name="/rates").click()
    assert await stub.received() == [{"type": "say", "chat": 1, "person": 1, "text": "/rates"}]


async def test_a_pressed_button_turns_until_the_answer_and_shows_it(page: Page, stub: Stub) -> None:
    markup = keys([{"text": "Refresh", "callback_data": "v1:rates:again"}, {"text": "More", "callback_data": "more"}])
    stub.messages[1] = [message(1, "Rates", reply_markup=markup)]
    await page.goto(stub.url)
    refresh, more = page.get_by_role("button", name="Refresh"), page.get_by_role("button", name="More")
    await refresh.click()
    await refresh.click()  # is not sent again while it turns
    await expect(refresh).to_have_attribute("aria-busy", "true")
    await expect(more).to_have_attribute("aria-busy", "false")
    press = {"type": "press", "chat": 1, "person": 1, "message_id": 1, "data": "v1:rates:again"}
    assert await stub.received() == [press]
    await stub.send_frame(type="edit", chat=1, message=message(1, "Rates!", reply_markup=markup))
    await expect(refresh).to_have_attribute("aria-busy", "true")
    await stub.send_frame(type="answer", chat=1, person=1, text="Up to date", alert=False)
    await expect(page.locator("#toast")).to_have_text("Up to date")
    await expect(refresh).to_have_attribute("aria-busy", "false")
    await more.click()
    await stub.send_frame(type="answer", chat=1, person=1, text="Ten at most", alert=True)
    await expect(page.get_by_role("dialog")).to_contain_text("Ten at most")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert stub.said == [press, press | {"data": "more"}]


async def test_a_button_stops_turning_when_no_answer_comes(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Rates", reply_markup=keys([{"text": "Refresh", "callback_data": "again"}]))]
    await page.clock.install()
    await page.goto(stub.url)
    refresh = page.get_by_role("button", name="Refresh")
    await refresh.click()
    await expect(refresh).to_have_attribute("aria-busy", "true")
    await page.clock.run_for(10_000)
    await expect(refresh).to_have_attribute("aria-busy", "false")


async def test_buttons_that_copy_and_that_lead_away(page: Page, stub: Stub) -> None:
    row: list[Json] = [
        {"text": "Copy", "copy_text": {"text": "515.46"}, "style": "success"},
        {"text": "Open", "url": "https://example.org/story"},
    ]
    stub.messages[1] = [message(1, "Rates", reply_markup=keys(row))]
    await page.goto(stub.url)
    await expect(page.locator(".keyboard .success")).to_have_text("Copy")
    await page.locator(".keyboard").get_by_role("button", name="Copy").click()
    await expect(page.locator("#toast")).to_have_text("Copied")
    assert await page.evaluate("() => navigator.clipboard.readText()") == "515.46"
    await page.locator(".keyboard").get_by_role("button", name="Open").click()
    await expect(page.get_by_role("dialog").locator(".address")).to_have_text("https://example.org/story")
    assert stub.said == []


async def test_blocking_and_unblocking_the_bot(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await page.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("button", name="Block the bot").click()
    assert await stub.received() == [{"type": "block", "person": 1}]
    await stub.describe(1, blocked=True)
    await expect(page.locator("#composer form")).to_be_hidden()
    await expect(page.locator("#chat-status")).to_have_text("bot blocked")
    await page.get_by_role("button", name="Unblock the bot").click()
    assert (await stub.received(2))[1] == {"type": "unblock", "person": 1}
    await stub.describe(1, blocked=False)
    await expect(page.locator("#text")).to_be_visible()


async def test_in_a_group_people_take_turns_to_speak(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "Салем", chat=GROUP, sender=TIMUR), message(2, "Salem", chat=GROUP)]
    await page.goto(f"{stub.url}#{GROUP}")
    await expect(page.locator("#chat-status")).to_have_text("2 members, as Aida")
    await expect(page.locator(".in .sender")).to_have_text(["Тимур", "Jarchi"])
    await page.get_by_role("button", name="Speak as another member").click()
    await page.locator("#speakers").get_by_role("button", name="Тимур").click()
    await expect(page.locator("#chat-status")).to_have_text("2 участника, от имени: Тимур")
    await expect(page.locator(".out .body")).to_contain_text("Салем")
    await page.locator("#text").fill("/rates@jarchi_bot")
    await page.locator("#text").press("Enter")
    assert await stub.received() == [{"type": "say", "chat": GROUP, "person": 2, "text": "/rates@jarchi_bot"}]
