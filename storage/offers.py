"""Stored offers: the current ones of a pair, and the best, the median and each provider's on past days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.offer_decisions import Key
from bot.domain.offers import BestOffer, Channel, Offer, OfferHold, Side, StoredOffer
from bot.domain.rates import Pair
from storage.models import BestOfferRow, CurrentOfferRow, OfferRow
from storage.upsert import insert, upsert

_COLUMNS = (
    OfferRow.source,
    OfferRow.provider,
    OfferRow.channel,
    OfferRow.base,
    OfferRow.quote,
    OfferRow.buy,
    OfferRow.sell,
    OfferRow.as_of,
    OfferRow.confirmed_as_of,
    OfferRow.observed_at,
    OfferRow.held,
    OfferRow.id,
)
_BEST_COLUMNS = (
    BestOfferRow.source,
    BestOfferRow.base,
    BestOfferRow.quote,
    BestOfferRow.channel,
    BestOfferRow.side,
    BestOfferRow.best,
    BestOfferRow.median,
    BestOfferRow.providers,
    BestOfferRow.as_of,
    BestOfferRow.confirmed_as_of,
    BestOfferRow.id,
)

# Frequent statements are built once: building one takes longer than executing it.
_CURRENT = (
    select(*_COLUMNS)
    .join(CurrentOfferRow, CurrentOfferRow.offer_id == OfferRow.id)
    .where(
        CurrentOfferRow.source == bindparam("source"),
        CurrentOfferRow.base == bindparam("base"),
        CurrentOfferRow.quote == bindparam("quote"),
    )
)
_STATE = (
    select(func.count(), func.max(CurrentOfferRow.offer_id), func.max(OfferRow.confirmed_as_of))
    .select_from(CurrentOfferRow)
    .join(OfferRow, OfferRow.id == CurrentOfferRow.offer_id)
)
_OF_PAIR = (
    OfferRow.source == bindparam("source"),
    OfferRow.base == bindparam("base"),
    OfferRow.quote == bindparam("quote"),
)
_place = func.row_number().over(
    partition_by=(OfferRow.channel, OfferRow.provider), order_by=(OfferRow.as_of.desc(), OfferRow.id.desc())
)
_placed = select(*_COLUMNS, _place.label("place")).where(*_OF_PAIR, OfferRow.as_of <= bindparam("at")).subquery()
_AT = select(*(_placed.c[column.key] for column in _COLUMNS)).where(_placed.c.place == 1)
_BEST_OF = (
    BestOfferRow.source == bindparam("source"),
    BestOfferRow.base == bindparam("base"),
    BestOfferRow.quote == bindparam("quote"),
    BestOfferRow.channel == bindparam("channel"),
    BestOfferRow.side == bindparam("side"),
)
_BEST_AT = (
    select(*_BEST_COLUMNS)
    .where(*_BEST_OF, BestOfferRow.as_of <= bindparam("at"))
    .order_by(BestOfferRow.as_of.desc(), BestOfferRow.id.desc())
    .limit(1)
)
_BEST_BETWEEN = (
    select(*_BEST_COLUMNS)
    .where(*_BEST_OF, BestOfferRow.as_of > bindparam("since"), BestOfferRow.as_of <= bindparam("until"))
    .order_by(BestOfferRow.as_of, BestOfferRow.id)
)
_BEST_SINCE = (
    select(*_BEST_COLUMNS)
    .where(BestOfferRow.confirmed_as_of >= bindparam("since"))
    .order_by(BestOfferRow.as_of, BestOfferRow.id)
)
_PROVIDER_OF = (*_OF_PAIR, OfferRow.channel == bindparam("channel"), OfferRow.provider == bindparam("provider"))
_PROVIDER_AT = (
    select(*_COLUMNS)
    .where(*_PROVIDER_OF, OfferRow.as_of <= bindparam("at"))
    .order_by(OfferRow.as_of.desc(), OfferRow.id.desc())
    .limit(1)
)
_PROVIDER_BETWEEN = (
    select(*_COLUMNS)
    .where(*_PROVIDER_OF, OfferRow.as_of > bindparam("since"), OfferRow.as_of <= bindparam("until"))
    .order_by(OfferRow.as_of, OfferRow.id)
)


def _stored(row: Any) -> StoredOffer:
    source, provider, channel, base, quote, buy, sell, as_of, confirmed_as_of, observed_at, held, number = row
    offer = Offer(provider, Channel(channel), Pair(base, quote), buy, sell, as_of, source)
    return StoredOffer(offer, confirmed_as_of, observed_at, OfferHold(held) if held else None, number)


def _best(row: Any) -> BestOffer:
    source, base, quote, channel, side, best, median, providers, as_of, confirmed_as_of, number = row
    pair = Pair(base, quote)
    return BestOffer(
        pair, Channel(channel), Side(side), best, median, providers, as_of, confirmed_as_of, source, number
    )


def _of_pair(source: str, pair: Pair) -> dict[str, Any]:
    return {"source": source, "base": pair.base, "quote": pair.quote}


async def current(connection: AsyncConnection, source: str, pair: Pair) -> dict[Key, StoredOffer]:
    """Return the newest offers of a source's pair by channel and provider, held and old ones too.

    Withdrawn offers are not among them.
    """
    rows = await connection.execute(_CURRENT, _of_pair(source, pair))
    return {(stored.offer.channel, stored.offer.provider): stored for stored in map(_stored, rows)}


async def state(connection: AsyncConnection) -> tuple[object, ...]:
    """Return a value that changes with the current offers: new, confirmed and withdrawn ones."""
    return tuple((await connection.execute(_STATE)).one())


async def known_at(connection: AsyncConnection, source: str, pair: Pair, at: dt.datetime) -> dict[Key, StoredOffer]:
    """Return the offers of a source's pair that were the newest at an instant (UTC), by channel and provider.

    Offers that were withdrawn before are among them.
    """
    rows = await connection.execute(_AT, {**_of_pair(source, pair), "at": at})
    return {(stored.offer.channel, stored.offer.provider): stored for stored in map(_stored, rows)}


async def add_past(connection: AsyncConnection, stored: Sequence[StoredOffer]) -> None:
    """Store offers of a past table: the current ones stay."""
    if stored:
        await connection.execute(insert(connection, OfferRow), [_values(one) for one in stored])


async def add_current(connection: AsyncConnection, stored: StoredOffer) -> None:
    """Store an offer as the current one of its provider, channel and pair."""
    added = await connection.execute(insert(connection, OfferRow).values(_values(stored)).returning(OfferRow.id))
    offer = stored.offer
    key = {**_of_pair(offer.source, offer.pair), "provider": offer.provider, "channel": offer.channel}
    values = {**key, "offer_id": added.scalar_one()}
    await connection.execute(upsert(connection, CurrentOfferRow, values, key=list(key)))


def _values(stored: StoredOffer) -> dict[str, Any]:
    offer = stored.offer
    return {
        **_of_pair(offer.source, offer.pair),
        "provider": offer.provider,
        "channel": offer.channel,
        "buy": offer.buy,
        "sell": offer.sell,
        "as_of": offer.as_of,
        "confirmed_as_of": stored.confirmed_as_of,
        "observed_at": stored.observed_at,
        "held": stored.held or "",
    }


async def confirm(connection: AsyncConnection, confirmed: Sequence[StoredOffer]) -> None:
    """Store when offers were published last."""
    statement = update(OfferRow).where(OfferRow.id == bindparam("number"))
    if confirmed:
        values = [{"number": stored.id, "confirmed": stored.confirmed_as_of} for stored in confirmed]
        await connection.execute(statement.values(confirmed_as_of=bindparam("confirmed")), values)


async def withdraw(connection: AsyncConnection, stored: Sequence[StoredOffer]) -> None:
    """Make offers current no more; their rows stay in the history."""
    if stored:
        ids = [one.id for one in stored]
        await connection.execute(delete(CurrentOfferRow).where(CurrentOfferRow.offer_id.in_(ids)))


async def between(
    connection: AsyncConnection,
    source: str,
    pair: Pair,
    channel: Channel,
    provider: str,
    since: dt.datetime,
    until: dt.datetime,
) -> list[StoredOffer]:
    """Return a provider's offers from the one in force at `since` to `until` (UTC), oldest first, held ones too."""
    values = {**_of_pair(source, pair), "channel": channel, "provider": provider}
    first = await connection.execute(_PROVIDER_AT, {**values, "at": since})
    others = await connection.execute(_PROVIDER_BETWEEN, {**values, "since": since, "until": until})
    return [_stored(row) for row in (*first, *others)]


