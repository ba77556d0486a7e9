"""The tour, the roles of people, and the pages of the demo's sites."""

import pytest
from playwright.async_api import Page, expect

from tests.demo.page.stub import AIDA, CHANNEL, GROUP, MEMBER, OWNER, Stub, described, keys, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_tour_shows_the_next_step_and_ticks_the_finished_ones(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    stub.tour = {"1": [], "2": []}
    await page.goto(f"{stub.url}#1")
    tour = page.get_by_role("region", name="Tour")
    await expect(tour).to_contain_text("1/5Press Start.")
    await stub.send_frame(type="tour", tour={"1": ["start"], "2": []})
    await expect(tour).to_contain_text("2/5Type 100 usd in tenge.")
    await tour.get_by_role("button", name="Show all steps").click()
    await expect(tour.get_by_role("listitem")).to_have_count(5)
    await expect(tour.locator(".done")).to_have_text(["Done: Press Start."])
    everything = ["start", "convert", "alert", "event", "other"]
    await stub.send_frame(type="tour", tour={"1": everything, "2": []})
    await expect(tour).to_contain_text("You have seen the most important things.")
    await expect(tour.locator(".done")).to_have_count(5)


async def test_an_example_of_the_tour_is_put_into_the_field(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    stub.tour = {"1": ["start"]}
    await page.goto(f"{stub.url}#1")
    await page.get_by_role("button", name="100 usd in tenge").click()
    await expect(page.locator("#text")).to_have_value("100 usd in tenge")
    await page.keyboard.press("Enter")
    assert (await stub.received())[0]["text"] == "100 usd in tenge"


async def test_the_tour_is_put_away_for_one_person_and_comes_back(page: Page, stub: Stub) -> None:
    stub.messages[1], stub.messages[2] = [message(1, "Salem")], [message(2, "Салем", chat=2)]
    stub.tour = {"1": [], "2": ["start"]}
    await page.goto(f"{stub.url}#1")
    await page.get_by_role("button", name="Put the tour away").first.click()
    await expect(page.locator("#tour")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.locator("#tour")).to_be_hidden()
    await page.goto(f"{stub.url}#2")
    await expect(page.locator("#tour")).to_contain_text("2/5Напишите 10000 руб в сомони.")
    await page.goto(f"{stub.url}#1")
    await page.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("button", name="Show the tour").click()
    await expect(page.locator("#tour")).to_be_visible()
    await page.goto(f"{stub.url}#{GROUP}")
    await expect(page.locator("#tour")).to_be_hidden()


async def test_the_last_step_leads_to_somebody_of_another_language(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, "Salem")]
    stub.tour = {"1": ["start", "convert", "alert", "event"], "2": []}
    await page.goto(f"{stub.url}#1")
    await page.locator("#tour").get_by_role("link", name="Тимур").click()
    await expect(page.locator("#tour")).to_contain_text("1/5Нажмите «Старт».")


async def test_the_owner_of_a_channel_has_one_step_more(page: Page, stub: Stub) -> None:
    stub.more_chats = [described(CHANNEL, "channel", "Steppe Morning", {"1": OWNER, "2": MEMBER})]
    stub.messages[1], stub.messages[2], stub.messages[CHANNEL] = [message(1, "Salem")], [message(2, "a", chat=2)], []
    done = ["start", "convert", "alert", "event"]
    stub.tour = {"1": done, "2": done}
    await page.goto(f"{stub.url}#1")
    await expect(page.locator("#tour")).to_contain_text("5/6Publish to your channel in six taps: begin with /chats.")
    await stub.send_frame(type="tour", tour={"1": [*done, "channel"], "2": done})
    await expect(page.locator("#tour")).to_contain_text("6/6Now be")
    await page.goto(f"{stub.url}#2")
    await expect(page.locator("#tour")).to_contain_text("5/5")


async def test_people_are_explained(page: Page, stub: Stub) -> None:
    stub.roles = {1: "trader", 2: "migrant"}
    await page.goto(f"{stub.url}#1")
    await expect(page.locator(".welcome")).to_contain_text("You are Aida (trader in Almaty, English, runs this bot)")
    await expect(page.locator("#chat-status")).to_have_text("as Aida: trader in Almaty, English, runs this bot")
    await page.locator(".account", has_text="Тимур").click()
    await expect(page.locator("#me")).to_contain_text("Вы — Тимур: мигрант в Москве")


async def test_an_article_of_the_demo_opens_at_the_pages_own_server(page: Page, stub: Stub) -> None:
    stub.sites = {"news.localhost:80": "The News", "news.localhost:8080": "The News"}
    url = "http://news.localhost:8080/uranium/"
    markup = keys([{"text": "Open", "url": url}])
    preview = {"entities": [{"type": "text_link", "offset": 0, "length": 7, "url": url}], "reply_markup": markup}
    stub.messages[1] = [message(1, "Uranium", **preview)]
    await page.goto(f"{stub.url}#1")
    await expect(page.locator(".preview")).to_have_text("The NewsUranium")
    await page.locator(".keyboard").get_by_role("button", name="Open").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.locator(".address")).to_have_text(url)
    async with page.expect_popup() as opened:
        await dialog.get_by_role("link", name="Open").click()
    article = await opened.value
    await expect(article.locator("body")).to_have_text("The page news.localhost:8080/uranium/")


async def test_a_longer_step_of_the_tour_keeps_the_end_in_sight(phone: Page, stub: Stub) -> None:
    stub.messages[1] = [message(number, "A line of news", sender=AIDA) for number in range(1, 40)]
    stub.tour = {"1": ["start"]}
    await phone.goto(f"{stub.url}#1")
    await expect(phone.locator(".message")).to_have_count(39)
    await stub.send(message(40, "the last one", sender=AIDA))
    await stub.send_frame(type="tour", tour={"1": ["start", "convert", "alert"]})
    await expect(phone.locator("#tour")).to_contain_text("4/5")
    await expect(phone.locator(".message").last).to_be_in_viewport(ratio=1)
    await expect(phone.locator("#to-bottom")).to_be_hidden()
