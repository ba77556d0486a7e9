"""`jarchi rates`: stored rates as CSV and back, and the banks' history."""

from __future__ import annotations

import datetime as dt
import errno
from io import StringIO
from typing import TYPE_CHECKING

import click

from bot.cli.output import named_bars
from bot.cli.running import fail, open_database, run_or_fail, settings_or_fail

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.domain.rates import Pair
    from bot.ingest.rates_csv import Imported


@click.group()
def rates() -> None:
    """Stored rates: export to CSV, import from CSV, and fill from the banks' history."""


@rates.command("export")
@click.option("--pair", help="Only a pair as its source prints it, such as USD/KZT.")
@click.option("--source", help="Only one source: ticker, nbk, nbkr, cbu, nbt, cbr, ecb, frankfurter.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from a day on.")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
def export_rates(pair: str | None, source: str | None, since: dt.datetime | None, file: str) -> None:
    """Write the rates to FILE (`-`: standard output): source, base, quote, valid_on, value, tick, nominal."""
    from bot.domain.currencies import CURRENCIES
    from bot.domain.rates import Pair

    settings = settings_or_fail(log_level="WARNING")
    base, _, quote = (pair or "").upper().partition("/")
    if pair and not {base, quote} <= set(CURRENCIES):
        fail("--pair: two codes of currencies that are kept are expected, such as USD/KZT", 2)
    if source and (source := source.casefold()) not in _sources():
        fail(f"--source: one of {', '.join(_sources())} is expected", 2)
    run_or_fail(_export(settings, file, Pair(base, quote) if pair else None, source, since.date() if since else None))


async def _export(settings: Settings, file: str, pair: Pair | None, source: str | None, since: dt.date | None) -> None:
    from bot.ingest.rates_csv import export
    from storage.migrate import require_current

    try:
        async with open_database(settings, migrate=False) as database:
            await require_current(database)
            # Opened only now: if the database cannot be used, an existing file is not overwritten.
            with click.open_file(file, "w", encoding="utf-8") as target:
                async for piece in export(database, pair, source, since):
                    target.write(piece)
                target.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        fail(f"{file}: {error.strerror or type(error).__name__}")


@rates.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def import_rates(file: str) -> None:
    """Import a FILE (`-`: standard input) that `export` wrote. Days that are stored already stay as they are."""
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
        imported = run_or_fail(_import(settings, text), expected=BadRows)
    except BadRows as error:
        fail("\n".join((f"{file}: nothing was stored", *error.problems)))
    click.echo(f"{imported.count} rates read, {imported.new} of them new")


async def _import(settings: Settings, text: str) -> Imported:
    from bot.app.parts import utc_now
    from bot.ingest.rates_csv import import_rows, read_rows

    rows = read_rows(StringIO(text, newline=""), frozenset(_sources()), utc_now().date())
    async with open_database(settings) as database:
        return await import_rows(database, rows)


def _sources() -> tuple[str, ...]:
    """Return the names of all sources of rates."""
    from bot.domain.rate_graph import TICKER
    from bot.sources.banks import BANKS

    return (TICKER, *BANKS)


@rates.command("fill")
def fill_rates() -> None:
    """Fill the last 90 days of the banks and of offers now, with a bar for each (`run` does it in the background)."""
    settings = settings_or_fail(log_level="WARNING")
    filled, unfinished = run_or_fail(_fill(settings))
    for name, new in filled.items():
        text = f"{name}: {new} new figures"
        if name in unfinished:
            click.secho(f"{text}; not finished, the bank gave no answer that could be used", fg="red", err=True)
        else:
            click.echo(text)
    raise SystemExit(1 if unfinished else 0)


async def _fill(settings: Settings) -> tuple[dict[str, int], set[str]]:
    from bot.app.parts import make_fetcher, make_filler, make_offer_filler, utc_now

    async with open_database(settings) as database:
        fetcher = make_fetcher(settings)
        try:
            filler = make_filler(settings, database, fetcher, utc_now)
            offers = make_offer_filler(settings, database, fetcher, utc_now)
            with named_bars() as update:
                filled = await filler.run(update)
                # Past offers are judged by the past rates of the banks.
                filled |= await offers.run(update)
                return filled, filler.unfinished | offers.unfinished
        finally:
            await fetcher.close()
