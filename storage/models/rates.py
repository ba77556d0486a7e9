"""The tables of rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id


class RateRow(Base):
    """A rate of one source: `value` quote units per 1 base unit, exact to ± `tick`. A new value or day is a new row.

    `nominal` is the number of base units that the source printed it for: the printed number was value × nominal.
    """

    __tablename__ = "rates"
    __table_args__ = (Index("ix_rates_pair", "source", "base", "quote", "valid_on", "observed_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    value: Mapped[Decimal]
    tick: Mapped[Decimal]
    nominal: Mapped[int] = mapped_column(default=1)
    change_pct: Mapped[str | None] = mapped_column(String(16))
    observed_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime]
    valid_on: Mapped[dt.date]
    confirmed: Mapped[bool] = mapped_column(default=True)


class CurrentRateRow(Base):
    """The newest confirmed rate of each source and pair: the current rates, found without searching history."""

    __tablename__ = "current_rates"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    base: Mapped[str] = mapped_column(String(3), primary_key=True)
    quote: Mapped[str] = mapped_column(String(3), primary_key=True)
    rate_id: Mapped[int] = mapped_column(ForeignKey("rates.id", ondelete="CASCADE"))
