"""Rankings of offers: who gives what, the best first, nothing held or stale."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import ConvertError
from bot.domain.offer_ranking import PUBLISHED, WAYS, OfferRanking, OfferRequest, ranked, request_of
from bot.domain.offers import Channel, Offer, OfferHold, Side, StoredOffer
from bot.domain.rates import Pair

DUSHANBE = ZoneInfo("Asia/Dushanbe")
DAY = dt.date(2026, 9, 24)  # a Thursday
AT = dt.datetime(2026, 9, 24, 11, 9, tzinfo=dt.UTC)
USD, RUB = PUBLISHED[0], PUBLISHED[2]
D = Decimal


def stored(
    provider: str,
    buy: str | None,
    sell: str | None,
    channel: Channel = Channel.CASH,
    *,
    pair: Pair = USD,
    held: OfferHold | None = None,
    at: dt.datetime = AT,
) -> StoredOffer:
    prices = [None if price is None else D(price) for price in (buy, sell)]
    return StoredOffer(Offer(provider, channel, pair, prices[0], prices[1], at, "nbt"), at, at, held)


def asked(text: str, channel: Channel = Channel.CASH, amount: str = "100", code: str = "USD") -> OfferRequest:
    base, _, quote = text.partition("/")
    return OfferRequest(Pair(base, quote), channel, D(amount), code)


def results(ranking: OfferRanking) -> list[tuple[str, Decimal]]:
    return [(one.provider, one.result) for one in ranking.offers]


OFFERS = (stored("a", "9.18", "9.28"), stored("b", "9.20", "9.30"), stored("c", "9.16", "9.25"))


def test_a_customer_who_gives_dollars_gets_the_purchase_price_and_the_highest_is_best() -> None:
    ranking = ranked(asked("USD/TJS"), OFFERS, DAY, DUSHANBE)
    assert results(ranking) == [("b", D("920.00")), ("a", D("918.00")), ("c", D("916.00"))]
    assert ranking.request.gets
    assert (ranking.median, ranking.as_of, ranking.stale) == (D("918.00"), AT, False)


def test_a_customer_who_needs_dollars_pays_the_sale_price_and_the_lowest_is_best() -> None:
    ranking = ranked(asked("TJS/USD"), OFFERS, DAY, DUSHANBE)
    assert results(ranking) == [("c", D("925.00")), ("a", D("928.00")), ("b", D("930.00"))]
    assert not ranking.request.gets


def test_an_amount_in_somoni_is_divided_by_the_price() -> None:
    ranking = ranked(asked("TJS/USD", amount="925", code="TJS"), OFFERS, DAY, DUSHANBE)
    assert ranking.request.gets
    assert results(ranking)[0] == ("c", D(100))


def test_other_channels_missing_and_held_prices_are_left_out() -> None:
    others = (
        stored("d", "9.99", "10.01", Channel.CARD),
        stored("e", None, "9.01"),
        stored("f", "9.50", "9.40", held=OfferHold.CROSSED),
    )
    assert results(ranked(asked("USD/TJS"), (*OFFERS, *others), DAY, DUSHANBE))[0] == ("b", D("920.00"))


def test_stale_offers_are_never_ranked_and_a_stale_table_says_since_when() -> None:
    old = stored("old", "9.99", "10.00", at=AT - dt.timedelta(days=9))
    assert ("old", D("999.00")) not in results(ranked(asked("USD/TJS"), (*OFFERS, old), DAY, DUSHANBE))
    later = ranked(asked("USD/TJS"), (*OFFERS, old), DAY + dt.timedelta(days=7), DUSHANBE)
    assert (later.offers, later.median, later.as_of, later.stale) == ((), None, AT, True)


def test_without_any_offer_nothing_is_stale() -> None:
    ranking = ranked(asked("USD/TJS"), (), DAY, DUSHANBE)
    assert (ranking.offers, ranking.as_of, ranking.stale) == ((), None, False)


@pytest.mark.parametrize(
    ("codes", "more", "pair", "channel", "amount"),
    [
        ((), {}, "USD/TJS", "cash", "1 USD"),
        ((), {"timezone": "Asia/Almaty"}, "USD/KZT", "cash", "1 USD"),
        ((), {"own": ("RUB", "TJS"), "timezone": "Europe/Moscow"}, "RUB/TJS", "transfer", "1000 RUB"),
        ((), {"own": ("TJS", "RUB")}, "TJS/RUB", "transfer", "1000 RUB"),
        ((), {"own": ("RUB", "UZS")}, "USD/UZS", "cash", "1 USD"),
        (("RUB",), {}, "RUB/TJS", "transfer", "1000 RUB"),
        (("TJS",), {}, "USD/TJS", "cash", "1 USD"),
        (("RUB", "TJS"), {"channel": Channel.CARD}, "RUB/TJS", "card", "1000 RUB"),
        (("TJS", "USD"), {"amount": D(500)}, "TJS/USD", "cash", "500 TJS"),
        (("USD",), {"buys": True}, "TJS/USD", "cash", "1 USD"),
        (("USD", "TJS"), {"buys": True, "amount": D(100)}, "TJS/USD", "cash", "100 USD"),
        (("RUB", "KZT"), {}, "RUB/KZT", "transfer", "1000 RUB"),
        (("USD", "USD"), {}, "USD/TJS", "cash", "1 USD"),
    ],
)
def test_what_is_not_named_is_the_usual(
    codes: tuple[str, ...], more: dict[str, object], pair: str, channel: str, amount: str
) -> None:
    found = request_of(codes, **more)  # type: ignore[arg-type]
    assert (str(found.pair), found.channel.value, f"{found.amount} {found.code}") == (pair, channel, amount)


def test_an_amount_below_a_cent_is_refused_and_a_finer_one_is_rounded() -> None:
    with pytest.raises(ConvertError):
        request_of(("USD", "TJS"), amount=D("0.001"))
    assert request_of(("USD", "TJS"), amount=D("1.239")).amount == D("1.24")


prices = st.decimals(min_value=D("0.05"), max_value=D(20), places=4)


@given(st.lists(prices, min_size=1, max_size=22), st.sampled_from(Side), st.sampled_from(("USD", "TJS")))
def test_the_first_is_the_best_for_the_customer_and_the_median_lies_between(
    found: list[Decimal], side: Side, code: str
) -> None:
    offers = [stored(f"p{n}", str(price), str(price)) for n, price in enumerate(found)]
    ranking = ranked(asked("USD/TJS" if side is Side.BUY else "TJS/USD", code=code), offers, DAY, DUSHANBE)
    shown = [one.result for one in ranking.offers]
    assert len(shown) == len(found)
    assert shown == sorted(shown, reverse=ranking.request.gets)
    assert ranking.median is not None
    assert min(shown) <= ranking.median <= max(shown)


def test_every_table_and_way_has_a_request_both_ways() -> None:
    for pair in PUBLISHED:
        for way in WAYS:
            there, back = OfferRequest(pair, way, D(1), "TJS"), OfferRequest(pair.inverted, way, D(1), "TJS")
            assert there.table == back.table == pair
            assert (there.side, back.side) == (Side.BUY, Side.SELL)
            assert (there.gets, back.gets) == (False, True)
            assert there.other == back.other == pair.base
