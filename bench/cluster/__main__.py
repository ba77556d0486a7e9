"""Run some scenarios and print their figures: `python -m bench.cluster killed suspended`."""

from __future__ import annotations

import sys

from bench.cluster import run

if __name__ == "__main__":
    run(sys.argv[1:])
