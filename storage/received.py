"""The ids of updates that came by webhook and were handled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import ReceivedRow
from storage.upsert import insert

# Telegram drops an update after a day; then its id cannot come again.
KEEP = dt.timedelta(hours=25)
# Rows deleted for each inserted one: more than one, so that the number of outdated rows shrinks.
_CLEARED_FOR_EACH = 2


async def note(connection: AsyncConnection, update_ids: Sequence[int], now: dt.datetime) -> None:
    """Store the ids of handled updates, and delete some that cannot come again."""
    rows = [{"update_id": update_id, "received_at": now} for update_id in update_ids]
    if not rows:
        return
    await connection.execute(insert(connection, ReceivedRow).on_conflict_do_nothing(), rows)
    old = select(ReceivedRow.update_id).where(ReceivedRow.received_at < now - KEEP).limit(_CLEARED_FOR_EACH * len(rows))
    await connection.execute(delete(ReceivedRow).where(ReceivedRow.update_id.in_(old)))


async def is_known(connection: AsyncConnection, update_id: int) -> bool:
    """Return whether any process has handled an update."""
    statement = select(ReceivedRow.update_id).where(ReceivedRow.update_id == update_id)
    return (await connection.execute(statement)).first() is not None


async def newest(connection: AsyncConnection, limit: int) -> list[int]:
    """Return the ids of the last handled updates, oldest first."""
    statement = select(ReceivedRow.update_id).order_by(ReceivedRow.received_at.desc()).limit(limit)
    return [row.update_id for row in await connection.execute(statement)][::-1]
