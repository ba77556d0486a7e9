"""Feeds of the running application: from /feed to the documents, and no trace of a secret anywhere else."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import pytest

from bot.app import App
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.web import feeds as module
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask, button, filled, texts
from tests.app.webhook import free_port


async def press(telegram: EmbeddedTelegram, label: str) -> str:
    """Press a button in the first person's chat; returns the newest text, changed or new."""
    before = telegram.messages(1)
    telegram.press(1, *button(telegram, 1, label))
    await telegram.wait_for(lambda: telegram.messages(1) != before, timeout=10)
    return texts(telegram, 1)[-1]


def content_of(folder: Path) -> bytes:
    """The bytes of the database."""
    return b"".join(path.read_bytes() for path in folder.glob("jarchi.db*"))


async def send_raw(port: int, request: str) -> bytes:
    """Send bytes that no HTTP client sends; returns the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode("latin-1"))
    writer.write_eof()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


async def test_a_feed_is_read_by_its_secret_which_is_nowhere_else(
    logged: Callable[[], str],
    site: Site,
    telegram: EmbeddedTelegram,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/out"
    settings = settings_for(site, telegram, tmp_path) | {"http_port": port, "public_url": url}
    app = App(load({}, _env_file=None, **settings))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    await filled(telegram)
    await ask(telegram, 1, "/feed")
    said = await press(telegram, "Create an address")
    [secret] = {*re.findall(r"/feeds/([\w-]{43})\.", said)}
    async with aiohttp.ClientSession() as http:

        async def get(path: str) -> tuple[int, bytes]:
            async with http.get(url + path) as response:
                return response.status, await response.read()

        status, body = await get(f"/feeds/{secret}.atom")
        assert status == 200
        assert [entry.title for entry in feedparser.parse(body).entries] == ["Uzbek Cotton Harvest Ends Early"]
        _, body = await get(f"/feeds/{secret}.json")
        assert json.loads(body)["items"][0]["content_text"] == "The harvest ended two weeks before its usual time."
        assert secret.encode() not in body
        _, body = await get("/rates.json")
        found = {(one["base"], one["quote"]): one["value"] for one in json.loads(body)["rates"]}
        assert found["KZT", "USD"] == "0.00196"
        assert b"KZT,USD,0.00196,0.000005,ticker" in (await get("/rates.csv"))[1]
        assert b"Times of Central Asia" in (await get("/sources.opml"))[1]
        # Requests that fail, each with the secret in its head.
        for raw in (
            f"GET /out/feeds/{secret}.atom HTTP/9.9\r\n\r\n",
            f"GET /out/feeds/{secret}.atom\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
            f"GET /out/feeds/{secret}.atom HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
            f"NONSENSE /feeds/{secret}.atom HTTP/1.1\r\nHost: x\r\n\r\n",
            f"GET /feeds/{secret}/{'x' * 20_000} HTTP/1.1\r\nHost: x\r\n\r\n",
        ):
            await send_raw(port, raw)

        async def fails(*_given: Any) -> None:
            raise ValueError(f"no feed at /feeds/{secret}.atom")

        monkeypatch.setattr(module.service, "feed_version", fails)
        status, body = await get(f"/feeds/{secret}.atom")
        assert (status, secret.encode() in body) == (500, False)
        async with http.get(f"http://127.0.0.1:{port}/metrics") as response:
            assert secret not in await response.text()
    await press(telegram, "New address")
    app.stop()
    await asyncio.wait_for(running, 20)
    said = logged()
    assert "ready" in said
    assert "ValueError" in said
    assert secret not in said
    assert secret.encode() not in content_of(tmp_path)


async def test_without_a_public_address_there_is_nothing(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    port = free_port()
    app = App(load({}, _env_file=None, **settings_for(site, telegram, tmp_path) | {"http_port": port}))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    assert await ask(telegram, 1, "/feed") == "Feeds are off: the operator of this bot hasn't turned them on."
    async with aiohttp.ClientSession() as http:
        for path in ("/rates.json", "/rates.csv", "/sources.opml", f"/feeds/{'x' * 43}.atom"):
            async with http.get(f"http://127.0.0.1:{port}{path}") as response:
                assert response.status == 404
    app.stop()
    await asyncio.wait_for(running, 20)
