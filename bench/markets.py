"""Alerts on offers and on gold against as many on official rates: equal levels, an equal share of which fires.

A tick is what follows a new table: the alerts on its pairs are found, judged and written. That of a market reads its
rates before and after the table as well, among three months of past ones. Storing the table is not counted. Each run
is rolled back.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from bench import databases
from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.gold import BarPrice, PriceList, gold_pair
from bot.domain.offers import Channel, Offer, OfferTable
from bot.domain.offers import Side as BankSide
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from bot.ingest.alerts import evaluate, evaluate_markets, watched_markets
from bot.ingest.markets import with_markets
from bot.ingest.offers import store_offers
from storage import gold
from storage.alerts import rule_columns, state_columns
from storage.database import Connection, Database
from storage.models import AlertRow, ChatRow

ALERTS, CHATS = 100_000, 20_000
# An ordinary day, and one that people remember.
MOVES = (Decimal("0.0005"), Decimal("0.01"))
RUNS, BATCH = 7, 20_000
DAYS, PROVIDERS = 90, 22
NOW = dt.datetime(2026, 4, 2, 6, tzinfo=dt.UTC)
DUSHANBE = ZoneInfo("Asia/Dushanbe")
OFFICIAL = {Pair("USD", "TJS"): "9.2", Pair("EUR", "TJS"): "10.1", Pair("RUB", "TJS"): "0.11"}
BARS = {"cbu": ("17469000", "16791000"), "nbkr": ("76020.50", "75649")}

Work = Callable[[Connection], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class _Market:
    """A kind of price: the pairs that have alerts, and the tick of a change by a share."""

    name: str
    pairs: tuple[Pair, ...]
    tick: Callable[[Connection, Decimal], Awaitable[tuple[float, int]]]


def run() -> None:
    """Measure the three on SQLite and on PostgreSQL."""
    asyncio.run(_run())


async def _run() -> None:
    for name in databases.BOTH:
        found = {}
        for market in _MARKETS:
            async with databases.opened(name) as database:
                await _fill(database, market)
                found[market.name] = [await _best(database, market, move) for move in MOVES]
        for place, move in enumerate(MOVES):
            rates, _ = found["official rates"][place]
            print(f"-- {name}, {ALERTS:,} alerts on 3 pairs, a tick of {move:.2%}")
            for prices, ticks in found.items():
                seconds, fired = ticks[place]
                print(f"{prices:<20} {seconds * 1000:>10.1f} ms {seconds / rates:>7.2f} of rates {fired:>8,} fired")


def _rates(share: Decimal) -> RateGraph:
    """Return the official rates after a change."""
    at, day = NOW, NOW.date()
    found = (
        Rate(pair, Decimal(value) * (1 + share), Decimal(0), "nbt", at, at, day) for pair, value in OFFICIAL.items()
    )
    return RateGraph(found, (), NOW)


async def _rates_tick(connection: Connection, share: Decimal) -> tuple[float, int]:
    return await _timed(evaluate(connection, _rates(Decimal(0)), _rates(share), NOW))


def _table(pair: Pair, price: Decimal, at: dt.datetime) -> OfferTable:
    """Return a table of many providers, of which one has a best price."""
    offers = (
        Offer(f"bank {n}", Channel.CASH, pair, price * (1 - Decimal(n) / 2000), price * Decimal("1.02"), at, "nbt")
        for n in range(PROVIDERS)
    )
    return OfferTable(pair, tuple(offers))


async def _store_offers(connection: Connection, share: Decimal, at: dt.datetime) -> None:
    for pair, value in OFFICIAL.items():
        await store_offers(connection, "nbt", DUSHANBE, _table(pair, Decimal(value) * (1 + share), at), NOW)


async def _offers_tick(connection: Connection, share: Decimal) -> tuple[float, int]:
    return await _market_tick(connection, lambda: _store_offers(connection, share, NOW))


async def _store_gold(connection: Connection, share: Decimal, day: dt.date) -> None:
    lists = []
    for bank, prices in BARS.items():
        sale, buyback = (Decimal(price) * (1 + share) for price in prices)
        lists.append(PriceList(bank, day, (BarPrice(Decimal(10), sale, buyback),)))
    await gold.add(connection, lists, NOW)


async def _gold_tick(connection: Connection, share: Decimal) -> tuple[float, int]:
    return await _market_tick(connection, lambda: _store_gold(connection, share, NOW.date()))


async def _market_tick(connection: Connection, store: Callable[[], Awaitable[None]]) -> tuple[float, int]:
    began = time.perf_counter()
    watched = await watched_markets(connection, NOW)
    before = time.perf_counter() - began
    await store()
    after, fired = await _timed(evaluate_markets(connection, watched, NOW))
    return before + after, fired


async def _timed(work: Awaitable[int]) -> tuple[float, int]:
    began = time.perf_counter()
    found = await work
    return time.perf_counter() - began, found


_MARKETS = (
    _Market("official rates", tuple(OFFICIAL), _rates_tick),
    _Market("offers", tuple(replace(pair, market="cash:buy") for pair in OFFICIAL), _offers_tick),
    _Market(
        "gold",
        (
            gold_pair("cbu", BankSide.SELL),
            gold_pair("cbu", BankSide.BUY),
            gold_pair("nbkr", BankSide.SELL),
        ),
        _gold_tick,
    ),
)


async def _fill(database: Database, market: _Market) -> None:
    """Store three months of prices and the alerts on them, none of which is met yet."""
    async with database.write() as connection:
        for ago in range(DAYS, 0, -1):
            # A price that differs from day to day has a row for each.
            share = Decimal(ago % 7) / 100_000
            await _store_offers(connection, -share, NOW - dt.timedelta(days=ago))
            await _store_gold(connection, -share, NOW.date() - dt.timedelta(days=ago))
    async with database.write() as connection:
        person = {"kind": "private", "language": "en", "timezone": "Asia/Dushanbe", "state": "active"}
        chats = [{"id": n, "created_at": NOW, "not_found_days": 0, **person} for n in range(1, CHATS + 1)]
        await connection.execute(insert(ChatRow), chats)
        rows = _alerts(market, await with_markets(connection, _rates(Decimal(0)), NOW))
        for start in range(0, ALERTS, BATCH):
            await connection.execute(insert(AlertRow), rows[start : start + BATCH])
    async with database.write() as connection:
        await connection.execute(text("ANALYZE"))


def _alerts(market: _Market, graph: RateGraph) -> list[dict[str, object]]:
    chance, rows = random.Random(7), list[dict[str, object]]()
    current = [found.rate for pair in market.pairs if (found := graph.resolve(pair)) is not None]
    for n in range(ALERTS):
        rate, above = current[n % len(current)], chance.random() < 0.5
        away = Decimal(chance.randrange(20, 33_333)).scaleb(-5)
        rule = AlertRule(
            rate.pair, Side.ABOVE if above else Side.BELOW, level=rate.value * (1 + (away if above else -away))
        )
        made = create_alert(rule, chance.randrange(CHATS) + 1, 0, rate)
        rows.append(
            {"chat_id": made.chat_id, "thread_id": 0, "created_at": NOW, **rule_columns(made), **state_columns(made)}
        )
    return rows


class _RolledBack(Exception):
    """The tick is rolled back, so that the next one begins with the same state."""


async def _best(database: Database, market: _Market, share: Decimal) -> tuple[float, int]:
    """Return the seconds of the best run, and the number of messages."""
    found = []
    for _ in range(RUNS):
        gc.collect()
        try:
            async with database.write() as connection:
                found.append(await market.tick(connection, share))
                raise _RolledBack
        except _RolledBack:
            pass
    return min(found)
