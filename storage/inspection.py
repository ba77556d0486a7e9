"""Inspects a database without changes: whether it exists, its version, and the rights of the program."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import StorageError
from storage.migrate import HEAD, require_utf8, revision
from storage.models import Base

# The rights that are checked for each table of PostgreSQL; migrations change tables, which only an owner may.
_RIGHTS = text(
    """
    SELECT c.relname,
           pg_has_role(c.relowner, 'USAGE') AS owned,
           CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE')
                ELSE has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                     AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE') END AS usable
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'S')
    ORDER BY c.relname
    """
)


async def inspect_database(database: Database, *, must_exist: bool) -> str:
    """Return one line about a database that `jarchi run` can use; StorageError gives the reason if it cannot.

    Nothing is created, and test writes are rolled back. `must_exist`: a missing SQLite file is an error; without it the
    first `jarchi run` creates the file.
    """
    if database.path is not None and not _is_there(path := database.path.absolute(), must_exist=must_exist):
        return f"{path} is not there yet; `jarchi run` creates it"
    async with database.read() as connection:
        found = await connection.run_sync(revision)
        if not database.sqlite:
            await connection.run_sync(_check_postgresql, found)
        elif found == HEAD:
            await connection.run_sync(_require_tables)
    if database.sqlite:
        async with database.write() as connection:  # takes the write lock, which fails for a read-only file
            await connection.execute(text("PRAGMA user_version = 0"))
            await connection.rollback()
    if found is None:
        return "empty; `jarchi run` makes the tables"
    return "answers" if found == HEAD else f"answers; `jarchi run` brings it from version {found} to {HEAD}"


def _is_there(path: Path, *, must_exist: bool) -> bool:
    """Return whether an SQLite file exists; StorageError names a problem of its path."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if must_exist:
            raise StorageError(
                f"there is no file {path}: a mistyped DATABASE_URL? For a first start `jarchi migrate` creates it"
            ) from None
        return False
    except OSError as error:
        raise StorageError(f"{path} cannot be opened ({error.strerror})") from error
    if not stat.S_ISREG(mode):
        raise StorageError(f"{path} is not a file")
    for right, name in ((os.R_OK, "read"), (os.W_OK, "written")):
        if not os.access(path, right):
            raise StorageError(f"{path} may not be {name}; check its rights")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise StorageError(f"the folder of {path} may not be written; SQLite keeps its journals there")
    return True


def _require_tables(connection: Connection) -> None:
    if missing := sorted(Base.metadata.tables.keys() - set(inspect(connection).get_table_names())):
        raise StorageError(f"tables are missing ({', '.join(missing)}); restore the database from a backup")


def _check_postgresql(connection: Connection, found: str | None) -> None:
    role, schema, standby, read_only = connection.execute(
        text(
            "SELECT current_user, current_schema(), pg_is_in_recovery(), "
            "current_setting('default_transaction_read_only') = 'on'"
        )
    ).one()
    if standby or read_only:
        raise StorageError("the database server takes no writes: it is a standby, or read-only")
    require_utf8(connection)
    if schema is None:
        raise StorageError(f"the role {role} has no schema to use (search_path)")
    may_create = connection.execute(text("SELECT has_schema_privilege(current_schema(), 'CREATE')")).scalar_one()
    if not may_create:
        raise StorageError(f"the role {role} may not create tables in the schema {schema} (GRANT CREATE)")
    if found is None:
        return
    if found == HEAD:
        _require_tables(connection)
    known = {"alembic_version", *Base.metadata.tables}
    for table, owned, usable in connection.execute(_RIGHTS):
        if table in known and not owned:
            raise StorageError(f"the table {table} belongs to another role than {role} (ALTER TABLE … OWNER TO {role})")
        if not usable and (table in known or table.endswith("_id_seq")):
            raise StorageError(f"the role {role} may not read and write {table} (GRANT)")
