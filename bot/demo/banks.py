"""The demo's banks on loopback, each in its own format: one is missing, one is wrong, the others move a little.

`/<bank>/<the bank's own path>` is the form of BANK_BASE_URL. All banks publish the rates of one market
(bot/demo/market.py), so they agree with each other, except for the wrong rates below.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from html import escape

from aiohttp import web
from babel.numbers import get_currency_name

from bot.demo import gold
from bot.demo.market import CURRENCIES, Market
from bot.demo.offers import DemoOffers

# The wrong rates: a manat of 3.02 for a dollar (as on 1 April 2026), and a soum that falls by a third for a while.
_LYING_MANAT = Decimal("3.02")
_LIE_FROM, _LIE_UNTIL, _LIE_FACTOR = 40.0, 80.0, Decimal("1.3")
# Days of history.
_DAYS = 400

# The number of units for which each bank prints a currency, where it is not one.
_NBK_QUANT = {"UZS": 100, "AMD": 10, "IRR": 1000, "KRW": 100}
_NBKR_NOMINAL = {"JPY": 10}
_CBU_NOMINAL = {"IRR": 10}
_CBR_NOMINAL = {
    "KZT": 100, "KGS": 100, "TJS": 10, "UZS": 10000, "AMD": 100, "INR": 10, "JPY": 100, "KRW": 1000, "TRY": 10,
    "UAH": 10, "IRR": 1_000_000,
}  # fmt: skip
# The banks' own numbers of some currencies; they are not read.
_CBR_IDS = {"KZT": "R01335", "KGS": "R01370", "TJS": "R01670", "TMT": "R01710A", "UZS": "R01717"}
_ISO_NUMBERS = {
    "USD": "840", "EUR": "978", "RUB": "643", "KZT": "398", "KGS": "417", "TJS": "972", "TMT": "934", "UZS": "860",
}  # fmt: skip
_NBKR_HISTORY = {"15": "USD", "20": "EUR", "40": "KZT", "44": "RUB", "45": "TJS", "46": "UZS", "108": "TMT"}
# The number of the page of gold bars, among the pages at the same address.
_NBKR_GOLD = "2747"
_NBKR_DAILY = ("USD", "EUR", "CNY", "KZT", "RUB")
_ECB = ("USD", "JPY", "GBP", "PLN", "CHF", "TRY", "CNY", "INR", "KRW")


class DemoBanks:
    """The stand-ins. `clock` returns seconds since the epoch; the demo starts when they are created."""

    def __init__(self, clock: Callable[[], float] = time.time, market: Market | None = None) -> None:
        self._clock, self._market = clock, market or Market(clock)
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
            ("cbu/uz/banknotes-coins/gold-bars/prices/", self._cbu_gold),
            ("cbu/en/arkhiv-kursov-valyut/json/", self._cbu),
            ("cbu/en/arkhiv-kursov-valyut/json/all/{day}/", self._cbu),
            ("nbt/{rest:.*}", self._missing),
        ):
            application.router.add_get(f"{prefix}/{path}", handler)
        DemoOffers(self._clock, self._market).add_to(application, prefix)

    @property
    def _today(self) -> dt.date:
        return self._market.today

    @property
    def _seconds(self) -> float:
        return self._clock() - self._began

    def _requested_day(self, text: str | None, form: str) -> dt.date:
        """Return the requested day; today for none, for a future one and for one before the demo's history."""
        try:
            day = dt.datetime.strptime(text or "", form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            return self._today
        return day if 0 <= (self._today - day).days <= _DAYS else self._today

    def _span(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Return the days of a span that the demo has."""
        start = max(first, self._today - dt.timedelta(days=_DAYS))
        return [start + dt.timedelta(days=n) for n in range((min(last, self._today) - start).days + 1)]

    async def _missing(self, _request: web.Request) -> web.Response:
        return web.Response(status=503, text="closed for the demo")

    async def _nbk(self, request: web.Request) -> web.Response:
        requested = request.query.get("fdate")
        if requested == f"{self._today + dt.timedelta(days=1):%d.%m.%Y}":  # tomorrow's table is not published yet
            return _xml(f"<rates>\n<date>{requested}</date>\n<info>No rates for this day</info>\n</rates>")
        day = self._requested_day(requested, "%d.%m.%Y")
        before = day - dt.timedelta(days=1)
        items = []
        for code in CURRENCIES:
            if code in ("KZT", "TMT"):
                continue
            quant = _NBK_QUANT.get(code, 1)
            rate = _rounded(self._market.cross(code, "KZT", day) * quant, 2)
            change = rate - _rounded(self._market.cross(code, "KZT", before) * quant, 2)
            items.append(
                f"<item>\n<fullname>{escape(_name(code, 'ru').upper())}</fullname>\n<title>{code}</title>\n"
                f"<description>{_short(rate)}</description>\n<quant>{quant}</quant>\n"
                f"<index>{'UP' if change > 0 else 'DOWN' if change else ''}</index>\n"
                f"<change>{f'{change:+}' if change else '0.00'}</change>\n</item>\n"
            )
        return _xml(
            "<rates>\n<generator>Jarchi's demo</generator>\n<title>Official exchange rates</title>\n"
            "<link>www.nationalbank.kz</link>\n<description>Official exchange rates</description>\n"
            f"<copyright>none</copyright>\n<date>{day:%d.%m.%Y}</date>\n{''.join(items)}</rates>"
        )

    def _nbkr(self, name: str, codes: Iterable[str], day: dt.date, valid_for: str = "") -> web.Response:
        rows = []
        for code in codes:
            nominal = _NBKR_NOMINAL.get(code, 1)
            rate = _comma(_rounded(self._market.cross(code, "KGS", day) * nominal, 4))
            rows.append(
                f'<Currency ISOCode="{code}">\n<Nominal>{nominal}</Nominal>\n{valid_for}<Value>{rate}</Value>\n'
                "</Currency>\n"
            )
        table = f'<CurrencyRates Name="{name}" Date="{day:%d.%m.%Y}">\n{"".join(rows)}</CurrencyRates>'
        return _xml(f"<!-- Курсы валют -->\n{table}", "windows-1251")

    async def _nbkr_daily(self, _request: web.Request) -> web.Response:
        return self._nbkr("Daily Exchange Rates", _NBKR_DAILY, self._today)

    async def _nbkr_weekly(self, _request: web.Request) -> web.Response:
        saturday = self._today - dt.timedelta(days=(self._today.weekday() - 5) % 7)
        others = [code for code in CURRENCIES if code not in (*_NBKR_DAILY, "KGS")]
        return self._nbkr("Weekly Exchange Rates", others, saturday, "<ValidFor>7</ValidFor>\n")

    async def _nbkr_past(self, request: web.Request) -> web.Response:
        if request.query.get("item") == _NBKR_GOLD:
            text = gold.nbkr_page(self._requested_span(request, "begin"))
            return web.Response(body=text.encode("windows-1251"), content_type="text/html", charset="windows-1251")
        code = _NBKR_HISTORY.get(request.query.get("valuta_id", ""), "USD")
        days = self._requested_span(request, "beg")
        rates = {day: _comma(_rounded(self._market.cross(code, "KGS", day), 4)) for day in days}
        rows = "".join(
            f'<tr><td class="stat-center"><!--date-->{day:%d.%m.%Y}<!--date--></td>'
            f'<td class="stat-right"><!--value-->{rate}<!--value--></td></tr>\n'
            for day, rate in rates.items()
        )
        return web.Response(
            text=f"<html><head><title>{code}</title></head><body><table>\n{rows}</table></body></html>",
            content_type="text/html",
        )

    def _requested_span(self, request: web.Request, begin: str) -> list[dt.date]:
        """Return the requested days of a page of the National Bank of the Kyrgyz Republic; today for none."""
        first, last = (
            self._requested_day(
                ".".join(request.query.get(f"{end}_{part}", "") for part in ("day", "month", "year")), "%d.%m.%Y"
            )
            for end in (begin, "end")
        )
        return self._span(first, last)

    async def _cbu_gold(self, _request: web.Request) -> web.Response:
        return web.Response(text=gold.cbu_page(self._today), content_type="text/html")

    async def _cbu(self, request: web.Request) -> web.Response:
        day = self._requested_day(request.match_info.get("day"), "%Y-%m-%d")
        items = []
        for number, code in enumerate(code for code in CURRENCIES if code != "UZS"):
            nominal = _CBU_NOMINAL.get(code, 1)
            rate = self._market.cross(code, "UZS", day) * nominal
            if day == self._today and code == "TMT":
                rate = self._market.cross("USD", "UZS", day) / _LYING_MANAT
            if day == self._today and code == "USD" and _LIE_FROM <= self._seconds < _LIE_UNTIL:
                rate *= _LIE_FACTOR
            before = self._market.cross(code, "UZS", day - dt.timedelta(days=1)) * nominal
            items.append(
                {
                    "id": number,
                    "Code": _ISO_NUMBERS.get(code, "000"),
                    "Ccy": code,
                    "CcyNm_RU": _name(code, "ru"),
                    "CcyNm_UZ": _name(code, "uz"),
                    "CcyNm_UZC": _name(code, "uz_Cyrl"),
                    "CcyNm_EN": _name(code, "en"),
                    "Nominal": str(nominal),
                    "Rate": str(_rounded(rate, 2)),
                    "Diff": _short(_rounded(rate, 2) - _rounded(before, 2)),
                    "Date": f"{day:%d.%m.%Y}",
                }
            )
        return web.json_response(items)

    async def _cbr(self, request: web.Request) -> web.Response:
        day = self._requested_day(request.query.get("date_req"), "%d/%m/%Y")
        rows = []
        for code in CURRENCIES:
            if code == "RUB":
                continue
            nominal = _CBR_NOMINAL.get(code, 1)
            rate = _rounded(self._market.cross(code, "RUB", day) * nominal, 4)
            rows.append(
                f'<Valute ID="{_CBR_IDS.get(code, "R01000")}"><NumCode>{_ISO_NUMBERS.get(code, "000")}</NumCode>'
                f"<CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>{escape(_name(code, 'ru'))}</Name>"
                f"<Value>{_comma(rate)}</Value>"
                f"<VunitRate>{_unit(rate / nominal)}</VunitRate></Valute>"
            )
        table = f'<ValCurs Date="{day:%d.%m.%Y}" name="Foreign Currency Market">{"".join(rows)}</ValCurs>'
        return _xml(table, "windows-1251")

    def _ecb(self, days: Sequence[dt.date], *, past: bool) -> web.Response:
        """Answer as the bank does: a day in single quotes with all digits, history in double ones without zeros."""
        mark = '"' if past else "'"
        cubes = []
        for day in reversed(days):
            rates = {code: _rounded(self._market.cross("EUR", code, day), 4) for code in _ECB}
            cubes.append(
                f"<Cube time={mark}{day}{mark}>"
                + "".join(
                    f"<Cube currency={mark}{code}{mark} rate={mark}{_short(rate) if past else rate}{mark}/>"
                    for code, rate in rates.items()
                )
                + "</Cube>\n"
            )
        return _xml(
            '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'
            "<gesmes:subject>Reference rates</gesmes:subject>\n"
            "<gesmes:Sender><gesmes:name>Jarchi's demo</gesmes:name></gesmes:Sender>\n"
            f"<Cube>\n{''.join(cubes)}</Cube>\n</gesmes:Envelope>"
        )

    async def _ecb_today(self, _request: web.Request) -> web.Response:
        return self._ecb([self._today], past=False)

    async def _ecb_past(self, _request: web.Request) -> web.Response:
        days = self._span(self._today - dt.timedelta(days=90), self._today - dt.timedelta(days=1))
        return self._ecb([day for day in days if day.weekday() < 5], past=True)

    async def _frankfurter(self, request: web.Request) -> web.Response:
        base = request.query.get("base", "EUR")
        requested = [code for code in request.query.get("quotes", "").split(",") if code] or list(CURRENCIES)
        if not {base, *requested} <= set(CURRENCIES):
            return web.json_response({"status": 422, "message": "invalid currency"}, status=422)
        day = self._requested_day(request.query.get("date"), "%Y-%m-%d")
        first = self._requested_day(request.query.get("from"), "%Y-%m-%d") if "from" in request.query else day
        last = self._requested_day(request.query.get("to"), "%Y-%m-%d") if "from" in request.query else day
        cross = self._market.cross
        rows = [
            f'{{"date":"{day}","base":"{base}","quote":"{code}","rate":{_blended(cross(base, code, day))}}}'
            for day in self._span(first, last)
            for code in requested
            if code != base
        ]
        return web.Response(text=f"[{','.join(rows)}]", content_type="application/json")


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits))


def _comma(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")


def _unit(value: Decimal) -> str:
    """Print the rate of one unit as the Bank of Russia does: "0,163172", but "5,39256E-05"."""
    text = f"{float(value):.6G}" if value < Decimal("0.0001") else f"{value:f}"
    return text.replace(".", ",")


def _short(value: Decimal) -> str:
    """Return a rate without its trailing zeros: "3", "179.5"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _blended(value: Decimal) -> str:
    """Round as Frankfurter does: the larger a rate, the fewer decimals."""
    steps = ((5000, 0), (80, 2), (20, 3), (1, 4), (Decimal("0.0001"), 5))
    return _short(_rounded(value, next((digits for bound, digits in steps if value > bound), 6)))


def _name(code: str, language: str) -> str:
    return str(get_currency_name(code, locale=language))


def _xml(text: str, charset: str = "utf-8") -> web.Response:
    body = f'<?xml version="1.0" encoding="{charset}"?>\n{text}'.encode(charset, "xmlcharrefreplace")
    return web.Response(body=body, content_type="text/xml", charset=charset)
