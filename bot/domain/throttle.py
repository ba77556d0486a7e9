"""How much one person may ask for. Pure: time is monotonic seconds and passed in."""

from __future__ import annotations

from enum import StrEnum

# Nobody reads twenty answers a minute; a flood of them would cost everybody's answers.
ACTIONS_A_MINUTE = 20
# An inline query comes with each letter that is typed; half of them are overtaken by the next.
INLINE_QUERIES_A_MINUTE = 30
MINUTE = 60.0
# People remembered at once (some 10 MiB). Beyond, whoever began longest ago begins anew: the busiest minute that
# Telegram lets a bot answer has 1,800 of them.
MAX_PEOPLE = 50_000


class Verdict(StrEnum):
    """What is done about an action."""

    ALLOW = "allow"
    WARN = "warn"  # not done, and said so: once in a minute
    SILENT = "silent"  # not done, not a word


class Throttle:
    """Counts what each person does in a minute that begins with their first action.

    What goes beyond `limit` is warned of once; then nothing is heard until that minute has passed.
    """

    def __init__(self, limit: int = ACTIONS_A_MINUTE, max_people: int = MAX_PEOPLE) -> None:
        self._limit, self._max_people = limit, max_people
        # (the beginning of the minute, actions in it); whoever began first stands first.
        self._minutes: dict[int, tuple[float, int]] = {}

    def __len__(self) -> int:
        """Return how many people are remembered."""
        return len(self._minutes)

    def look(self, person: int, now: float) -> Verdict:
        """Count an action and return what is done about it."""
        self._forget(now)
        since, done = self._minutes.get(person, (now, 0))
        if not done and len(self._minutes) >= self._max_people:
            del self._minutes[next(iter(self._minutes))]
        # Beyond the warning there is nothing left to tell apart.
        self._minutes[person] = since, min(done + 1, self._limit + 2)
        if done < self._limit:
            return Verdict.ALLOW
        return Verdict.WARN if done == self._limit else Verdict.SILENT

    def _forget(self, now: float) -> None:
        """Forget those whose minute has passed; each is forgotten once, so this costs nothing to speak of."""
        while self._minutes:
            person = next(iter(self._minutes))
            if now - self._minutes[person][0] < MINUTE:
                return
            del self._minutes[person]
