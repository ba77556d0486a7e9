"""A reader of the demo's page: types texts and taps buttons, as a person does, and counts both."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

# The demo's answers take a tenth of a second; a busy machine takes longer.
SECONDS = 20.0


class Reader:
    """One person at a page of the demo. `taps` and `texts` count what was done so far."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self._url = page, url
        self.taps = self.texts = 0
        page.set_default_timeout(SECONDS * 1000)

    async def open(self, chat: int) -> None:
        """Open a chat by its id; this is no tap."""
        await self.page.goto(f"{self._url}/#{chat}")
        await expect(self.page.locator("#chat-title")).not_to_be_empty()

    async def type(self, text: str) -> None:
        """Send a text and wait for the next message of the bot."""
        answers = await self.answers.count()
        await self.page.locator("#text").fill(text)
        await self.page.locator("#text").press("Enter")
        self.texts += 1
        await expect(self.answers.nth(answers)).to_be_visible()

    async def tap(self, label: str | re.Pattern[str]) -> None:
        """Press the newest button whose label has a text, under a message or below the field; the answer may take time."""
        await self.page.locator("#history, #composer").get_by_role("button", name=label).last.click()
        self.taps += 1

    async def start(self) -> None:
        """Press the button that begins the chat, and wait for the bot."""
        await self.page.locator("#start").click()
        self.taps += 1
        await expect(self.answers.first).to_be_visible()

    @property
    def answers(self) -> Locator:
        """The messages of the bot in the open chat."""
        return self.page.locator(".message.in")

    @property
    def answer(self) -> Locator:
        """The last message of the bot."""
        return self.answers.last

    @property
    def tour(self) -> Locator:
        """The tour above the messages."""
        return self.page.locator("#tour")
