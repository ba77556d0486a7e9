"""The command line. The commands import their dependencies when they run, so that `--help` answers at once."""

from __future__ import annotations

import errno
from typing import Any

import click

from bot import __version__
from bot.cli import database, diagnostics, match, rates, serve, sources, topics, understand
from bot.cli.running import fail


class OneLineGroup(click.Group):
    """The commands. An error of the operating system (a missing folder, a full disk) ends them with one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A closed pipe (`| head`) is left to click, which ends the process silently."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or type(error).__name__)


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="jarchi")
def main() -> None:
    """Jarchi: Central Asia's news and currency rates in Telegram.

    Settings come from the environment and from .env in this folder; .env.example explains each.
    """


for command in (
    serve.run,
    serve.demo,
    sources.ingest,
    sources.poll,
    sources.sources,
    rates.rates,
    database.migrate,
    database.db,
    diagnostics.show_config,
    diagnostics.check,
    topics.topics,
    match.match,
    understand.understand,
):
    main.add_command(command)
