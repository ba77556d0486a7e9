"""The command line. Imports are put off into the commands, so that `--help` answers at once."""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import json
import sys
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bot import __version__
from bot.stop import signals

if TYPE_CHECKING:
    from bot.app import App
    from bot.config import Settings
    from bot.domain.snapshot import Snapshot
    from bot.ingest.ingest import Ingested

T = TypeVar("T")

# What a shell calls a program that Ctrl-C ended: 128 and the signal's number.
INTERRUPTED = 130
# What a signal has cancelled may take this long to end. asyncpg waits for ever where executemany is cancelled between
# two rows; ending the process undoes the transaction just as well.
CANCEL_SECONDS = 2.0
# A saved page is at most as large as a fetched one may be (bot/sources/fetch.py).
MAX_FILE_BYTES = 5 * 1024 * 1024

DEMO_TEXT = """
  Jarchi is crying at {url}

  Open that page: it is a messenger with three people in it, and the bot in each of their chats.
  The site behind it is written for the demo: a new story every few seconds, rates that move.
  A round of two minutes: /start, then /subscribe nuclear, /alert kzt < 0.00195, /rates, /digest now.

  Ctrl-C ends it. For your own bot: get a token from @BotFather, then
      BOT_TOKEN=… jarchi run
"""


class OneLineGroup(click.Group):
    """The commands; an error of the system (a missing folder, a full disk) outside of their work is one line, too."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A reader that has gone away (`| head`) is left to click, which ends without a word."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            fail(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or type(error).__name__)


@click.group(cls=OneLineGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="jarchi")
def main() -> None:
    """Jarchi, the town crier: Central Asia's news and currency rates in Telegram.

    Settings come from the environment and from .env in this folder; .env.example explains each.
    """


def fail(text: str, status: int = 1) -> NoReturn:
    """End with one clear line (or one for each setting) on standard error."""
    click.secho(text, fg="red", err=True)
    raise SystemExit(status)


def load_settings(*, need_token: bool = False, **overrides: Any) -> Settings:
    """Load the settings and set the logs up; SettingsError names everything that is wrong."""
    from bot import log
    from bot.config import load

    settings = load(need_token=need_token, **overrides)
    log.set_up(
        settings.log_level,
        settings.log_format,
        settings.bot_token.get_secret_value(),
        settings.database_url.get_secret_value(),
        settings.webhook_secret.get_secret_value(),
        settings.sources_proxy.get_secret_value(),
        settings.https_proxy.get_secret_value(),
        settings.http_proxy.get_secret_value(),
    )
    return settings


def settings_or_fail(*, need_token: bool = False, **overrides: Any) -> Settings:
    """Load the settings and set the logs up, or say everything that is wrong and exit with 2."""
    from bot.config import SettingsError

    try:
        return load_settings(need_token=need_token, **overrides)
    except SettingsError as error:
        fail(f"These settings need a look (see .env.example):\n{error}", 2)


def run_or_fail(
    work: Coroutine[Any, Any, T],
    stopped: str = "stopped",
    expected: type[Exception] | tuple[()] = (),
    *,
    clean: bool = False,
) -> T:
    """Run a coroutine; what an operator can mend becomes one line, never a traceback.

    A stop signal cancels it, and the line `stopped` is printed, unless it handles signals itself. Errors of the type
    `expected` are the caller's. `clean`: a stop is what the command is meant to end with, so its status is 0.
    """
    import uvloop
    from sqlalchemy.exc import SQLAlchemyError

    from bot.log import Redactor, where
    from storage.database import StorageError

    try:
        with signals.installed(clean=clean):
            try:
                return uvloop.run(_cancelled_by_signals(work, stopped))
            except (asyncio.CancelledError, KeyboardInterrupt):
                if signals.asked and not signals.status:
                    raise SystemExit(0) from None
                fail(stopped, signals.status or INTERRUPTED)
    except StorageError as error:
        fail(f"database: {error}")
    except SQLAlchemyError as error:
        fail(Redactor()(f"database: {type(error).__name__}"))
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

    signals.call(lambda: loop.call_soon_threadsafe(cancel))
    try:
        return await task
    finally:
        signals.call(None)


@main.command()
def run() -> None:
    """Run the bot: polls, answers, alerts and digests, all in this process. Ctrl-C or SIGTERM stops it cleanly."""
    settings = settings_or_fail(need_token=True)
    import structlog

    from bot.app import App

    if settings.unknown:
        structlog.get_logger().warning("settings_unknown", file=".env", names=", ".join(settings.unknown))
    run_or_fail(_run(App(settings)), clean=True)


async def _run(app: App) -> None:
    from bot.app import StartError

    tasks = (asyncio.create_task(_settle(app.ready)), asyncio.create_task(_stop_by_signals(app)))
    signals.call(None)  # until the database is open there is nothing to stop: a signal ends the process
    try:
        await app.run()
    except StartError as error:
        fail(str(error))
    finally:
        for task in tasks:
            task.cancel()


async def _stop_by_signals(app: App) -> None:
    loop = asyncio.get_running_loop()
    await app.opened.wait()
    signals.call(lambda: loop.call_soon_threadsafe(app.stop))


async def _settle(ready: asyncio.Event) -> None:
    from bot.app import settle

    await ready.wait()
    settle()


@main.command()
@click.option("--port", default=0, show_default="a free one", type=click.IntRange(0, 65535), help="Port of the page.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def demo(port: int, no_browser: bool) -> None:
    """Try everything in a browser: an embedded Telegram and a replayed site; no token, no network."""
    from bot.log import set_up

    set_up("WARNING", "console")
    run_or_fail(_demo(port, no_browser), clean=True)


async def _demo(port: int, no_browser: bool) -> None:
    import webbrowser

    from bot.app import App, StartError
    from bot.config import load
    from bot.demo.run import stage

    async with stage(port) as demo:
        app = App(load({}, _env_file=None, **demo.settings))  # the operator's settings are for the bot of their own
        loop = asyncio.get_running_loop()
        signals.call(lambda: loop.call_soon_threadsafe(app.stop))
        running = asyncio.create_task(app.run())
        ready = asyncio.create_task(app.ready.wait())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            click.echo(DEMO_TEXT.format(url=demo.telegram.url))
            if not no_browser:
                await asyncio.to_thread(webbrowser.open, demo.telegram.url)
        ready.cancel()
        try:
            await running
        except StartError as error:
            fail(str(error))
    click.echo("The demo has ended; nothing of it stays.")


class Bar:
    """A bar on standard error while something long works, where a person looks at it; it leaves nothing behind.

    What is printed to standard output while it is drawn would tear it.
    """

    def __init__(self, steps: int, *, hidden: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=console,
            transient=True,
            redirect_stdout=False,
            disable=hidden or not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=steps)

    @contextmanager
    def drawn(self, name: str) -> Iterator[None]:
        """Draw the bar for the length of a block, with the name of what is worked on."""
        self._bar.update(self._task, description=name)
        self._bar.start()
        try:
            yield
        finally:
            self._bar.stop()

    def done(self, name: str = "") -> None:
        """Go a step on, with the name of the finished one."""
        self._bar.update(self._task, advance=1, description=name)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, a line each.")
def ingest(files: tuple[str, ...], as_json: bool) -> None:
    """Store saved pages or feeds (text, HTML, RSS, JSON), as a poll would. `-` reads standard input."""
    settings = settings_or_fail()
    failed = run_or_fail(_ingest(settings, files, as_json))
    raise SystemExit(1 if failed else 0)


async def _ingest(settings: Settings, files: tuple[str, ...], as_json: bool) -> int:
    from bot.app import utc_now
    from bot.domain.sites import PAGE
    from bot.ingest.ingest import ingest as ingest_snapshot
    from bot.ingest.ingest import is_filling
    from bot.ingest.matching import Matcher
    from bot.ingest.source_health import problem_of
    from bot.sources.read import read
    from storage.database import Database, StorageError
    from storage.migrate import upgrade

    database = Database(settings.database_url.get_secret_value())
    failed = 0
    try:
        await upgrade(database)
        matcher = Matcher()
        filling = await is_filling(database)
        bar = Bar(len(files), hidden=as_json)
        for given in files:
            name = click.format_filename(given)  # without letters that no terminal takes
            try:
                snapshot = read(_content(given), zone=settings.sites[0].zone)
                with bar.drawn(name):
                    result = await ingest_snapshot(database, matcher, PAGE, snapshot, utc_now(), filling=filling)
            except StorageError:
                raise  # no file's fault: run_or_fail says what an operator can do
            except Exception as error:
                failed += 1
                reason = _reason(error)
                if as_json:
                    click.echo(json.dumps({**_empty(name), "error": reason, "stored": None}, ensure_ascii=False))
                else:
                    click.secho(f"{name}: {reason}; nothing was stored", fg="red", err=True)
                continue
            finally:
                bar.done()
            failed += bool(result.lost)
            if problem := problem_of((), result.lost):
                snapshot = replace(snapshot, warnings=(*snapshot.warnings, problem))
            if as_json:
                click.echo(json.dumps(_as_json(name, snapshot, result), ensure_ascii=False))
            else:
                _show(name, snapshot, result)
            filling = filling and not snapshot.articles
    finally:
        await database.close()
    return failed


def _reason(error: Exception) -> str:
    """Return why a file was not stored, in one line; of an error of the program its kind only."""
    from bot.domain.snapshot import NotAPage

    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, NotAPage | TooLarge):
        return str(error)
    return f"an error of the program ({type(error).__name__})"


class TooLarge(ValueError):
    """A file is larger than any page."""


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


def _empty(name: str) -> dict[str, Any]:
    return {"file": name, "layout": None, "page_date": None, "rates": [], "articles": [], "warnings": []}


def _as_json(name: str, snapshot: Snapshot, result: Ingested | None) -> dict[str, Any]:
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
        "stored": result.stored if result else None,
    }


def _show(name: str, snapshot: Snapshot, result: Ingested) -> None:
    """Print what a snapshot held and what became of it."""
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
    for article, stored in result.articles:
        table.add_row(Text(article.title), f"{len(article.subheadings)} sub-headings", stored.outcome)
    console.print(table)
    for warning in snapshot.warnings:
        console.print(f"warning: {warning}", markup=False, highlight=False)
    if result.deliveries:
        console.print(f"{result.deliveries} messages are waiting to be sent", highlight=False)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source, a line each.")
def poll(as_json: bool) -> None:
    """Look at every source once, store what is new and show it."""
    settings = settings_or_fail()
    failed = run_or_fail(_poll(settings, as_json))
    raise SystemExit(1 if failed else 0)


async def _poll(settings: Settings, as_json: bool) -> int:
    from bot.app import make_fetcher, make_poller, utc_now
    from bot.ingest.matching import Matcher
    from storage.database import Database
    from storage.migrate import upgrade

    database = Database(settings.database_url.get_secret_value())
    failed = 0
    try:
        await upgrade(database)
        fetcher = make_fetcher(settings)
        try:
            poller = make_poller(settings, database, Matcher(), fetcher, utc_now)
            bar = Bar(len(poller.names), hidden=as_json)
            with bar.drawn("asking the sources"):
                polled = await poller.run_pass(force=True, done=bar.done)
        finally:
            await fetcher.close()
        for one in polled:
            failed += one.error is not None
            if as_json:
                found = (
                    _as_json(one.url, one.snapshot, one.ingested)
                    if one.snapshot
                    else {**_empty(one.url), "stored": None}
                )
                click.echo(json.dumps({"source": one.source, **found, "error": one.error}, ensure_ascii=False))
            elif one.error is not None:
                click.secho(f"{one.source}: {one.error}", fg="red", err=True)
            elif one.snapshot is None or one.ingested is None:
                click.echo(f"{one.source}: nothing new")
            else:
                _show(one.source, one.snapshot, one.ingested)
    finally:
        await database.close()
    return failed


@main.group()
def rates() -> None:
    """Stored figures: to a CSV file, from one, and the banks' past."""


