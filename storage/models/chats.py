"""The tables of chats, their settings and their saved articles."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import StorableString


class ChatRow(Base):
    """A chat and its settings; `id` is Telegram's. Hours are minutes after local midnight."""

    __tablename__ = "chats"
    __table_args__ = (
        Index(
            "ix_chats_next_digest_at",
            "next_digest_at",
            sqlite_where=text("next_digest_at IS NOT NULL"),
            postgresql_where=text("next_digest_at IS NOT NULL"),
        ),
        # For the statements of /stats (storage/stats.py).
        Index("ix_chats_active_on", "kind", "active_on"),
        Index("ix_chats_created_at", "kind", "created_at"),
        Index("ix_chats_kind", "kind", "state", "language"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(StorableString(8))
    timezone: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="active")
    digest_at: Mapped[int | None]
    next_digest_at: Mapped[dt.datetime | None]
    last_digest_at: Mapped[dt.datetime | None]
    last_digest_on: Mapped[dt.date | None]
    quiet_start: Mapped[int | None]
    quiet_end: Mapped[int | None]
    per_dollar: Mapped[bool] = mapped_column(default=True)
    theme: Mapped[str] = mapped_column(String(5), default="light")  # of charts: light or dark
    alerts_since: Mapped[dt.datetime | None]  # the first alert of the 24 hours that `alerts_today` counts
    alerts_today: Mapped[int] = mapped_column(default=0)
    currencies: Mapped[str] = mapped_column(String(80), default="")  # codes with spaces between them
    news_languages: Mapped[str] = mapped_column(String(40), default="")  # the same
    keyboard: Mapped[bool] = mapped_column(default=True)
    awaiting: Mapped[str | None] = mapped_column(StorableString(200))
    awaiting_until: Mapped[dt.datetime | None]
    awaiting_from: Mapped[int | None] = mapped_column(BigInteger)
    not_found_days: Mapped[int] = mapped_column(default=0)
    not_found_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime]
    active_on: Mapped[dt.date | None]  # the day (UTC) of its last request
    gone_at: Mapped[dt.datetime | None]
    unblocked_at: Mapped[dt.datetime | None]  # when it was last unblocked: refusals of earlier requests are outdated
    language_offered: Mapped[bool] = mapped_column(default=False, server_default=false())


class MutedRow(Base):
    """A source that a chat has muted."""

    __tablename__ = "muted"
    __table_args__ = (Index("ix_muted_source", "source", "chat_id"),)

    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(40), primary_key=True)


class SavedRow(Base):
    """An article that a chat saved to read later."""

    __tablename__ = "saved"

    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    saved_at: Mapped[dt.datetime]
