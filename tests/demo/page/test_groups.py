"""Groups with topics, channels, pinned messages, the picker of chats, and the sheet about a chat."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.demo.page.stub import AIDA, CHANNEL, GROUP, MEMBER, OWNER, TIMUR, Json, Stub, admin, described, message, post

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = (
    "A very long title of a channel that nobody can read in one line, but Telegram allows it: 128 characters are the most "
    * 2
)
ABSENT = {"status": "left", "rights": []}


def channel(**fields: Any) -> Json:
    """A channel that Aida owns and Timur reads."""
    members = {"1": OWNER, "2": MEMBER}
    return described(CHANNEL, "channel", "Steppe Morning", members, size=1242, bot=ABSENT, blocked=True, **fields)


def topic(number: int, name: str, **fields: Any) -> Json:
    """A topic of the forum."""
    return {"id": number, "name": name, "color": "#6fb9f0", "closed": False, **fields}


def forum(*topics: Json, **fields: Any) -> Json:
    """The topics of the group."""
    return {"topics": list(topics), "closed": False, "hidden": False, **fields}


def in_topic(number: int, thread: int, text: str, **fields: Any) -> Json:
    """A message in a topic of the group."""
    return message(number, text, chat=GROUP, message_thread_id=thread, is_topic_message=True, **fields)


async def menu(page: Page, text: str) -> Locator:
    """Open the menu of a message."""
    await page.locator(".message .body", has_text=text).click(button="right")
    return page.get_by_role("menuitem")


# -- channels


async def test_a_channel_is_opened_from_the_list_and_its_owner_posts(page: Page, stub: Stub) -> None:
    stub.more_chats = [channel(authors={"1": 1})]
    stub.messages[CHANNEL] = [post(1, "Good morning")]
    await page.goto(f"{stub.url}#1")
    row = page.locator(".row", has_text="Steppe Morning")
    await expect(row.locator(".tag")).to_have_text("owner")
    await row.click()
    await expect(page.locator("#chat-status")).to_have_text("1242 subscribers, as Aida")
    await expect(page.locator(".post .views")).to_have_text("1.2K")
    await expect(page.locator("#speaker")).to_be_hidden()
    await page.locator("#text").fill("The first news")
    await page.locator("#text").press("Enter")
    assert await stub.received() == [{"type": "say", "chat": CHANNEL, "person": 1, "text": "The first news"}]
    await stub.send(post(2, "The first news"), author=1)
    await expect(page.locator(".post")).to_have_count(2)
    await expect(page.locator(".sender, .post .avatar, .out")).to_have_count(0)
    await expect(page.locator(".badge:visible")).to_have_count(0)
    await expect(await menu(page, "The first news")).to_have_text(["Reply", "Copy text", "Edit", "Pin", "Delete"])


async def test_a_subscriber_reads_and_cannot_write(page: Page, stub: Stub) -> None:
    stub.more_chats = [channel(authors={"1": 1})]
    stub.messages[CHANNEL] = [post(1, "Good morning")]
    await page.goto(f"{stub.url}#{CHANNEL}")
    await page.locator(".account", has_text="Тимур").click()
    await expect(page.locator("#silent")).to_have_text("Здесь пишут только администраторы")
    await expect(page.locator("#composer form")).to_be_hidden()
    await expect(await menu(page, "Good morning")).to_have_text(["Скопировать текст"])
    await page.keyboard.press("Escape")
    await page.locator(".post .body").dblclick()
    await expect(page.locator("#quote")).to_be_hidden()


async def test_an_admin_without_the_right_to_post_only_reads(page: Page, stub: Stub) -> None:
    stub.more_chats = [channel()]
    stub.fields[CHANNEL] = {"members": {"1": admin("can_edit_messages")}}
    stub.messages[CHANNEL] = [post(1, "Good morning")]
    await page.goto(f"{stub.url}#{CHANNEL}")
    await expect(page.locator("#silent")).to_have_text("Only admins post here")
    await expect(await menu(page, "Good morning")).to_have_text(["Copy text", "Pin"])


# -- messages are pinned and deleted


async def test_the_pinned_message_leads_to_its_place_and_is_unpinned(page: Page, stub: Stub) -> None:
    lines = [message(number, f"Line {number}", chat=GROUP, sender=TIMUR) for number in range(1, 40)]
    stub.messages[GROUP] = lines
    stub.fields[GROUP] = {"pinned": [2, 5]}
    await page.goto(f"{stub.url}#{GROUP}")
    pins = page.locator("#pins")
    await expect(pins).to_have_text("Pinned message 2/2Line 5")
    await pins.locator(".pinned").click()
    await expect(page.locator('[data-id="5"]')).to_be_in_viewport()
    await page.get_by_role("button", name="Unpin").click()
    assert await stub.received() == [{"type": "unpin", "chat": GROUP, "person": 1, "message_id": 5}]
    await stub.describe(GROUP, pinned=[2])
    await expect(pins).to_have_text("Pinned messageLine 2")
    await stub.send_frame(type="delete", chat=GROUP, message_id=2)
    await expect(pins).to_be_hidden()


async def test_messages_are_pinned_and_deleted_by_their_menu(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "Board", chat=GROUP), message(2, "Thanks", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#{GROUP}")
    items = await menu(page, "Board")
    await items.get_by_text("Pin").click()
    items = await menu(page, "Thanks")
    await items.get_by_text("Delete").click()
    assert await stub.received(2) == [
        {"type": "pin", "chat": GROUP, "person": 1, "message_id": 1},
        {"type": "delete", "chat": GROUP, "person": 1, "message_id": 2},
    ]
    await stub.send_frame(type="delete", chat=GROUP, message_id=2)
    await expect(page.locator(".message")).to_have_count(1)
    await page.locator(".account", has_text="Тимур").click()  # an ordinary member
    await expect(await menu(page, "Board")).to_have_text(["Ответить", "Скопировать текст"])


# -- topics


async def test_topics_are_tabs_with_messages_of_their_own(page: Page, stub: Stub) -> None:
    created = message(2, chat=GROUP, forum_topic_created={"name": "Uranium"})
    stub.messages[GROUP] = [message(1, "in General", chat=GROUP, sender=TIMUR), created]
    stub.fields[GROUP] = {"forum": forum(topic(2, "Uranium"))}
    await page.goto(f"{stub.url}#{GROUP}")
    await expect(page.locator(".message .body")).to_contain_text(["in General"])
    await stub.send(in_topic(3, 2, "ore", reply_to_message=created))
    uranium = page.get_by_role("tab", name="Uranium")
    await expect(uranium.locator(".badge")).to_have_text("1")
    await expect(page.locator(".message")).to_have_count(1)
    await uranium.click()
    await expect(page.locator(".service", has_text="Topic “Uranium” created")).to_be_visible()
    await expect(page.locator(".message .body")).to_contain_text(["ore"])
    await expect(page.locator(".reply")).to_have_count(0)
    await expect(page.locator(".badge:visible")).to_have_count(0)
    await page.locator("#text").fill("more")
    await page.locator("#text").press("Enter")
    assert await stub.received() == [{"type": "say", "chat": GROUP, "person": 1, "text": "more", "thread": 2}]


async def test_a_closed_topic_is_closed_for_members(page: Page, stub: Stub) -> None:
    stub.fields[GROUP] = {"forum": forum(topic(2, "Uranium", closed=True))}
    stub.messages[GROUP] = [in_topic(3, 2, "ore")]
    await page.goto(f"{stub.url}#{GROUP}")
    await page.get_by_role("tab", name="Uranium").click()
    await expect(page.locator("#text")).to_be_visible()  # its owner may still write
    await page.locator(".account", has_text="Тимур").click()
    await expect(page.locator("#silent")).to_have_text("Эта тема закрыта")
    await stub.describe(GROUP, forum=forum(topic(2, "Uranium")))
    await expect(page.locator("#text")).to_be_visible()


async def test_a_deleted_topic_and_a_hidden_general_are_left(page: Page, stub: Stub) -> None:
    stub.fields[GROUP] = {"forum": forum(topic(2, "Uranium"), topic(4, "Jobs"))}
    stub.messages[GROUP] = [message(1, "in General", chat=GROUP, sender=TIMUR), in_topic(5, 4, "a job")]
    await page.goto(f"{stub.url}#{GROUP}")
    await page.get_by_role("tab", name="Uranium").click()
    await stub.describe(GROUP, forum=forum(topic(4, "Jobs")))
    await expect(page.locator(".message .body")).to_contain_text(["in General"])
    await stub.describe(GROUP, forum=forum(topic(4, "Jobs"), hidden=True))
    await expect(page.get_by_role("tab")).to_have_text(["Jobs"])
    await expect(page.locator(".message .body")).to_contain_text(["a job"])


# -- the picker


def asking() -> Json:
    """A keyboard with one key that asks for a channel."""
    rights = {"can_post_messages": True, "can_edit_messages": True, "can_invite_users": False}
    asked = {"request_id": 7, "chat_is_channel": True, "bot_administrator_rights": rights}
    return {"keyboard": [[{"text": "📢 A channel", "request_chat": asked}]]}


async def test_a_key_offers_the_chats_that_fit_and_the_confirmed_one_is_shared(phone: Page, stub: Stub) -> None:
    stub.more_chats = [channel()]
    stub.messages[1], stub.messages[CHANNEL] = [message(1, "Which?")], []
    stub.fields[1] = {"keyboard": asking()}
    await phone.goto(f"{stub.url}#1")
    await phone.get_by_role("button", name="A channel").click()
    offer = {"type": "offer", "person": 1, "request_id": 7}
    assert await stub.received() == [offer]
    await stub.send_frame(type="picker", chat=1, request_id=7, chats=[CHANNEL])
    dialog = phone.get_by_role("dialog")
    await dialog.get_by_role("button", name="Steppe Morning").click()
    await expect(dialog).to_contain_text("admin with these rights: post messages, edit messages.")
    await dialog.get_by_role("button", name="Choose").click()
    assert await stub.received(2) == [offer, {"type": "pick", "person": 1, "request_id": 7, "chat": CHANNEL}]
    await stub.send(message(2, sender=AIDA, chat_shared={"request_id": 7, "chat_id": CHANNEL, "title": "News"}))
    await expect(phone.locator(".service", has_text="You shared “News” with the bot")).to_be_visible()


async def test_a_picker_without_a_fitting_chat_says_so(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Which?")]
    stub.fields[1] = {"keyboard": asking()}
    await page.goto(f"{stub.url}#1")
    await stub.send_frame(type="picker", chat=1, request_id=7, chats=[])  # nobody asked
    await page.get_by_role("button", name="A channel").click()
    await stub.received()
    await stub.send_frame(type="picker", chat=1, request_id=7, chats=[])
    await expect(page.get_by_role("dialog")).to_have_count(1)
    await expect(page.get_by_role("dialog")).to_contain_text("None of your chats fits")


# -- the bot in a chat


async def test_a_group_without_the_bot_asks_it_as_a_guest(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "hi", chat=GROUP, sender=TIMUR)]
    stub.fields[GROUP] = {"bot": ABSENT, "blocked": True}
    await page.goto(f"{stub.url}#{GROUP}")
    text = page.locator("#text")
    await expect(text).to_have_attribute("placeholder", "Message or @jarchi_bot 100 usd")
    await expect(page.locator("#commands-button")).to_be_hidden()
    await text.fill("@jarchi_bot 100 usd")
    await text.press("Enter")
    said = [frame for frame in await stub.received() if frame["type"] == "say"]
    assert said == [{"type": "say", "chat": GROUP, "person": 1, "text": "@jarchi_bot 100 usd"}]
    asked = message(2, "@jarchi_bot 100 usd", chat=GROUP, sender=AIDA)
    await stub.send(asked)
    await stub.send(message(3, "51,643 KZT", chat=GROUP, reply_to_message=asked, guest_bot_caller_user=AIDA))
    await expect(page.locator(".message", has_text="51,643 KZT").locator(".reply")).to_contain_text("Aida")


async def test_the_sheet_adds_the_bot_and_changes_its_rights(phone: Page, stub: Stub) -> None:
    stub.more_chats, stub.messages[CHANNEL] = [channel()], []
    await phone.goto(f"{stub.url}#{CHANNEL}")
    await phone.get_by_role("button", name="About this chat").click()
    sheet = phone.get_by_role("dialog")
    await sheet.get_by_role("button", name="Add the bot").click()
    here = {"chat": CHANNEL, "person": 1}
    assert await stub.received() == [{"type": "add_bot", **here}]
    await stub.describe(CHANNEL, bot=admin("can_post_messages"), blocked=False)
    toggle = sheet.get_by_role("switch", name="edit messages")
    await expect(toggle).to_have_attribute("aria-checked", "false")
    await toggle.click()
    rights = ["can_post_messages", "can_edit_messages"]
    assert (await stub.received(2))[1] == {"type": "promote_bot", **here, "rights": rights}
    await stub.describe(CHANNEL, bot=admin(*rights))
    await expect(toggle).to_have_attribute("aria-checked", "true")
    await expect(toggle).to_be_focused()
    await sheet.get_by_role("button", name="Remove the bot").click()
    await sheet.get_by_label("Name of the chat").fill("Evening")
    await sheet.get_by_role("button", name="Rename").click()
    assert (await stub.received(4))[2:] == [
        {"type": "remove_bot", **here},
        {"type": "rename", **here, "title": "Evening"},
    ]


async def test_the_sheet_of_a_group_makes_topics_and_members_only_read_it(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "hi", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#{GROUP}")
    await page.locator("#chat-title").click()
    sheet = page.get_by_role("dialog")
    here = {"chat": GROUP, "person": 1}
    await sheet.get_by_role("switch", name="With topics").click()
    assert await stub.received() == [{"type": "forum", **here, "on": True}]
    await stub.describe(GROUP, forum=forum(topic(2, "Uranium", closed=True)))
    await sheet.get_by_label("New topic").fill("Jobs")
    await page.keyboard.press("Enter")
    await sheet.get_by_role("button", name="Hide").click()
    await sheet.get_by_role("button", name="Open", exact=True).click()
    await sheet.get_by_role("button", name="Delete").click()
    assert (await stub.received(5))[1:] == [
        {"type": "add_topic", **here, "name": "Jobs"},
        {"type": "hide_general", **here, "hidden": True},
        {"type": "close_topic", **here, "thread": 2, "closed": False},
        {"type": "delete_topic", **here, "thread": 2},
    ]
    await page.keyboard.press("Escape")
    await page.locator(".account", has_text="Тимур").click()
    await page.locator("#chat-title").click()
    await expect(sheet.get_by_role("listitem")).to_have_text(["AAidaвладелец", "ТТимуручастник"])
    await expect(sheet.get_by_role("button")).to_have_count(1)


# -- the window


@pytest.mark.parametrize("size", [(320, 640), (390, 844), (1100, 800)], ids=str)
async def test_long_titles_are_cut_and_nothing_scrolls_sideways(page: Page, stub: Stub, size: tuple[int, int]) -> None:
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    stub.more_chats = [channel(pinned=[1])]
    stub.fields = {
        CHANNEL: {"title": LONG, "bot": admin("can_post_messages"), "blocked": False},
        GROUP: {"title": LONG, "forum": forum(*(topic(number, LONG) for number in range(50, 60))), "pinned": [3]},
    }
    stub.messages[CHANNEL] = [post(1, LONG), post(2, "", new_chat_title=LONG)]
    stub.messages[GROUP] = [message(3, LONG, chat=GROUP), message(4, chat=GROUP, pinned_message=message(3, LONG))]
    stub.messages[1] = [message(5, "hi")]

    async def overflow() -> int:
        wide = "() => document.documentElement.scrollWidth - innerWidth"
        inside = "() => Math.max(...[...document.querySelectorAll('#history, #list nav, dialog')].map((one) => one.scrollWidth - one.clientWidth))"
        return max(int(await page.evaluate(wide)), int(await page.evaluate(inside)))

    await page.goto(f"{stub.url}")
    await expect(page.locator(".row")).to_have_count(3)
    assert await overflow() <= 0
    for chat in (CHANNEL, GROUP):
        await page.goto(f"{stub.url}#{chat}")
        await expect(page.locator("#pins")).to_be_visible()
        assert await overflow() <= 0
        await page.get_by_role("button", name="About this chat").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await overflow() <= 0
        await page.keyboard.press("Escape")
