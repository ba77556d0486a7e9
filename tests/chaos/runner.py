"""`jarchi run` with a clock that can be set and with shorter timeouts: seconds instead of minutes.

The clock is the real one plus the seconds in the file that CHAOS_CLOCK names.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
import os
import signal
from pathlib import Path
from typing import Any

# (module, constant, value): a lease stays longer than a send, a send gives up long before a run is over.
CONSTANTS: tuple[tuple[str, str, Any], ...] = (
    ("bot.domain.boards", "EDIT_EVERY", dt.timedelta(seconds=4)),
    ("storage.claims", "LEASE", dt.timedelta(seconds=8)),  # these two before the modules that import them by name
    ("bot.delivery.request", "READ_SECONDS", 2.0),
    ("bot.delivery.worker", "RECLAIM_SECONDS", 1.0),
    ("bot.delivery.boards", "SAMPLE_SECONDS", 1.0),
    ("bot.delivery.boards", "RETRY", dt.timedelta(seconds=2)),
    ("bot.schedule.jobs", "REVIEW_SECONDS", 1.0),
    ("storage.leader_lock", "LEASE_SECONDS", 3.0),
    ("storage.leader_lock", "MARGIN_SECONDS", 1.0),
    ("storage.leader_lock", "RENEW_SECONDS", 0.5),
)
DIGEST_TICK_SECONDS = 1


def set_constants() -> None:
    """Change the constants, and the defaults that were made of them."""
    from bot.delivery.request import AiohttpRequest

    for module_name, name, value in CONSTANTS:
        module = importlib.import_module(module_name)
        if not hasattr(module, name):
            raise SystemExit(f"{module_name}.{name} is gone: tests/chaos/runner.py must follow")
        setattr(module, name, value)
    defaults = AiohttpRequest.__init__.__kwdefaults__ or {}
    defaults["read_seconds"] = {name: value for _, name, value in CONSTANTS}["READ_SECONDS"]


def set_timetable() -> None:
    """Check for due digests every second instead of every minute."""
    from bot.app import jobs

    timetable = jobs.timetable

    def quicker(*arguments: Any, **named: Any) -> Any:
        made = timetable(*arguments, **named)
        made.scheduler.reschedule_job("digest", trigger="interval", seconds=DIGEST_TICK_SECONDS)
        return made

    jobs.timetable = quicker


def clock() -> dt.datetime:
    """Return the real time plus the seconds in the file."""
    ahead = float(Path(os.environ["CHAOS_CLOCK"]).read_text(encoding="ascii"))
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead)


async def run() -> None:
    """As `jarchi run` does."""
    from bot.app import App
    from bot.cli.running import settings_or_fail

    app = App(settings_or_fail(need_token=True), clock)
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, app.stop)
    await app.run()


if __name__ == "__main__":
    from bot.cli.running import run_or_fail

    set_constants()
    set_timetable()
    run_or_fail(run())
