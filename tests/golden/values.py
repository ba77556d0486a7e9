"""The fixed values that samples show: a morning of November 2026 in Almaty."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import RateTableRow, ResolvedRate
from bot.domain.rates import Pair, Rate

NOW = dt.datetime(2026, 11, 29, 4, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ALMATY = ZoneInfo("Asia/Almaty")
CHAT = Chat(1, "private", "en", "Asia/Almaty")


def rate(code: str, value: str, source: str, *, base: str = "USD", days: int = 0, tick: str | None = None) -> Rate:
    """Return a printed rate: base/code, seen now and valid some days ago, with half a step of its last digit."""
    printed = Decimal(value)
    half = Decimal(5).scaleb(int(printed.as_tuple().exponent) - 1) if tick is None else Decimal(tick)
    at = NOW - days * DAY
    return Rate(Pair(base, code), printed, half, source, at, at, at.date())


def _of_day(found: Rate, value: str, days: int) -> Rate:
    """Return a rate with another value, of some days ago."""
    return replace(found, value=Decimal(value), valid_on=found.valid_on - days * DAY)


def resolved(found: Rate) -> ResolvedRate:
    """Return a rate that one source has."""
    return ResolvedRate(found, (found,))


KZT = rate("KZT", "516.43", "nbk")
RATES = {
    "KZT": (KZT, rate("KZT", "514.72", "nbk", days=1), rate("KZT", "506.8", "nbk", days=7)),
    "KGS": (rate("KGS", "87.4500", "nbkr", days=3), rate("KGS", "87.4500", "nbkr", days=4), rate("KGS", "88.0623", "nbkr", days=10)),
    "UZS": (rate("UZS", "11985.33", "cbu"), rate("UZS", "11992.54", "cbu", days=1), rate("UZS", "12054.1", "cbu", days=7)),
    "TJS": (rate("TJS", "9.1548", "frankfurter"), rate("TJS", "9.1612", "frankfurter", days=1), None),
    "TMT": (rate("TMT", "3.5", "peg", tick="0"), None, rate("TMT", "3.5", "peg", days=7, tick="0")),
    "RUB": (rate("RUB", "80.2341", "cbr"), rate("RUB", "79.9012", "cbr", days=1), rate("RUB", "81.5530", "cbr", days=7)),
}  # fmt: skip
TABLE = tuple(
    RateTableRow(ResolvedRate(now, (now,), ("nbkr",) if code == "KGS" else ()), before, week)
    for code, (now, before, week) in RATES.items()
)
# A rate of the ticker, which prints coarsely, and a cross rate.
COARSE = Rate(Pair("UZS", "USD"), Decimal("0.00008"), Decimal("0.000005"), "ticker", NOW, NOW, NOW.date()).inverted
RUB_TJS = Rate(Pair("RUB", "TJS"), Decimal("0.114101"), Decimal("0.0000007"), "cross", NOW, NOW, NOW.date())
CROSS = ResolvedRate(RUB_TJS, (RATES["RUB"][0].inverted, RATES["TJS"][0]))
# The rates of a person who sends rubles to Tajikistan, and perhaps to Kyrgyzstan.
OWN_PAIR = RUB_TJS.pair
OWN = (
    OwnRate(
        CROSS,
        replace(RUB_TJS, value=Decimal("0.11387")),
        best=_of_day(RUB_TJS, "0.1172", 46),
        since=(NOW - 90 * DAY).date(),
    ),
    OwnRate(resolved(_of_day(replace(RUB_TJS, pair=Pair("RUB", "KGS"), source="nbkr"), "1.0899", 0)), None),
)


def article(n: int, title: str, text: str = "", *, source: str = "timesca", site: str = "", hours: int = 1, withdrawn: bool = False) -> StoredArticle:  # fmt: skip
    """Return an article of some hours ago."""
    host = "timesca.com" if source == "timesca" else f"{source}.example.org"
    at = NOW - hours * HOUR
    return StoredArticle(n, source, title, text, f"https://{host}/{n}", at, at, withdrawn=withdrawn, site=site)


ARTICLES = (
    article(11, "Kazakhstan Opens a Uranium Mine", "ASTANA (TCA) — The mine will open in spring. It is the third one.", site="The Times of Central Asia"),
    article(12, "Taxes & Trade: What Changes in 2027", site="The Times of Central Asia", hours=3),
    article(13, "Метро Ташкента продлят на север", "Новая линия откроется через год.", source="keruen", site="Keruen", hours=26),
    article(14, "A Report That Was Wrong", source="keruen", site="Keruen", hours=50, withdrawn=True),
)  # fmt: skip
