"""The lock of an SQLite database's file: one `jarchi run` at a time (docs/decisions/0056).

It is on a separate file beside the database: closing a second handle of the database itself would drop SQLite's
POSIX locks. The kernel releases it when the process ends in any way; the remaining file has no meaning.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from storage.database import FILE_MODE
from storage.errors import StorageError

log = structlog.get_logger()

# Errors of file systems without locks, some network mounts among them.
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


@contextmanager
def exclusive(database: Path | None) -> Iterator[None]:
    """Hold the lock of a database file for the length of a block; StorageError if another process holds it.

    None (PostgreSQL, or a database in memory) needs no lock. The folder must exist.
    """
    if database is None:
        yield
        return
    database = Path(
        os.path.realpath(database)
    )  # SQLite follows links too, and keeps its journals beside the file itself
    path = database.with_name(f"{database.name}.lock")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageError(f"the lock file beside the database cannot be opened ({reason})") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise StorageError("another `jarchi run` uses this SQLite file; stop it first, or use PostgreSQL") from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            os.close(handle)
            raise StorageError(f"the lock file beside the database cannot be locked ({error.strerror})") from error
        log.warning("database_not_locked", reason=error.strerror)
    try:
        yield
    finally:
        os.close(handle)
