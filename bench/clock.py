"""Timing: the best of a few runs, to reduce the influence of a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable

# Enough for one quiet moment of the machine, few enough to end soon.
RUNS = 5


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the seconds of the quickest run."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def row(name: str, seconds: float, against: float) -> None:
    """Print one line: a name, its milliseconds, and how many times as fast it is as the rival."""
    print(f"{name:<44} {seconds * 1000:>10.3f} ms {against / seconds:>9.1f} x")
