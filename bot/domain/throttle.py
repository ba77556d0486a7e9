"""The limit of one person's actions. Pure: time is monotonic seconds and an argument."""

from __future__ import annotations

from enum import StrEnum

# Nobody reads twenty answers a minute, and a flood of them would delay everybody's answers.
ACTIONS_A_MINUTE = 20
# Each typed letter makes an inline query; half of them are replaced by the next one before their answer.
INLINE_QUERIES_A_MINUTE = 30
MINUTE = 60.0
# People remembered at once (some 10 MiB). Beyond that, the oldest minute is dropped: in the busiest minute that
# Telegram allows, a bot answers 1,800 people.
MAX_PEOPLE = 50_000


class Verdict(StrEnum):
    """The decision about a request."""

    ALLOW = "allow"
    WARN = "warn"  # refused, with an answer: once in a minute
    SILENT = "silent"  # refused without an answer


class Throttle:
    """Counts the requests of each person in a minute that begins with their first one.

    The first request beyond `limit` gets a warning, further ones no answer until the minute has passed.
    """

    def __init__(self, limit: int = ACTIONS_A_MINUTE, max_people: int = MAX_PEOPLE) -> None:
        self._limit, self._max_people = limit, max_people
        # (the start of the minute, actions in it), ordered by the start.
        self._minutes: dict[int, tuple[float, int]] = {}

    def __len__(self) -> int:
        """Return the number of counted people."""
        return len(self._minutes)

    def check(self, person: int, now: float) -> Verdict:
        """Count a request and return the decision about it."""
        self._remove_expired(now)
        since, done = self._minutes.get(person, (now, 0))
        if not done and len(self._minutes) >= self._max_people:
            del self._minutes[next(iter(self._minutes))]
        # Beyond the warning all counts have the same decision.
        self._minutes[person] = since, min(done + 1, self._limit + 2)
        if done < self._limit:
            return Verdict.ALLOW
        return Verdict.WARN if done == self._limit else Verdict.SILENT

    def _remove_expired(self, now: float) -> None:
        """Remove the counts whose minute has passed; each is removed once, so the cost is negligible."""
        while self._minutes:
            person = next(iter(self._minutes))
            if now - self._minutes[person][0] < MINUTE:
                return
            del self._minutes[person]
