"""Charts that are stored at Telegram, by their keys."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import ChartRow
from storage.upsert import upsert


async def known(connection: AsyncConnection, key: str) -> str | None:
    """Return the file_id of a picture, if it was sent before."""
    return (await connection.execute(select(ChartRow.file_id).where(ChartRow.key == key))).scalar_one_or_none()


async def remember(connection: AsyncConnection, key: str, file_id: str, now: dt.datetime) -> None:
    """Store the file_id of a picture that was sent."""
    values = {"key": key, "file_id": file_id, "created_at": now}
    await connection.execute(upsert(connection, ChartRow, values, key=["key"]))


async def clear(connection: AsyncConnection, before: dt.datetime, limit: int) -> int:
    """Delete up to `limit` pictures older than an instant (UTC); returns how many."""
    old = select(ChartRow.key).where(ChartRow.created_at < before).limit(limit)
    return (await connection.execute(delete(ChartRow).where(ChartRow.key.in_(old)))).rowcount
