"""Three processes on one PostgreSQL and one token: one limit, quick takeover, one receiver."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.cluster import scenarios
from bench.cluster.cluster import Server, postgresql
from bench.cluster.scenarios import Counting, Result

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this module's own: it is restarted."""
    with postgresql() as running:
        yield running


def check_nothing_lost(result: Result) -> None:
    assert (result.lost, result.duplicated, result.problems) == (0, 0, []), result.row()


def check_takeover(result: Result) -> None:
    """Another process receives within 15 s, and the old leader never again."""
    assert result.received_again <= 15, result.row()
    assert result.overlaps == 0, result.row()


@pytest.mark.parametrize("webhook", [False, True])
@pytest.mark.parametrize("counting", ["window", "bucket"])
async def test_three_processes_send_without_a_flood_refusal(server: Server, counting: Counting, webhook: bool) -> None:
    result = await scenarios.undisturbed(server, counting, webhook=webhook)
    check_nothing_lost(result)
    assert (result.floods, result.repeated, result.unanswered) == (0, 0, 0), result.row()


@pytest.mark.parametrize("counting", ["window", "bucket"])
async def test_a_killed_leader_is_replaced_and_everything_is_delivered(server: Server, counting: Counting) -> None:
    result = await scenarios.killed(server, counting)
    check_nothing_lost(result)
    check_takeover(result)
    assert result.delivered <= 30, result.row()


async def test_a_leader_without_its_database_stops_before_another_takes_over(server: Server) -> None:
    result = await scenarios.without_database(server, "window")
    check_nothing_lost(result)
    check_takeover(result)
    assert max(result.received_until, result.sent_until) <= 10, result.row()


@pytest.mark.parametrize(("seconds", "restart"), [(90.0, False), (30.0, True)])
async def test_a_suspended_leader_sends_and_receives_nothing_when_it_resumes(
    server: Server, seconds: float, restart: bool
) -> None:
    result = await scenarios.suspended(server, "window", seconds, restart=restart)
    check_nothing_lost(result)
    check_takeover(result)


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_restart_of_postgresql_loses_and_repeats_nothing(server: Server, how: str) -> None:
    result = await scenarios.restarted(server, "window", "fast" if how == "fast" else "immediate")
    check_nothing_lost(result)
    assert result.overlaps == 0, result.row()
