"""Reply, edit and copy, forced replies, the bot's reply keyboard, and sharing in another chat."""

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.stub import AIDA, GROUP, TIMUR, Stub, keys, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_double_click_replies(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Which level?")]
    await page.goto(stub.url)
    await page.locator(".in .body").dblclick()
    await expect(page.locator("#quote")).to_contain_text("Reply to Jarchi")
    await expect(page.locator("#quote")).to_contain_text("Which level?")
    text = page.locator("#text")
    await text.fill("525")
    await text.press("Enter")
    assert await stub.received() == [{"type": "say", "chat": 1, "person": 1, "text": "525", "reply_to": 1}]
    await expect(page.locator("#quote")).to_be_hidden()
    await text.fill("526")
    await text.press("Enter")
    assert "reply_to" not in (await stub.received(2))[1]


async def test_a_reply_is_given_up_by_escape(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Which level?")]
    await page.goto(stub.url)
    await page.locator(".in .body").dblclick()
    await page.keyboard.press("Escape")
    await expect(page.locator("#quote")).to_be_hidden()


async def test_the_menu_of_a_message_copies_its_text(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "1 USD = 516 KZT")]
    await page.goto(stub.url)
    await page.locator(".in .body").click(button="right")
    await expect(page.get_by_role("menuitem")).to_have_text(["Reply", "Copy text", "Pin", "Delete"])
    await page.get_by_role("menuitem", name="Copy text").click()
    await expect(page.locator("#toast")).to_have_text("Copied")
    assert await page.evaluate("() => navigator.clipboard.readText()") == "1 USD = 516 KZT"
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_the_menu_opens_by_keyboard(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "one")]
    await page.goto(stub.url)
    await page.get_by_role("button", name="Message menu").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)


async def test_a_long_press_opens_the_menu_and_a_scroll_does_not(phone: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "one")]
    await phone.clock.install()
    await phone.goto(f"{stub.url}#1")
    bubble = phone.locator(".in .bubble")
    touch = {"pointerType": "touch", "clientX": 60, "clientY": 700, "bubbles": True}
    await bubble.dispatch_event("pointerdown", touch)
    await bubble.dispatch_event("pointermove", touch | {"clientY": 660})
    await phone.clock.run_for(600)
    await expect(phone.get_by_role("menu")).to_have_count(0)
    await bubble.dispatch_event("pointerdown", touch)
    await phone.clock.run_for(600)
    await expect(phone.get_by_role("menu")).to_be_visible()


async def test_an_own_message_is_edited_and_the_draft_returns(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "100 usd", sender=AIDA), message(2, "51 600 KZT")]
    await page.goto(stub.url)
    text = page.locator("#text")
    await text.fill("a draft")
    await page.locator(".out .body").click(button="right")
    await page.get_by_role("menuitem", name="Edit").click()
    await expect(text).to_have_value("100 usd")
    await text.fill("200 usd")
    await text.press("Enter")
    frame = {"type": "edit", "chat": 1, "person": 1, "message_id": 1, "text": "200 usd"}
    assert await stub.received() == [frame]
    await expect(text).to_have_value("a draft")
    await text.fill("")
    await text.press("ArrowUp")  # edits the last message
    await expect(text).to_have_value("100 usd")
    await text.press("Enter")  # nothing was changed
    await expect(page.locator("#quote")).to_be_hidden()
    assert stub.said == [frame]


async def test_a_forced_reply_is_quoted_for_the_person_who_was_asked(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "hi", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#{GROUP}")
    forced = {"type": "force_reply", "chat": GROUP}
    await stub.send(message(2, "Тимур, which level?", chat=GROUP))
    await stub.send_frame(**forced, message_id=2, people=[2])
    await stub.send(message(3, "Aida, which level?", chat=GROUP))
    await expect(page.locator("#quote")).to_be_hidden()
    await stub.send_frame(**forced, message_id=3, people=[1])
    await expect(page.locator("#quote")).to_contain_text("Aida, which level?")
    await page.locator("#text").fill("525")
    await page.locator("#text").press("Enter")
    assert (await stub.received())[0]["reply_to"] == 3


async def test_the_reply_keyboard_sends_its_labels_and_can_be_hidden(phone: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await phone.goto(f"{stub.url}#1")
    keyboard = {
        "keyboard": [[{"text": "💱 Rates"}, {"text": "📰 News"}]],
        "input_field_placeholder": "100 usd in tenge",
    }
    await stub.send_frame(type="keyboard", chat=1, keyboard=keyboard)
    await phone.get_by_role("button", name="📰 News").click()
    assert await stub.received() == [{"type": "say", "chat": 1, "person": 1, "text": "📰 News"}]
    toggle = phone.get_by_role("button", name="Keyboard of the bot")
    await toggle.click()
    await expect(phone.locator("#reply-keys")).to_be_hidden()
    await toggle.click()
    await expect(phone.locator("#reply-keys")).to_be_visible()
    await stub.send_frame(type="keyboard", chat=1, keyboard=None)
    await expect(phone.locator("#reply-keys")).to_be_hidden()
    await expect(toggle).to_be_hidden()


async def test_a_share_button_begins_an_inline_query_in_another_chat(page: Page, stub: Stub) -> None:
    button = {"text": "Share", "switch_inline_query_chosen_chat": {"query": "uranium"}}
    stub.messages[1] = [message(1, "Uranium", reply_markup=keys([button]))]
    stub.messages[GROUP] = [message(2, "hi", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#1")
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("dialog").get_by_role("button", name="Newsroom").click()
    await expect(page.locator("#chat-title")).to_have_text("Newsroom")
    assert await stub.received() == [{"type": "inline", "chat": GROUP, "person": 1, "query": "uranium"}]


async def test_a_reaction_of_the_bot_is_shown_on_the_message(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "thanks", sender=AIDA)]
    await page.goto(f"{stub.url}#1")
    await stub.send_frame(type="reaction", chat=1, message_id=1, emoji="👍")
    await expect(page.locator(".out .reaction")).to_have_text("👍")
    await stub.send_frame(type="reaction", chat=1, message_id=1, emoji="")
    await expect(page.locator(".reaction")).to_have_count(0)
