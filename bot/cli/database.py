"""`jarchi migrate` and `jarchi db`: the tables, a backup, a copy."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.output import named_bars
from bot.cli.running import fail, open_database, run_or_fail, settings_or_fail

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.copying import Copied


@click.command()
def migrate() -> None:
    """Bring the database to this version's tables (`run` does this too)."""
    settings = settings_or_fail()
    before, after = run_or_fail(_migrate(settings))
    click.echo(f"already at version {after}" if before == after else f"from {before or 'nothing'} to version {after}")


async def _migrate(settings: Settings) -> tuple[str | None, str]:
    from storage.migrate import upgrade

    async with open_database(settings, migrate=False) as database:
        with named_bars() as draw:
            return await upgrade(database, lambda done, total: draw("articles", done, total))


@click.group()
def db() -> None:
    """The database: a backup of it, and a move to another one. See docs/operations.md."""


@db.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_database(file: Path) -> None:
    """Write the SQLite database to a new FILE, while the bot runs or not. For PostgreSQL there is pg_dump."""
    size = run_or_fail(_backup(settings_or_fail(log_level="WARNING"), file))
    click.echo(f"{file}: {size / 1024 / 1024:.1f} MiB, checked")


async def _backup(settings: Settings, file: Path) -> int:
    from storage.backup import backup

    async with open_database(settings, migrate=False) as database:
        return await backup(database, file)


@db.command("copy")
def copy_database() -> None:
    """Copy everything into an empty database, SQLite or PostgreSQL. Stop the bot before.

    The addresses stand in the environment, where no list of processes shows them: COPY_FROM and COPY_TO, or
    COPY_FROM_FILE and COPY_TO_FILE, which name files that hold them. Interrupted, it leaves the target empty.
    """
    from bot import log
    from bot.config import SettingsError, copy_ends

    try:
        source, target = copy_ends()
    except SettingsError as error:
        fail(f"These arguments are wrong (see jarchi db copy --help):\n{error}", 2)
    log.set_up("ERROR", "console", source, target)
    for one in run_or_fail(_copy(source, target), "stopped; the database to copy to was left empty"):
        click.echo(f"{one.table:<16} {one.rows:>9} rows  {one.checksum or 'made again from the others'}")
    click.echo("Both databases have the same content.")


async def _copy(source: str, target: str) -> list[Copied]:
    from storage.copying import copy
    from storage.database import Database
    from storage.lock import exclusive

    databases = (Database(source), Database(target))
    try:
        with ExitStack() as locks, named_bars() as update:
            for path in dict.fromkeys(database.path for database in databases):
                if path is not None and path.is_file():
                    # Rows that a running bot stores meanwhile would be missing from the copy.
                    locks.enter_context(exclusive(path))
            return await copy(*databases, update)
    finally:
        for database in databases:
            await database.close()
