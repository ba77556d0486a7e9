"""Offers of banks, and what a transfer brings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bot.domain.offer_ranking import OfferRanking, OfferRequest, RankedOffer, request_of
from bot.domain.offers import Channel
from bot.domain.rates import Pair
from bot.views import convert, offers
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

SAMPLES = (
    sample(offers.answer, "what one gets", SENT, NOW, ALMATY),
    sample(offers.answer, "all", SENT, NOW, ALMATY, whole=True),
    sample(offers.answer, "in a group", SENT, NOW, ALMATY, private=False),
    sample(offers.answer, "what one pays", NEEDED, NOW, ALMATY),
    sample(offers.answer, "a large amount", ranking(LARGE, "109999999999999", "-1000000000000", "0.11"), NOW, ALMATY),
    sample(offers.answer, "too old", replace(SENT, offers=(), median=None), NOW, ALMATY),
    sample(offers.answer, "none by this way", OfferRanking(NEEDED.request, rate=NEEDED.rate), NOW, ALMATY),
    sample(offers.answer, "another source stands in", STAND_IN, NOW, ALMATY),
    sample(offers.answer, "no table", NO_TABLE, NOW, ALMATY),
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
