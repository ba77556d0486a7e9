"""The tables of events, their deliveries and broadcasts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id
from storage.types import StorableString


class EventRow(Base):
    """An event. `key` is unique for what happened, so the same event is never stored twice.

    `kind`, `version` and `payload` are written and read by storage/event_codec.py only.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(StorableString(120), unique=True)
    version: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime]


_PENDING = text("state = 'pending'")
_SENDING = text("state = 'sending'")
_DEAD = text("state = 'dead'")
_HELD = text("state = 'held'")
_GATHERED = text("burst_id IS NOT NULL")


class DeliveryRow(Base):
    """One event for one chat and thread: written with its event, claimed with a lease, finished with a state.

    `event_id` refers to an event, which is deleted with its deliveries (storage/deliveries.py). It is no foreign
    key: PostgreSQL would check and lock the one event again for each row, a third of the time of a fan-out.
    `burst_id` is the id of the delivery whose message contains this one and others; in that delivery it is its own.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "chat_id", "thread_id"),
        Index(
            "ix_deliveries_pending", "priority", "id", "not_before", sqlite_where=_PENDING, postgresql_where=_PENDING
        ),
        Index("ix_deliveries_sending", "lease_until", sqlite_where=_SENDING, postgresql_where=_SENDING),
        Index("ix_deliveries_chat_id", "chat_id", "state"),
        Index("ix_deliveries_held", "event_id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_deliveries_dead", "finished_at", "id", sqlite_where=_DEAD, postgresql_where=_DEAD),
        Index("ix_deliveries_burst_id", "burst_id", sqlite_where=_GATHERED, postgresql_where=_GATHERED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    event_id: Mapped[int] = mapped_column(Id)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int]
    silent: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    not_before: Mapped[dt.datetime | None]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    repeat: Mapped[bool] = mapped_column(Boolean, default=False)
    # How often its lease expired or its worker died while it was claimed: it may have been sent.
    lease_expirations: Mapped[int] = mapped_column(default=0, server_default="0")
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    burst_id: Mapped[int | None] = mapped_column(Id)
    last_error: Mapped[str | None] = mapped_column(StorableString(200))
    folded_into: Mapped[int | None] = mapped_column(BigInteger)  # the delivery that contains it, or its own id
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class FanOutRow(Base):
    """An event of an article whose deliveries are not all written yet (storage/fan_out.py).

    `batch` is the id of the first event of the same poll; all rows of a batch advance together. `reached` is the last
    chat whose deliveries are written, None before the first.
    """

    __tablename__ = "fan_outs"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    batch: Mapped[int] = mapped_column(Id)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    reached: Mapped[int | None] = mapped_column(BigInteger)


class BroadcastRow(Base):
    """A broadcast of an operator; its event holds the text. Deliveries are written chat by chat, up to `reached`.

    `chat_id` and `message_id` are of the message that shows its progress; `expected` is the number of chats at start.
    """

    __tablename__ = "broadcasts"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str | None] = mapped_column(String(8))
    topic: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    expected: Mapped[int] = mapped_column(default=0)
    addressed: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int | None] = mapped_column(BigInteger)
    written: Mapped[bool] = mapped_column(default=False)  # deliveries for all chats are written
