"""Writes results to docs/performance.md: sections between two marks, each rewritten by its benchmark."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import platform
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

FOLDER = Path(__file__).parent.parent / "docs"
PAGE = FOLDER / "performance.md"
PICTURES = FOLDER / "performance"


def section(name: str, parts: Iterable[str], libraries: Sequence[str] = (), page: Path = PAGE) -> None:
    """Rewrite the section of a benchmark, or add it at the end.

    `parts` are paragraphs, tables (see `table`) and pictures in Markdown; `libraries` are those whose versions matter.
    """
    begin, end = f"<!-- {name}: written by `make bench` -->", f"<!-- /{name} -->"
    text = "\n\n".join((begin, *parts, f"_{circumstances(libraries)}_", end))
    before = page.read_text(encoding="utf-8")
    found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    added = before.rstrip("\n") + f"\n\n{text}\n"
    page.write_text(found.sub(lambda _: text, before) if found.search(before) else added, encoding="utf-8")


def printed(name: str, title: str, work: Callable[[], None], libraries: Sequence[str] = ()) -> None:
    """Run a benchmark that prints its results, and store the output as its section."""
    kept = io.StringIO()

    class Both(io.TextIOBase):
        def write(self, text: str) -> int:
            kept.write(text)
            return sys.__stdout__.write(text) if sys.__stdout__ else len(text)

    with contextlib.redirect_stdout(Both()):
        work()
    section(name, (f"## {title}", f"```text\n{kept.getvalue().strip()}\n```"), libraries)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown; the first column holds names, the others numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def circumstances(libraries: Sequence[str] = ()) -> str:
    """Return the date, the machine and the versions of the run, in one line."""
    memory = psutil.virtual_memory().total / 2**30
    versions = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    versions += [f"{library} {version(library)}" for library in libraries]
    machine = f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB"
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d}; {machine}; {', '.join(versions)}."


def _processor() -> str:
    """Return the processor's name if the system provides it, else its kind."""
    try:
        known = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        known = None
    return known[1] if known else platform.machine()
