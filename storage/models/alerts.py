"""The table of alerts on rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id

# An alert that waits on one side only is in one index: each index costs time when it fires.
_ABOVE = text("state = 'armed' AND fires_above IS NOT NULL")
_BELOW = text("state = 'armed' AND fires_below IS NOT NULL")
_FIRED = text("state = 'fired'")
_DELETED = text("state = 'deleted'")
# The columns that name what is observed, in the order in which all indexes of ticks begin.
_OF = ("market", "base", "quote", "kind")


class AlertRow(Base):
    """An alert on a rate. A tick is compared with the columns `fires_*` and `rearms_at`, by index.

    `kind` is the property that they are compared with: see bot/domain/alerts/life_cycle.py. `once`: done after it
    has fired once.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_above", *_OF, "fires_above", sqlite_where=_ABOVE, postgresql_where=_ABOVE),
        Index("ix_alerts_below", *_OF, "fires_below", sqlite_where=_BELOW, postgresql_where=_BELOW),
        Index(
            "ix_alerts_rearm",
            *_OF,
            "side",
            "rearms_at",
            sqlite_where=_FIRED,
            postgresql_where=_FIRED,
        ),
        Index("ix_alerts_chat_id", "chat_id"),
        Index("ix_alerts_deleted", "changed_at", sqlite_where=_DELETED, postgresql_where=_DELETED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(8), default="level")
    side: Mapped[str] = mapped_column(String(5))
    once: Mapped[bool] = mapped_column(default=False)
    level: Mapped[Decimal | None]
    anchor: Mapped[Decimal | None]
    # The rule as typed; its levels may be large ("12142.10"), so they are stored as text.
    asked_base: Mapped[str] = mapped_column(String(3))
    asked_quote: Mapped[str] = mapped_column(String(3))
    asked_side: Mapped[str] = mapped_column(String(5))
    asked_level: Mapped[str | None] = mapped_column(String(40))
    asked_move: Mapped[str | None] = mapped_column(String(40))
    asked_days: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="armed")
    fires_above: Mapped[Decimal | None]
    fires_below: Mapped[Decimal | None]
    rearms_at: Mapped[Decimal | None]
    snoozed_until: Mapped[dt.datetime | None]
    last_fired_at: Mapped[dt.datetime | None]
    changed_at: Mapped[dt.datetime | None]  # when a rate last fired or armed it, or when it was deleted
    created_at: Mapped[dt.datetime]
    market: Mapped[str] = mapped_column(String(20), default="", server_default="")  # empty: the official rate
