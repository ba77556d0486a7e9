"""The pages of gold bars of the demo's banks, in the banks' own forms; prices move slowly around real ones."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal

from bot.domain.gold import BarPrice, PriceList
from bot.sources.gold import DAYS

# Sale and buyback of each bar: Uzbekistan on 5 January 2026, Kyrgyzstan on 18 December 2024.
_BARS = {
    "cbu": (
        ("5", "8735000", "8395000"), ("10", "17469000", "16791000"), ("20", "34939000", "33582000"),
        ("50", "87347000", "83955000"), ("100", "174694000", "167910000"),
    ),
    "nbkr": (
        ("1", "8804.50", "8761.00"), ("2", "16310.00", "16245.00"), ("5", "38830.00", "38714.00"),
        ("10", "76020.50", "75649.00"), ("31.1035", "235546.50", "232065.50"), ("100", "763537.00", "741298.00"),
    ),
}  # fmt: skip
# The smallest step of a price.
_STEPS = {"cbu": Decimal(1000), "nbkr": Decimal("0.50")}
# The amplitude of the price, as a share, and its period in days.
_WAVE, _PERIOD = 0.04, 61.0
# Uzbekistan prints a third price, for a damaged package: about a hundredth less.
_DAMAGED = Decimal("0.99")
_MONTHS = (
    "Yanvar", "Fevral", "Mart", "Aprel", "May", "Iyun", "Iyul", "Avgust", "Sentabr", "Oktabr", "Noyabr", "Dekabr",
)  # fmt: skip


def bars(source: str, day: dt.date) -> tuple[BarPrice, ...]:
    """Return the bars of a bank with their prices of a day."""
    share = Decimal(str(round(1 + _WAVE * math.sin(2 * math.pi * day.toordinal() / _PERIOD), 5)))
    return tuple(
        BarPrice(Decimal(weight), _stepped(source, Decimal(sale) * share), _stepped(source, Decimal(buyback) * share))
        for weight, sale, buyback in _BARS[source]
    )


def _stepped(source: str, price: Decimal) -> Decimal:
    step = _STEPS[source]
    return (price / step).quantize(Decimal(1)) * step


def past_lists(source: str, today: dt.date) -> list[PriceList]:
    """Return the price lists of the days before today, the oldest first."""
    days = (today - dt.timedelta(days=ago) for ago in range(DAYS, 0, -1))
    return [PriceList(source, day, bars(source, day)) for day in days]


def cbu_page(day: dt.date) -> str:
    """Return the page of the Central Bank of Uzbekistan."""
    rows = "".join(
        f"<tr><td><p>{bar.weight} gramm</p></td>"
        + "".join(
            f"<td><p>{_spaced(price)} so‘m</p></td>"
            for price in (bar.sale, bar.buyback, _stepped("cbu", bar.buyback * _DAMAGED))
        )
        + "</tr>\n"
        for bar in bars("cbu", day)
        if bar.buyback is not None
    )
    return (
        '<html lang="uz"><head><meta charset="utf-8"></head><body><h1>Oltin quymalarining narxlari</h1>\n'
        '<table class="table table-bordered">\n<tr><td rowspan="2"><p>Og‘irligi</p></td>'
        '<td rowspan="2"><p>Sotish narxi</p></td><td colspan="2"><p>Qaytarib sotib olish narxi</p></td></tr>\n'
        "<tr><td><p>qadog‘i but holatda</p></td>"
        "<td><p>qadog‘i buzilgan yoki texnik talablarga mos kelmaydigan holatda</p></td></tr>\n"
        f"{rows}</table>\n<p>Yangilangan sana: {day.day} {_MONTHS[day.month - 1]} {day.year}, 09:30</p></body></html>"
    )


def nbkr_page(days: Sequence[dt.date]) -> str:
    """Return the page of the National Bank of the Kyrgyz Republic with the lists of some days."""
    rows = "".join(
        f"<tr><td>{day:%d.%m.%Y}</td><td>{_weight(bar.weight)}</td>"
        f"<td>{_spaced(bar.buyback or Decimal(0))}</td><td>{_spaced(bar.sale)}</td></tr>\n"
        for day in sorted(days, reverse=True)
        for bar in bars("nbkr", day)
    )
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>\n'
        '<table border="1" width="90%">\n<tr><th>Дата</th><th>Мерные золотые слитки, г.</th>'
        f"<th>Цена обратного выкупа, сом</th><th>Цена продажи, сом</th></tr>\n{rows}</table></body></html>"
    )


def _weight(weight: Decimal) -> str:
    return f"{weight:.2f}" if weight == weight.to_integral_value() else str(weight)


def _spaced(price: Decimal) -> str:
    return f"{price:,}".replace(",", " ")
