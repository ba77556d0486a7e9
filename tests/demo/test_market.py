"""The market of the demo: calm, but for one swing when it is asked for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.demo.market import CURRENCIES, SWING_SECONDS, Market

NOW = dt.datetime(2026, 4, 1, 8, tzinfo=dt.UTC)


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return NOW.timestamp() + self.seconds


def dollars(market: Market, clock: Clock, code: str, seconds: range) -> list[Decimal]:
    found = []
    for clock.seconds in seconds:
        found.append(market.dollar(code, market.today))
    return found


def test_a_calm_market_moves_less_than_a_thousandth() -> None:
    clock = Clock()
    market = Market(clock)
    for code in CURRENCIES:
        rates = dollars(market, clock, code, range(0, 600, 5))
        assert max(rates) / min(rates) < Decimal("1.001")


def test_a_swing_passes_the_level_of_the_tour_both_ways_and_ends() -> None:
    clock = Clock()
    market = Market(clock)
    market.swing(["KZT"])
    tenge = dollars(market, clock, "KZT", range(200))
    assert max(tenge) > 521  # "kzt > 520"
    assert min(tenge) < 513
    assert max(tenge[60:]) / min(tenge[60:]) < Decimal("1.001")
    assert next(second for second, rate in enumerate(tenge) if rate > 520) <= SWING_SECONDS[0] + 1


def test_currencies_swing_apart() -> None:
    clock = Clock()
    market = Market(clock)
    market.swing(["KZT"])
    clock.seconds = 5.0
    assert market.cross("RUB", "TJS", market.today) < Decimal("0.1145")
    market.swing(["RUB", "TJS"])
    clock.seconds = 10.0
    assert market.cross("RUB", "TJS", market.today) > Decimal("0.115")  # "rub tjs > 0.115"


def test_a_currency_that_swings_does_not_begin_another_swing() -> None:
    clock = Clock()
    market = Market(clock)
    market.swing(["KZT"])
    for clock.seconds in (20.0, SWING_SECONDS[1] + 1):
        market.swing(["KZT"])
    assert market.dollar("KZT", market.today) < 513  # it goes on with its second jump
    clock.seconds = SWING_SECONDS[-1]
    market.swing(["KZT"])
    clock.seconds += SWING_SECONDS[0]
    assert market.dollar("KZT", market.today) > 520


def test_yesterday_is_near_today_and_stays_the_same() -> None:
    clock = Clock()
    market = Market(clock)
    yesterday = market.today - dt.timedelta(days=1)
    for code in CURRENCIES:
        before = market.dollar(code, yesterday)
        assert abs(market.dollar(code, market.today) / before - 1) < Decimal("0.01")
        clock.seconds += 7
        assert market.dollar(code, yesterday) == before


def test_the_ticker_prints_the_market() -> None:
    clock = Clock()
    assert dict(Market(clock).ticker())["KZT"] == "0.00194"
