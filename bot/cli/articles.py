"""Files of articles as commands read them: one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.cli.lines import lines_of
from bot.cli.output import print_json

if TYPE_CHECKING:
    from bot.domain.topics.measuring import Labelled

# A longer line is no article.
_LONGEST_LINE = 4 * 1024 * 1024
FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)


def printable(text: str) -> str:
    """Return a text without signs that would move or hide what a terminal prints."""
    from bot.domain.articles import clean_text

    return clean_text(text)


def articles(file: str) -> Iterator[tuple[int, Labelled | None, str]]:
    """Yield the number of each line with its article, or None and what is wrong with it; empty lines are left out."""
    from bot.domain.topics.labels import LabelError, labelled

    for number, (line, longer) in enumerate(lines_of(file, _LONGEST_LINE), 1):
        if not line.strip():
            continue
        try:
            if longer:
                raise LabelError(f"expected at most {_LONGEST_LINE // 1024} KiB")
            yield number, labelled(line), ""
        except LabelError as error:
            yield number, None, str(error)


def valid_articles(file: str, *, as_json: bool) -> Iterator[Labelled]:
    """Yield the articles of a file, and print what is wrong with its other lines; at the end these exit with 1."""
    failed = False
    for number, one, error in articles(file):
        if one is not None:
            yield one
            continue
        failed = True
        if as_json:
            print_json({"line": number, "error": error})
        else:
            click.echo(f"{file}:{number}: {error}", err=True)
    if failed:
        sys.exit(1)
