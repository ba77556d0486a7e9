"""The tables of data exchanged with Telegram: uploaded charts, and updates that came by webhook."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class ChartRow(Base):
    """An uploaded chart: `key` contains everything that it depends on, `file_id` sends it again without an upload."""

    __tablename__ = "charts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    file_id: Mapped[str]
    created_at: Mapped[dt.datetime]


class ReceivedRow(Base):
    """An update that came by webhook and was handled: it is skipped when it comes again."""

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_received_at", "received_at"),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    received_at: Mapped[dt.datetime]
