"""The window itself: connection, theme, and what it loads from where."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.stub import CHANNEL, GROUP, OWNER, Stub, admin, described, keys, message, post

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# The least contrast of a text with its background (WCAG 2.2, 1.4.3).
LEAST_CONTRAST = 4.5

CONTRASTS = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


async def test_a_lost_connection_is_made_again_and_the_chat_rebuilt(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem"), message(2, "to be deleted")]
    await page.goto(stub.url)
    await expect(page.locator(".message")).to_have_count(2)
    await stub.hang_up()
    await expect(page.locator("#list-title")).to_have_text("Connecting…")
    await expect(page.locator("#chat-status")).to_have_text("Connecting…")
    await page.locator("#text").fill("kept")
    await page.locator("#text").press("Enter")
    await expect(page.locator("#toast")).to_have_text("Not connected: nothing was sent")
    stub.messages[1] = [message(1, "Salem, edited"), message(3, "while you were away")]
    stub.messages[2] = [message(4, "новое", chat=2)]
    stub.accepts = True
    await expect(page.locator("#list-title")).to_have_text("Chats")
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.locator(".message").first).to_contain_text("Salem, edited")
    await expect(page.locator(".new-line + .message")).to_contain_text("while you were away")
    await expect(page.locator(".account", has_text="Тимур").locator(".badge")).to_have_text("1")
    await page.locator("#text").press("Enter")
    assert [frame["text"] for frame in await stub.received()] == ["kept"]


async def test_a_chat_begun_later_brings_the_whole_state_anew(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await expect(page.locator(".message")).to_have_count(1)
    stub.messages[1] = [message(1, "from the second hello")]
    await stub.send_frame(type="message", chat=77, message=message(2, "new", chat=77))
    await expect(page.locator(".message")).to_contain_text("from the second hello")


async def test_the_chosen_theme_is_remembered(page: Page, stub: Stub) -> None:
    await page.goto(stub.url)
    root = page.locator("html")
    await expect(root).to_have_attribute("data-theme", "day")
    await page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-theme", "night")
    await page.get_by_role("button", name="Day or night").click()
    await expect(root).to_have_attribute("data-theme", "day")
    await page.reload()
    await expect(root).to_have_attribute("data-theme", "day")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_can_be_read_on_its_ground_in_both_themes(page: Page, stub: Stub, scheme: str) -> None:
    text = "link code quote\nmore"
    found = [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/a"},
        {"type": "code", "offset": 5, "length": 4},
        {"type": "blockquote", "offset": 10, "length": 5},
    ]
    row = [{"text": style, "callback_data": style, "style": style} for style in ("primary", "success", "danger", "")]
    aida = {"id": 1, "first_name": "Aida"}
    stub.tour, stub.roles = {"1": ["start"]}, {1: "trader", 2: "migrant"}
    stub.messages[1] = [
        message(1, text, entities=found, reply_markup=keys(row), edit_date=1),
        message(2, text, entities=found, sender=aida),
        message(3, document={"file_id": "a", "file_name": "a.csv", "file_size": 10}),
        message(4, new_chat_members=[aida]),
    ]
    members = [{"id": number, "first_name": f"Member {number}"} for number in range(10, 17)]
    replies = [message(number, "so", sender=one, chat=GROUP) for number, one in enumerate(members, 10)]
    stub.messages[GROUP] = [
        *replies,
        *(message(20 + number, text, chat=GROUP, reply_to_message=reply) for number, reply in enumerate(replies)),
    ]
    topics = [{"id": 9, "name": "Jobs", "color": "#6fb9f0", "closed": True}]
    stub.fields[GROUP] = {"forum": {"topics": topics, "closed": False, "hidden": False}, "pinned": [10]}
    stub.more_chats = [described(CHANNEL, "channel", "News", {"1": OWNER}, bot=admin("can_post_messages"), pinned=[30])]
    stub.messages[CHANNEL] = [post(30, text, entities=found, edit_date=1)]
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(f"{stub.url}#1")
    await expect(page.locator(".message")).to_have_count(3)
    await stub.send(message(5, "new", chat=2))
    await expect(page.locator(".account .badge")).to_have_text("1")
    await page.get_by_role("button", name="Show all steps").click()
    await page.locator(".in .body").first.dblclick()
    contrasts = await page.evaluate(CONTRASTS)
    await page.goto(f"{stub.url}#{GROUP}")
    await expect(page.locator(".sender")).to_have_count(14)
    contrasts |= await page.evaluate(CONTRASTS)
    await page.goto(f"{stub.url}#{CHANNEL}")
    await expect(page.locator(".post")).to_have_count(1)
    contrasts |= await page.evaluate(CONTRASTS)
    await page.get_by_role("button", name="About this chat").click()
    contrasts |= await page.evaluate(CONTRASTS)
    assert len(contrasts) > 70
    assert {what: round(value, 2) for what, value in contrasts.items() if value < LEAST_CONTRAST} == {}


async def test_everything_is_loaded_from_the_pages_own_server(page: Page, stub: Stub) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    await expect(page.locator(".message")).to_have_count(1)
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith(stub.url)] == []
