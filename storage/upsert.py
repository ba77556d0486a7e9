"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.models import Base


def insert(connection: AsyncConnection, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own INSERT, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(model) if connection.dialect.name == "sqlite" else postgresql.insert(model)


def upsert(
    connection: AsyncConnection, model: type[Base], values: Mapping[str, Any], key: Sequence[str]
) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that overwrites the row with the same key."""
    changes = {name: value for name, value in values.items() if name not in key}
    return insert(connection, model).values(values).on_conflict_do_update(index_elements=list(key), set_=changes)
