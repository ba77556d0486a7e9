"""The tables of offers, of gold prices and of policy rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id
from storage.types import StorableString


class OfferRow(Base):
    """An offer of a provider (bot/domain/offers.py), from the bank's view. A changed price is a new row.

    `as_of` is the source's time of the first table with it, `confirmed_as_of` that of the last one. `held` is the
    reason why it is not shown as current; empty: it may be shown.
    """

    __tablename__ = "offers"
    __table_args__ = (Index("ix_offers_of", "source", "base", "quote", "channel", "provider", "as_of"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(StorableString(120))
    channel: Mapped[str] = mapped_column(String(10))
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    buy: Mapped[Decimal | None]
    sell: Mapped[Decimal | None]
    as_of: Mapped[dt.datetime]
    confirmed_as_of: Mapped[dt.datetime]
    observed_at: Mapped[dt.datetime]
    held: Mapped[str] = mapped_column(String(16), default="")


class CurrentOfferRow(Base):
    """The newest offer of each source, pair, channel and provider: found without searching history."""

    __tablename__ = "current_offers"

    source: Mapped[str] = mapped_column(String(20), primary_key=True)
    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    provider: Mapped[str] = mapped_column(StorableString(120), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))


class BestOfferRow(Base):
    """The best and the median offer of a table: for a pair, a channel and a side. A changed value is a new row.

    `side` is the bank's: of `buy` the highest is best for the customer, of `sell` the lowest. `providers` is the number
    of offers that were compared. `as_of` and `confirmed_as_of` are the times of the first and the last table with it.
    """

    __tablename__ = "best_offers"
    __table_args__ = (
        Index("ix_best_offers_of", "source", "base", "quote", "channel", "side", "as_of"),
        Index("ix_best_offers_confirmed", "confirmed_as_of"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    channel: Mapped[str] = mapped_column(String(10))
    side: Mapped[str] = mapped_column(String(4))
    best: Mapped[Decimal]
    median: Mapped[Decimal]
    providers: Mapped[int]
    as_of: Mapped[dt.datetime]
    confirmed_as_of: Mapped[dt.datetime]
    observed_at: Mapped[dt.datetime]


class GoldPriceRow(Base):
    """The prices of a gold bar at a central bank: `sale` is what a customer pays, `buyback` what they get back.

    `weight` is in grams; prices are in `currency` for the whole bar. `buyback` is None where none is published.
    """

    __tablename__ = "gold_prices"
    __table_args__ = (Index("ix_gold_prices_of", "source", "weight", "valid_on", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    weight: Mapped[Decimal]
    # Prices of large bars are beyond the range of a stored decimal (184,796,000 soum), so they are stored as text.
    sale: Mapped[str] = mapped_column(String(20))
    buyback: Mapped[str | None] = mapped_column(String(20))
    valid_on: Mapped[dt.date]
    observed_at: Mapped[dt.datetime]


class PolicyRateRow(Base):
    """The policy rate of a central bank from a day on: `percent` a year (16.75)."""

    __tablename__ = "policy_rates"

    bank: Mapped[str] = mapped_column(String(20), primary_key=True)
    in_force_on: Mapped[dt.date] = mapped_column(primary_key=True)
    percent: Mapped[Decimal]
    observed_at: Mapped[dt.datetime]


class PolicyFanOutRow(Base):
    """The event of a decision on a policy rate whose deliveries are not all written yet (storage/policy_fan_out.py).

    `currency` is the one that its recipients follow. `reached` is the last chat whose delivery is written, None before
    the first.
    """

    __tablename__ = "policy_fan_outs"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    reached: Mapped[int | None] = mapped_column(BigInteger)
