"""Run all measurements, or the named ones: `python -m bench [charts] [matching] [reading] [search] [sending] …`."""

from __future__ import annotations

import sys

from bench import charts, matching, reading, search, sending, thresholds, topics

MEASUREMENTS = {
    "charts": charts.run,
    "matching": matching.run,
    "reading": reading.run,
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
