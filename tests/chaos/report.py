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

This page lists the guarantees about messages and their checks. The table below is written by

    .venv/bin/python -m tests.chaos --runs 100 --seed 1 --engine sqlite --report docs/reliability.md
    .venv/bin/python -m tests.chaos --runs 100 --seed 1 --engine postgresql --report docs/reliability.md

Runs that are in it already are not repeated, so the command may be interrupted and given again (`--again` repeats them).

## Guarantees

- **Nothing is lost.** An event and its deliveries are written in one transaction; a delivery ends only when it was sent, or with a
  reason in the database. A killed process, an unreachable database, and any error of Telegram leave it in the queue.
- **Nothing comes twice, except messages in flight at a kill.** Telegram's Bot API has no idempotency key, so a message whose answer
  was lost with the process is sent again: it cannot be determined whether it had arrived.
- **An unanswered request is not blindly repeated.** When the connection breaks, or the answer is garbage, too late or an error 5xx,
  the message may have arrived or not. An article or digest is then recorded as `uncertain`: at most once. An alert is sent once
  more, marked as a repetition, because a missed one costs more than one that is read twice.
- **One update never stops others.** An unreadable one is skipped and counted, one whose handling fails gets an error reply,
  and `/readyz` turns red when no other arrives.
- **A change of membership is confirmed to Telegram once it is stored.** Without a database it is kept in memory and retried each second, and the
  update stays unconfirmed (with a webhook: 503), so that a restarted process gets it again. While it waits, up to 99 later updates are also sent to the next
  process and answered twice; beyond that number it is kept in memory only.
- **One of several processes leads, and is replaced.** A leader that is killed or suspended, or loses its database, is replaced within 15 s
  and then neither receives nor sends; what it had in flight may come twice. `tests/cluster` checks it with three processes.
- **Messages of one kind reach a chat in their order**, even with retries in between. One delivery of a chat is in flight at a
  time, so none overtakes another.

## How it is checked

Each run is generated from its seed (`tests/chaos/plan.py`). The application runs in a process of its own against the embedded Bot API in
another one, with 26 chats (three groups, four channels and a forum with three topics among them) that have topics, alerts, digests and boards;
the posts of three of them are reviewed. The embedded Bot API keeps Telegram's limits. While articles are published and the rate falls, requests meet floods (429), 500, 502 and 504, pages of HTML instead of answers, connections cut
before and after the message was accepted, answers that exceed the timeout, and slow answers; a person blocks the bot and
comes back, a channel takes the right to post from the bot and gives it back, a chat removes the bot and adds it again, the message of a board is deleted,
reviewers post, skip, write other leads, press at the same time or leave drafts alone, a group becomes a supergroup, the clock jumps, another process holds SQLite's write lock or PostgreSQL is stopped
(half of the times as by a power cut) and started, the process gets a stop signal, and it is killed (`kill -9`) at any moment, including its start.
Then the faults end, the queue is emptied, a last article goes to everyone, and the process gets a stop signal.

An auditor (`tests/chaos/audit.py`, pure, and itself tested with an invented fault of each kind) compares the expected messages
of each chat, computed from the plan alone, with those that the embedded Telegram shows there. A message is out of order if it appears after a
later one of its kind. A reviewed post is published at most once, never after a skip, and once after a decision to post; its drafts show in the end what
was decided. Managers get one notice for each lost right. A board shows the last rates, or was reported as lost once. A run also fails if the process ends by itself, takes more than ten seconds to stop, or leaves
a claimed delivery after an ordinary stop. Durations of minutes (leases, timeouts, the digest's tick, the pause of a board) are
set to seconds by `tests/chaos/runner.py`; nothing else of the product is changed.

"""

COLUMNS = """\
| column | meaning |
|---|---|
| kills | `kill -9`, each followed by a start |
| messages | events times their recipients |
| lost, doubled, disorder, strange | must be zero: missing, duplicated without a reason, out of order, sent to a chat or thread without a subscription |
| unwanted, contrary | must be zero: published after a skip or without a decision, reviews that ended as nobody decided |
| stale | must be zero: boards that neither show the last rates nor were reported as lost |
| twice | duplicated, at most once for each kill while it was in flight |
| repeated | alerts sent again after an unanswered request, marked as such |
| unknown | missing: the request was not answered, and the delivery is `uncertain` |
| silent | missing: the chat had blocked or removed the bot, or the reason to send it had ended |
| skipped | missing: a reviewer skipped it, or nobody decided in time |

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
    unwanted: int
    contrary: int
    stale: int
    twice: int
    repeated: int
    unknown: int
    silent: int
    skipped: int
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
    faults = ("lost", "doubled", "disorder", "strange", "unwanted", "contrary", "stale")
    bad = sum(any(getattr(row, name) for name in faults) or row.other != "-" for row in listed)
    runs = " and ".join(f"{sum(row.engine == name for row in listed)} on {name}" for name in ("sqlite", "postgresql"))
    made = (
        f"{len(listed)} runs ({runs}), {len(listed) - bad} of them clean, with {sums['kills']} kills and "
        f"{sums['messages']} messages: {sums['lost']} lost, {sums['doubled']} doubled, {sums['disorder']} out of order, "
        f"{sums['strange']} strange, {sums['unwanted']} unwanted, {sums['contrary']} contrary reviews, {sums['stale']} stale "
        f"boards; {sums['twice']} came twice because of a kill, {sums['repeated']} alerts were repeated "
        f"and marked as such, {sums['unknown']} are unknown, {sums['silent']} were for a chat that had blocked or removed the "
        f"bot or had no use any more, {sums['skipped']} were skipped by a review."
    )
    machine = (
        f"Jarchi {__version__}, Python {platform.python_version()}, python-telegram-bot {version('python-telegram-bot')}, "
        f"SQLAlchemy {version('SQLAlchemy')}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"{dt.datetime.now(dt.UTC).date()}."
    )
    head = f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n"
    text = f"{PROSE}## The runs\n\n{made}\n\n{machine}\n\n{COLUMNS}{head}" + "".join(f"{row}\n" for row in listed)
    path.write_text(text, encoding="utf-8")
