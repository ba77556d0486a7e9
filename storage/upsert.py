"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy has in two dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: AsyncConnection, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own INSERT, which has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    # Each dialect is imported where it is used: a bot on SQLite starts a tenth of a second sooner without the other.
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(model)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(model)


def upsert(
    connection: AsyncConnection, model: type[Base], values: Mapping[str, Any], key: Sequence[str]
) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that overwrites the row with the same key."""
    changes = {name: value for name, value in values.items() if name not in key}
    return insert(connection, model).values(values).on_conflict_do_update(index_elements=list(key), set_=changes)
