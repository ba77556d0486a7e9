"""Errors of the database that an operator can mend, each as one line, known by the codes of the two engines."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.domain.errors import StorageError as StorageError

# How long SQLite lets a writer wait for another process's lock (`jarchi ingest` beside `jarchi run`).
BUSY_SECONDS = 30


# Every error of a statement or a connection, for code that tries again whatever the reason.
DATABASE_ERRORS = (StorageError, SQLAlchemyError)


def one_line(error: Exception) -> str:
    """Return one line for the operator: the text of a StorageError, the class name of any other error."""
    return str(error) if isinstance(error, StorageError) else type(error).__name__


def outage(error: BaseException) -> StorageError | None:
    """Return the StorageError for an error that means that the database cannot be used; None for any other error.

    It is known by its code: whatever text a driver quotes, an error about the values of a statement is none.
    """
    if isinstance(error, StorageError):
        return error
    if isinstance(error, PoolTimeout):
        return StorageError("the database is too slow: too many wait for it")
    if isinstance(error, OSError):
        return StorageError(f"the database cannot be reached ({type(error).__name__})")
    if not isinstance(error, DBAPIError):
        return None
    if meaning := _meaning(error.orig):
        return StorageError(meaning)
    if error.connection_invalidated:
        return StorageError(_SERVER_AWAY)
    return None


MISSING_FILE = "there is no file at the path in DATABASE_URL; `jarchi run` or `jarchi migrate` creates one"
CANNOT_OPEN = "the database file cannot be opened; check the folder and its rights"
_SERVER_AWAY = "the database server is away, starting or stopping"
NO_TABLES = "the database has no tables yet; run `jarchi migrate`"
OTHER_VERSION = "the database is of another version; run `jarchi migrate`"
DISK_FULL = "the disk is full; nothing was lost, free some space"

# SQLite's primary result codes. https://www.sqlite.org/rescode.html
_SQLITE_CODES = {
    sqlite3.SQLITE_NOTADB: "the file that DATABASE_URL names is not a database; move it away or name another",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged; restore it from a backup",
    sqlite3.SQLITE_FULL: DISK_FULL,
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
    sqlite3.SQLITE_CANTOPEN: CANNOT_OPEN,
    sqlite3.SQLITE_READONLY: "the database file may not be written; check its rights",
    sqlite3.SQLITE_BUSY: f"another program has held the database for over {BUSY_SECONDS} seconds",
    sqlite3.SQLITE_LOCKED: f"another program has held the database for over {BUSY_SECONDS} seconds",
}
# SQLite has no codes for these; its messages exist in one language only.
_SQLITE_WORDS = {"no such table": NO_TABLES, "no such column": OTHER_VERSION}

# PostgreSQL's error codes, or the first characters of a class of them; its messages are in the server's language.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES = {
    "28P01": "the database refused the password in DATABASE_URL",
    "28": "the database refused the role in DATABASE_URL: it does not exist there, or may not connect from here",
    "3D000": "the database named in DATABASE_URL does not exist on that server",
    "3F000": "the role in DATABASE_URL has no schema to use (search_path)",
    "42P01": NO_TABLES,
    "42703": OTHER_VERSION,
    "42501": "the role in DATABASE_URL lacks a right on the database or its tables; `jarchi check` names it",
    "25006": "the database server takes no writes: it is a standby, or read-only",
    "53100": DISK_FULL,
    "53300": "the database server has no connection left; raise max_connections or stop other programs",
    "55P03": "another program holds a lock on the tables",
    "08": _SERVER_AWAY,  # the connection broke
    "57P": _SERVER_AWAY,  # the server does not serve just now
}


def _meaning(error: BaseException | None) -> str:
    """Return one line about a driver's error that an operator can mend; empty for any other error."""
    if hasattr(error, "sqlstate"):  # of PostgreSQL; None if the driver refused a value before sending it
        state = getattr(error, "sqlstate", None) or ""
        return next((_STATES[state[:length]] for length in (5, 3, 2) if state[:length] in _STATES), "")
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # the rest refines the primary code
    if code == sqlite3.SQLITE_ERROR:
        return next((meaning for sign, meaning in _SQLITE_WORDS.items() if str(error).startswith(sign)), "")
    return _SQLITE_CODES.get(code, "")
