"""docs/reliability.md: what is promised, how it is checked, and a row for each run; runs may be added at any time."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from pathlib import Path

from bot import __version__
from tests.chaos.world import Result

PROSE = """\
# Reliability

What Jarchi promises about messages, and how that is checked. The table below is written by

    .venv/bin/python -m tests.chaos --runs 100 --seed 1 --engine sqlite --report docs/reliability.md
    .venv/bin/python -m tests.chaos --runs 100 --seed 1 --engine postgresql --report docs/reliability.md

Runs that stand in it already are not repeated, so that the command may be broken off and given again (`--again` repeats them).

## What is promised

- **Nothing is lost.** What happened and who must hear it are written in one transaction; a delivery ends only by arriving, or by a
  reason that stands in the database. A killed process, a database that is away, and any error of Telegram leave it in the queue.
- **Nothing comes twice, but for what a kill found under way.** Telegram's Bot API has no key by which it could know a request
  again, so a message whose answer died with the process is sent again: nobody can tell whether it had arrived.
- **An unanswered request is not blindly repeated.** When the connection breaks, an answer is garbage, too late or an error 5xx,
  the message may have arrived or not. A story or digest is then left as `uncertain`: at most once. A crossing is sent once
  more and says so, for one missed costs more than one read twice.
- **One of several processes works, and is replaced.** A leader that is killed or suspended, or loses its database, is replaced within 15 s
  and then neither receives nor sends; what it had in flight may come twice. `tests/cluster` checks it with three processes.
- **Things of a kind come to a chat in their order**, whatever had to be tried again in between.

## How it is checked

Each run is made of its seed (`tests/chaos/plan.py`). The application runs as a process of its own against the embedded Bot API as
another one, with 21 chats (three of them groups) that follow stories, lines on a rate and digests. While stories are
published and the rate falls, requests meet floods (429), 500, 502 and 504, pages of HTML instead of answers, connections cut
before and after the message was taken, silences longer than anyone waits, and slow answers; a person blocks the bot and
comes back, a group becomes a supergroup, the clock jumps, another process holds SQLite's write lock or PostgreSQL is stopped
(half of the times as by a power cut) and started, the process is told to stop, and it is killed (`kill -9`) at any moment, while it starts, too.
Then everything is well again, the queue runs empty, a last story goes to everyone, and the process is told to stop.

An auditor (`tests/chaos/audit.py`, pure, and itself tested with made-up losses, doubles and disorder) compares what each chat
should have heard, known from the plan alone, with what the embedded Telegram shows there. Out of order is what appears after a
later thing of its kind. A run also fails if the process ends by itself, takes more than ten seconds to stop, or leaves
something claimed when it was told to stop in peace. What is waited for in minutes (leases, time-outs, the digest's tick) is
set to seconds by `tests/chaos/runner.py`; nothing else of the product knows of this.

"""

COLUMNS = """\
| column | meaning |
|---|---|
| kills | `kill -9`, each followed by a start |
| messages | things times the chats that should hear them |
| lost, doubled, disorder, strange | what must be zero: not there, there without excuse again, out of order, there for who never asked |
| twice | there again, as many times at most as kills found it under way |
| repeated | crossings there again after an unanswered request, marked as such |
| unknown | not there: the request was not answered, and the books say `uncertain` |
| silent | not there: the chat had blocked the bot |

"""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A run, as it stands in the table."""

    engine: str
    seed: int
    faults: str
    kills: int
    messages: int
    lost: int
    doubled: int
    disorder: int
    strange: int
    twice: int
    repeated: int
    unknown: int
    silent: int
    other: str
    seconds: int

    @classmethod
    def of(cls, result: Result) -> Row:
        """Return the row of a run."""
        verdict = asdict(result.verdict)
        counts = {field.name: verdict[field.name] for field in fields(cls) if field.name in verdict}
        faults = ", ".join(f"{count} {name}" for name, count in result.plan.faults.items() if name != "kill")
        other = "; ".join(problem for problem in result.problems if problem not in result.verdict.problems) or "-"
        return cls(
            engine=result.engine,
            seed=result.plan.seed,
            faults=faults,
            kills=result.kills,
            messages=result.verdict.expected,
            other=other,
            seconds=round(result.seconds),
            **counts,
        )

    def __str__(self) -> str:
        """Return the line of the table."""
        return "| " + " | ".join(str(value) for value in asdict(self).values()) + " |"


_NUMBERS = {field.name for field in fields(Row) if field.type == "int"}
_LINE = re.compile(r"^\| (?:sqlite|postgresql) \| .*\|$", re.MULTILINE)


def read(path: Path) -> dict[tuple[str, int], Row]:
    """Return the runs that stand in a report, by engine and seed."""
    rows = {}
    for line in _LINE.findall(path.read_text(encoding="utf-8")) if path.exists() else ():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        named = {
            field.name: int(cell) if field.name in _NUMBERS else cell
            for field, cell in zip(fields(Row), cells, strict=True)
        }
        row = Row(**named)  # type: ignore[arg-type]
        rows[row.engine, row.seed] = row
    return rows


def write(path: Path, rows: Mapping[tuple[str, int], Row]) -> None:
    """Write the report with these runs."""
    listed = sorted(rows.values())
    names = [field.name for field in fields(Row)]
    numbers = [name for name in names if name in _NUMBERS and name not in ("seed", "seconds")]
    sums = {name: sum(getattr(row, name) for row in listed) for name in numbers}
    bad = sum(row.lost + row.doubled + row.disorder + row.strange > 0 or row.other != "-" for row in listed)
    runs = " and ".join(f"{sum(row.engine == name for row in listed)} on {name}" for name in ("sqlite", "postgresql"))
    made = (
        f"{len(listed)} runs ({runs}), {len(listed) - bad} of them clean, with {sums['kills']} kills and "
        f"{sums['messages']} messages: {sums['lost']} lost, {sums['doubled']} doubled, {sums['disorder']} out of order, "
        f"{sums['strange']} strange; {sums['twice']} came twice because of a kill, {sums['repeated']} crossings were repeated "
        f"and said so, {sums['unknown']} are unknown, {sums['silent']} fell into a block."
    )
    machine = (
        f"Jarchi {__version__}, Python {platform.python_version()}, python-telegram-bot {version('python-telegram-bot')}, "
        f"SQLAlchemy {version('SQLAlchemy')}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"{dt.datetime.now(dt.UTC).date()}."
    )
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    text = f"{PROSE}## The runs\n\n{made}\n\n{machine}\n\n{COLUMNS}{head}" + "".join(f"{row}\n" for row in listed)
    path.write_text(text, encoding="utf-8")
