"""Tables of offers of one source: judged by domain/offer_decisions.py and stored with their best and median."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.offer_decisions import (
    WRONG,
    ConfirmOffer,
    StoreOffer,
    best_offers,
    decide_best,
    decide_offer,
    hold_of,
    is_wrong,
    withdrawn,
    without_placeholders,
)
from bot.domain.offers import OfferTable, StoredOffer
from bot.domain.rates import Pair, Rate
from bot.domain.snapshot import NotAPage
from storage import offers, rates
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class StoredTable:
    """The result of a table: how many offers are new or changed, held back, and left out as placeholders."""

    new: int
    held: int
    placeholders: int


async def store_offers(
    connection: Connection, source: str, zone: ZoneInfo, table: OfferTable, now: dt.datetime
) -> StoredTable:
    """Store a table of any day within the caller's transaction; `zone` is the source's, in which its days are counted.

    A table that is older than the current offers of its pair completes the history and changes no current offer.
    NotAPage for a table that is wrong as a whole: the last good one stays.
    """
    current = await offers.current(connection, source, table.pair)
    past = any(stored.confirmed_as_of > table.as_of for stored in current.values())
    known = await offers.known_at(connection, source, table.pair, table.as_of) if past else current
    official = await _official(connection, table.pair, table.as_of.astimezone(zone).date(), now)
    published, placeholders = without_placeholders(table.offers)
    judged = [StoredOffer(offer, offer.as_of, now, hold_of(offer, official)) for offer in published]
    if is_wrong(judged):
        raise NotAPage(WRONG)
    new: list[StoredOffer] = []
    confirmed: list[StoredOffer] = []
    for one in judged:
        offer = one.offer
        match decide_offer(known.get((offer.channel, offer.provider)), offer, one.held, now):
            case StoreOffer(stored):
                new.append(stored)
            case ConfirmOffer(stored):
                confirmed.append(stored)
    await offers.confirm(connection, confirmed)
    if past:
        await offers.add_past(connection, new)
    else:
        for stored in new:
            await offers.add_current(connection, stored)
        await offers.withdraw(connection, withdrawn(current, table))
    for best in best_offers(judged, zone):
        last = await offers.best_at(connection, source, best.pair, best.channel, best.side, best.as_of)
        if (decided := decide_best(last, best, zone)) is not None:
            await offers.store_best(connection, decided, now)
    held = sum(stored.held is not None for stored in judged)
    return StoredTable(len(new), held, placeholders)


async def _official(connection: Connection, pair: Pair, day: dt.date, now: dt.datetime) -> Rate | None:
    """Return the official rate of a pair on a day, else the present one; None if there is none."""
    resolved = (await rates.graph(connection, now)).resolve(pair)
    if resolved is None or resolved.rate.valid_on <= day:
        return resolved.rate if resolved else None
    (on_day,) = await rates.rates_on(connection, [resolved], day)
    return on_day or resolved.rate
