"""Decisions on offers: which are shown, which are held back, and what of a table is stored. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.numbers import CONTEXT, D
from bot.domain.offers import BestOffer, Channel, Offer, OfferHold, OfferTable, Side, StoredOffer
from bot.domain.rates import Rate

# Offers stay within some per cent of the official rate; one further off is a mistake, or so bad that it is none: of 26
# August 2026 the table has 0.0800 somoni for a ruble in cash beside 0.1089 elsewhere.
LARGEST_GAP = D("0.15")
# A cash price under this share of the same provider's non-cash price is a placeholder: of 26 August 2026 the table has
# 0.0010 somoni for a ruble beside 0.1093.
SMALLEST_CASH_SHARE = D("0.5")
# Offers that are older than the awaited day by so many working days are not shown as current.
STALE_WORKDAYS = 2
_WORKDAYS = range(5)
# The problem of a table of which nothing is stored.
WRONG = "the offers contradict themselves or the official rate"

Key = tuple[Channel, str]


@dataclass(frozen=True, slots=True)
class StoreOffer:
    """Add an offer that is new, or whose price or trust changed."""

    offer: StoredOffer


@dataclass(frozen=True, slots=True)
class ConfirmOffer:
    """Note that the stored offer was published again, at `confirmed_as_of`."""

    offer: StoredOffer


OfferIntent = StoreOffer | ConfirmOffer


def workdays_between(day: dt.date, awaited: dt.date) -> int:
    """Return how many working days (Monday to Friday) follow a day, up to and including the awaited one."""
    weeks, rest = divmod(max((awaited - day).days, 0), 7)
    return weeks * len(_WORKDAYS) + sum(
        (awaited - dt.timedelta(days=ago)).weekday() in _WORKDAYS for ago in range(rest)
    )


def is_stale(as_of: dt.datetime, awaited: dt.date, zone: ZoneInfo) -> bool:
    """Return whether an offer is too old to be shown as current, if its source's table of a day is awaited.

    `as_of` is the time of the last table with it; its day is counted in the zone of the source.
    """
    return workdays_between(as_of.astimezone(zone).date(), awaited) >= STALE_WORKDAYS


def is_gap(earlier: dt.date, later: dt.date) -> bool:
    """Return whether the offers of one table were stale before those of the next one came: nothing is known between.

    The days are those of the two tables, in the zone of their source.
    """
    return workdays_between(earlier, later) > STALE_WORKDAYS


def without_placeholders(offers: Iterable[Offer]) -> tuple[list[Offer], int]:
    """Return the offers of one table without cash prices that are placeholders, and how many of these were left out."""
    offers = list(offers)
    non_cash = {offer.provider: offer for offer in offers if offer.channel is Channel.NON_CASH}
    kept, count = [], 0
    for offer in offers:
        other = non_cash.get(offer.provider)
        if offer.channel is Channel.CASH and other is not None:
            buy, sell = _unless_small(offer.buy, other.buy), _unless_small(offer.sell, other.sell)
            count += (buy != offer.buy) + (sell != offer.sell)
            if buy is None and sell is None:
                continue
            offer = replace(offer, buy=buy, sell=sell)
        kept.append(offer)
    return kept, count


def _unless_small(cash: Decimal | None, non_cash: Decimal | None) -> Decimal | None:
    return None if cash and non_cash and cash < non_cash * SMALLEST_CASH_SHARE else cash


def hold_of(offer: Offer, official: Rate | None) -> OfferHold | None:
    """Return why an offer is not shown as current, or None if it may be.

    `official` is the official rate of the pair on the offer's day; without one only the offer itself is judged. An
    offer that sells below its own purchase price is held as a whole: which of the two prices is wrong is unknown.
    """
    if offer.buy is not None and offer.sell is not None and offer.sell < offer.buy:
        return OfferHold.CROSSED
    if official is not None:
        prices = [price for price in (offer.buy, offer.sell) if price is not None]
        if any(is_off(price, official.value) for price in prices):
            return OfferHold.OFF_OFFICIAL
    return None


def is_wrong(judged: Sequence[StoredOffer]) -> bool:
    """Return whether a table cannot be trusted as a whole: all its offers are held, or most sell below their purchase.

    Its purchase and sale prices are swapped then, or it is of another currency: the offers that are not held, since
    they have one price only, are as wrong as the others.
    """
    both = sum(one.offer.buy is not None and one.offer.sell is not None for one in judged)
    crossed = sum(one.held is OfferHold.CROSSED for one in judged)
    return bool(judged) and (2 * crossed > both or all(one.held is not None for one in judged))


def is_off(price: Decimal, official: Decimal | None) -> bool:
    """Return whether a price is too far from the official one to be counted; without an official one it is not."""
    return official is not None and abs(price - official) > official * LARGEST_GAP


def decide_offer(
    known: StoredOffer | None, offer: Offer, hold: OfferHold | None, now: dt.datetime
) -> OfferIntent | None:
    """Return what to do with a published offer; None if it adds nothing.

    `known` is the newest stored one of the same provider, channel and pair that is not later than the offer. A table
    that is older than a stored one changes nothing of it; one of the same time with other prices is a correction.
    """
    if known is not None:
        if offer.as_of < known.confirmed_as_of:
            return None
        if (known.offer.buy, known.offer.sell, known.held) == (offer.buy, offer.sell, hold):
            confirmed = ConfirmOffer(replace(known, confirmed_as_of=offer.as_of))
            return confirmed if offer.as_of > known.confirmed_as_of else None  # the same table again
    return StoreOffer(StoredOffer(offer, offer.as_of, now, hold))


def decide_best(known: BestOffer | None, best: BestOffer, zone: ZoneInfo) -> BestOffer | None:
    """Return the best offer to store: a new one, or the known one (with its id) confirmed; None if it adds nothing.

    `known` is the newest stored one of the same source, pair, channel and side that is not later. After days without a
    table the same values are a new one: a stored one holds on each day from its first table to its last.
    """
    if known is not None:
        if best.as_of < known.confirmed_as_of:
            return None
        days = [at.astimezone(zone).date() for at in (known.confirmed_as_of, best.as_of)]
        same = (known.best, known.median, known.providers) == (best.best, best.median, best.providers)
        if same and not is_gap(*days):
            return replace(known, confirmed_as_of=best.as_of) if best.as_of > known.confirmed_as_of else None
    return best


def withdrawn(known: Mapping[Key, StoredOffer], table: OfferTable) -> list[StoredOffer]:
    """Return the current offers that a newer complete table of the pair has no more."""
    published = {(offer.channel, offer.provider) for offer in table.offers}
    if not table.complete:
        return []
    return [stored for key, stored in known.items() if key not in published and stored.confirmed_as_of < table.as_of]


def best_offers(offers: Sequence[StoredOffer], zone: ZoneInfo) -> list[BestOffer]:
    """Return the best and the median price of each channel and side of one table (one source, one pair).

    Held offers are left out, and those that were old when the table was published: each row has its own time.
    """
    if not offers:
        return []
    as_of = max(stored.confirmed_as_of for stored in offers)
    day = as_of.astimezone(zone).date()
    shown = [s.offer for s in offers if s.held is None and not is_stale(s.confirmed_as_of, day, zone)]
    found = []
    for channel in Channel:
        for side in Side:
            prices = sorted(
                price for offer in shown if offer.channel is channel and (price := price_of(offer, side)) is not None
            )
            if prices:
                best = prices[-1] if side is Side.BUY else prices[0]
                found.append(
                    BestOffer(
                        shown[0].pair,
                        channel,
                        side,
                        best,
                        median(prices),
                        len(prices),
                        as_of,
                        as_of,
                        shown[0].source,
                    )
                )
    return found


def price_of(offer: Offer, side: Side) -> Decimal | None:
    """Return the price of a side of an offer; None if it is not offered."""
    return offer.buy if side is Side.BUY else offer.sell


def median(prices: Sequence[Decimal]) -> Decimal:
    """Return the median of sorted prices (one or more): of an even number the exact mean of the two in the middle."""
    middle = len(prices) // 2
    if len(prices) % 2:
        return prices[middle]
    return CONTEXT.divide(prices[middle - 1] + prices[middle], Decimal(2))
