"""`jarchi config` and `jarchi check`: the settings in force, and whether everything they name can be used."""

from __future__ import annotations

import click

from bot.cli.output import json_option, print_json
from bot.cli.running import load_settings, run_or_fail, settings_or_fail


@click.command("config")
@json_option("One JSON list: an object with name, value and origin each.")
def show_config(as_json: bool) -> None:
    """Print the settings in force and where each comes from; secrets are hidden."""
    from bot.config.report import report

    settings = settings_or_fail()
    rows = report(settings)
    if as_json:
        print_json([row.as_json() for row in rows])
    else:
        for row in rows:
            click.echo(f"{row.name}={row.value}  ({row.origin})")
        for name in settings.unknown:
            click.secho(f".env: {name} is not a setting", fg="yellow", err=True)


@click.command()
@json_option("One JSON object: each check with ok and a line of text.")
@click.option("--listed", is_flag=True, help="Try the listed news sites that are off, too: which of them answer?")
def check(as_json: bool, listed: bool) -> None:
    """Try settings, database, Telegram and each source, and change nothing: a green or red line for each."""
    from bot.config import SettingsError

    try:
        settings = load_settings(need_token=True, log_level="ERROR")
    except SettingsError as error:
        results = [("settings", False, line) for line in str(error).splitlines()]
    else:
        from bot.cli.checks import check_all

        unknown = f"; in .env, but no setting: {', '.join(settings.unknown)}" if settings.unknown else ""
        results = [("settings", True, f"complete{unknown}"), *run_or_fail(check_all(settings, listed=listed))]
    if as_json:
        print_json([{"check": name, "ok": ok, "text": text} for name, ok, text in results])
    else:
        for name, ok, text in results:
            click.secho(f"{'ok ' if ok else 'BAD'}  {name}: {text}", fg="green" if ok else "red")
    raise SystemExit(0 if all(ok for _, ok, _ in results) else 1)
