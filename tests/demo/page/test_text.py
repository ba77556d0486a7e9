"""The bot's messages are shown as Telegram shows them, and stay text."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.demo.page.stub import MORNING, Json, Stub, message

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def spans(text: str, *parts: tuple[str, str] | tuple[str, str, Json]) -> list[Json]:
    """Entities over parts of a text, in UTF-16 units."""

    def units(part: str) -> int:
        return len(part.encode("utf-16-le")) // 2

    return [
        {"type": kind, "offset": units(text[: text.index(part)]), "length": units(part), **dict(*rest)}
        for part, kind, *rest in parts
    ]


async def height(shown: Locator) -> float:
    return float(await shown.evaluate("node => node.offsetHeight"))


async def test_markup_in_any_text_of_the_server_stays_text(page: Page, stub: Stub) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"><b>bold</b> &amp;"
    button = {"text": hostile, "callback_data": hostile}
    user = {"id": 1, "first_name": hostile}
    stub.tour, stub.sites = {"1": ["start", hostile]}, {hostile: hostile}
    stub.messages[1] = [
        message(1, hostile, reply_markup={"inline_keyboard": [[button]]}),
        message(2, hostile, sender=user, entities=[{"type": "pre", "offset": 0, "length": 9, "language": hostile}]),
        message(3, document={"file_id": "../x", "file_name": hostile, "file_size": 1}),
    ]
    await page.goto(stub.url)
    await expect(page.locator(".body").first).to_contain_text(hostile)
    await expect(page.locator(".keyboard button span")).to_have_text(hostile)
    await expect(page.locator(".language")).to_have_text(hostile)
    await expect(page.locator(".file-name bdi")).to_have_text(hostile)
    assert await page.locator(":is(#history, #rows, #tour) img").count() == 0
    assert await page.locator(".file").get_attribute("href") == "/file/demo/..%2Fx"
    await expect(page).to_have_title("Jarchi")


async def test_nested_entities_after_emoji_fall_on_the_right_words(page: Page, stub: Stub) -> None:
    text = "📈 Курс тенге растёт сегодня"
    found = spans(text, ("Курс тенге растёт", "bold"), ("тенге", "italic"), ("сегодня", "underline"))
    stub.messages[1] = [message(1, text, entities=found)]
    await page.goto(stub.url)
    await expect(page.locator(".body strong")).to_have_text("Курс тенге растёт")
    await expect(page.locator(".body strong em")).to_have_text("тенге")
    await expect(page.locator(".body u")).to_have_text("сегодня")
    await expect(page.locator(".body")).to_contain_text(text)


async def test_the_heading_of_a_table_is_not_under_the_copy_button_on_the_narrowest_phone(
    phone: Page, stub: Stub
) -> None:
    table = "       per $1    day  week\nKZT    515.92  ▲0.3% ▲0.9%\nKGS     87.58 ▼0.03% ▼0.7%"
    text = f"One US dollar is\n{table}"
    stub.messages[1] = [message(1, text, entities=spans(text, (table, "pre")))]
    await phone.set_viewport_size({"width": 320, "height": 640})
    await phone.goto(f"{stub.url}#1")
    gap = """node => {
        const text = document.createRange(); text.selectNodeContents(node);
        const copy = node.parentNode.querySelector(".copy").getBoundingClientRect();
        return copy.left - text.getBoundingClientRect().right;
    }"""
    assert await phone.locator(".pre pre").evaluate(gap) >= 0


async def test_every_kind_of_entity_has_its_form(page: Page, stub: Stub) -> None:
    text = "gone hidden code @aida #kzt quoted\nunder"
    kinds = (("gone", "strikethrough"), ("code", "code"), ("@aida", "mention"), ("#kzt", "hashtag"))
    stub.messages[1] = [message(1, text, entities=spans(text, *kinds, ("quoted", "blockquote")))]
    await page.goto(stub.url)
    shown = {selector: await page.locator(f".body {selector}").all_inner_texts() for selector in ("s", "code")}
    assert shown == {"s": ["gone"], "code": ["code"]}
    await expect(page.locator(".body .mention")).to_have_text(["@aida", "#kzt"])
    await expect(page.locator(".body blockquote")).to_have_text("quoted")
    quote, under = await page.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNode(document.querySelector(".body blockquote").nextSibling);
            return [document.querySelector(".body blockquote").getBoundingClientRect().bottom,
                    range.getBoundingClientRect().top];
        }"""
    )
    assert under - quote < 12  # the line end after a quote is not one more empty line


