"""The demo's table of offers, in the form of the National Bank of Tajikistan; its providers are invented.

Prices lie around the rates of the demo's market. One provider is wrong, one has an old time, one prints placeholders,
and one past day has no table of its own, so that the site serves the day before, as the bank's does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.demo.market import Market

_ZONE = ZoneInfo("Asia/Dushanbe")
_CODES = ("USD", "EUR", "RUB")
_HEADERS = (
    "Ташкилотҳои қарзии молиявӣ",
    *(
        f"{channel} {side}"
        for channel in ("Байнибонкӣ", "Нақдӣ", "Ғайринақдӣ", "Ҳамёни электронӣ", "Кортҳо", "ММПИМ")
        for side in ("харид", "фурӯш")
    ),
    "Сана",
)
# The places of the channels in a row: interbank, cash, non-cash, wallet, card, transfer.
_EVERY, _COUNTER, _ONLINE = range(6), (0, 1, 2), (2, 3, 4, 5)
_NO_PRICE = '<span class="green">0.0000</span>'
_PLACEHOLDER = "0.0010"
# How old the row of the provider that no more publishes is.
_OLD = dt.timedelta(days=9)
_WEDNESDAY, _SATURDAY = 2, 5
_DAYS = 400


@dataclass(frozen=True, slots=True)
class _Provider:
    """An invented provider: its bank buys and sells at these shares of the market's rate, on some channels."""

    name: str
    buy: str
    sell: str
    channels: range | tuple[int, ...] = _EVERY
    lies: bool = False
    old: bool = False
    placeholder: bool = False


_PROVIDERS = (
    _Provider('ҶСК "Бонки Кӯҳсор"', "0.994", "1.005"),
    _Provider('ҶСП "Зарафшон Бонк"', "0.990", "1.004"),
    _Provider('ҶДММ ТАҚХ "Субҳ-Молия"', "0.986", "1.009", _COUNTER),
    _Provider("ҶСП “Бонки Чашма”", "0.992", "1.006", _COUNTER),
    _Provider('ҶСП ТАҚХ "Роҳи Абрешим', "0.989", "1.003", _ONLINE),
    _Provider('КВД "Бонки Нур" ', "0.985", "1.008", _COUNTER, placeholder=True),
    _Provider('ҶДММ ТАҚХ "Осмон"', "0.993", "1.004", _COUNTER, old=True),
    _Provider('ҶСП "Бонки Сароб"', "0.998", "1.002", lies=True),
)


class DemoOffers:
    """The stand-in of the table. `clock` returns seconds since the epoch."""

    def __init__(self, clock: Callable[[], float], market: Market) -> None:
        self._clock, self._market = clock, market

    def add_to(self, application: web.Application, prefix: str) -> None:
        """Serve the table under a prefix, at the path of the bank."""
        application.router.add_get(f"{prefix}/offers_nbt/tj/kurs/kurs_kommer_bank.php", self._table)

    async def _table(self, request: web.Request) -> web.Response:
        code = request.query.get("currency", "USD")
        code = code if code in _CODES else "USD"
        now = dt.datetime.fromtimestamp(self._clock(), _ZONE)
        day = self._published(request.query.get("date", ""), now.date())
        at = now.replace(minute=0) if day == now.date() else dt.datetime.combine(day, dt.time(16, 9))
        rows = "".join(f"    <tr>\n{self._row(one, code, day, at)}    </tr>\n" for one in _PROVIDERS)
        head = "".join(f"        <th>{header}</th>\n" for header in _HEADERS)
        table = f"<table>\n    <tr>\n{head}    </tr>\n{rows}</table>"
        page = f"<title>{code}/TJS</title></head>\n<body>\n{table}\n</body></html>"
        return web.Response(
            text=f'<html lang="en"><head><meta charset=UTF-8>{page}',
            content_type="text/html",
        )

    def _published(self, requested: str, today: dt.date) -> dt.date:
        """Return the newest day with a table up to the requested one: none is of a weekend or of last Wednesday."""
        try:
            day = dt.date.fromisoformat(requested)
        except ValueError:
            return today
        if not 0 < (today - day).days <= _DAYS:
            return today
        missing = today - dt.timedelta(days=(today.weekday() - _WEDNESDAY - 1) % 7 + 1)
        while day.weekday() >= _SATURDAY or day == missing:
            day -= dt.timedelta(days=1)
        return day

    def _row(self, provider: _Provider, code: str, day: dt.date, at: dt.datetime) -> str:
        rate = self._market.cross(code, "TJS", min(day, self._market.today))
        buy, sell = rate * Decimal(provider.buy), rate * Decimal(provider.sell)
        cells = [escape(provider.name)]
        for channel in _EVERY:
            if channel not in provider.channels:
                cells += [_NO_PRICE, _NO_PRICE]
            elif provider.lies and channel == 1:  # in cash it sells for less than it buys
                cells += [_printed(sell), _printed(buy)]
            elif provider.lies:  # elsewhere it pays 40 % more than anybody
                cells += [_printed(buy * Decimal("1.4")), _printed(sell * Decimal("1.4"))]
            elif provider.placeholder and channel == 1 and code == "RUB":
                cells += [_PLACEHOLDER, _printed(sell)]
            else:
                cells += [_printed(buy), _printed(sell)]
        cells.append(f"{at - _OLD if provider.old else at:%d.%m.%Y %H:%M}")
        return "".join(f"        <td>{cell}</td>\n" for cell in cells)


def _printed(price: Decimal) -> str:
    return f"{price:.4f}"
