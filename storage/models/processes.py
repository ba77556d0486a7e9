"""The table that the processes on one database share."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base


class LeaderRow(Base):
    """The lease of the leader lock: the one row has the id 1. See storage/leader_lock.py; unused on SQLite."""

    __tablename__ = "leader"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(40))
    lease_until: Mapped[dt.datetime]
