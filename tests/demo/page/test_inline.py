"""Inline mode: a query becomes cards, a card becomes a message, and links lead into the bot's own chat."""

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.stub import AIDA, GROUP, TIMUR, Json, Stub, keys, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARDS = [
    {"id": "story1", "title": "Uranium by rail", "description": "8 Dec · example.org"},
    {"id": "story2", "title": "<b>Уран</b>", "description": ""},
]
FOLLOW = {"text": "🔔 Hear of uranium", "start_parameter": "sub_dXJhbml1bQ"}


def answer(query: str, *, chat: int = 1, person: int = 1, **fields: object) -> Json:
    frame = {"type": "inline", "chat": chat, "person": person, "query_id": "77", "query": query}
    return {**frame, "cards": CARDS, "button": FOLLOW, **fields}


async def test_a_chosen_card_is_sent_by_way_of_the_bot(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "Салем", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#{GROUP}")
    text = page.locator("#text")
    await text.fill("@jarchi_bot uranium")
    asked = {"type": "inline", "chat": GROUP, "person": 1, "query": "uranium"}
    assert await stub.received() == [asked]
    await stub.send_frame(**answer("uranium", chat=GROUP))
    options = page.get_by_role("option")
    await expect(options).to_have_text([FOLLOW["text"], "Uranium by rail8 Dec · example.org", "<b>Уран</b>"])
    await options.nth(1).click()
    assert await stub.received(2) == [asked, {"type": "choose", "person": 1, "query_id": "77", "result_id": "story1"}]
    await expect(text).to_have_value("")
    await expect(options).to_have_count(0)
    await stub.send(message(2, "Uranium by rail", chat=GROUP, sender=AIDA, via_bot={"username": "jarchi_bot"}))
    await expect(page.locator(".out .via")).to_have_text("via @jarchi_bot")


async def test_a_pause_asks_once_and_only_the_last_words_count(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.clock.install()
    await page.goto(stub.url)
    text = page.locator("#text")
    await text.press_sequentially("@JARCHI_bot ura")
    await text.press_sequentially("nium")
    await page.clock.run_for(400)
    assert [frame["query"] for frame in await stub.received()] == ["uranium"]
    await text.press_sequentially(" ore")
    await page.clock.run_for(400)
    await stub.received(2)
    await stub.send_frame(**answer("uranium"))
    await stub.send_frame(**answer("uranium ore", cards=CARDS[:1], button=None))
    await expect(page.get_by_role("option")).to_have_text(["Uranium by rail8 Dec · example.org"])
    await text.press("ArrowDown")
    await text.press("Enter")
    assert (await stub.received(3))[2]["result_id"] == "story1"


async def test_other_words_are_no_query(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    await page.goto(stub.url)
    text = page.locator("#text")
    for words in ("@jarchi_bot", "@other_bot uranium", "mail@jarchi_bot uranium"):
        await text.fill(words)
        await text.press("Enter")
        await expect(text).to_have_value("")
    assert [frame["type"] for frame in await stub.received(3)] == ["say"] * 3


async def test_the_button_above_the_cards_opens_the_persons_own_chat(page: Page, stub: Stub) -> None:
    stub.messages[GROUP] = [message(1, "Салем", chat=GROUP, sender=TIMUR)]
    await page.goto(f"{stub.url}#{GROUP}")
    await page.locator("#text").fill("@jarchi_bot nothing")
    await stub.received()
    await stub.send_frame(**answer("nothing", chat=GROUP, cards=[]))
    await page.get_by_role("option").click()
    said = {"type": "say", "chat": 1, "person": 1, "text": "/start sub_dXJhbml1bQ"}
    assert (await stub.received(2))[1] == said
    await expect(page.locator("#chat-title")).to_have_text("Jarchi")


async def test_a_link_to_the_bot_is_followed_and_others_are_asked_about(page: Page, stub: Stub) -> None:
    markup = keys(
        [
            {"text": "Hear", "url": "https://t.me/jarchi_bot?start=sub_dXJhbml1bQ"},
            {"text": "Elsewhere", "url": "https://t.me/other_bot?start=sub_dXJhbml1bQ"},
        ]
    )
    stub.messages[1] = [message(1, "Uranium", reply_markup=markup)]
    await page.goto(stub.url)
    await page.get_by_role("button", name="Hear").click()
    assert (await stub.received())[0]["text"] == "/start sub_dXJhbml1bQ"
    await page.get_by_role("button", name="Elsewhere").click()
    await expect(page.get_by_role("dialog")).to_contain_text("https://t.me/other_bot")
