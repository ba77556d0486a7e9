"""Run all measurements, or the named ones: `python -m bench`, `python -m bench charts search`."""

from __future__ import annotations

import sys

from bench import answering, charts, duplicates, fanout, matching, reading, scale, search, sending, thresholds, topics

MEASUREMENTS = {
    "answering": answering.run,
    "charts": charts.run,
    "duplicates": duplicates.run,
    "fanout": fanout.run,
    "matching": matching.run,
    "reading": reading.run,
    "scale": scale.run,
    "search": search.run,
    "sending": sending.run,
    "thresholds": thresholds.run,
    "topics": topics.run,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASUREMENTS:
        if name not in MEASUREMENTS:
            raise SystemExit(f"no such measurement: {name}; there are {', '.join(MEASUREMENTS)}")
        print(f"== {name}")
        MEASUREMENTS[name]()