async def test_a_spoiler_is_shown_by_a_click_or_a_key(page: Page, stub: Stub) -> None:
    text = "first second"
    stub.messages[1] = [message(1, text, entities=spans(text, ("first", "spoiler"), ("second", "spoiler")))]
    await page.goto(stub.url)
    first, second = await page.locator(".spoiler").all()
    await expect(first.locator("span")).to_have_css("opacity", "0")
    await first.click()
    await expect(first.locator("span")).to_have_css("opacity", "1")
    await expect(second.locator("span")).to_have_css("opacity", "0")
    await second.focus()
    await page.keyboard.press("Enter")
    await expect(second.locator("span")).to_have_css("opacity", "1")


async def test_a_long_expandable_quote_unfolds(page: Page, stub: Stub) -> None:
    text = "\n".join(f"line {number}" for number in range(9))
    stub.messages[1] = [message(1, text, entities=spans(text, (text, "expandable_blockquote")))]
    await page.goto(stub.url)
    quoted = page.locator(".quoted")
    collapsed = await height(quoted)
    await page.get_by_role("button", name="Show more").click()
    assert await height(quoted) > 2.5 * collapsed
    await page.get_by_role("button", name="Show less").click()
    assert await height(quoted) == collapsed


async def test_a_wide_table_scrolls_in_its_bubble_and_can_be_copied(phone: Page, stub: Stub) -> None:
    table = "KZT  " + "515 " * 40
    stub.messages[1] = [message(1, table, entities=spans(table, (table, "pre")))]
    await phone.goto(f"{stub.url}#1")
    pre = phone.locator("pre")
    assert await pre.evaluate("node => node.scrollWidth > node.clientWidth")
    assert await phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    await phone.get_by_role("button", name="Copy").click()
    await expect(phone.locator("#toast")).to_have_text("Copied")
    assert await phone.evaluate("() => navigator.clipboard.readText()") == table


async def test_a_link_is_opened_only_after_a_question(page: Page, stub: Stub) -> None:
    text = "read example.org"
    link = {"url": "https://example.org/story"}
    stub.messages[1] = [message(1, text, entities=spans(text, ("read", "text_link", link)))]
    await page.goto(stub.url)
    await page.locator(".body a", has_text="read").first.click()
    box = page.get_by_role("dialog")
    await expect(box.get_by_role("heading")).to_have_text("Open this link?")
    await expect(box.locator(".address")).to_have_text("https://example.org/story")
    leave = box.get_by_role("link", name="Open")
    attributes = {name: await leave.get_attribute(name) for name in ("href", "target", "rel")}
    assert attributes == {"href": "https://example.org/story", "target": "_blank", "rel": "noopener noreferrer"}
    await page.keyboard.press("Escape")
    await expect(box).to_have_count(0)
    assert page.url == stub.url


async def test_a_link_that_does_not_lead_to_the_web_is_plain_text(page: Page, stub: Stub) -> None:
    text = "press me"
    bad = {"url": "javascript:document.title='owned'"}
    stub.messages[1] = [message(1, text, entities=spans(text, ("press", "text_link", bad)))]
    await page.goto(stub.url)
    await expect(page.locator(".body")).to_contain_text(text)
    assert await page.locator(".body a").count() == 0


async def test_the_previewed_link_gets_a_card_with_its_domain(page: Page, stub: Stub) -> None:
    text = "https://example.org/a and more"
    url = spans(text, ("https://example.org/a", "url"))
    chosen = {"url": "https://www.example.net/2026/uranium-output-rises.html"}
    stub.messages[1] = [
        message(1, text, entities=url),
        message(2, text, entities=url, link_preview_options=chosen),
        message(3, text, entities=url, link_preview_options={"is_disabled": True}),
    ]
    await page.goto(stub.url)
    await expect(page.locator(".preview b")).to_have_text(["example.org", "example.net"])
    await expect(page.locator(".preview span")).to_have_text(["A", "Uranium output rises"])


