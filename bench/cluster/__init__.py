"""Several processes on one PostgreSQL: flood refusals, losses, duplicates and takeover times.

Three `jarchi run` share one PostgreSQL and one token. The embedded Telegram counts its limits strictly and knows each
process by the address that it was given. Each process reaches PostgreSQL through a relay of its own, which can stall as
if packets were dropped. 300 messages leave while people ask /help.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import structlog

from bench.cluster import scenarios
from bench.cluster.cluster import Server, postgresql

_Scenario = Callable[[Server], Awaitable[scenarios.Result]]

SCENARIOS: dict[str, _Scenario] = {
    "undisturbed-window": lambda server: scenarios.undisturbed(server, "window"),
    "undisturbed-bucket": lambda server: scenarios.undisturbed(server, "bucket"),
    "webhook-window": lambda server: scenarios.undisturbed(server, "window", webhook=True),
    "webhook-bucket": lambda server: scenarios.undisturbed(server, "bucket", webhook=True),
    "killed": lambda server: scenarios.killed(server, "window"),
    "killed-bucket": lambda server: scenarios.killed(server, "bucket"),
    "without-database": lambda server: scenarios.without_database(server, "window"),
    "suspended": lambda server: scenarios.suspended(server, "window"),
    "suspended-restart": lambda server: scenarios.suspended(server, "window", 30.0, restart=True),
    "restarted": lambda server: scenarios.restarted(server, "window", "fast"),
    "restarted-immediate": lambda server: scenarios.restarted(server, "window", "immediate"),
}


def run(names: list[str] | None = None) -> None:
    """Go through the scenarios, or the named ones; about ten minutes."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with postgresql() as server:
        for name in names or SCENARIOS:
            print(asyncio.run(_measure(server, name)).row(), flush=True)


async def _measure(server: Server, name: str) -> scenarios.Result:
    return await SCENARIOS[name](server)