async def best_at(
    connection: AsyncConnection, source: str, pair: Pair, channel: Channel, side: Side, at: dt.datetime
) -> BestOffer | None:
    """Return the best and the median offer of the newest table not later than an instant (UTC)."""
    values = {**_of_pair(source, pair), "channel": channel, "side": side, "at": at}
    row = (await connection.execute(_BEST_AT, values)).first()
    return _best(row) if row else None


async def best_between(
    connection: AsyncConnection,
    source: str,
    pair: Pair,
    channel: Channel,
    side: Side,
    since: dt.datetime,
    until: dt.datetime,
) -> list[BestOffer]:
    """Return the best and the median offers from those in force at `since` to `until` (UTC), oldest first."""
    values = {**_of_pair(source, pair), "channel": channel, "side": side, "since": since, "until": until}
    first = await best_at(connection, source, pair, channel, side, since)
    others = await connection.execute(_BEST_BETWEEN, values)
    return [*([first] if first else ()), *map(_best, others)]


async def store_best(connection: AsyncConnection, best: BestOffer, now: dt.datetime) -> None:
    """Store a best offer as a new row, or the new time of one that is stored (it has an id)."""
    if best.id:
        changed = update(BestOfferRow).where(BestOfferRow.id == best.id)
        await connection.execute(changed.values(confirmed_as_of=best.confirmed_as_of))
        return
    values = {
        **_of_pair(best.source, best.pair),
        "channel": best.channel,
        "side": best.side,
        "best": best.best,
        "median": best.median,
        "providers": best.providers,
        "as_of": best.as_of,
        "confirmed_as_of": best.confirmed_as_of,
        "observed_at": now,
    }
    await connection.execute(insert(connection, BestOfferRow).values(values))


async def best_since(connection: AsyncConnection, since: dt.datetime) -> list[BestOffer]:
    """Return the best offers of all pairs, channels and sides whose last table is not older than an instant (UTC)."""
    rows = await connection.execute(_BEST_SINCE, {"since": since})
    # Only the last row of each is made a best offer: a week has seven of them.
    newest = {(row.source, row.base, row.quote, row.channel, row.side): row for row in rows}
    return list(map(_best, newest.values()))