@rates.command("export")
@click.option("--pair", help="Only a pair as its source prints it, such as USD/KZT.")
@click.option("--source", help="Only one source: ticker, nbk, nbkr, cbu, nbt, cbr, ecb, frankfurter.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from a day on.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
def export_rates(pair: str | None, source: str | None, since: dt.datetime | None, file: str) -> None:
    """Write the figures to FILE (`-`: standard output): source, base, quote, valid_on, value, tick, nominal."""
    from bot.domain.book import TICKER
    from bot.domain.currencies import CURRENCIES
    from bot.sources.banks import BANKS

    settings = settings_or_fail(log_level="WARNING")
    base, _, quote = (pair or "").upper().partition("/")
    if pair and not {base, quote} <= set(CURRENCIES):
        fail("--pair: two codes of currencies that are kept are expected, such as USD/KZT", 2)
    if source and (source := source.casefold()) not in (TICKER, *BANKS):
        fail(f"--source: one of {', '.join((TICKER, *BANKS))} is expected", 2)
    run_or_fail(_export(settings, file, (base, quote) if pair else None, source, since.date() if since else None))


async def _export(
    settings: Settings, file: str, pair: tuple[str, str] | None, source: str | None, since: dt.date | None
) -> None:
    from bot.domain.rates import Pair
    from bot.ingest.rates_csv import export
    from storage.database import Database
    from storage.migrate import require_current

    database = Database(settings.database_url.get_secret_value())
    try:
        await require_current(database)
        # Opened only now: a database that cannot be used leaves an earlier file as it is.
        with click.open_file(file, "w", encoding="utf-8") as target:
            async for piece in export(database, Pair(*pair) if pair else None, source, since):
                target.write(piece)
            target.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        fail(f"{file}: {error.strerror or type(error).__name__}")
    finally:
        await database.close()


@rates.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def import_rates(file: str) -> None:
    """Take in a FILE (`-`: standard input) that `export` wrote: days that are known already stay as they are."""
    from bot.ingest.rates_csv import MAX_BYTES, BadRows

    settings = settings_or_fail(log_level="WARNING")
    with click.open_file(file, "rb") as source:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        fail(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MiB; nothing was stored")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{file}: UTF-8 text is expected; nothing was stored")
    try:
        figures, new = run_or_fail(_import(settings, text), expected=BadRows)
    except BadRows as error:
        fail("\n".join((f"{file}: nothing was stored", *error.problems)))
    click.echo(f"{figures} figures read, {new} of them new")


async def _import(settings: Settings, text: str) -> tuple[int, int]:
    from bot.app import utc_now
    from bot.domain.book import TICKER
    from bot.ingest.rates_csv import import_rows, read_rows
    from bot.sources.banks import BANKS
    from storage.database import Database
    from storage.migrate import upgrade

    rows = read_rows(StringIO(text, newline=""), frozenset((TICKER, *BANKS)), utc_now().date())
    database = Database(settings.database_url.get_secret_value())
    try:
        await upgrade(database)
        done = await import_rows(database, rows)
    finally:
        await database.close()
    return done.figures, done.new


@rates.command("fill")
def fill_rates() -> None:
    """Fill the last 90 days of the banks now, with a bar for each (`run` does it in the background)."""
    settings = settings_or_fail(log_level="WARNING")
    filled, unfinished = run_or_fail(_fill(settings))
    for name, new in filled.items():
        if name in unfinished:
            click.secho(
                f"{name}: {new} new figures; not finished, the bank gave no answer that could be used",
                fg="red",
                err=True,
            )
        else:
            click.echo(f"{name}: {new} new figures")
    raise SystemExit(1 if unfinished else 0)


async def _fill(settings: Settings) -> tuple[dict[str, int], set[str]]:
    from rich.console import Console
    from rich.progress import Progress

    from bot.app import make_fetcher, make_filler, utc_now
    from storage.database import Database
    from storage.migrate import upgrade

    database = Database(settings.database_url.get_secret_value())
    try:
        await upgrade(database)
        fetcher = make_fetcher(settings)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bars: dict[str, Any] = {}

            def told(bank: str, done: int, total: int) -> None:
                if bank not in bars:
                    bars[bank] = progress.add_task(bank, total=total)
                progress.update(bars[bank], completed=done)

            try:
                filler = make_filler(settings, database, fetcher, utc_now)
                return await filler.run(told), filler.unfinished
            finally:
                await fetcher.close()
    finally:
        await database.close()


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables (`run` does this too)."""
    settings = settings_or_fail()
    before, after = run_or_fail(_migrate(settings))
    click.echo(f"already at version {after}" if before == after else f"from {before or 'nothing'} to version {after}")


async def _migrate(settings: Settings) -> tuple[str | None, str]:
    from storage.database import Database
    from storage.migrate import upgrade

    database = Database(settings.database_url.get_secret_value())
    try:
        return await upgrade(database)
    finally:
        await database.close()


@main.group()
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
    from storage.database import Database

    database = Database(settings.database_url.get_secret_value())
    try:
        return await backup(database, file)
    finally:
        await database.close()


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
        fail(f"These need a look (see jarchi db copy --help):\n{error}", 2)
    log.set_up("ERROR", "console", source, target)
    for name, rows, checksum in run_or_fail(_copy(source, target), "stopped; the database to copy to was left empty"):
        click.echo(f"{name:<16} {rows:>9} rows  {checksum}")
    click.echo("Both databases hold the same.")


async def _copy(source: str, target: str) -> list[tuple[str, int, str]]:
    from rich.console import Console
    from rich.progress import Progress

    from storage.copying import copy
    from storage.database import Database
    from storage.lock import exclusive

    databases = (Database(source), Database(target))
    console = Console(stderr=True)
    try:
        with (
            ExitStack() as locks,
            Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        ):
            for path in dict.fromkeys(database.path for database in databases):
                if path is not None and path.is_file():
                    # What a running bot stores meanwhile would be missing from the copy.
                    locks.enter_context(exclusive(path))
            bars: dict[str, Any] = {}

            def told(table: str, done: int, of: int) -> None:
                if table not in bars:
                    bars[table] = progress.add_task(table, total=of)
                progress.update(bars[table], completed=done)

            copied = await copy(*databases, told)
    finally:
        for database in databases:
            await database.close()
    return [(one.table, one.rows, one.checksum or "made anew from the others") for one in copied]


@main.command("config")
@click.option("--json", "as_json", is_flag=True, help="One JSON list: an object with name, value and origin each.")
def show_config(as_json: bool) -> None:
    """Print the settings in force and where each comes from; secrets are hidden."""
    from bot.config.report import report

    settings = settings_or_fail()
    rows = report(settings)
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row.name}={row.value}  ({row.origin})")
        for name in settings.unknown:
            click.secho(f".env: {name} is no setting", fg="yellow", err=True)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object: each check with ok and a line of text.")
def check(as_json: bool) -> None:
    """Try settings, database, Telegram and each source, and change nothing: a green or red line for each."""
    from bot.config import SettingsError

    try:
        settings = load_settings(need_token=True, log_level="ERROR")
    except SettingsError as error:
        results = [("settings", False, line) for line in str(error).splitlines()]
    else:
        unknown = f"; in .env, but no setting: {', '.join(settings.unknown)}" if settings.unknown else ""
        results = [("settings", True, f"complete{unknown}"), *run_or_fail(_check(settings))]
    if as_json:
        click.echo(
            json.dumps([{"check": name, "ok": ok, "text": text} for name, ok, text in results], ensure_ascii=False)
        )
    else:
        for name, ok, text in results:
            click.secho(f"{'ok ' if ok else 'BAD'}  {name}: {text}", fg="green" if ok else "red")
    raise SystemExit(0 if all(ok for _, ok, _ in results) else 1)


async def _check(settings: Settings) -> list[tuple[str, bool, str]]:
    from bot.checks import check_all

    return await check_all(settings)


if __name__ == "__main__":
    from bot.start import main as start

    start()
