"""Tables of offers as they are stored: one row for each change, the current ones, the best and the median."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from bot.domain.offers import Channel, Offer, OfferHold, OfferTable, Side
from bot.domain.rates import Pair, Quote
from bot.ingest.offers import StoredTable, store_offers
from storage import offers
from storage.database import Database
from storage.models import BestOfferRow, OfferRow
from tests.stored import record_rate

USD = Pair("USD", "TJS")
DUSHANBE = ZoneInfo("Asia/Dushanbe")
T0 = dt.datetime(2026, 9, 21, 4, tzinfo=dt.UTC)  # a Monday
DAY = dt.timedelta(days=1)
CASH, CARD = Channel.CASH, Channel.CARD


def offer(buy: str, sell: str, provider: str = "alif", channel: Channel = CASH, at: dt.datetime = T0) -> Offer:
    return Offer(provider, channel, USD, Decimal(buy), Decimal(sell), at, "nbt")


async def store(database: Database, *published: Offer, complete: bool = True) -> StoredTable:
    table = OfferTable(USD, published, complete)
    async with database.write() as connection:
        return await store_offers(connection, "nbt", DUSHANBE, table, table.as_of + DAY / 24)


async def set_official(database: Database, value: str) -> None:
    quote = Quote(USD, Decimal(value), Decimal("0.00005"))
    async with database.write() as connection:
        await record_rate(connection, "nbt", quote, T0, T0.date(), None)


async def current(database: Database) -> dict[str, tuple[Decimal | None, dt.datetime, OfferHold | None]]:
    async with database.read() as connection:
        found = await offers.current(connection, "nbt", USD)
    return {
        f"{provider} {channel}": (one.offer.buy, one.confirmed_as_of, one.held)
        for (channel, provider), one in found.items()
    }


async def history(database: Database, provider: str = "alif") -> list[tuple[str, int, int]]:
    """Each stored price with the days of its first and last table."""
    async with database.read() as connection:
        found = await offers.between(connection, "nbt", USD, CASH, provider, T0 - 30 * DAY, T0 + 30 * DAY)
    return [(str(one.offer.buy), (one.offer.as_of - T0).days, (one.confirmed_as_of - T0).days) for one in found]


async def best(database: Database, since: dt.datetime, until: dt.datetime) -> list[tuple[str, str, int]]:
    async with database.read() as connection:
        found = await offers.best_between(connection, "nbt", USD, CASH, Side.BUY, since, until)
    return [(str(one.best), str(one.median), one.providers) for one in found]


async def test_an_offer_has_a_row_for_each_change(database: Database) -> None:
    for days, buy in enumerate(("9.18", "9.18", "9.19", "9.18")):
        await store(database, offer(buy, "9.28", at=T0 + days * DAY))
    assert await history(database) == [("9.18", 0, 1), ("9.19", 2, 2), ("9.18", 3, 3)]
    assert await current(database) == {"alif cash": (Decimal("9.18"), T0 + 3 * DAY, None)}


async def test_the_same_table_again_adds_nothing(database: Database) -> None:
    published = (offer("9.18", "9.28"), offer("9.17", "9.29", "humo"))
    assert await store(database, *published) == StoredTable(2, 0, 0)
    assert await store(database, *published) == StoredTable(0, 0, 0)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(OfferRow))).scalar_one() == 2
        assert (await connection.execute(select(func.count()).select_from(BestOfferRow))).scalar_one() == 2


async def test_offers_far_off_the_official_rate_or_crossed_are_held_and_never_the_best(database: Database) -> None:
    await set_official(database, "9.2")
    published = (offer("9.18", "9.28"), offer("12.9", "13", "liar"), offer("9.4", "9.1", "swapped"))
    assert await store(database, *published) == StoredTable(3, 2, 0)
    held = {name: hold for name, (_, _, hold) in (await current(database)).items()}
    assert held == {"alif cash": None, "liar cash": OfferHold.OFF_OFFICIAL, "swapped cash": OfferHold.CROSSED}
    assert await best(database, T0, T0) == [("9.18", "9.18", 1)]


async def test_an_offer_is_shown_again_when_its_price_is_plausible(database: Database) -> None:
    await set_official(database, "9.2")
    await store(database, offer("12.9", "13"), offer("9.17", "9.29", "humo"))
    await store(database, offer("9.18", "9.28", at=T0 + DAY), offer("9.17", "9.29", "humo", at=T0 + DAY))
    assert (await current(database))["alif cash"] == (Decimal("9.18"), T0 + DAY, None)


async def test_the_best_and_the_median_have_a_row_for_each_change(database: Database) -> None:
    for days, other in enumerate(("9.20", "9.20", "9.21")):
        at = T0 + days * DAY
        await store(database, offer("9.18", "9.28", at=at), offer(other, "9.30", "humo", at=at))
    assert await best(database, T0 + 5 * DAY, T0 + 9 * DAY) == [("9.21", "9.195", 2)]
    assert await best(database, T0 + DAY, T0 + 9 * DAY) == [("9.2", "9.19", 2), ("9.21", "9.195", 2)]
    assert await best(database, T0 - 2 * DAY, T0 - DAY) == []


async def test_a_past_table_completes_the_history_and_changes_nothing_current(database: Database) -> None:
    await store(database, offer("9.20", "9.30", at=T0 + 5 * DAY))
    for days, buy in enumerate(("9.18", "9.18", "9.19")):
        await store(database, offer(buy, "9.28", at=T0 + days * DAY), offer("9.1", "9.4", "gone", at=T0 + days * DAY))
    assert await history(database) == [("9.18", 0, 1), ("9.19", 2, 2), ("9.2", 5, 5)]
    assert await current(database) == {"alif cash": (Decimal("9.2"), T0 + 5 * DAY, None)}
    assert [value for value, _, _ in await best(database, T0, T0 + 5 * DAY)] == ["9.18", "9.19", "9.2"]
    await store(database, offer("9.17", "9.28", at=T0 + DAY / 2))  # within a row that is known to be unchanged
    assert len(await history(database)) == 3


async def test_a_provider_that_the_next_complete_table_has_no_more_is_not_current(database: Database) -> None:
    await store(database, offer("9.18", "9.28"), offer("9.17", "9.29", "humo"), offer("9.16", "9.3", "alif", CARD))
    await store(database, offer("9.18", "9.28", at=T0 + DAY), complete=False)
    assert sorted(await current(database)) == ["alif card", "alif cash", "humo cash"]
    await store(database, offer("9.18", "9.28", at=T0 + 2 * DAY))
    assert sorted(await current(database)) == ["alif cash"]
    assert await history(database, "humo") == [("9.17", 0, 0)]
    await store(database, offer("9.18", "9.28", at=T0 + 3 * DAY), offer("9.17", "9.29", "humo", at=T0 + 3 * DAY))
    assert sorted(await current(database)) == ["alif cash", "humo cash"]


async def test_a_long_hostile_name_is_stored(database: Database) -> None:
    name = "б\ud800" * 40
    await store(database, offer("9.18", "9.28", name))
    assert list(await current(database)) == ["б\ufffd" * 40 + " cash"]


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (offers._BEST_AT, "ix_best_offers_of"),
        (offers._BEST_BETWEEN, "ix_best_offers_of"),
        (offers._BEST_SINCE, "ix_best_offers_confirmed"),
        (offers._PROVIDER_AT, "ix_offers_of"),
        (offers._PROVIDER_BETWEEN, "ix_offers_of"),
        (offers._AT, "ix_offers_of"),
    ],
)
async def test_the_history_is_read_by_an_index(database: Database, statement: object, index: str) -> None:
    values = {"source": "nbt", "base": "USD", "quote": "TJS", "channel": "cash", "provider": "alif", "side": "buy"}
    values |= dict.fromkeys(("at", "since", "until"), "2026-09-21 04:00:00+00")
    async with database.read() as connection:
        if not database.sqlite:
            await connection.execute(text("SET enable_seqscan = off"))
            await connection.execute(text("SET enable_bitmapscan = off"))
        compiled = statement.compile()  # type: ignore[attr-defined]
        words = str(compiled)
        for name in sorted(compiled.params, key=len, reverse=True):
            words = words.replace(f":{name}", f"'{values.get(name, '1')}'" if name in values else "1")
        explain = "EXPLAIN QUERY PLAN" if database.sqlite else "EXPLAIN"
        assert index in str((await connection.exec_driver_sql(f"{explain} {words}")).all())
