"""The tables of what leaves the bot's own chats: shared setups and feeds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id
from storage.types import StorableJson


class ShareRow(Base):
    """The rules that a link sets up: an alert's, a topic's or all of a chat's, without data about that chat.

    `payload` is written and read by storage/shares.py only. `fingerprint` is a hash of the kind, the payload and the
    expiry: equal setups of a day are one row, however often people share them.
    """

    __tablename__ = "shares"
    __table_args__ = (Index("ix_shares_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    payload: Mapped[dict[str, Any]] = mapped_column(StorableJson)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]


class FeedRow(Base):
    """The feed of a chat's topics. `secret_hash` is the SHA-256 of the secret in its address, in hexadecimal digits."""

    __tablename__ = "feeds"

    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime]
