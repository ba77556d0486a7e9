"""The demo's banks on loopback, each in its own bank's form: one is missing, one lies, the others move a little.

`/<bank>/<the bank's own path>` is what BANK_BASE_URL asks for. The figures walk gently around real ones of April 2026;
all banks look at the same market, so that they agree with each other, but for the lies below.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import time
from collections.abc import Callable
from decimal import Decimal

from aiohttp import web

# Units for a dollar: what they were around the end of 2025, when the demo's ticker was written too.
_DOLLAR = {
    "KZT": 516.0, "KGS": 87.45, "UZS": 12142.10, "TJS": 9.18, "TMT": 3.5, "RUB": 80.6613, "EUR": 0.87275,
    "CNY": 6.9, "TRY": 44.2, "GBP": 0.75, "KRW": 1460.0, "JPY": 157.0, "CHF": 0.8, "INR": 92.0, "AED": 3.6725,
}  # fmt: skip
# How far, as a share, and in how many days each walks up and down and back.
_WAVES = ((0.015, 97.0), (0.006, 23.0), (0.002, 7.0))
# Today's figures are published again every few seconds: down and up and back within two minutes and a half, this far.
_STEP_SECONDS = 10.0
_SWING_SECONDS = 150.0
_SWING = {"KZT": 0.008, "RUB": 0.006, "TMT": 0.0, "KGS": 0.001}
_SMALL_SWING = 0.003
# The lies: a manat of 3.02 for a dollar (so it was on 1 April 2026), and a soum that falls by a third for a while.
_LYING_MANAT = 3.02
_LIE_FROM, _LIE_UNTIL, _LIE_FACTOR = 40.0, 80.0, 1.3


def _waves(code: str, day: int) -> float:
    shift = sum(map(ord, code))  # each currency has its own phase
    return sum(size * math.sin(2 * math.pi * day / days + shift * n) for n, (size, days) in enumerate(_WAVES, 1))


def dollar(code: str, days_ago: int, today: dt.date, seconds: float = 0.0) -> float:
    """Return the units of a currency for a dollar, some days ago; today's figure swings with the demo's seconds."""
    if code == "USD":
        return 1.0
    base, swing = _DOLLAR[code], _SWING.get(code, _SMALL_SWING)
    if code == "TMT":
        return base
    if days_ago:
        now = today.toordinal()
        return base * (1 - swing + _waves(code, now - days_ago) - _waves(code, now))
    at = (seconds // _STEP_SECONDS * _STEP_SECONDS) / _SWING_SECONDS % 1
    return base * (1 - swing * math.cos(2 * math.pi * at))


def _printed(value: float, digits: int, comma: bool = False) -> str:
    text = f"{Decimal(repr(value)):.{digits}f}"
    return text.replace(".", ",") if comma else text


class DemoBanks:
    """The stand-ins. `clock` gives seconds since the epoch; `began` is when the demo did."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._began = clock()

    def add_to(self, application: web.Application, prefix: str = "/banks") -> None:
        """Serve every bank under a prefix."""
        for path, handler in (
            ("cbr/scripts/XML_daily.asp", self._cbr),
            ("ecb/stats/eurofxref/eurofxref-daily.xml", self._ecb_today),
            ("ecb/stats/eurofxref/eurofxref-hist-90d.xml", self._ecb_past),
            ("frankfurter/v2/rates", self._frankfurter),
            ("nbk/rss/get_rates.cfm", self._nbk),
            ("nbkr/XML/daily.xml", self._nbkr_daily),
            ("nbkr/XML/weekly.xml", self._nbkr_weekly),
            ("nbkr/index1.jsp", self._nbkr_past),
            ("cbu/en/arkhiv-kursov-valyut/json/", self._cbu),
            ("cbu/en/arkhiv-kursov-valyut/json/all/{day}/", self._cbu),
            ("nbt/{rest:.*}", self._missing),
        ):
            application.router.add_get(f"{prefix}/{path}", handler)

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._clock(), dt.UTC).date()

    def _cross(self, code: str, own: str, day: dt.date) -> float:
        """Return the units of one currency for one of another on a day."""
        today, seconds = self._today(), self._clock() - self._began
        ago = max((today - day).days, 0)
        return dollar(own, ago, today, seconds) / dollar(code, ago, today, seconds)

    def _asked(self, text: str | None, form: str) -> dt.date:
        """Return the day asked for, today for none or for one to come."""
        try:
            day = dt.datetime.strptime(text or "", form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            return self._today()
        return min(day, self._today())

    async def _missing(self, _request: web.Request) -> web.Response:
        return web.Response(status=503, text="closed for the demo")

    async def _nbk(self, request: web.Request) -> web.Response:
        day = self._asked(request.query.get("fdate"), "%d.%m.%Y")
        items = "".join(
            f"<item><fullname/><title>{code}</title><description>"
            f"{_printed(self._cross(code, 'KZT', day) * nominal, 2)}</description><quant>{nominal}</quant>"
            "<index/><change>0.00</change></item>"
            for code, nominal in (("USD", 1), ("EUR", 1), ("RUB", 1), ("KGS", 1), ("TJS", 1), ("UZS", 100), ("CNY", 1))
        )
        return _xml(f"<rates><title>Official exchange rates</title><date>{day:%d.%m.%Y}</date>{items}</rates>")

    def _nbkr_table(self, codes: tuple[tuple[str, int], ...], weekly: bool) -> web.Response:
        day = self._today()
        week = "<ValidFor>7</ValidFor>" if weekly else ""
        rows = "".join(
            f'<Currency ISOCode="{code}"><Nominal>{nominal}</Nominal>{week}<Value>'
            f"{_printed(self._cross(code, 'KGS', day) * nominal, 4, comma=True)}</Value></Currency>"
            for code, nominal in codes
        )
        text = f'<CurrencyRates Name="Exchange Rates" Date="{day:%d.%m.%Y}">{rows}</CurrencyRates>'
        return _xml(text, "windows-1251")

    async def _nbkr_daily(self, _request: web.Request) -> web.Response:
        return self._nbkr_table((("USD", 1), ("EUR", 1), ("CNY", 1), ("KZT", 1), ("RUB", 1)), weekly=False)

    async def _nbkr_weekly(self, _request: web.Request) -> web.Response:
        return self._nbkr_table((("TJS", 1), ("TMT", 1), ("UZS", 1), ("JPY", 10), ("GBP", 1)), weekly=True)

    async def _nbkr_past(self, request: web.Request) -> web.Response:
        code = {"15": "USD", "20": "EUR", "40": "KZT", "44": "RUB"}.get(request.query.get("valuta_id", ""), "USD")
        ends = [
            self._asked(
                " ".join(request.query.get(f"{end}_{part}", "") for part in ("day", "month", "year")), "%d %m %Y"
            )
            for end in ("beg", "end")
        ]
        rows = "".join(
            f"<tr><td><!--date-->{day:%d.%m.%Y}<!--date--></td><td><!--value-->"
            f"{_printed(self._cross(code, 'KGS', day), 4, comma=True)}<!--value--></td></tr>"
            for day in _days(*ends)
        )
        return web.Response(text=f"<html><body><table>{rows}</table></body></html>", content_type="text/html")

    async def _cbu(self, request: web.Request) -> web.Response:
        day = self._asked(request.match_info.get("day"), "%Y-%m-%d")
        seconds = self._clock() - self._began
        items = []
        for code in ("USD", "EUR", "RUB", "KZT", "KGS", "TJS", "TMT", "CNY", "GBP", "TRY"):
            rate = self._cross(code, "UZS", day)
            if code == "TMT" and day == self._today():
                rate = self._cross("USD", "UZS", day) / _LYING_MANAT
            if code == "USD" and day == self._today() and _LIE_FROM <= seconds < _LIE_UNTIL:
                rate *= _LIE_FACTOR
            items.append(
                {"Ccy": code, "Nominal": "1", "Rate": _printed(rate, 2), "Diff": "0", "Date": f"{day:%d.%m.%Y}"}
            )
        return web.Response(text=json.dumps(items), content_type="application/json")

    async def _cbr(self, request: web.Request) -> web.Response:
        day = self._asked(request.query.get("date_req"), "%d/%m/%Y")
        rows = "".join(
            f'<Valute ID="R0"><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Value>'
            f"{_printed(self._cross(code, 'RUB', day) * nominal, 4, comma=True)}</Value></Valute>"
            for code, nominal in (
                ("USD", 1), ("EUR", 1), ("KZT", 100), ("KGS", 100), ("TJS", 10), ("TMT", 1), ("UZS", 10000), ("CNY", 1),
            )
        )  # fmt: skip
        return _xml(f'<ValCurs Date="{day:%d.%m.%Y}" name="Foreign Currency Market">{rows}</ValCurs>', "windows-1251")

    def _ecb(self, days: list[dt.date]) -> web.Response:
        cubes = "".join(
            f"<Cube time='{day}'>"
            + "".join(
                f"<Cube currency='{code}' rate='{_printed(self._cross('EUR', code, day), 4)}'/>"
                for code in ("USD", "CNY", "TRY", "GBP", "JPY", "CHF", "KRW", "INR")
            )
            + "</Cube>"
            for day in reversed(days)
        )
        return _xml(
            '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            f'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>{cubes}</Cube></gesmes:Envelope>'
        )

    async def _ecb_today(self, _request: web.Request) -> web.Response:
        return self._ecb([self._today()])

    async def _ecb_past(self, _request: web.Request) -> web.Response:
        return self._ecb(_days(self._today() - dt.timedelta(days=90), self._today() - dt.timedelta(days=1)))

    async def _frankfurter(self, request: web.Request) -> web.Response:
        first = self._asked(request.query.get("from"), "%Y-%m-%d")
        last = self._asked(request.query.get("to"), "%Y-%m-%d")
        rows = [
            {"date": day.isoformat(), "base": "USD", "quote": code, "rate": _rounded(self._cross("USD", code, day))}
            for day in _days(first, last)
            for code in request.query.get("quotes", "").split(",")
            if code in _DOLLAR
        ]
        return web.Response(text=json.dumps(rows), content_type="application/json")


def _rounded(value: float) -> float | int:
    """Round as Frankfurter does: the larger a figure, the fewer decimals."""
    digits = 0 if value > 5000 else 2 if value > 80 else 3 if value > 20 else 4 if value > 1 else 5
    return round(value, digits) if digits else round(value)


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days from one to another, a year and a bit at the most."""
    return [first + dt.timedelta(days=n) for n in range(min((last - first).days + 1, 400))]


def _xml(text: str, charset: str = "utf-8") -> web.Response:
    body = f'<?xml version="1.0" encoding="{charset}"?>{text}'.encode(charset)
    return web.Response(body=body, content_type="text/xml", charset=charset)