async def test_moments_are_shown_in_the_readers_zone_and_language(page: Page, stub: Stub) -> None:
    def moment(number: int, style: str, chat: int) -> Json:
        entity = {"type": "date_time", "offset": 0, "length": 5, "unix_time": MORNING, "date_time_format": style}
        return message(number, "plain", chat=chat, entities=[entity])

    stub.messages[1] = [moment(1, "Dt", 1), moment(2, "r", 1), moment(3, "", 1)]
    stub.messages[2] = [moment(4, "wD", 2)]
    await page.clock.set_fixed_time(MORNING + 7200)
    await page.goto(f"{stub.url}#1")
    # Chromium is set to Asia/Almaty, +05.
    await expect(page.locator(".body > time")).to_have_text(["9 October 2025 at 13:53", "2 hours ago", "plain"])
    await page.goto(f"{stub.url}#2")
    await expect(page.locator(".body > time")).to_have_text("четверг, 9 октября 2025 г.")


async def test_a_moment_that_the_page_cannot_name_keeps_the_words_of_the_bot(page: Page, stub: Stub) -> None:
    text = "8 желтоқсан"
    entity = {"type": "date_time", "offset": 0, "length": len(text), "unix_time": MORNING}
    stub.languages[1] = {"language_code": "kk"}
    stub.messages[1] = [
        message(number, text, entities=[entity | {"date_time_format": style}])
        for number, style in enumerate(("Dt", "r", "t"), 1)
    ]
    await page.goto(f"{stub.url}#1")
    await expect(page.locator(".body > time")).to_have_text([text, text, "13:53"])


async def test_a_photo_is_enlarged_by_a_click(page: Page, stub: Stub) -> None:
    sizes = [{"file_id": "small", "width": 90, "height": 50}, {"file_id": "large", "width": 900, "height": 500}]
    stub.messages[1] = [message(1, photo=sizes, caption="KZT, 30 days")]
    await page.goto(stub.url)
    image = page.get_by_role("img", name="KZT, 30 days")
    assert await image.get_attribute("src") == "/file/demo/large"
    assert await image.evaluate("node => node.offsetWidth / node.offsetHeight") == pytest.approx(1.8, abs=0.02)
    await image.click()
    await expect(page.get_by_role("dialog", name="Photo").locator("img")).to_have_attribute("src", "/file/demo/large")
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_photo_can_take_the_place_of_another(page: Page, stub: Stub) -> None:
    def chart(file_id: str, words: str, **fields: int) -> Json:
        return message(1, photo=[{"file_id": file_id, "width": 1200, "height": 675}], caption=words, **fields)

    stub.messages[1] = [chart("light", "KZT, 90 days")]
    await page.goto(stub.url)
    await expect(page.get_by_role("img", name="KZT, 90 days")).to_have_attribute("src", "/file/demo/light")
    await stub.send_frame(type="edit", chat=1, message=chart("dark", "KZT, 30 days", edit_date=MORNING + 90))
    image = page.get_by_role("img", name="KZT, 30 days")
    await expect(image).to_have_attribute("src", "/file/demo/dark")
    await expect(page.locator(".photo img")).to_have_count(1)
    await image.click()
    await expect(page.get_by_role("dialog", name="Photo").locator("img")).to_have_attribute("src", "/file/demo/dark")


async def test_a_document_is_offered_for_saving(page: Page, stub: Stub) -> None:
    stub.messages[1] = [message(1, document={"file_id": "csv7", "file_name": "rates.csv", "file_size": 18234})]
    await page.goto(stub.url)
    await expect(page.locator(".file-name")).to_have_text("rates.csv17.8 KB")
    async with page.expect_download() as saved:
        await page.locator(".file").click()
    assert (await saved.value).suggested_filename == "rates.csv"
