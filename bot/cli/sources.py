"""`jarchi ingest`, `poll` and `sources`: store saved pages, or the current ones of the sources; list the sources."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.output import StepBar, json_option, print_json
from bot.cli.running import open_database, run_or_fail, settings_or_fail

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.snapshot import Snapshot
    from bot.ingest.ingest import Ingested

# A saved page is at most as large as a fetched one may be (bot/sources/fetch.py).
MAX_FILE_BYTES = 5 * 1024 * 1024


class TooLarge(ValueError):
    """A file is larger than any page."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@json_option("One JSON object a file, a line each.")
def ingest(files: tuple[str, ...], as_json: bool) -> None:
    """Store saved pages or feeds (text, HTML, RSS, JSON), as a poll would. `-` reads standard input."""
    settings = settings_or_fail()
    raise SystemExit(1 if run_or_fail(_ingest(settings, files, as_json)) else 0)


async def _ingest(settings: Settings, files: tuple[str, ...], as_json: bool) -> int:
    """Store the files one by one; returns how many of them were not stored completely."""
    from bot.app.parts import make_matcher, utc_now
    from bot.domain.sites import PAGE
    from bot.ingest.ingest import ingest as ingest_snapshot
    from bot.ingest.ingest import is_filling
    from bot.ingest.source_health import problem_of
    from bot.sources.read import read
    from storage.errors import StorageError

    failed = 0
    async with open_database(settings) as database:
        matcher = make_matcher(settings)
        filling = await is_filling(database)
        bar = StepBar(len(files), hidden=as_json)
        for file in files:
            name = click.format_filename(file)  # characters that no terminal can show are replaced
            try:
                snapshot = read(_content(file), zone=settings.sites[0].zone)
                with bar.shown(name):
                    result = await ingest_snapshot(database, matcher, PAGE, snapshot, utc_now(), filling=filling)
            except StorageError:
                raise  # not the file's fault: run_or_fail prints it
            except Exception as error:
                failed += 1
                reason = _reason(error)
                if as_json:
                    print_json({**_snapshot_json(name, None), "error": reason, "stored": None})
                else:
                    click.secho(f"{name}: {reason}; nothing was stored", fg="red", err=True)
                continue
            finally:
                bar.advance()
            failed += bool(result.lost)
            if problem := problem_of((), result.lost):
                snapshot = replace(snapshot, warnings=(*snapshot.warnings, problem))
            if as_json:
                print_json({**_snapshot_json(name, snapshot), "stored": result.stored})
            else:
                _print_table(name, snapshot, result)
            filling = filling and not snapshot.articles
    return failed


def _content(name: str) -> bytes:
    """Return the bytes of a file or of standard input; TooLarge for more than a page may hold."""
    if name == "-":
        content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise TooLarge(f"larger than {MAX_FILE_BYTES // 1024 // 1024} MiB, no page is")
    return content


def _reason(error: Exception) -> str:
    """Return why a file was not stored, in one line; for an error of the program only its type."""
    from bot.domain.snapshot import NotAPage

    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, NotAPage | TooLarge):
        return str(error)
    return f"an error of the program ({type(error).__name__})"


@click.command()
@json_option("One JSON object a source, a line each.")
def poll(as_json: bool) -> None:
    """Poll every source once, store what is new and show it."""
    settings = settings_or_fail()
    raise SystemExit(1 if run_or_fail(_poll(settings, as_json)) else 0)


async def _poll(settings: Settings, as_json: bool) -> int:
    """Poll all sources; returns how many of them failed."""
    from bot.app.parts import make_fetcher, make_matcher, make_poller, utc_now

    async with open_database(settings) as database:
        fetcher = make_fetcher(settings)
        try:
            poller = make_poller(settings, database, make_matcher(settings), fetcher, utc_now)
            bar = StepBar(len(poller.names), hidden=as_json)
            with bar.shown("asking the sources"):
                polled = await poller.run_pass(force=True, done=bar.advance)
        finally:
            await fetcher.close()
    for one in polled:
        if as_json:
            stored = one.ingested.stored if one.ingested else None
            found = {**_snapshot_json(one.url, one.snapshot), "stored": stored}
            print_json({"source": one.source, **found, "error": one.error})
        elif one.error is not None:
            click.secho(f"{one.source}: {one.error}", fg="red", err=True)
        elif one.snapshot is None or one.ingested is None:
            click.echo(f"{one.source}: nothing new")
        else:
            _print_table(one.source, one.snapshot, one.ingested)
    return sum(one.error is not None for one in polled)


@click.command()
@click.option("--opml", is_flag=True, help="As OPML, which feed readers import.")
def sources(opml: bool) -> None:
    """List the news sites that are polled: id, name, address of the feed."""
    settings = settings_or_fail(log_level="WARNING")
    click.echo(run_or_fail(_sources(settings, opml)), nl=False)


async def _sources(settings: Settings, opml: bool) -> str:
    from bot.services.sources import polled_sites
    from bot.views import documents
    from storage.migrate import require_current

    async with open_database(settings, migrate=False) as database:
        await require_current(database)
        sites = await polled_sites(database, settings.sites)
    if opml:
        return documents.opml(sites).decode()
    return "".join(f"{site.id}\t{site.name}\t{site.url}\n" for site in sites)


def _snapshot_json(name: str, snapshot: Snapshot | None) -> dict[str, Any]:
    """Return the fields of `--json` that describe a snapshot; they are empty without one."""
    if snapshot is None:
        return {"file": name, "layout": None, "page_date": None, "rates": [], "articles": [], "warnings": []}
    return {
        "file": name,
        "layout": snapshot.layout,
        "page_date": snapshot.page_date.isoformat() if snapshot.page_date else None,
        "rates": [
            {"pair": str(quote.pair), "value": format(quote.value, "f"), "change_pct": quote.change_pct}
            for quote in snapshot.rates
        ],
        "articles": [
            {
                "title": article.title,
                "subheadings": list(article.subheadings),
                "url": article.url,
                "published_at": article.published_at.isoformat() if article.published_at else None,
            }
            for article in snapshot.articles
        ],
        "warnings": list(snapshot.warnings),
    }


def _print_table(name: str, snapshot: Snapshot, result: Ingested) -> None:
    """Print the contents of a snapshot with the outcome of each rate and article."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    day = f", {snapshot.page_date}" if snapshot.page_date else ""
    table = Table(title=Text(f"{name} ({snapshot.layout}{day})"))
    for column in ("what", "figure", "stored"):
        table.add_column(column, overflow="fold")
    outcomes = {recorded.rate.pair: str(recorded.outcome) for recorded in result.rates}
    for quote in snapshot.rates:
        change = f"  {quote.change_pct}%" if quote.change_pct is not None else ""
        table.add_row(str(quote.pair), f"{quote.value:f}{change}", outcomes.get(quote.pair, "not stored"))
    for article, outcome in result.articles:
        table.add_row(Text(article.title), f"{len(article.subheadings)} sub-headings", outcome)
    console.print(table)
    for warning in snapshot.warnings:
        console.print(f"warning: {warning}", markup=False, highlight=False)
    if result.deliveries:
        console.print(f"{result.deliveries} messages are waiting to be sent", highlight=False)
