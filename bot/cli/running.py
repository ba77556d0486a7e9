"""Runs the work of a command: settings, database and event loop. Each expected error is one line and an exit code."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bot.stop import signals

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.database import Database

T = TypeVar("T")

# The exit code that shells use for a program ended by Ctrl-C: 128 and the signal's number.
INTERRUPTED = 130
# Limit for the cancellation of a command. asyncpg waits forever where executemany is cancelled between two rows; ending
# the process rolls the transaction back just as well.
CANCEL_SECONDS = 2.0


def fail(text: str, status: int = 1) -> NoReturn:
    """End with one clear line (or one for each setting) on standard error."""
    click.secho(text, fg="red", err=True)
    raise SystemExit(status)


def load_settings(*, need_token: bool = False, **overrides: Any) -> Settings:
    """Load the settings and set up the logs; SettingsError names every problem."""
    from bot import log
    from bot.config import SECRETS, load

    settings = load(need_token=need_token, **overrides)
    secrets = (getattr(settings, name.lower()).get_secret_value() for name in SECRETS)
    log.set_up(settings.log_level, settings.log_format, *secrets)
    return settings


def settings_or_fail(*, need_token: bool = False, **overrides: Any) -> Settings:
    """Load the settings and set up the logs, or print every problem and exit with 2."""
    from bot.config import SettingsError

    try:
        return load_settings(need_token=need_token, **overrides)
    except SettingsError as error:
        fail(f"These settings are wrong or missing (see .env.example):\n{error}", 2)


@asynccontextmanager
async def open_database(settings: Settings, *, migrate: bool = True) -> AsyncIterator[Database]:
    """Open the database for the length of a block. `migrate`: bring its tables to this version first."""
    from storage.database import Database
    from storage.migrate import upgrade

    database = Database(settings.database_url.get_secret_value())
    try:
        if migrate:
            await upgrade(database)
        yield database
    finally:
        await database.close()


def run_or_fail(
    work: Coroutine[Any, Any, T],
    stopped: str = "stopped",
    expected: type[Exception] | tuple[()] = (),
    *,
    clean: bool = False,
) -> T:
    """Run a coroutine; an error that an operator can correct becomes one line, never a traceback.

    A stop signal cancels it and prints the line `stopped`, unless the coroutine handles signals itself. Errors of the
    type `expected` are raised to the caller. `clean`: a stop is the normal end of the command, with status 0.
    """
    import uvloop

    from bot.log import Redactor, where
    from storage.errors import DATABASE_ERRORS, one_line

    try:
        with signals.installed(clean=clean):
            try:
                return uvloop.run(_cancelled_by_signals(work, stopped))
            except (asyncio.CancelledError, KeyboardInterrupt):
                if signals.received and not signals.status:
                    raise SystemExit(0) from None
                fail(stopped, signals.status or INTERRUPTED)
    except DATABASE_ERRORS as error:
        fail(Redactor()(f"database: {one_line(error)}"))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        fail(Redactor()(f"{error.strerror or type(error).__name__}"))
    except expected:
        raise
    except Exception as error:
        fail(f"this is a fault of Jarchi's: {type(error).__name__} at {where(error)}")


async def _cancelled_by_signals(work: Coroutine[Any, Any, T], stopped: str) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def cancel() -> None:
        task.cancel()
        loop.call_later(CANCEL_SECONDS, signals.end, stopped)

    on_signal(cancel)
    try:
        return await task
    finally:
        signals.call(None)


def on_signal(stop: Callable[[], object]) -> None:
    """Call `stop` in the running event loop at the next stop signal."""
    loop = asyncio.get_running_loop()
    signals.call(lambda: loop.call_soon_threadsafe(stop))
