"""`python -m tests.chaos --runs 20 --seed 1 --engine sqlite --report docs/reliability.md`."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.plan import plan
from tests.chaos.postgres import Server, server
from tests.chaos.world import Result, Run


def one(seed: int, engine: str, postgres: Server | None, keep: bool) -> Result:
    """Carry out the run of a seed; its folder stays where something is wrong."""
    folder = Path(tempfile.mkdtemp(prefix=f"jarchi-chaos-{engine}-{seed}-"))
    if postgres is not None:
        postgres.empty()
    made = plan(seed, sqlite=engine == "sqlite")
    result = asyncio.run(Run(made, folder, postgres.url if postgres else None, postgres).run())
    if result.clean and not keep:
        shutil.rmtree(folder)
    else:
        print(f"  kept: {folder}", flush=True)
    return result


def main() -> None:
    """Run the seeds asked for and tell what came of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", action="store_true", help="keep the folders of clean runs, too")
    args = parser.parse_args()
    failed = 0
    with ExitStack() as stack:
        postgres = stack.enter_context(server()) if args.engine == "postgresql" else None
        for seed in range(args.seed, args.seed + args.runs):
            result = one(seed, args.engine, postgres, args.keep)
            failed += not result.clean
            print(seed, args.engine, f"{result.seconds:.1f} s", result.kills, "kills", result.verdict, flush=True)
            for problem in result.problems:
                print(f"  {problem}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
