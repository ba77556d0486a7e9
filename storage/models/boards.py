"""The table of boards: pinned messages with current rates."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base

_DUE = text("due_at IS NOT NULL")


class BoardRow(Base):
    """The board of a chat (and thread; 0 is none): one message that is edited when a rate changes.

    `pairs` are the shown pairs (`USD/KZT RUB/KZT`); empty: the whole table of rates. `due_at`: when it is to be edited;
    None: nothing has changed since. `not_before`: when it may be edited again, after an edit or a flood limit.
    `changes` counts the changes of its rates, so that one that comes during an edit is not lost. `shown` is a hash of
    the text that the message has. `lost_at`: since when the message cannot be edited any more.
    """

    __tablename__ = "boards"
    __table_args__ = (Index("ix_boards_due_at", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),)

    chat_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("chats.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    thread_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    message_id: Mapped[int] = mapped_column(BigInteger)
    pairs: Mapped[str] = mapped_column(String(120), default="")
    shown: Mapped[str] = mapped_column(String(16), default="")
    due_at: Mapped[dt.datetime | None]
    not_before: Mapped[dt.datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    lost_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
