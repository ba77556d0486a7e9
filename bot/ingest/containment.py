"""An article or rate that cannot be stored does not cost the others of its source (docs/decisions/0049)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.log import where
from storage.database import Connection, Database, savepoint
from storage.errors import StorageError, outage

T = TypeVar("T")


class Level(StrEnum):
    """The smallest thing that an error cost."""

    LETTER = "letter"  # letters that cannot be stored were replaced
    PART = "part"  # a line, a link or an item that its reader left out
    ARTICLE = "article"  # an article that could not be stored
    RATE = "rate"  # a rate that could not be stored
    SOURCE = "source"  # a whole read: an error of the program, not of the site


@dataclass(frozen=True, slots=True)
class Lost:
    """An article or rate that could not be stored: the kind of the error and its place in the code, no content."""

    level: Level
    error: str
    at: str


class Items(Protocol):
    """How the items of one transaction are stored: `one` is entered for each."""

    lost: list[Lost]

    def one(self, connection: Connection, level: Level) -> AbstractAsyncContextManager[None]:
        """Store one item in the block."""


class _Together:
    """All items or none: no statement more than they need."""

    def __init__(self) -> None:
        self.lost: list[Lost] = []

    @asynccontextmanager
    async def one(self, _connection: Connection, _level: Level) -> AsyncIterator[None]:
        yield


class _Apart:
    """Each item in a savepoint: one that fails is undone and noted, and the rest of its block is not run."""

    def __init__(self) -> None:
        self.lost: list[Lost] = []

    @asynccontextmanager
    async def one(self, connection: Connection, level: Level) -> AsyncIterator[None]:
        try:
            async with savepoint(connection):
                yield
        except Exception as error:
            if outage(error) is not None:
                raise
            self.lost.append(Lost(level, type(error).__name__, where(error)))


TOGETHER: Callable[[], Items] = _Together


async def store_contained(database: Database, store: Callable[[Connection, Items], Awaitable[T]]) -> T:
    """Run `store` in one transaction; where that fails, once more with each item in a savepoint of its own.

    A StorageError (the database cannot serve) passes through, and so does an error that is no single item's.
    """
    try:
        async with database.write() as connection:
            return await store(connection, _Together())
    except StorageError:
        raise
    except Exception:  # noqa: S110 - it is raised again below, where its item is known
        pass
    async with database.write() as connection:
        return await store(connection, _Apart())
