"""Offers: what a provider pays and asks for a currency, on one channel. Never mixed with the official rate.

An offer is stored from the bank's view, as the source prints it: the bank buys low and sells high. A person who gives
the currency gets `buy`; one who needs it pays `sell`. Texts use the person's view only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.rates import Pair


class Channel(StrEnum):
    """The way in which the money is handed over, in the order of the National Bank of Tajikistan's table."""

    INTERBANK = "interbank"
    CASH = "cash"
    NON_CASH = "noncash"
    WALLET = "wallet"
    CARD = "card"
    TRANSFER = "transfer"


class Side(StrEnum):
    """The bank's side of an offer: `buy` is what the customer gets, `sell` what the customer pays."""

    BUY = "buy"
    SELL = "sell"


@dataclass(frozen=True, slots=True)
class Offer:
    """The offer of one provider on one channel: `buy` and `sell` are quote units per 1 base unit (USD/TJS: somoni).

    `buy`: the bank buys the base currency; `sell`: it sells it. None: not offered. `provider` is the key of the
    reviewed table of names, or the printed name of an unknown one; `as_of` is the source's own time (UTC).
    """

    provider: str
    channel: Channel
    pair: Pair
    buy: Decimal | None
    sell: Decimal | None
    as_of: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class OfferTable:
    """The offers of one table for one pair, as a source published it, before any of them is judged.

    Each offer has its own time. `complete`: all of the table was read, so that an offer which is missing from it is
    withdrawn. `left_out` counts the prices and rows that are missing or cannot be used; `warnings` are English lines
    for the operator about them.
    """

    pair: Pair
    offers: tuple[Offer, ...]
    complete: bool = True
    left_out: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def as_of(self) -> dt.datetime:
        """The time of the newest offer (UTC)."""
        return max(offer.as_of for offer in self.offers)


class OfferHold(StrEnum):
    """Why an offer is not shown as current."""

    CROSSED = "crossed"  # the bank would sell for less than it buys: the two are swapped or mistyped
    OFF_OFFICIAL = "off official"  # too far from the official rate


@dataclass(frozen=True, slots=True)
class StoredOffer:
    """An offer as it is stored: `confirmed_as_of` is the time (UTC) of the last table with the same prices.

    `held`: why it is not shown as current; None if it may be shown.
    """

    offer: Offer
    confirmed_as_of: dt.datetime
    observed_at: dt.datetime
    held: OfferHold | None = None
    id: int = 0


def market_of(channel: Channel, side: Side) -> str:
    """Return the market of a pair whose rate is the best offer of a channel: `transfer:buy`."""
    return f"{channel}:{side}"


def channel_of(market: str) -> tuple[Channel, Side]:
    """Return the channel and the bank's side of a market; ValueError for another text."""
    channel, _, side = market.partition(":")
    return Channel(channel), Side(side)


@dataclass(frozen=True, slots=True)
class BestOffer:
    """The best and the median price of a table for a pair, a channel and a side, over `providers` shown offers.

    `side` is the bank's: of `buy` the highest is best for the customer, of `sell` the lowest. Times are UTC, as those
    of a stored offer.
    """

    pair: Pair
    channel: Channel
    side: Side
    best: Decimal
    median: Decimal
    providers: int
    as_of: dt.datetime
    confirmed_as_of: dt.datetime
    source: str
    id: int = 0
