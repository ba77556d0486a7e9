"""Takes the pictures of README from the running demo: `python -m tests.demo.pictures`. Each is a phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import async_playwright, expect

from bot.demo.run import PEOPLE
from bot.log import set_up
from tests.demo.page.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.demo.reader import SECONDS, Reader
from tests.demo.running import running_demo

DOCS = Path(__file__).parents[2] / "docs"
PHONE = {"width": 412, "height": 915}
# A file's name, the person, the colours of the page, and what is typed.
PICTURES = (
    ("demo-light.png", PEOPLE[0][0], "light", ("100 usd in tenge", "kzt > 520")),
    ("demo-dark.png", PEOPLE[1][0], "dark", ("10000 руб в сомони", "график рубль сомони")),
)


async def take() -> None:
    """Walk through the demo and store a picture of each phone."""
    async with running_demo() as demo, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for name, person, scheme, texts in PICTURES:
            context = await chromium.new_context(
                viewport=PHONE, device_scale_factor=2, color_scheme=scheme, timezone_id="Asia/Almaty"
            )
            reader = Reader(await context.new_page(), demo.telegram.url)
            await reader.open(person)
            await reader.start()
            for text in texts:
                await reader.type(text)
            if ">" in texts[-1]:  # the alert fires within seconds
                await expect(reader.tour).to_contain_text("5/5", timeout=SECONDS * 1000)
            await reader.tour.get_by_role("button").last.click()  # hide it
            await reader.page.locator(".keyboard, .photo img").last.scroll_into_view_if_needed()
            await reader.page.locator("#keys-button").click()
            await reader.page.mouse.move(0, 0)  # the menu of a message is shown under the pointer
            await reader.page.screenshot(path=DOCS / name, animations="disabled")
            await context.close()
        await chromium.close()


if __name__ == "__main__":
    set_up("ERROR", "console")
    asyncio.run(take())
