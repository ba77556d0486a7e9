"""The table of sources."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.sites import USUAL_WEIGHT
from storage.models.base import Base


class SourceRow(Base):
    """The state of one source between polls. `name` is a site's id, `page`, or a bank's name.

    `title`, `language`, `weight` and `enabled` are copied from sources.toml for statements on articles. `switched` is
    an operator's choice in /sources: on, off, or None for the setting of the file.
    """

    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    last_attempt_at: Mapped[dt.datetime | None]
    last_ok_at: Mapped[dt.datetime | None]
    next_attempt_at: Mapped[dt.datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    stale_since: Mapped[dt.datetime | None]
    valid_on: Mapped[dt.date | None]  # the newest valid day of a bank's tables
    filled_to: Mapped[dt.date | None]  # history is complete up to this day; None: not started
    title: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(8))  # of its articles; None: unknown
    enabled: Mapped[bool] = mapped_column(default=False, server_default=false())
    weight: Mapped[int] = mapped_column(default=USUAL_WEIGHT, server_default=str(USUAL_WEIGHT))
    switched: Mapped[bool | None]
    problem: Mapped[str | None]  # the defects of the last poll, in one line for operators
    interval_seconds: Mapped[float | None]  # between the last poll and the next
    changed_at: Mapped[dt.datetime | None]  # when a poll last found something new
    polls: Mapped[int] = mapped_column(default=0, server_default="0")
    changes: Mapped[int] = mapped_column(default=0, server_default="0")  # polls that found something new
    newest_at: Mapped[dt.datetime | None]  # the newest date of its articles: see bot/domain/freshness.py
    known_since: Mapped[dt.datetime | None]  # the oldest date of its first poll
