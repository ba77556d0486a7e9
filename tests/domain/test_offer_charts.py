"""The days of a chart of offers, and its gaps."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.charts import ChartSeries
from bot.domain.offer_charts import OfferSeries, daily
from bot.domain.offers import BestOffer, Channel, Side
from bot.domain.rates import Pair, Rate

DUSHANBE = ZoneInfo("Asia/Dushanbe")
PAIR, MARKET = Pair("RUB", "TJS"), Pair("RUB", "TJS", "transfer:buy")
MONDAY = dt.date(2026, 9, 7)


def at(day: int, hour: int = 11) -> dt.datetime:
    """An instant of a day after the Monday, UTC."""
    return dt.datetime.combine(MONDAY, dt.time(hour), dt.UTC) + dt.timedelta(days=day)


def best(value: str, first: dt.datetime, last: dt.datetime | None = None) -> BestOffer:
    price = Decimal(value)
    return BestOffer(PAIR, Channel.TRANSFER, Side.BUY, price, price, 3, first, last or first, "nbt")


def test_an_offer_holds_on_each_day_from_its_first_table_to_its_last() -> None:
    found = [best("0.11", at(0), at(2)), best("0.12", at(2, 12)), best("0.13", at(8))]
    days = [((day - MONDAY).days, str(one.best)) for day, one in daily(found, MONDAY, DUSHANBE)]
    assert days == [(0, "0.11"), (1, "0.11"), (2, "0.12"), (8, "0.13")]


def test_the_offer_in_force_at_the_beginning_counts_from_there() -> None:
    found = [best("0.10", at(-30)), best("0.11", at(-9), at(1))]
    assert [day for day, _ in daily(found, MONDAY, DUSHANBE)] == [MONDAY, MONDAY + dt.timedelta(days=1)]


def test_a_day_is_that_of_the_source() -> None:
    [(day, _)] = daily([best("0.11", at(0, 20))], MONDAY, DUSHANBE)  # after midnight in Dushanbe
    assert day == MONDAY + dt.timedelta(days=1)


def test_weekends_are_no_gaps_and_missing_tables_are() -> None:
    days = (0, 1, 4, 7, 9, 14, 15)  # Monday, Tuesday, Friday; Monday, Wednesday; Monday, Tuesday
    rates = [
        Rate(MARKET, Decimal("0.11"), Decimal(0), "nbt", at(day), at(day), MONDAY + dt.timedelta(days=day))
        for day in days
    ]
    chart = ChartSeries(MARKET, "30d", MONDAY, (), rates, (), ())
    series = OfferSeries(chart, [Decimal("0.11")] * len(days), (), at(15), "nbt", "")
    assert series.stretches == [range(2), range(2, 5), range(5, 7)]
