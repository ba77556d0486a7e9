"""Disturbances of a cluster of processes, and their measured consequences."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import dataclass, field
from typing import Literal

from bench.cluster.cluster import CHATS, Cluster, Node, Server, elapsed, running
from bench.cluster.telegram import ClusterTelegram, until

Counting = Literal["window", "bucket"]

TEXT, LATER_TEXT = "First message of the cluster", "Second message of the cluster"
# The disturbance comes when so many of the 300 have been sent.
BEFORE = 100
# How long the leader is without its database, or suspended.
OUTAGE_SECONDS = 60.0
SUSPENDED_SECONDS = 90.0
DOWN_SECONDS = 3.0
# How long everything may take before a scenario gives up.
LONGEST_SECONDS = 240.0
# After everything has been delivered: what a process still has in hand would arrive by then.
QUIET_SECONDS = 5.0


@dataclass(slots=True)
class Result:
    """Figures of one scenario. Seconds count from the disturbance; infinite: it did not happen.

    `repeated` are second copies of what was in flight at the disturbance, `duplicated` all other copies. `overlaps` are
    requests for updates by a process after another one had taken over.
    """

    scenario: str
    floods: int = 0
    lost: int = 0
    repeated: int = 0
    duplicated: int = 0
    delivered: float = float("inf")
    received_until: float = 0.0
    sent_until: float = 0.0
    received_again: float = float("inf")
    overlaps: int = 0
    answers: int = 0
    unanswered: int = 0
    longest_answer: float = 0.0
    connections: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def row(self) -> str:
        """Return the lines of the report."""
        lines = [
            f"-- {self.scenario}",
            (
                f"{self.floods:>4} x 429 {self.lost:>4} lost {self.repeated:>4} in flight sent again "
                f"{self.duplicated:>4} other copies, all delivered after {self.delivered:.1f} s"
            ),
            (
                f"{self.answers:>4} answers, the longest after {self.longest_answer:.1f} s, "
                f"{self.unanswered} questions without one"
            ),
        ]
        if self.received_again < float("inf"):
            lines.append(
                f"     the old leader receives until {self.received_until:.1f} s and sends until "
                f"{self.sent_until:.1f} s, the next one receives after {self.received_again:.1f} s; "
                f"{self.overlaps} requests of the old one after that"
            )
        if self.connections:
            lines.append(f"     connections to PostgreSQL at most, by process: {self.connections}")
        return "\n".join([*lines, *self.problems])


async def undisturbed(server: Server, counting: Counting, *, webhook: bool = False) -> Result:
    """300 deliveries with replies in between; with a webhook every process replies."""
    result = Result(f"undisturbed{', webhook' if webhook else ''}, {counting}")
    async with running(server, counting, webhook=webhook) as cluster:
        began = time.monotonic()
        async with cluster.questions(), cluster.counted_connections() as connections:
            await cluster.queue(TEXT)
            await _all_delivered(cluster, result, TEXT, began)
        result.connections = [connections[name] for name in sorted(connections)]
        await _audit(cluster, result, set(), began)
    return result


async def killed(server: Server, counting: Counting) -> Result:
    """`kill -9` of the leader in the middle."""
    result = Result(f"kill -9 of the leader, {counting}")
    async with running(server, counting) as cluster:
        async with cluster.questions():
            await _half_sent(cluster)
            leader, at = cluster.leader(), time.monotonic()
            leader.send_signal(signal.SIGKILL)
            in_flight = await cluster.under_way()
            await _taken_over(cluster, result, leader, at)
            await _all_delivered(cluster, result, TEXT, at)
        await _audit(cluster, result, in_flight, at)
    return result


async def without_database(server: Server, counting: Counting) -> Result:
    """The packets between the leader and its database are dropped for a while."""
    result = Result(f"leader without its database for {OUTAGE_SECONDS:.0f} s, {counting}")
    async with running(server, counting) as cluster:
        async with cluster.questions():
            await _half_sent(cluster)
            leader, at = cluster.leader(), time.monotonic()
            leader.relay.stall()
            in_flight = await cluster.under_way()
            await _taken_over(cluster, result, leader, at)
            await asyncio.sleep(max(0.0, OUTAGE_SECONDS - elapsed(at)))
            await cluster.queue(LATER_TEXT)
            leader.relay.resume()
            await _all_delivered(cluster, result, TEXT, at)
            await _all_delivered(cluster, Result(""), LATER_TEXT, at)
        await _audit(cluster, result, in_flight, at)
    return result


async def suspended(
    server: Server, counting: Counting, seconds: float = SUSPENDED_SECONDS, *, restart: bool = False
) -> Result:
    """`SIGSTOP` of the leader, `SIGCONT` so many seconds later; with a restart of PostgreSQL meanwhile, if wanted."""
    meanwhile = ", restart of PostgreSQL meanwhile" if restart else ""
    result = Result(f"SIGSTOP of the leader for {seconds:.0f} s{meanwhile}, {counting}")
    async with running(server, counting) as cluster:
        async with cluster.questions():
            await _half_sent(cluster)
            leader, at = cluster.leader(), time.monotonic()
            leader.send_signal(signal.SIGSTOP)
            in_flight = await cluster.under_way()
            try:
                if restart:
                    await server.restart("immediate", DOWN_SECONDS)
                await _taken_over(cluster, result, leader, at)
                await asyncio.sleep(max(0.0, seconds - elapsed(at)))
                await cluster.queue(LATER_TEXT)
            finally:
                leader.send_signal(signal.SIGCONT)
            await _all_delivered(cluster, result, TEXT, at)
            await _all_delivered(cluster, Result(""), LATER_TEXT, at)
        await _audit(cluster, result, in_flight, at)
    return result


async def restarted(server: Server, counting: Counting, how: Literal["fast", "immediate"]) -> Result:
    """PostgreSQL is restarted in the middle."""
    result = Result(f"restart of PostgreSQL ({how}), {counting}")
    async with running(server, counting) as cluster:
        async with cluster.questions():
            await _half_sent(cluster)
            at = time.monotonic()
            await server.restart(how, DOWN_SECONDS)
            await _all_delivered(cluster, result, TEXT, at)
        await _audit(cluster, result, set(), at)
    return result


async def _half_sent(cluster: Cluster) -> None:
    """Queue the messages and wait for the moment of the disturbance."""
    await cluster.queue(TEXT)
    if not await until(lambda: len(cluster.telegram.sent(TEXT)) >= BEFORE, LONGEST_SECONDS):
        raise RuntimeError("the queue does not drain")


async def _taken_over(cluster: Cluster, result: Result, leader: Node, at: float) -> None:
    """Wait until another process receives."""

    def first() -> float | None:
        others = (one.at for one in cluster.telegram.polls if one.at > at and one.process != leader.number)
        return next(others, None)

    if await until(first, LONGEST_SECONDS) and (found := first()) is not None:
        result.received_again = found - at


async def _all_delivered(cluster: Cluster, result: Result, text: str, at: float) -> None:
    """Wait until every chat shows the message."""

    def reached() -> set[int]:
        return {one.chat_id for one in cluster.telegram.sent(text)}

    if await until(lambda: len(reached()) == len(CHATS), max(0.0, LONGEST_SECONDS - elapsed(at))):
        firsts: dict[int, float] = {}
        for one in cluster.telegram.sent(text):
            firsts.setdefault(one.chat_id, one.at)
        result.delivered = max(firsts.values()) - at


async def _audit(cluster: Cluster, result: Result, in_flight: set[int], at: float) -> None:
    """Count what arrived, and stop the processes."""
    telegram = cluster.telegram
    await until(lambda: not telegram.questions, 2 * QUIET_SECONDS)
    await asyncio.sleep(QUIET_SECONDS)
    result.floods = telegram.floods()
    for text in {one.text for one in telegram.answered} & {TEXT, LATER_TEXT}:
        copies = telegram.copies(text, CHATS)
        result.lost += sum(copies[chat] == 0 for chat in CHATS)
        extra = {chat: copies[chat] - 1 for chat in CHATS if copies[chat] > 1}
        for chat, count in extra.items():
            excused = int(text == TEXT and chat in in_flight)
            result.repeated += excused
            result.duplicated += count - excused
    _receiving(telegram, result, at)
    waits = [wait for asked, wait in telegram.waits]
    result.answers, result.unanswered = len(waits), len(telegram.questions)
    result.longest_answer = max((*waits, *(elapsed(asked) for asked in telegram.questions.values())), default=0.0)
    result.problems += [f"process {node.number} ended by itself" for node in cluster.nodes if node.crashed]
    result.problems += await cluster.stop()


def _receiving(telegram: ClusterTelegram, result: Result, at: float) -> None:
    """Find until when the leader of before the disturbance received and sent, and whether two received."""
    before = [one for one in telegram.polls if one.at <= at]
    after = [one for one in telegram.polls if one.at > at]
    if not before:
        return
    old = before[-1].process
    takeover = next((one.at for one in after if one.process != old), float("inf"))
    result.received_until = max((one.at - at for one in after if one.process == old), default=0.0)
    sends = (one.at - at for one in telegram.answered if one.process == old and one.at > at)
    result.sent_until = max(sends, default=0.0)
    result.overlaps = sum(one.process == old and one.at > takeover for one in after)
