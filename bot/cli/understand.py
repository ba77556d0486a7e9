"""`jarchi understand`: the intent of each line of a file."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from bot.cli.lines import lines_of
from bot.cli.output import json_option, print_json
from bot.domain.languages import TABLE, language_of

if TYPE_CHECKING:
    from bot.domain.intents import Intent

# A longer line is cut; the start of a text is enough to understand it.
_LONGEST_LINE = 64 * 1024

_CODES = ", ".join(one.code for one in TABLE)


def _language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """Return the code of a language by any of its names."""
    if (code := language_of(value)) is None:
        raise click.BadParameter(f"{value!r} is not one of {_CODES}")
    return code


@click.command()
@click.option(
    "--lang", "language", default="en", callback=_language, help=f"The language of the chat: {_CODES}; en by default."
)
@click.option(
    "--timezone", default="", help="The time zone of the chat, such as Asia/Tashkent: it decides what som means."
)
@json_option("One JSON object a line: text, intent, and its arguments where they apply.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
def understand(language: str, timezone: str, as_json: bool, file: str) -> None:
    """Print what a person wants who types each line of FILE (`-`: standard input), one line for each.

    The fields of --json: amount, level and move (in per cent) are numbers, base and quote codes (several quotes are
    joined by commas), side is above, below or both. span is a range of a chart (30d, 90d, 1y, max), a month or year
    (2025-12), yesterday, or that of an alert (day, week, 90d). query are words of news; corrected maps misspelt words
    to those that were read. Of the intent which_currency, which has the codes of which one must be chosen.
    """
    from bot.app.parts import utc_now
    from bot.domain.intents import understand as intent_of

    today = utc_now().date()
    for line, _ in lines_of(file, _LONGEST_LINE):
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        _print(text, intent_of(text, language, today=today, timezone=timezone), as_json=as_json)


def _print(text: str, intent: Intent, *, as_json: bool) -> None:
    from bot.domain.intents.record import record_of

    fields: dict[str, object] = {
        name: value if isinstance(value, str) else _json_number(value) for name, value in record_of(intent).items()
    }
    if intent.corrections:
        fields["corrected"] = {one.typed: one.meant for one in intent.corrections}
    if as_json:
        print_json({"text": text, "intent": intent.kind.value, **fields})
        return
    words = [f"{name}={value}" for name, value in fields.items() if name != "corrected"]
    words += [f"({one.typed} → {one.meant})" for one in intent.corrections]
    words += [f"asked={intent.asked_span!r}"] if intent.asked_span else []
    words += [f"problem={intent.problem.key}"] if intent.problem else []
    # The cleaned text: one as typed may have control characters for the terminal.
    click.echo(" ".join([f"{intent.text[:80]}: {intent.kind.value}", *words]))


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
