"""The offers are read once for each version of them, and an older one is never shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.offer_ranking import OfferRequest, request_of
from bot.domain.offers import Offer, OfferTable
from bot.i18n import Translator
from bot.ingest.offers import store_offers
from bot.services import offers as services
from bot.views import offers as views
from handlers.offers_view_cache import MAX_VIEWS, OffersViewCache
from storage.database import Database
from tests.handlers.bank_offers import AT, DUSHANBE, TRANSFER, offer
from tests.handlers.conftest import NOW, print_rates

RUBLES, SOMONI = request_of(("RUB", "TJS"), TRANSFER), request_of(("TJS", "RUB"), TRANSFER)


class Cached:
    """Rankings of the cache, and how often the offers were read."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read = 0
        self.database, self.cache = database, OffersViewCache(database)
        published_offers = services.published_offers

        async def counted(*arguments: Any) -> Any:
            self.read += 1
            return await published_offers(*arguments)

        monkeypatch.setattr(services, "published_offers", counted)

    async def best(self, request: OfferRequest = RUBLES, now: dt.datetime = NOW) -> str | None:
        ranking = await self.cache.ranking(request, now)
        assert ranking == await services.rank_offers(self.database, request, now)
        return f"{ranking.offers[0].result.normalize():f}" if ranking.offers else None

    async def publish(self, *published: Offer) -> None:
        async with self.database.write() as connection:
            await store_offers(connection, "nbt", DUSHANBE, OfferTable(published[0].pair, published), NOW)


@pytest.fixture
def cached(database: Database, monkeypatch: pytest.MonkeyPatch) -> Cached:
    return Cached(database, monkeypatch)


async def test_offers_that_have_not_changed_are_read_once(cached: Cached) -> None:
    await print_rates(cached.database, "nbt", NOW.date(), RUBTJS="0.1100")
    await cached.publish(offer("alif", "RUBTJS", TRANSFER, "0.1089", "0.1120"))
    assert [await cached.best(), await cached.best(SOMONI), await cached.best()] == ["108.9", "112", "108.9"]
    assert (await cached.cache.ranking(request_of(("USD", "KZT")), NOW)).offers == ()
    assert cached.read == 1


async def test_each_change_is_in_the_next_ranking(cached: Cached) -> None:
    assert await cached.best() is None
    alif, humo = (offer(name, "RUBTJS", TRANSFER, "0.1089", "0.1120") for name in ("alif", "humo"))
    later = AT + dt.timedelta(minutes=5)
    changes = [
        ((alif,), "108.9"),
        ((offer("alif", "RUBTJS", TRANSFER, "0.1090", "0.1120"),), "109"),  # a correction of the same table
        ((offer("alif", "RUBTJS", TRANSFER, "0.1090", "0.1120", later), humo), "109"),  # only its time is new
        (
            (offer("humo", "RUBTJS", TRANSFER, "0.1089", "0.1120", later + (later - AT)),),
            "108.9",
        ),  # one is withdrawn
    ]
    for number, (published, result) in enumerate(changes, 2):
        await cached.publish(*published)
        assert (await cached.best(), cached.read) == (result, number)
    await print_rates(cached.database, "nbt", NOW.date(), RUBTJS="0.1100")
    ranking = await cached.cache.ranking(RUBLES, NOW)
    assert ranking.official == Decimal(110)
    assert cached.read == len(changes) + 2


async def test_the_next_days_make_offers_stale_without_a_change(cached: Cached) -> None:
    await cached.publish(offer("alif", "RUBTJS", TRANSFER, "0.1089", "0.1120"))
    assert await cached.best() == "108.9"
    assert await cached.best(now=NOW + dt.timedelta(days=3)) is None


async def test_each_request_language_and_zone_has_its_own_view(cached: Cached) -> None:
    await print_rates(cached.database, "nbt", NOW.date(), RUBTJS="0.1100", USDTJS="9.25")
    await cached.publish(*(offer(f"p{n}", "RUBTJS", TRANSFER, f"0.108{n}", "0.1120") for n in range(9)))
    for _ in range(2):
        shown = {
            (await cached.cache.view(Translator(language), request, NOW, zone, whole=whole)).text
            for language in ("en", "ru")
            for request in (RUBLES, SOMONI)
            for zone in (DUSHANBE, ZoneInfo("Europe/Moscow"))
            for whole in (True, False)
        }
        assert len(shown) == 16
    assert cached.read == 1


async def test_views_of_an_older_version_are_dropped_and_their_number_is_limited(
    cached: Cached, monkeypatch: pytest.MonkeyPatch
) -> None:
    t, made = Translator("en"), []
    answer = views.answer

    def counted(*arguments: Any, **named: Any) -> Any:
        made.append(arguments)
        return answer(*arguments, **named)

    monkeypatch.setattr(views, "answer", counted)
    await cached.publish(offer("alif", "RUBTJS", TRANSFER, "0.1089", "0.1120"))
    for _ in range(2):
        assert "108.90" in (await cached.cache.view(t, RUBLES, NOW, DUSHANBE)).text
    assert len(made) == 1
    await cached.publish(offer("alif", "RUBTJS", TRANSFER, "0.1090", "0.1120"))
    assert "109 TJS" in (await cached.cache.view(t, RUBLES, NOW, DUSHANBE)).text
    for amount in range(1, 2 * MAX_VIEWS):
        await cached.cache.view(t, replace(RUBLES, amount=Decimal(amount)), NOW, DUSHANBE)
        assert len(cached.cache._views) <= MAX_VIEWS
