"""Chromium, and a window of it that shows the page of a stub server."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests.demo.page.stub import WAIT_SECONDS, Stub

CHROMIUM = os.environ.get("JARCHI_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, one for all tests."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no Chromium at {CHROMIUM}; set JARCHI_CHROMIUM to where it is")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stub() -> AsyncIterator[Stub]:
    """The server's side, listening on loopback."""
    server = Stub()
    runner = web.AppRunner(server.app(), shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield server
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stub: Stub) -> AsyncIterator[Page]:
    """A desktop window that has not opened the chat yet. Errors inside the page fail the test."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Asia/Almaty", color_scheme="light"
    )
    context.set_default_timeout(WAIT_SECONDS * 1000)
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stub.url.rstrip("/"))
    window = await context.new_page()
    faults: list[str] = []
    window.on("pageerror", lambda error: faults.append(str(error)))
    window.on("console", lambda line: faults.append(line.text) if "Security Policy" in line.text else None)
    yield window
    await context.close()
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def phone(page: Page) -> Page:
    """The same window, as small as a phone."""
    await page.set_viewport_size({"width": 390, "height": 844})
    return page
