"""Jobs of the leader, with a lock that the test controls."""

from typing import cast

from structlog.testing import capture_logs

from bot.app.leader import Leader
from bot.metrics import Metrics
from storage.errors import StorageError
from storage.leader_lock import LeaderLock


class Lock:
    """A leader lock: held, or held by another process."""

    def __init__(self) -> None:
        self.is_leader = True

    async def renew(self) -> bool:
        return self.is_leader


async def test_a_job_runs_in_the_leader_only_and_outlives_errors_of_the_database() -> None:
    lock, changes, ran = Lock(), [], 0

    async def on_change(is_leader: bool) -> None:
        changes.append(is_leader)

    async def job() -> None:
        nonlocal ran
        ran += 1
        if ran == 2:
            raise StorageError("the disk is full")

    leader = Leader(cast("LeaderLock", lock), Metrics(), on_change)
    await leader.start()
    await leader.run_if_leader("job", job)
    lock.is_leader = False
    await leader.run_if_leader("job", job)
    assert (ran, changes) == (1, [True])
    with capture_logs() as logs:
        lock.is_leader = True
        await leader.run_if_leader("job", job)
    assert [(line["event"], line["job"], line["error"]) for line in logs] == [
        ("leader_job_failed", "job", "the disk is full"),
    ]
    await leader.run_if_leader("job", job)
    assert ran == 3
