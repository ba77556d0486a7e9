"""The auditor: compares the expected messages of each chat with those it shows and with the outcomes recorded.

Pure. A place is a chat and a thread of it (0: none); a chat keeps its first id: a supergroup counts as the group that
it was.
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
    DRAFT = "draft"
    NOTICE = "notice"


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


Place = tuple[int, int]
# A thing for a place.
Which = tuple[Place, str]


@dataclass(frozen=True, slots=True)
class Review:
    """The end of a review: `state` in the database (posted, skipped, dropped, open; empty: there is none).

    `allowed` are the decisions that people made, and the one that counts when nobody decides in time. `seen` are those
    that the drafts show in the end.
    """

    state: str = ""
    allowed: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Board:
    """A board in the end: whether it shows the last rates, and whether it was given up as lost.

    `may_be_lost`: its message was deleted, its group became a supergroup, or the bot could not edit it for a while.
    """

    current: bool
    lost: bool = False
    may_be_lost: bool = False


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcomes known of each thing for a place: (place, key).

    `under_way` counts the kills at which it was claimed without an outcome, `unanswered` the requests with it that
    Telegram answered with nothing, too late, or with an error that leaves the outcome open. `states` are the final
    states of its deliveries. `excused` may be missing: the chat had blocked or removed the bot, or the reason to send it
    had ended. `reviews` has the posts that are reviewed before they are published.
    """

    under_way: Mapping[Which, int] = field(default_factory=dict)
    unanswered: Mapping[Which, int] = field(default_factory=dict)
    states: Mapping[Which, str] = field(default_factory=dict)
    excused: frozenset[Which] = frozenset()
    reviews: Mapping[Which, Review] = field(default_factory=dict)


@dataclass(slots=True)
class Verdict:
    """The auditor's counts; those up to `stale` are faults, and `problems` has a line for each of them.

    `lost`: should be there, is not, and nothing explains it. `doubled`: there more often than anything explains.
    `disorder`: there after a later thing of its kind. `strange`: there, and nobody asked for it.
    `unwanted`: published after a skip, or without a decision. `contrary`: a review that nobody decided, or that did not
    end as somebody decided. `stale`: a board without the last rates.
    `twice`: there again because of a kill; `repeated`: there again after an unanswered request, and it says so.
    `unknown`: not there, the request with it was not answered, and the outcomes say so. `silent`: not there, excused.
    `skipped`: not there by a decision.
    """

    expected: int = 0
    lost: int = 0
    doubled: int = 0
    disorder: int = 0
    strange: int = 0
    unwanted: int = 0
    contrary: int = 0
    stale: int = 0
    twice: int = 0
    repeated: int = 0
    unknown: int = 0
    silent: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        faults = (self.lost, self.doubled, self.disorder, self.strange, self.unwanted, self.contrary, self.stale)
        return not any(faults)


def audit(
    expected: Mapping[Place, Sequence[Thing]],
    shown: Mapping[Place, Sequence[Shown]],
    outcomes: Outcomes,
    boards: Mapping[Place, Board] | None = None,
) -> Verdict:
    """Compare the expected messages of each place with those it shows, in the order of its messages."""
    verdict = Verdict()
    for place in sorted({*expected, *shown}):
        things = expected.get(place, ())
        received = shown.get(place, ())
        for thing in things:
            copies = [one for one in received if one.key == thing.key]
            if thing.kind is Kind.ARTICLE and (place, thing.key) in outcomes.reviews:
                _review(verdict, (place, thing.key), len(copies), outcomes)
            _count(verdict, place, thing, copies, outcomes)
        _order(verdict, place, things, received)
        asked = {thing.key for thing in things}
        for key, times in Counter(one.key for one in received if one.key not in asked).items():
            verdict.strange += times
            verdict.problems.append(f"{place} never asked for {key!r}")
    for place, board in (boards or {}).items():
        if not (board.may_be_lost if board.lost else board.current):
            verdict.stale += 1
            verdict.problems.append(f"the board of {place} is {'lost for no reason' if board.lost else 'stale'}")
    return verdict


def _review(verdict: Verdict, which: Which, copies: int, outcomes: Outcomes) -> None:
    """Compare the end of a review with what people decided, and with what was published."""
    review = outcomes.reviews[which]
    if review.state != "posted" and copies:
        verdict.unwanted += 1
        verdict.problems.append(f"{which[0]} published {which[1]!r} (its review: {review.state or None})")
    gone = review.state in ("", "dropped") and which in outcomes.excused
    if not (gone or review.state in review.allowed) or review.seen - {review.state}:
        verdict.contrary += 1
        seen = f"allowed {sorted(review.allowed)}, drafts show {sorted(review.seen)}"
        verdict.problems.append(f"{which[0]}: the review of {which[1]!r} is {review.state or None}; {seen}")


def _count(verdict: Verdict, place: Place, thing: Thing, copies: Sequence[Shown], outcomes: Outcomes) -> None:
    which = (place, thing.key)
    verdict.expected += 1
    unanswered, state = outcomes.unanswered.get(which, 0), outcomes.states.get(which)
    review = outcomes.reviews.get(which)
    if not copies:
        if state == "uncertain" and unanswered:
            verdict.unknown += 1
        elif state == "dropped" and review is not None and review.state == "skipped":
            verdict.skipped += 1
        elif which in outcomes.excused and state in (None, "dropped"):
            verdict.silent += 1
        else:
            verdict.lost += 1
            verdict.problems.append(f"{place} lost {thing.key!r} (its delivery: {state})")
        return
    more = len(copies) - 1
    # Each unanswered request allows one more copy that is marked as a repetition.
    repeated = min(more, unanswered, sum(one.marked for one in copies)) if thing.kind is Kind.CROSSING else 0
    twice = min(more - repeated, outcomes.under_way.get(which, 0))
    verdict.repeated += repeated
    verdict.twice += twice
    if doubled := more - repeated - twice:
        verdict.doubled += doubled
        verdict.problems.append(f"{place} received {thing.key!r} {len(copies)} times (its delivery: {state})")


def _order(verdict: Verdict, place: Place, things: Sequence[Thing], received: Sequence[Shown]) -> None:
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
            verdict.problems.append(f"{place} received {one.key!r} after {before!r}")
        else:
            latest[one.kind] = (rank, one.key)
