"""The tables of chats, their settings and their saved articles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id
from storage.types import StorableJson, StorableString


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
    next_digest_at: Mapped[dt.datetime | None]
    last_digest_at: Mapped[dt.datetime | None]
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
    title: Mapped[str] = mapped_column(StorableString(128), default="", server_default="")  # of a group or channel
    post_form: Mapped[dict[str, Any]] = mapped_column(StorableJson, default=dict, server_default="{}")
    digest_times: Mapped[str] = mapped_column(String(40), default="", server_default="")  # minutes with spaces between


class DestinationRow(Base):
    """A group, channel or topic of a forum (`thread_id`; 0 is none) that people manage from their private chats.

    Buttons name it by its id, which is shorter than Telegram's. `name` is the name of the topic, and `slug` the curated
    topic for which the bot created it. While Telegram creates it, its `thread_id` is negative.
    """

    __tablename__ = "destinations"
    __table_args__ = (UniqueConstraint("chat_id", "thread_id"), UniqueConstraint("chat_id", "slug"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(StorableString(128), default="")
    slug: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[dt.datetime]


class ManagerRow(Base):
    """A person who manages a group or channel from their private chat. `reviews`: they get its drafts.

    Telegram decides whether they still may: their rights are asked for at each action.
    """

    __tablename__ = "managers"
    __table_args__ = (Index("ix_managers_person_id", "person_id"),)

    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    reviews: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.datetime]


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
