"""The auditor: compares the expected messages of each chat with those it shows and with the outcomes recorded.

Pure. A chat keeps its first id: a supergroup counts as the group that it was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a message's content; the order counts within a kind."""

    ARTICLE = "article"
    CROSSING = "crossing"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Thing:
    """An event. `rank` is its place in time among its kind; equal ranks happened at once."""

    kind: Kind
    key: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing found in a message of a chat; `marked` if the message says that it may be a repetition."""

    kind: Kind
    key: str
    marked: bool = False


# A thing for a chat.
Which = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes known of each thing for a chat: (chat, key).

    `under_way` counts the kills at which it was claimed without an outcome, `unanswered` the requests with it that
    Telegram answered with nothing, too late, or with an error that leaves the outcome open. `states` are the final
    states of its deliveries. `excused` may be missing: the chat had blocked the bot.
    """

    under_way: Mapping[Which, int] = field(default_factory=dict)
    unanswered: Mapping[Which, int] = field(default_factory=dict)
    states: Mapping[Which, str] = field(default_factory=dict)
    excused: frozenset[Which] = frozenset()


@dataclass(slots=True)
class Verdict:
    """The auditor's counts; only the first four are faults, and `problems` has a line for each of them.

    `lost`: should be there, is not, and nothing explains it. `doubled`: there more often than anything explains.
    `disorder`: there after a later thing of its kind. `strange`: there, and nobody asked for it.
    `twice`: there again because of a kill; `repeated`: there again after an unanswered request, and it says so.
    `unknown`: not there, the request with it was not answered, and the outcomes say so. `silent`: the chat had blocked.
    """

    expected: int = 0
    lost: int = 0
    doubled: int = 0
    disorder: int = 0
    strange: int = 0
    twice: int = 0
    repeated: int = 0
    unknown: int = 0
    silent: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.lost == self.doubled == self.disorder == self.strange == 0


def audit(expected: Mapping[int, Sequence[Thing]], shown: Mapping[int, Sequence[Shown]], outcomes: Outcomes) -> Verdict:
    """Compare the expected messages of each chat with those it shows, in the order of its messages."""
    verdict = Verdict()
    for chat in sorted({*expected, *shown}):
        things = expected.get(chat, ())
        received = shown.get(chat, ())
        for thing in things:
            _count(verdict, chat, thing, [one for one in received if one.key == thing.key], outcomes)
        _order(verdict, chat, things, received)
        asked = {thing.key for thing in things}
        for key, times in Counter(one.key for one in received if one.key not in asked).items():
            verdict.strange += times
            verdict.problems.append(f"chat {chat} never asked for {key!r}")
    return verdict


def _count(verdict: Verdict, chat: int, thing: Thing, copies: Sequence[Shown], outcomes: Outcomes) -> None:
    which = (chat, thing.key)
    verdict.expected += 1
    unanswered, state = outcomes.unanswered.get(which, 0), outcomes.states.get(which)
    if not copies:
        if state == "uncertain" and unanswered:
            verdict.unknown += 1
        elif which in outcomes.excused and state in (None, "dropped"):
            verdict.silent += 1
        else:
            verdict.lost += 1
            verdict.problems.append(f"chat {chat} lost {thing.key!r} (its delivery: {state})")
        return
    more = len(copies) - 1
    # Each unanswered request allows one more copy that is marked as a repetition.
    repeated = min(more, unanswered, sum(one.marked for one in copies)) if thing.kind is Kind.CROSSING else 0
    twice = min(more - repeated, outcomes.under_way.get(which, 0))
    verdict.repeated += repeated
    verdict.twice += twice
    if doubled := more - repeated - twice:
        verdict.doubled += doubled
        verdict.problems.append(f"chat {chat} heard {thing.key!r} {len(copies)} times (its delivery: {state})")


def _order(verdict: Verdict, chat: int, things: Sequence[Thing], received: Sequence[Shown]) -> None:
    """Count the things first received after a later thing of their kind."""
    ranks = {thing.key: thing.rank for thing in things}
    latest: dict[Kind, tuple[int, str]] = {}
    met: defaultdict[Kind, set[str]] = defaultdict(set)
    for one in received:
        if one.key not in ranks or one.key in met[one.kind]:
            continue
        met[one.kind].add(one.key)
        rank = ranks[one.key]
        last, before = latest.get(one.kind, (rank, one.key))
        if rank < last:
            verdict.disorder += 1
            verdict.problems.append(f"chat {chat} heard {one.key!r} after {before!r}")
        else:
            latest[one.kind] = (rank, one.key)
