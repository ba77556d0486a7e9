"""The central banks: where their tables are, when they speak, and who reads them. Adding one is a file and a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.currencies import CURRENCIES
from bot.domain.snapshot import Table
from bot.sources.banks import cbr, cbu, ecb, frankfurter, nbk, nbkr, nbt

Read = Callable[[bytes], list[Table]]
# An address with the reader of what it answers.
Look = tuple[str, Read]

# Outside its hours a bank is looked at once in so many periods (six hours by default): a correction, an early table.
SELDOM_PERIODS = 24
# Between two requests for the past; the National Bank of the Kyrgyz Republic drops faster callers.
PAUSE = 0.5
WEEK = (0, 1, 2, 3, 4, 5, 6)
WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Bank:
    """One bank. `today(date)` gives what to look at on its local date; `hours` are local ones in which it publishes.

    Its past is asked day by day (`day`), or at once (`span`: first, last); None where it offers none.
    """

    name: str
    currency: str
    home: str
    today: Callable[[dt.date], tuple[Look, ...]]
    zone: str
    hours: tuple[int, int]
    weekdays: tuple[int, ...] = WORKDAYS
    day: Callable[[dt.date], tuple[Look, ...]] | None = None
    span: Callable[[dt.date, dt.date], tuple[Look, ...]] | None = None
    pause: float = PAUSE

    @property
    def has_history(self) -> bool:
        """Whether the bank tells its past."""
        return self.day is not None or self.span is not None

    def looks(self, now: dt.datetime) -> tuple[Look, ...]:
        """Return what to look at now (UTC)."""
        return self.today(now.astimezone(ZoneInfo(self.zone)).date())

    def history(self, first: dt.date, last: dt.date) -> tuple[dt.date, tuple[Look, ...]]:
        """Return the next piece of the past from a day on: the last day that it covers, and what to look at."""
        if self.span is not None:
            return last, self.span(first, last)
        return first, self.day(first) if self.day is not None else ()


def next_look(bank: Bank, now: dt.datetime, period: dt.timedelta) -> dt.datetime:
    """Return when (UTC) to look at a bank again: every period in its hours, else at their beginning or seldom."""
    zone = ZoneInfo(bank.zone)
    local = now.astimezone(zone)
    opens, closes = bank.hours
    seldom = period * SELDOM_PERIODS
    if local.weekday() in bank.weekdays and opens <= local.hour < closes:
        return now + period
    for days in range(8):
        date = local.date() + dt.timedelta(days=days)
        start = dt.datetime.combine(date, dt.time(opens), zone).astimezone(dt.UTC)
        if date.weekday() in bank.weekdays and start > now:
            return min(start, now + seldom)
    return now + seldom


def mirrored(url: str, base: str, bank: str) -> str:
    """Return the address at a mirror: `<base>/<bank>/<the bank's own path and query>`."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{base.rstrip('/')}/{bank}{parts.path}{query}"


def _nbk_day(day: dt.date) -> tuple[Look, ...]:
    return ((f"https://nationalbank.kz/rss/get_rates.cfm?fdate={day:%d.%m.%Y}", nbk.read),)


def _nbkr_today(_day: dt.date) -> tuple[Look, ...]:
    return (
        ("https://www.nbkr.kg/XML/daily.xml", nbkr.read),
        ("https://www.nbkr.kg/XML/weekly.xml", nbkr.read),
    )


def _nbkr_span(first: dt.date, last: dt.date) -> tuple[Look, ...]:
    return tuple((nbkr.history_url(code, first, last), partial(nbkr.read_history, code)) for code in nbkr.HISTORY)


def _cbu_day(day: dt.date) -> tuple[Look, ...]:
    return ((f"https://cbu.uz/en/arkhiv-kursov-valyut/json/all/{day:%Y-%m-%d}/", cbu.read),)


def _nbt_day(day: dt.date) -> tuple[Look, ...]:
    return ((f"https://www.nbt.tj/en/kurs/export_xml.php?date={day:%Y-%m-%d}&export=xmlout", nbt.read),)


def _cbr_day(day: dt.date) -> tuple[Look, ...]:
    return ((f"https://www.cbr.ru/scripts/XML_daily.asp?date_req={day:%d/%m/%Y}", cbr.read),)


def _ecb_span(_first: dt.date, _last: dt.date) -> tuple[Look, ...]:
    return (("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml", ecb.read),)


_FRANKFURTER = "https://api.frankfurter.dev/v2/rates?base=USD&quotes=" + ",".join(
    code for code in CURRENCIES if code != "USD"
)


def _frankfurter_span(first: dt.date, last: dt.date) -> tuple[Look, ...]:
    return ((f"{_FRANKFURTER}&from={first:%Y-%m-%d}&to={last:%Y-%m-%d}", frankfurter.read),)


# Second opinions first: where a bank's first figure is wrong, somebody can say so already.
_ROWS = (
    Bank(
        "cbr", "RUB", "https://www.cbr.ru/",
        lambda _: (("https://www.cbr.ru/scripts/XML_daily.asp", cbr.read),), "Europe/Moscow", (12, 14), day=_cbr_day,
    ),
    Bank(
        "ecb", "EUR", "https://www.ecb.europa.eu/",
        lambda _: (("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml", ecb.read),),
        "Europe/Berlin", (16, 18), span=_ecb_span,
    ),
    Bank(
        "frankfurter", "USD", "https://api.frankfurter.dev/",
        lambda _: ((_FRANKFURTER, frankfurter.read),), "UTC", (9, 17), span=_frankfurter_span,
    ),
    Bank("nbk", "KZT", "https://nationalbank.kz/", _nbk_day, "Asia/Almaty", (14, 16), day=_nbk_day),
    Bank("nbkr", "KGS", "https://www.nbkr.kg/", _nbkr_today, "Asia/Bishkek", (14, 16), span=_nbkr_span),
    Bank(
        "cbu", "UZS", "https://cbu.uz/",
        lambda _: (("https://cbu.uz/en/arkhiv-kursov-valyut/json/", cbu.read),),
        "Asia/Tashkent", (13, 15), day=_cbu_day, pause=0.2,
    ),
    Bank("nbt", "TJS", "https://www.nbt.tj/", _nbt_day, "Asia/Dushanbe", (9, 11), WEEK, day=_nbt_day),
)  # fmt: skip
BANKS = {bank.name: bank for bank in _ROWS}
