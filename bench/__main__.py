"""Run all measurements, or the named ones: `python -m bench [charts] [duplicates] [matching] [reading] …`."""

from __future__ import annotations

import sys

from bench import charts, duplicates, matching, reading, search, thresholds, topics

MEASUREMENTS = {
    "charts": charts.run,
    "duplicates": duplicates.run,
    "matching": matching.run,
    "reading": reading.run,
    "search": search.run,
    "thresholds": thresholds.run,
    "topics": topics.run,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or MEASUREMENTS:
        if name not in MEASUREMENTS:
            raise SystemExit(f"no such measurement: {name}; there are {', '.join(MEASUREMENTS)}")
        print(f"== {name}")
        MEASUREMENTS[name]()
