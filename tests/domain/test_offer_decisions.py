"""The trust in offers, and what of a table is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from statistics import median as plain_median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.offer_decisions import (
    ConfirmOffer,
    StoreOffer,
    best_offers,
    decide_best,
    decide_offer,
    hold_of,
    is_stale,
    median,
    withdrawn,
    without_placeholders,
    workdays_between,
)
from bot.domain.offers import Channel, Offer, OfferHold, OfferTable, Side, StoredOffer
from bot.domain.rates import Pair, Rate

USD, RUB = Pair("USD", "TJS"), Pair("RUB", "TJS")
DUSHANBE = ZoneInfo("Asia/Dushanbe")
T0 = dt.datetime(2026, 9, 24, 11, 9, tzinfo=dt.UTC)  # a Thursday
DAY = dt.timedelta(days=1)
PRICES = st.decimals("0.0001", "20", places=4)


def offer(
    buy: str | None,
    sell: str | None,
    provider: str = "alif",
    channel: Channel = Channel.CASH,
    pair: Pair = USD,
    at: dt.datetime = T0,
) -> Offer:
    return Offer(provider, channel, pair, buy and Decimal(buy), sell and Decimal(sell), at, "nbt")  # type: ignore[arg-type]


def stored(one: Offer, held: OfferHold | None = None, number: int = 1) -> StoredOffer:
    return StoredOffer(one, one.as_of, one.as_of, held, number)


def official(value: str, pair: Pair = USD) -> Rate:
    return Rate(pair, Decimal(value), Decimal("0.00005"), "nbt", T0, T0, T0.date())


@pytest.mark.parametrize(
    ("buy", "sell", "held"),
    [
        ("9.1800", "9.2800", None),
        ("9.2000", "9.2000", None),
        ("9.2800", "9.1800", OfferHold.CROSSED),
        ("9.1800", "10.5801", OfferHold.OFF_OFFICIAL),
        ("9.1800", "10.5800", None),  # 15 % above 9.2
        ("7.8199", "9.2800", OfferHold.OFF_OFFICIAL),
        (None, "12.9", OfferHold.OFF_OFFICIAL),
        ("7.82", None, None),
    ],
)
def test_an_offer_is_held_that_is_crossed_or_far_off_the_official_rate(
    buy: str | None, sell: str | None, held: OfferHold | None
) -> None:
    assert hold_of(offer(buy, sell), official("9.2")) == held


def test_without_an_official_rate_an_offer_is_judged_by_itself() -> None:
    assert hold_of(offer("1", "100"), None) is None
    assert hold_of(offer("100", "1"), None) is OfferHold.CROSSED


@given(buy=PRICES, sell=PRICES, value=PRICES)
def test_no_shown_offer_is_crossed_or_far_off(buy: Decimal, sell: Decimal, value: Decimal) -> None:
    if hold_of(offer(str(buy), str(sell)), official(str(value))) is None:
        assert value * Decimal("0.85") <= buy <= sell <= value * Decimal("1.15")


def test_cash_under_half_of_non_cash_is_a_placeholder_and_costs_no_other_price() -> None:
    cash = offer("0.0500", "0.1140", pair=RUB)
    non_cash = offer("0.1093", "0.1125", channel=Channel.NON_CASH, pair=RUB)
    only = offer("0.0500", None, "humo", pair=RUB)
    other = offer("0.1093", None, "humo", Channel.NON_CASH, RUB)
    honest = offer("0.0800", "0.1150", "orienbonk", pair=RUB)
    kept, count = without_placeholders([cash, non_cash, only, other, honest])
    assert kept == [replace(cash, buy=None), non_cash, other, honest]
    assert count == 2


@pytest.mark.parametrize(
    ("awaited", "stale"),
    [
        ("2026-09-23", False),
        ("2026-09-24", False),
        ("2026-09-25", False),  # Friday: one working day
        ("2026-09-27", False),  # Sunday
        ("2026-09-28", True),  # Monday
        ("2026-10-01", True),
    ],
)
def test_an_offer_is_stale_two_working_days_after_its_own(awaited: str, stale: bool) -> None:
    assert is_stale(T0, dt.date.fromisoformat(awaited), DUSHANBE) == stale


def test_the_day_of_an_offer_is_counted_in_its_sources_zone() -> None:
    evening = dt.datetime(2026, 9, 24, 20, tzinfo=dt.UTC)  # Friday in Dushanbe
    assert not is_stale(evening, dt.date(2026, 9, 28), DUSHANBE)


@given(day=st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), days=st.integers(-5, 60))
def test_working_days_are_counted_one_by_one(day: dt.date, days: int) -> None:
    counted = sum((day + DAY * n).weekday() < 5 for n in range(1, days + 1))
    assert workdays_between(day, day + DAY * days) == counted


@given(prices=st.lists(PRICES, min_size=1, max_size=30))
def test_the_median_is_exact(prices: list[Decimal]) -> None:
    assert median(sorted(prices)) == plain_median(prices)


def best_of(offers: Iterable[StoredOffer]) -> dict[tuple[str, str], tuple[str, str, int]]:
    return {
        (one.channel, one.side): (str(one.best), str(one.median), one.providers)
        for one in best_offers(list(offers), DUSHANBE)
    }


def test_the_best_offer_pays_most_or_asks_least_among_those_that_are_shown() -> None:
    found = best_of(
        [
            stored(offer("9.18", "9.28")),
            stored(offer("9.20", "9.30", "activ")),
            stored(offer("9.90", None, "liar"), OfferHold.OFF_OFFICIAL),
            stored(offer("9.50", "9.60", "old", at=T0 - 7 * DAY)),
            stored(offer("9.19", None, "humo", Channel.CARD)),
        ]
    )
    assert found == {
        ("cash", "buy"): ("9.20", "9.19", 2),
        ("cash", "sell"): ("9.28", "9.29", 2),
        ("card", "buy"): ("9.19", "9.19", 1),
    }


def test_without_a_shown_offer_there_is_no_best_one() -> None:
    assert best_offers([], DUSHANBE) == []
    assert best_offers([stored(offer("9.3", "9.2"), OfferHold.CROSSED)], DUSHANBE) == []


def test_the_same_price_again_is_confirmed_and_a_new_price_or_trust_is_stored() -> None:
    known, later = stored(offer("9.18", "9.28")), T0 + DAY
    again = offer("9.18", "9.28", at=later)
    assert decide_offer(known, again, None, later) == ConfirmOffer(replace(known, confirmed_as_of=later))
    assert decide_offer(known, known.offer, None, later) is None
    moved = offer("9.19", "9.28", at=later)
    assert decide_offer(known, moved, None, later) == StoreOffer(StoredOffer(moved, later, later))
    held = StoreOffer(StoredOffer(again, later, later, OfferHold.OFF_OFFICIAL))
    assert decide_offer(known, again, OfferHold.OFF_OFFICIAL, later) == held
    assert decide_offer(None, moved, None, later) == StoreOffer(StoredOffer(moved, later, later))


def test_an_older_table_changes_nothing_and_one_of_the_same_time_corrects() -> None:
    known = replace(stored(offer("9.18", "9.28", at=T0 - DAY)), confirmed_as_of=T0)
    assert decide_offer(known, offer("9.1", "9.2", at=T0 - DAY / 2), None, T0) is None
    assert isinstance(decide_offer(known, offer("9.1", "9.2"), None, T0), StoreOffer)


def test_a_best_offer_is_one_row_a_change() -> None:
    (first,) = best_offers([stored(offer("9.18", None))], DUSHANBE)
    (later,) = best_offers([stored(offer("9.18", None, at=T0 + DAY))], DUSHANBE)
    (moved,) = best_offers([stored(offer("9.19", None, at=T0 + DAY))], DUSHANBE)
    known = replace(first, id=5)
    assert first.side is Side.BUY
    assert decide_best(None, first, DUSHANBE) == first
    assert decide_best(known, later, DUSHANBE) == replace(known, confirmed_as_of=T0 + DAY)
    assert decide_best(known, first, DUSHANBE) is None
    assert decide_best(known, moved, DUSHANBE) == moved
    assert decide_best(replace(known, confirmed_as_of=T0 + 2 * DAY), moved, DUSHANBE) is None


def test_the_same_best_offer_after_days_without_a_table_is_a_new_row() -> None:
    (thursday,) = best_offers([stored(offer("9.18", None))], DUSHANBE)
    known = replace(thursday, id=5)
    for days, confirmed in ((4, True), (5, False)):  # a Monday: one table is missing; a Tuesday: two
        (later,) = best_offers([stored(offer("9.18", None, at=T0 + days * DAY))], DUSHANBE)
        decided = decide_best(known, later, DUSHANBE)
        assert decided is not None
        assert (decided.id == 5) is confirmed


def test_what_a_newer_complete_table_has_no_more_is_withdrawn() -> None:
    alif, humo = offer("9.18", "9.28"), offer("9.17", "9.29", "humo")
    known = {(one.channel, one.provider): stored(one) for one in (alif, humo)}
    newer = OfferTable(USD, (replace(alif, as_of=T0 + DAY),))
    assert withdrawn(known, newer) == [stored(humo)]
    assert withdrawn(known, replace(newer, complete=False)) == []
    assert withdrawn(known, OfferTable(USD, (alif,))) == []
