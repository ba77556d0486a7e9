"""The tables of queries, of the chats that follow them, and of the articles that they match."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id
from storage.types import StorableString


class QueryRow(Base):
    """A distinct query in its normal form; `topic` is the curated topic that it stands for, if any."""

    __tablename__ = "queries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    text: Mapped[str] = mapped_column(StorableString(400), unique=True)
    topic: Mapped[str | None] = mapped_column(String(40), unique=True)


class SubscriptionRow(Base):
    """A topic that a chat (and thread; 0 is none) follows. `level` is instant, silent or digest.

    `words` is the query as the person typed it; None for a curated topic.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (
        UniqueConstraint("chat_id", "thread_id", "query_id"),
        Index("ix_subscriptions_query_id", "query_id", "chat_id", "thread_id", "level"),  # all that a fan-out reads
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"))
    thread_id: Mapped[int] = mapped_column(default=0)
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(String(8), default="instant")
    words: Mapped[str | None] = mapped_column(StorableString(200))
    created_at: Mapped[dt.datetime]


class MatchRow(Base):
    """An article that matches a query.

    `own`: it matches by itself; otherwise it is the first article on its event, and a later one on it matches.
    """

    __tablename__ = "matches"
    __table_args__ = (Index("ix_matches_query_id", "query_id", "article_id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    query_id: Mapped[int] = mapped_column(ForeignKey("queries.id", ondelete="CASCADE"), primary_key=True)
    own: Mapped[bool] = mapped_column(default=True, server_default=true())
