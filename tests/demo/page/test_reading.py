"""Many chats at once: what is new in which, and what stays in sight in the one being read."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.demo.page.stub import AIDA, GROUP, MORNING, Stub, keys, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = "A long story of the road over the Caspian. " * 12


def row(page: Page, name: str) -> Locator:
    return page.locator(".row", has_text=name)


def account(page: Page, name: str) -> Locator:
    return page.locator(".account", has_text=name)


async def top_of(page: Page, text: str) -> float:
    return float(await page.locator(".message", has_text=text).evaluate("node => node.getBoundingClientRect().y"))


async def test_what_comes_to_another_chat_is_counted_until_it_is_opened(page: Page, stub: Stub) -> None:
    stub.messages[1], stub.messages[GROUP] = [message(1, "Salem")], [message(2, "Old news", chat=GROUP)]
    await page.goto(f"{stub.url}#1")
    await expect(row(page, "Newsroom").locator(".badge")).to_have_count(0)
    await stub.send(message(3, "KZT 521", chat=GROUP))
    await stub.send(message(4, "KZT 522", chat=GROUP))
    await expect(row(page, "Newsroom").locator(".badge")).to_have_text("2")
    await expect(row(page, "Newsroom").locator(".last-message")).to_have_text("KZT 522")
    await expect(page.locator(".row").first).to_contain_text("Newsroom")
    await expect(page).to_have_title("(2) Jarchi")
    await row(page, "Newsroom").click()
    await expect(page.locator(".new-line + .message .body")).to_contain_text("KZT 521")
    await expect(page.locator(".badge:visible")).to_have_count(0)
    await expect(page).to_have_title("Jarchi")


async def test_what_comes_to_another_person_is_counted_beside_them(page: Page, stub: Stub) -> None:
    stub.messages[1], stub.messages[2] = [message(1, "Salem")], [message(2, "Old news", chat=2)]
    await page.goto(f"{stub.url}#1")
    await stub.send(message(3, "KZT 521", chat=2))
    await expect(account(page, "Тимур").locator(".badge")).to_have_text("1")
    await account(page, "Тимур").click()
    await expect(page.locator(".new-line + .message .body")).to_contain_text("KZT 521")
    await expect(page.locator(".badge:visible")).to_have_count(0)


async def test_switching_people_changes_the_words_and_keeps_each_draft(page: Page, stub: Stub) -> None:
    stub.messages[1], stub.messages[2] = [message(1, "Salem")], [message(2, "Салем", chat=2)]
    await page.goto(f"{stub.url}#1")
    await page.locator("#text").fill("half a thought")
    await account(page, "Тимур").click()
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.locator(".message .body")).to_contain_text("Салем")
    await expect(page.get_by_role("combobox", name="Сообщение")).to_have_value("")
    await expect(page.locator("#list-title")).to_have_text("Чаты")
    await expect(row(page, "Jarchi")).to_have_attribute("aria-current", "page")
    await account(page, "Aida").click()
    await expect(page.get_by_role("combobox", name="Message")).to_have_value("half a thought")


async def test_another_member_reads_the_same_group(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "Салем", chat=GROUP, sender=AIDA)]
    await page.goto(f"{stub.url}#{GROUP}")
    await expect(page.locator(".out .body")).to_contain_text("Салем")
    await account(page, "Тимур").click()
    await expect(page.locator(".in .sender")).to_have_text("Aida")
    await expect(row(page, "Newsroom")).to_contain_text("участник")


async def test_on_a_phone_the_list_comes_first_and_back_returns_to_it(phone: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await phone.goto(stub.url)
    await expect(phone.locator("#chat")).to_be_hidden()
    await row(phone, "Jarchi").click()
    await expect(phone.locator("#list")).to_be_hidden()
    await expect(phone.locator(".message .body")).to_contain_text("Salem")
    await stub.send(message(2, "Привет", chat=2))
    await expect(phone.locator("#back-count")).to_have_text("1")
    await phone.get_by_role("link", name="Back to the chats").click()
    await expect(phone.locator("#chat")).to_be_hidden()
    await expect(account(phone, "Тимур").locator(".badge")).to_have_text("1")
    await account(phone, "Тимур").click()
    await expect(phone.locator("#list-title")).to_have_text("Чаты")
    await expect(phone.locator("#chat")).to_be_hidden()


async def test_a_reader_of_old_messages_is_not_moved_by_new_ones(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(number, f"{number}. {LONG}") for number in range(1, 13)]
    await page.goto(stub.url)
    await expect(page.locator(".message").last).to_be_in_viewport()
    # The end of the second message, which is deleted, is the first thing in sight, however tall the fonts are.
    await page.locator('[data-id="3"]').evaluate("node => { node.closest('#history').scrollTop = node.offsetTop - 40 }")
    await expect(page.locator("#to-bottom")).to_be_visible()
    before = await top_of(page, "4. A long")
    await stub.send(message(20, "KZT 521"))
    await expect(page.locator("#to-bottom .badge")).to_have_text("1")
    await expect(page.locator(".new-line + .message .body")).to_contain_text("KZT 521")
    await stub.send_frame(type="edit", chat=1, message=message(1, "now short", edit_date=MORNING))
    await expect(page.locator(".message").first).to_contain_text("now short")
    await stub.send_frame(type="delete", chat=1, message_id=2)
    await expect(page.locator(".message")).to_have_count(12)
    assert await top_of(page, "4. A long") == pytest.approx(before, abs=1)
    await page.get_by_role("button", name="Go to the newest message").click()
    await expect(page.locator(".message", has_text="KZT 521")).to_be_in_viewport()
    await expect(page.locator("#to-bottom")).to_be_hidden()
    await expect(page).to_have_title("Jarchi")


async def test_a_reader_at_the_end_stays_there(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(number, LONG) for number in range(1, 9)]
    await page.goto(stub.url)
    await stub.send(message(20, "KZT 521"))
    await expect(page.locator(".message", has_text="KZT 521")).to_be_in_viewport()
    await stub.send_frame(type="edit", chat=1, message=message(20, LONG + "the end", edit_date=MORNING))
    await expect(page.locator(".message").last).to_contain_text("the end")
    await expect(page.locator(".message").last.locator(".meta")).to_be_in_viewport()
    await expect(page.locator(".message").last.locator(".edited")).to_have_text("edited")
    assert await page.locator(".badge:visible").count() == 0


async def test_an_edit_keeps_the_focus_on_the_pressed_button(page: Page, stub: Stub) -> None:
    def menu(*names: str) -> dict[str, object]:
        return keys([{"text": name, "callback_data": name} for name in names])

    stub.messages[1] = [message(1, "Topics", reply_markup=menu("oil", "water"))]
    await page.goto(stub.url)
    await page.get_by_role("button", name="water").focus()
    await stub.send_frame(type="edit", chat=1, message=message(1, "Topics", reply_markup=menu("oil", "✓ water")))
    await expect(page.get_by_role("button", name="✓ water")).to_be_focused()


async def test_messages_stand_under_their_days(page: Page, stub: Stub) -> None:
    day = 24 * 60  # minutes
    stub.messages[1] = [message(1, "old"), message(1 + 3 * day, "yesterday"), message(1 + 4 * day, "today")]
    await page.clock.set_fixed_time(MORNING + 4 * 86400)
    await page.goto(stub.url)
    await expect(page.locator(".date")).to_have_text(["9 October", "Yesterday", "Today"])
    await expect(page.locator(".day", has_text="9 October").locator(".message .body")).to_contain_text("old")
    await stub.send_frame(type="delete", chat=1, message_id=1 + 3 * day)
    await expect(page.locator(".date")).to_have_text(["9 October", "Today"])


async def test_messages_of_one_sender_in_a_row_have_one_tail(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "a"), message(2, "b"), message(3, "c", sender=AIDA)]
    await page.goto(stub.url)
    tails = page.locator(".message.last .body")
    await expect(page.locator(".message")).to_have_count(3)
    assert [text[0] for text in await tails.all_inner_texts()] == ["b", "c"]
    await stub.send(message(4, "d", sender=AIDA))
    await expect(page.locator(".message")).to_have_count(4)
    assert [text[0] for text in await tails.all_inner_texts()] == ["b", "d"]


async def test_typing_is_shown_until_the_message_comes(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await stub.send_frame(type="action", chat=1, action="typing")
    await expect(page.locator("#chat-status")).to_have_text("typing")
    await expect(row(page, "Jarchi").locator(".typing")).to_be_visible()
    await stub.send(message(2, "KZT 521"))
    await expect(page.locator("#chat-status")).to_have_text("as Aida")


async def test_service_messages_are_lines_between_the_bubbles(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, new_chat_members=[{"id": 7, "first_name": "Gulnora"}])]
    await page.goto(stub.url)
    await expect(page.locator(".service[data-id]")).to_have_text("Gulnora joined the group")
    await expect(page.locator(".bubble")).to_have_count(0)
