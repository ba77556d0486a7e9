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
_MERGED = text("merged_into IS NOT NULL")
_OPEN = text("state = 'open'")


class DeliveryRow(Base):
    """One event for one chat and thread: written with its event, claimed with a lease, finished with a state.

    `event_id` refers to an event, which is deleted with its deliveries (storage/deliveries.py). It is no foreign
    key: PostgreSQL would check and lock the one event again for each row, a third of the time of a fan-out.
    `merged_into` is the id of the delivery whose message contains this one; in that delivery it is its own. Where the
    state is `merged` and it is null, the next digest contains it.
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
        Index("ix_deliveries_merged_into", "merged_into", sqlite_where=_MERGED, postgresql_where=_MERGED),
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
    merged_into: Mapped[int | None] = mapped_column(Id)
    last_error: Mapped[str | None] = mapped_column(StorableString(200))
    created_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class ReviewRow(Base):
    """The review of a post (a delivery of an article) before it is published.

    `state` is a ReviewState; `decide_by` is when it is decided without a person. `lead` replaces the article's lead;
    None: it stays. `decided_by` is the id of the person and `decided_name` their name; None and empty: nobody decided.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_open", "decide_by", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_reviews_chat_id", "chat_id", "article_id"),
    )

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(8), default="open")
    lead: Mapped[str | None] = mapped_column(StorableString(1000))
    decide_by: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_name: Mapped[str] = mapped_column(StorableString(128), default="")
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


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
