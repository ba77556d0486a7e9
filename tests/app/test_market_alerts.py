"""Alerts on offers and on gold, over the embedded Telegram: a new table fires them without a new rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts

PAGE = (Path(__file__).parents[1] / "sources/offers/nbt-usd.html").read_text(encoding="utf-8")
PRINTED_AT, BEST = "24.09.2026 16:09", "9.2000"
MINUTE = dt.timedelta(minutes=1)


class Mirror:
    """A mirror of the banks, with the offers for the dollar and a price list of gold bars."""

    def __init__(self) -> None:
        self.best, self.gold = BEST, "17 469 000"
        self.at = dt.datetime.now(ZoneInfo("Asia/Dushanbe")) - 3 * MINUTE
        self.url = ""

    async def offers(self, request: web.Request) -> web.Response:
        if request.query["currency"] != "USD" or "date" in request.query:
            raise web.HTTPNotFound
        body = PAGE.replace(PRINTED_AT, f"{self.at:%d.%m.%Y %H:%M}").replace(BEST, self.best)
        return web.Response(text=body, content_type="text/html")

    async def bars(self, _request: web.Request) -> web.Response:
        rows = f"<tr><td>Weight</td><td>Sale price</td></tr><tr><td>10 g</td><td>{self.gold}</td></tr>"
        return web.Response(text=f"<table>{rows}</table>", content_type="text/html")


@pytest.fixture
async def mirror() -> AsyncIterator[Mirror]:
    """A running mirror."""
    mirror = Mirror()
    application = web.Application()
    application.router.add_get("/offers_nbt/tj/kurs/kurs_kommer_bank.php", mirror.offers)
    application.router.add_get("/cbu/uz/banknotes-coins/gold-bars/prices/", mirror.bars)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    mirror.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield mirror
    await runner.cleanup()


@pytest.fixture
def options(mirror: Mirror) -> dict[str, object]:
    return {"offers": "nbt", "gold": "cbu", "bank_base_url": mirror.url}


async def test_a_new_table_fires_an_alert_without_a_new_rate(
    app: App, site: Site, mirror: Mirror, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    while "You get, best first" not in await ask(telegram, 1, "/banks usd tjs"):
        pass
    while "17,469,000" not in await ask(telegram, 1, "/gold uzs"):
        pass
    site.status = 500  # no tick of rates follows
    answer = await ask(telegram, 1, "alert me when the dollar in cash is above 9.25 somoni")
    assert answer.startswith("🔔 Alert set: USD/TJS (best bank, cash, you get) above 9.25\nNow 9.2, 0.5% away.")
    assert "Gold per gram, UZS (you pay) above 1,900,000" in await ask(telegram, 1, "/alert gold > 1900000")
    mirror.best, mirror.at = "9.2600", mirror.at + MINUTE
    await telegram.wait_for(lambda: "9.26 ▲, above your 9.25" in texts(telegram, 1)[-1], timeout=10)
    lines = texts(telegram, 1)[-1].splitlines()
    assert lines[0] == "🔔 USD/TJS (best bank, cash, you get) 9.26 ▲, above your 9.25"
    assert lines[1] == "Before: 9.2 (▲0.7%)"
    assert lines[-1].endswith(": National Bank of Tajikistan")
    mirror.gold = "19 500 000"
    await telegram.wait_for(lambda: "1,950,000 ▲" in texts(telegram, 1)[-1], timeout=10)
    message, data = button(telegram, 1, "✎ Change level")
    telegram.press(1, message, data)
    await telegram.wait_for(lambda: "Send the new level instead of Gold per gram" in texts(telegram, 1)[-1], timeout=10)
    assert "above 2,000,000" in await ask(telegram, 1, "2000000")
    listed = await ask(telegram, 1, "/alerts")
    assert "USD/TJS (best bank, cash, you get) above 9.25" in listed
    assert "Gold per gram, UZS (you pay) above 2,000,000 · now 1,950,000" in listed


async def test_an_alert_on_offers_goes_from_a_group_of_others_to_the_person(
    app: App, mirror: Mirror, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    while "You get, best first" not in await ask(telegram, 1, "/banks usd tjs"):
        pass
    group = -1_000_000_000_009
    telegram.add_group(group, "Bazaar", [1, 2], [1], bot_is_member=False)
    telegram.say(1, "@JarchiBot usd tjs cash > 9.3", group)
    await telegram.wait_for(lambda: len(telegram.messages(group)) > 1, timeout=10)
    answer = telegram.messages(group)[-1]
    assert answer["text"] == "🔔 Alert: USD/TJS (best bank, cash, you get) above 9.3"
    [[copy]] = answer["reply_markup"]["inline_keyboard"]
    parameter = copy["url"].partition("?start=")[2]
    telegram.add_person(3, "Nur", language_code="en")
    assert "USD/TJS (best bank, cash, you get) above 9.3" in await ask(telegram, 3, f"/start {parameter}")
    telegram.press(3, *button(telegram, 3, "Set it up"))
    await telegram.wait_for(lambda: texts(telegram, 3)[-1] == "Done, it's set up.", timeout=10)
    assert "USD/TJS (best bank, cash, you get) above 9.3" in await ask(telegram, 3, "/alerts")
