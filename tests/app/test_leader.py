"""Jobs of the leader, with a lock that the test controls."""

from typing import cast

from structlog.testing import capture_logs

from bot.app.leader import Leader
from bot.metrics import Metrics
from storage.database import StorageError
from storage.election import Election


class Lock:
    """A leader lock: held, held by another process, or without an answer of the database (None)."""

    def __init__(self) -> None:
        self.held: bool | None = True

    async def won(self) -> bool:
        if self.held is None:
            raise StorageError("the database does not answer")
        return self.held


async def test_a_job_runs_in_the_leader_only_and_outlives_errors_of_the_database() -> None:
    lock, checks, ran = Lock(), [], 0

    async def on_check(is_leader: bool) -> None:
        checks.append(is_leader)

    async def job() -> None:
        nonlocal ran
        ran += 1
        if ran == 2:
            raise StorageError("the disk is full")

    leader = Leader(cast("Election", lock), Metrics(), on_check)
    await leader.run_if_leader("job", job)
    lock.held = False
    await leader.run_if_leader("job", job)
    assert (ran, checks) == (1, [True, False])
    with capture_logs() as logs:
        lock.held = True
        await leader.run_if_leader("job", job)
        lock.held = None
        await leader.run_if_leader("job", job)
    assert ran == 2
    assert [(line["event"], line["job"], line["error"]) for line in logs] == [
        ("leader_job_failed", "job", "the disk is full"),
        ("leader_job_failed", "job", "the database does not answer"),
    ]
    lock.held = True
    await leader.run_if_leader("job", job)
    await leader.run_if_leader("leader_check")
    assert (ran, checks) == (3, [True, False, True, True, True])
