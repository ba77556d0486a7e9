"""The state of each source between polls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.freshness import HighWater
from storage.models import SourceRow
from storage.upsert import insert, upsert


@dataclass(frozen=True, slots=True)
class SourceState:
    """The polling state of one source (`name`: timesca, page, nbk …). Times are UTC; `stale_since` is shown to people.

    `valid_on` is the newest day of a bank's tables; its history is complete up to `filled_to`. Of a news site: the
    seconds between the last poll and the next, when one last found something new, and how many did. `last_ok_at` is
    the last successful poll; `problem` names the parts that it left out, in one English line.
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
    interval_seconds: float | None = None
    changed_at: dt.datetime | None = None
    polls: int = 0
    changes: int = 0
    problem: str | None = None


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
    """Store the state of a source."""
    values = {name: getattr(state, name) for name in SourceState.__slots__}
    await connection.execute(upsert(connection, SourceRow, values, key=["name"]))


@dataclass(frozen=True, slots=True)
class Description:
    """A source as sources.toml has it; `url` is the address of one that is not stored yet."""

    name: str
    url: str
    title: str
    weight: int
    language: str | None = None
    enabled: bool = True


_DESCRIBED = ("title", "weight", "language", "enabled")


async def describe(connection: AsyncConnection, described: Sequence[Description]) -> None:
    """Store the descriptions of sources where they differ from the stored ones; states stay as they are.

    A source that is not described any more is no longer enabled.
    """
    rows = await connection.execute(select(SourceRow.name, *(getattr(SourceRow, name) for name in _DESCRIBED)))
    known = {tuple(row) for row in rows}
    values = [
        {"failures": 0, **{name: getattr(one, name) for name in Description.__slots__}}
        for one in described
        if (one.name, *(getattr(one, name) for name in _DESCRIBED)) not in known
    ]
    if values:
        statement = insert(connection, SourceRow)
        changes = {name: statement.excluded[name] for name in _DESCRIBED}
        await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes), values)
    gone = update(SourceRow).where(SourceRow.enabled, SourceRow.name.not_in([one.name for one in described]))
    await connection.execute(gone.values(enabled=False))


async def title_of(connection: AsyncConnection, name: str) -> str:
    """Return the name of a source; empty where it has none."""
    found = await connection.execute(select(SourceRow.title).where(SourceRow.name == name))
    return found.scalar_one_or_none() or ""


async def language_of(connection: AsyncConnection, name: str) -> str | None:
    """Return the language of a source's articles; None where it is unknown."""
    found = await connection.execute(select(SourceRow.language).where(SourceRow.name == name))
    return found.scalar_one_or_none()


async def switches(connection: AsyncConnection) -> dict[str, bool]:
    """Return the switches that operators have set, by name."""
    rows = await connection.execute(select(SourceRow.name, SourceRow.switched).where(SourceRow.switched.is_not(None)))
    return {row.name: row.switched for row in rows}


async def switch(connection: AsyncConnection, name: str, url: str, on: bool) -> None:
    """Switch a source on or off, which overrides its file.

    One that is switched on is polled soon, as for the first time: articles of the time between are sent to nobody.
    """
    values = {"name": name, "url": url, "failures": 0, "switched": on}
    changes: dict[str, Any] = {"switched": on, "failures": 0, "stale_since": None, "next_attempt_at": None}
    if on:
        changes["last_ok_at"] = case((SourceRow.switched.is_(True), SourceRow.last_ok_at), else_=None)
    statement = insert(connection, SourceRow).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))


async def high_water(connection: AsyncConnection, name: str) -> HighWater:
    """Return the high-water mark of a source's articles."""
    statement = select(SourceRow.newest_at, SourceRow.known_since).where(SourceRow.name == name)
    row = (await connection.execute(statement)).one_or_none()
    return HighWater(*row) if row else HighWater()


async def set_high_water(connection: AsyncConnection, name: str, mark: HighWater) -> None:
    """Store the high-water mark of a source's articles, of a source that was never polled as well."""
    changes = {"newest_at": mark.newest, "known_since": mark.known_since}
    statement = insert(connection, SourceRow).values(name=name, url="", failures=0, **changes)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))
