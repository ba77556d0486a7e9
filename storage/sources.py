"""What is remembered of each source between polls."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import SourceRow
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class SourceState:
    """The polling state of one source (`name`: feed, page, nbk …). Times are UTC; `stale_since` is told to subscribers.

    `valid_on` is the newest day that a bank's table stood for; its history is complete up to `filled_to`.
    """

    name: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    last_attempt_at: dt.datetime | None = None
    last_ok_at: dt.datetime | None = None
    next_attempt_at: dt.datetime | None = None
    failures: int = 0
    last_error: str | None = None
    stale_since: dt.datetime | None = None
    valid_on: dt.date | None = None
    filled_to: dt.date | None = None


_COLUMNS = [getattr(SourceRow, name) for name in SourceState.__slots__]


async def get(connection: AsyncConnection, name: str, url: str) -> SourceState:
    """Return the state of a source; a new one if it was never polled or now stands at another address."""
    row = (await connection.execute(select(*_COLUMNS).where(SourceRow.name == name))).one_or_none()
    state = SourceState(*row) if row else SourceState(name, url)
    return state if state.url == url else replace(state, url=url, etag=None, last_modified=None, next_attempt_at=None)


async def all_states(connection: AsyncConnection) -> list[SourceState]:
    """Return every source ever polled, by name."""
    rows = await connection.execute(select(*_COLUMNS).order_by(SourceRow.name))
    return [SourceState(*row) for row in rows]


async def save(connection: AsyncConnection, state: SourceState) -> None:
    """Keep the state of a source."""
    values = {name: getattr(state, name) for name in SourceState.__slots__}
    await connection.execute(upsert(connection, SourceRow, values, key=["name"]))
