"""Every storage test runs on SQLite and on a real PostgreSQL server (from a wheel, on a Unix socket)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.databases import clear, new_sqlite


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database with this version's tables and nothing in them."""
    if request.param == "sqlite":
        opened = await new_sqlite(tmp_path / "jarchi.db")
    else:
        opened = Database(request.getfixturevalue("postgres_url"))
        await clear(opened)
    yield opened
    await opened.close()
