"""The polls of sources that are due, one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable

from bot.ingest.source_health import Polled
from storage import sources
from storage.database import Database
from storage.sources import SourceState

# The name of a source, its address, and its poll, which records its own failure and raises only StorageError.
Place = tuple[str, str, Callable[[SourceState], Awaitable[Polled]]]


async def poll_due(
    database: Database,
    clock: Callable[[], dt.datetime],
    places: Iterable[Place],
    done: Callable[[str], None],
    force: bool,
) -> list[Polled]:
    """Poll the sources that are due, all of them with `force`; `clock` gives UTC.

    `done` is called with the name of each source as it is finished.
    """
    polled = []
    for name, url, poll in places:
        async with database.read() as connection:
            state = await sources.get(connection, name, url)
        if not force and state.next_attempt_at is not None and clock() < state.next_attempt_at:
            polled.append(Polled(name, url, skipped=True, state=state))
            continue
        polled.append(await poll(state))
        done(name)
    return polled
