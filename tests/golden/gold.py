"""Prices of gold bars."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot.domain.charts import since
from bot.domain.gold import BarPrice, BarSeries, PriceList
from bot.views import gold
from tests.golden.sample import sample
from tests.golden.values import NOW


def price_list(source: str, *bars: tuple[str, str, str | None]) -> PriceList:
    """A bank's price list of today."""
    prices = (BarPrice(*(None if part is None else Decimal(part) for part in bar)) for bar in bars)  # type: ignore[arg-type]
    return PriceList(source, NOW.date(), tuple(prices))


UZBEK = price_list(
    "cbu",
    ("5", "8735000", "8395000"),
    ("10", "17469000", "16791000"),
    ("20", "34939000", "33582000"),
    ("50", "87347000", "83955000"),
    ("100", "174694000", "167910000"),
)
KYRGYZ = price_list(
    "nbkr",
    ("1", "8804.50", "8761.00"),
    ("2", "16310.00", "16245.00"),
    ("5", "38830.00", "38714.00"),
    ("10", "76020.50", "75649.00"),
    ("31.1035", "235546.50", "232065.50"),
    ("100", "763537.00", "741298.00"),
)
ONE_PRICE = replace(UZBEK, bars=tuple(replace(bar, buyback=None) for bar in UZBEK.bars[:2]))
SERIES = BarSeries(
    "cbu",
    Decimal(10),
    "90d",
    since(NOW, "90d"),
    tuple((NOW.date() - dt.timedelta(days=days), Decimal(price)) for days, price in ((89, "1710000"), (0, "1746900"))),
    tuple(bar.weight for bar in UZBEK.bars),
)
LATELY = replace(SERIES, source="nbkr", weight=Decimal("31.1035"), points=((NOW.date(), Decimal("7572.99")),))

SAMPLES = (
    sample(gold.prices, "one bank", [UZBEK], ["nbkr"], "UZS"),
    sample(gold.prices, "another bank", [KYRGYZ], ["cbu"], "KGS"),
    sample(gold.prices, "in Kazakhstan", [UZBEK, KYRGYZ], [], "KZT"),
    sample(gold.prices, "in Tajikistan", [UZBEK, KYRGYZ], [], "TJS"),
    sample(gold.prices, "in a group", [UZBEK], ["nbkr"], "UZS", private=False),
    sample(gold.prices, "without a buyback", [ONE_PRICE], []),
    sample(gold.off),
    sample(gold.nothing),
    sample(gold.no_pictures),
    sample(gold.caption, "", SERIES),
    sample(gold.caption, "the first price", LATELY),
)
