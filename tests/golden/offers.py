"""Offers of banks, and what a transfer brings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot.domain.charts import ChartSeries, since
from bot.domain.offer_charts import OfferSeries
from bot.domain.offer_ranking import HeldOffer, OfferRanking, OfferRequest, RankedOffer, request_of
from bot.domain.offers import Channel, OfferHold
from bot.domain.rates import Pair, Rate
from bot.views import convert, offer_charts, offers
from tests.golden.sample import sample
from tests.golden.values import ALMATY, CROSS, KZT, NOW, rate, resolved

AS_OF = NOW - dt.timedelta(hours=20)
OLDER = AS_OF - dt.timedelta(days=1)
HOME = "https://bank.example/table"
PROVIDERS = ("humo", "alif", "eskhata", "Bazaar & <b>Co", "matin", "imon", "spitamen", "vasl", "orienbonk", "arvand")


def ranking(request: OfferRequest, best: str, step: str, official: str, count: int = 10) -> OfferRanking:
    """A ranking whose results differ by a step."""
    results = [Decimal(best) + n * Decimal(step) for n in range(count)]
    found = tuple(
        RankedOffer(name, Decimal("0.1"), result, OLDER if name == "eskhata" else AS_OF)
        for name, result in zip(PROVIDERS, results, strict=False)
    )
    table = resolved(rate(request.pair.quote, official, "nbt", base=request.pair.base))
    return OfferRanking(request, found, results[count // 2], AS_OF, table, "nbt", HOME)


SENT = ranking(request_of(("RUB", "TJS"), amount=Decimal(10000)), "1095", "-2.5", "0.1100")
NEEDED = ranking(request_of(("USD", "TJS"), buys=True), "9.25", "0.01", "0.1081", count=3)
LARGE = request_of(("RUB", "TJS"), Channel.WALLET, Decimal("999999999999999"))
STAND_IN = replace(NEEDED, rate=resolved(rate("USD", "0.1081", "frankfurter", base="TJS")))
NO_TABLE = OfferRanking(OfferRequest(Pair("USD", "KZT"), Channel.CASH, Decimal(1), "USD"), rate=resolved(KZT))

HELD = (
    HeldOffer("orienbonk", Decimal("80"), OfferHold.OFF_OFFICIAL),
    HeldOffer("matin", Decimal("1099"), OfferHold.OFF_OFFICIAL),
    HeldOffer("humo", Decimal("1200"), OfferHold.CROSSED),
)
NEEDED_SOME = replace(SENT, offers=SENT.offers[:3])
MARKET = Pair("RUB", "TJS", "transfer:buy")
DAYS = tuple(NOW.date() - dt.timedelta(days=ago) for ago in (89, 30, 1))


def series(pair: Pair, *values: str) -> OfferSeries:
    """The offers of a market on some days, with the official rate."""
    best = [
        Rate(pair, Decimal(value), Decimal(0), "nbt", AS_OF, AS_OF, day)
        for day, value in zip(DAYS, values, strict=False)
    ]
    official = [replace(one, pair=Pair(pair.base, pair.quote), value=one.value + Decimal("0.001")) for one in best]
    median = [one.value - Decimal("0.0005") for one in best]
    chart = ChartSeries(pair, "90d", since(NOW, "90d"), (), best, (), [])
    return OfferSeries(chart, median, official, AS_OF, "nbt", HOME)


CHARTED = series(MARKET, "0.1095", "0.1112", "0.1089")
LATELY = replace(series(Pair("USD", "TJS", "cash:sell"), "9.28"), rates=())

SAMPLES = (
    sample(offer_charts.caption, "what one gets", CHARTED, ALMATY),
    sample(offer_charts.caption, "what one pays, and no such range", LATELY, ALMATY, "2 weeks"),
    sample(offer_charts.nothing),
    sample(offer_charts.not_allowed, "", MARKET),
    sample(offers.answer, "what one gets", SENT, NOW, ALMATY),
    sample(offers.answer, "all", SENT, NOW, ALMATY, whole=True),
    sample(offers.answer, "in a group", SENT, NOW, ALMATY, private=False),
    sample(offers.answer, "what one pays", NEEDED, NOW, ALMATY),
    sample(offers.answer, "a large amount", ranking(LARGE, "109999999999999", "-1000000000000", "0.11"), NOW, ALMATY),
    sample(offers.answer, "too old", replace(SENT, offers=(), median=None), NOW, ALMATY),
    sample(offers.answer, "none by this way", OfferRanking(NEEDED.request, rate=NEEDED.rate), NOW, ALMATY),
    sample(offers.answer, "another source stands in", STAND_IN, NOW, ALMATY),
    sample(offers.answer, "no table", NO_TABLE, NOW, ALMATY),
    sample(offers.answer, "some not counted", replace(NEEDED_SOME, held=HELD), NOW, ALMATY),
    sample(offers.answer, "all not counted", replace(SENT, offers=(), median=None, held=HELD[:1]), NOW, ALMATY),
    sample(offers.sent, "", SENT, NOW, ALMATY),
    sample(
        offers.sent, "what one pays", ranking(request_of(("RUB", "TJS"), buys=True), "111", "0.5", "9.09"), NOW, ALMATY
    ),
    sample(offers.how_to_send),
    sample(offers.amount_question, "", SENT.request),
    sample(convert.one, "with the best transfer", Decimal(10000), CROSS, NOW, ALMATY, SENT),
    sample(
        convert.one,
        "with the best cash",
        Decimal(1),
        resolved(rate("USD", "0.1081", "nbt", base="TJS")),
        NOW,
        ALMATY,
        NEEDED,
    ),
)
