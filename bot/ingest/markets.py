"""The rates of other markets than the official one, for alerts: the best offers of channels, and the price of gold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.gold import USUAL_WEIGHT, StoredBar, gold_of, gold_rates
from bot.domain.offer_decisions import is_stale, price_of
from bot.domain.offers import BestOffer, channel_of, market_of
from bot.domain.rate_graph import OLDEST_TABLE, RateGraph
from bot.domain.rates import Pair, Rate
from bot.sources.offers import OFFER_SOURCES
from storage import gold, offers, rates
from storage.database import Connection

# Longer than offers can be current: two working days and a weekend.
_OLDEST = dt.timedelta(days=7)


async def graph_with_markets(connection: Connection, now: dt.datetime) -> RateGraph:
    """Return the current official rates with those of the other markets."""
    return await with_markets(connection, await rates.graph(connection, now), now)


async def with_markets(connection: Connection, graph: RateGraph, now: dt.datetime) -> RateGraph:
    """Return a graph of official rates with those of the other markets that are not stale at an instant (UTC)."""
    best = await offers.best_since(connection, now - _OLDEST)
    found = [rate_of(one) for one in best if not _is_stale(one, now)]
    for bar in await gold.newest_bars(connection, USUAL_WEIGHT, now.date() - OLDEST_TABLE):
        found += gold_rates(bar)
    return graph.with_markets(found)


def _is_stale(best: BestOffer, now: dt.datetime) -> bool:
    source = OFFER_SOURCES.get(best.source)
    return source is None or is_stale(best.confirmed_as_of, source.awaited(now), ZoneInfo(source.zone))


def rate_of(best: BestOffer) -> Rate:
    """Return a best offer as a rate: exact, since a price is not rounded; its days are those of the source's zone."""
    source = OFFER_SOURCES.get(best.source)
    zone = ZoneInfo(source.zone) if source else dt.UTC
    pair = Pair(best.pair.base, best.pair.quote, market_of(best.channel, best.side))
    return Rate(
        pair,
        best.best,
        Decimal(0),
        best.source,
        best.as_of,
        best.confirmed_as_of,
        best.as_of.astimezone(zone).date(),
    )


def _gram(bar: StoredBar | None, pair: Pair) -> Rate | None:
    """Return the price of a gram of a bar on the side of a pair of gold; None where none is published."""
    return next((rate for rate in gold_rates(bar) if rate.pair == pair), None) if bar else None


async def history(connection: Connection, rate: Rate, days: int) -> list[Rate]:
    """Return the rates of a market before a (published) one, oldest first.

    Of gold there is one for each day with a price list, of offers one for the first and the last table of each price.
    """
    if gold_of(rate.pair) is not None:
        first = rate.valid_on - dt.timedelta(days=days)
        bars = await gold.bars_between(connection, rate.source, USUAL_WEIGHT, first, rate.valid_on)
        return [one for bar in bars if (one := _gram(bar, rate.pair)) is not None]
    channel, side = channel_of(rate.pair.market)
    until, since = rate.observed_at, rate.observed_at - dt.timedelta(days=days)
    pair = Pair(rate.pair.base, rate.pair.quote)
    found = await offers.best_between(connection, rate.source, pair, channel, side, since, until)
    ends = ((end, best) for best in found for end in (best.as_of, best.confirmed_as_of))
    return [rate_of(replace(best, as_of=end)) for end, best in sorted(ends, key=lambda one: (one[0], one[1].id))]


async def rate_before(connection: Connection, rate: Rate, days: int) -> Rate | None:
    """Return the rate of a market that was in force so many days before a (published) one; None if none is known."""
    if gold_of(rate.pair) is not None:
        day = rate.valid_on - dt.timedelta(days=days)
        return _gram(await gold.bar_on(connection, rate.source, USUAL_WEIGHT, day), rate.pair)
    channel, side = channel_of(rate.pair.market)
    pair, at = Pair(rate.pair.base, rate.pair.quote), rate.confirmed_at - dt.timedelta(days=days)
    best = await offers.best_at(connection, rate.source, pair, channel, side, at)
    return None if best is None else rate_of(best)


async def provider_of(connection: Connection, rate: Rate) -> str:
    """Return the provider of a (table's) best offer, the first by name of several.

    Empty for other rates, and if none has that price any more.
    """
    if gold_of(rate.pair) is not None:
        return ""
    channel, side = channel_of(rate.pair.market)
    current: Sequence[str] = sorted(
        stored.offer.provider
        for stored in (await offers.current(connection, rate.source, Pair(rate.pair.base, rate.pair.quote))).values()
        if stored.offer.channel is channel and stored.held is None and price_of(stored.offer, side) == rate.value
    )
    return current[0] if current else ""
