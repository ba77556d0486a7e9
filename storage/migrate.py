"""Bringing a database to this version's tables. Migrations are applied in order, each in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.database import Database, StorageError

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
# A migration's file begins with its revision.
HEAD = max(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; it needs no file. The connection is the one to work on."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database) -> tuple[str | None, str]:
    """Apply what is missing; returns the version before (None: an empty database) and the version now.

    StorageError if the database was made by a newer version of this program.
    """
    async with database.write() as connection:
        return await connection.run_sync(_upgrade)


def is_current(connection: Connection) -> bool:
    """Tell whether the database has this version's tables; it needs no Alembic, which takes long to load."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def _upgrade(connection: Connection) -> tuple[str | None, str]:
    if is_current(connection):  # as at most starts
        return HEAD, HEAD
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(configuration())
    head = scripts.get_current_head() or ""
    before = MigrationContext.configure(connection).get_current_revision()
    if before is not None and before not in {script.revision for script in scripts.walk_revisions()}:
        raise StorageError("the database was made by a newer version of Jarchi; upgrade the program")
    if before != head:
        command.upgrade(configuration(connection), "head")
    return before, head
