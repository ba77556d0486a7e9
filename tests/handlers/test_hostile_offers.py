"""Damaged tables on their whole way, from the poll to the answer: the last good offers stay, and nothing false is shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.ingest.matching import Matcher
from bot.ingest.poll import Poller
from bot.sources.fetch import Fetched, Unreachable
from bot.sources.offers import OFFER_SOURCES
from bot.views.message import plain_text
from handlers.offers import banks
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates

PAGE = (Path(__file__).parents[1] / "sources/offers/nbt-usd.html").read_text(encoding="utf-8")
HOUR = dt.timedelta(hours=1)
GOOD = [
    "1. 9.20 TJS ▼0.5% · Activ Bank",
    "2. 9.18 TJS ▼0.8% · Alif Bank",
    "3. 9.16 TJS ▼1.0% · Freedom Bank Tajikistan",
]


def at(time: dt.datetime, page: str = PAGE) -> str:
    """The page with all its rows of a time (UTC)."""
    return page.replace("24.09.2026 16:09", f"{time + 5 * HOUR:%d.%m.%Y %H:%M}")


class Site:
    """Answers for the dollar with a page; nothing else is there."""

    def __init__(self) -> None:
        self.page: bytes | None = None

    async def fetch(self, url: str, **_conditions: Any) -> Fetched:
        if "currency=USD" not in url or self.page is None:
            raise Unreachable("no connection")
        return Fetched(url, body=self.page)

    async def check_robots(self, _url: str) -> None:
        """No site of a script has rules."""


def without(words: str) -> Callable[[str], str]:
    """A change of the page that leaves a part out."""
    return lambda page: page.replace(words, "")


def cut(share: float) -> Callable[[str], str]:
    """A change of the page that ends it early."""
    return lambda page: page[: int(len(page) * share)]


@pytest.mark.parametrize(
    "change",
    [
        lambda page: "",
        lambda page: "<form>login</form>",
        lambda page: "<h1>502 Bad Gateway</h1>",
        lambda page: page[: page.index("</tr>") + 5] + "</table>",
        lambda page: page.replace(">9.", ">0.0"),
        lambda page: re.sub(r">9\.\d+<", ">0.0000<", page),
        lambda page: re.sub(r">9\.\d+<", ">0.0010<", page),
        lambda page: re.sub(r">9\.(\d+)<", r">-9.\1<", page),
        lambda page: re.sub(r">9\.(\d+)<", r">9 \1<", page),
        lambda page: page.replace("USD\" selected", "USD\"").replace("EUR\"", "EUR\" selected"),
        lambda page: page.replace("харид</th>", "?</th>").replace("фурӯш</th>", "харид</th>").replace("?</th>", "фурӯш</th>"),
        lambda page: re.sub(r"<td>9\.18", "<td>9.18</td><td>9.18", page).replace("9.16", "9.16</td><td>9.16").replace("9.20", "9.20</td><td>1"),
        without("Сана"),
        without("</tr>"),
        cut(0.3),
        cut(0.5),
        lambda page: at(NOW + 48 * HOUR),
        lambda page: at(NOW - 24 * 7 * HOUR),
        lambda page: at(NOW - 24 * 30 * HOUR),
    ],
)  # fmt: skip
async def test_the_last_good_table_is_shown_after_a_damaged_one_and_the_next_good_one_after_it(
    database: Database, conversation: Conversation, change: Callable[[str], str]
) -> None:
    site, now = Site(), [NOW - 2 * HOUR]
    polling = Poller(
        database,
        Matcher(),
        site,
        [],
        "https://site.example/",
        900,
        lambda: now[0],
        (),
        "",
        [OFFER_SOURCES["nbt"]],  # type: ignore[arg-type]
    )
    await print_rates(database, "nbt", NOW.date(), USDTJS="9.2500")
    conversation.chat = replace(conversation.chat, timezone="Asia/Dushanbe")
    site.page = at(NOW - 2 * HOUR).encode()
    await polling.run_pass(force=True)
    now[0], site.page = NOW, change(at(NOW - HOUR / 2)).encode()
    await polling.run_pass(force=True)
    shown = plain_text((await conversation.say(banks)).text).split("\n")
    assert shown[2:5] == GOOD
    assert shown[-1].startswith(
        f"As published 8 Dec {NOW - 2 * HOUR + 5 * HOUR:%H:%M} by the National Bank of Tajikistan"
    )
    now[0], site.page = NOW + HOUR, at(NOW + HOUR / 2, PAGE.replace("9.2000", "9.2100")).encode()
    await polling.run_pass(force=True)
    shown = plain_text((await conversation.say(banks)).text).split("\n")
    assert shown[2:4] == ["1. 9.21 TJS ▼0.4% · Activ Bank", GOOD[1]]
