"""`python -m tests.chaos --runs 100 --seed 1 --engine sqlite --report docs/reliability.md`: runs, one seed after another."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import traceback
from contextlib import ExitStack
from pathlib import Path

from tests.chaos import report
from tests.chaos.plan import plan
from tests.chaos.postgres import Server, server
from tests.chaos.world import Result, Run

# A run that takes longer hangs.
LONGEST_RUN_SECONDS = 240.0


async def one(seed: int, engine: str, postgres: Server | None, *, keep: bool) -> Result | None:
    """Carry out the run of a seed; keep its folder if it is not clean. None: the run raised an error."""
    folder = Path(tempfile.mkdtemp(prefix=f"jarchi-chaos-{engine}-{seed}-"))
    result = None
    try:
        if postgres is not None:
            await postgres.empty()
        run = Run(plan(seed, sqlite=postgres is None), folder, postgres)
        result = await asyncio.wait_for(run.run(), LONGEST_RUN_SECONDS)
        verdict = result.verdict
        print(
            f"{engine} {seed}: {'clean' if result.clean else 'NOT CLEAN'} in {result.seconds:.0f} s; {verdict.expected} messages, "
            f"{result.kills} kills, {verdict.twice} twice, {verdict.repeated} repeated, {verdict.unknown} unknown, {verdict.silent} silent",
            flush=True,
        )
        for problem in result.problems:
            print(f"  {problem}", flush=True)
    except Exception:
        print(f"{engine} {seed}: broke off", flush=True)
        traceback.print_exc()
    if result is not None and result.clean and not keep:
        shutil.rmtree(folder)
    else:
        print(f"  kept: {folder}", flush=True)
    return result


async def work(seeds: list[int], args: argparse.Namespace, stack: ExitStack) -> int:
    """Run the seeds, `jobs` at once; return the number of runs that are not clean."""
    rows = report.read(args.report) if args.report else {}
    waiting = [seed for seed in seeds if args.again or (args.engine, seed) not in rows]
    failed = 0

    async def job() -> None:
        nonlocal failed
        postgres = stack.enter_context(server()) if args.engine == "postgresql" else None
        while waiting:
            result = await one(waiting.pop(0), args.engine, postgres, keep=args.keep)
            failed += result is None or not result.clean
            if args.report and result is not None:
                row = report.Row.of(result)
                rows[row.engine, row.seed] = row
                report.write(args.report, rows)

    await asyncio.gather(*(job() for _ in range(min(args.jobs, len(waiting)))))
    return failed


def main() -> None:
    """Run the given seeds and print the verdict of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="the first seed; the others follow it")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--jobs", type=int, default=1, help="runs at once")
    parser.add_argument(
        "--report", type=Path, help="add a row for each run to this file; those that are there are left out"
    )
    parser.add_argument("--again", action="store_true", help="repeat runs that stand in the report")
    parser.add_argument("--keep", action="store_true", help="keep the folders of clean runs, too")
    args = parser.parse_args()
    # SIGTERM ends the child processes as Ctrl-C does. A shell makes its background jobs ignore SIGINT, so restore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    seeds = list(range(args.seed, args.seed + args.runs))
    with ExitStack() as stack:
        failed = asyncio.run(work(seeds, args, stack))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
