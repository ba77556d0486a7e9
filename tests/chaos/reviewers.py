"""The reviewers: people who press the buttons of drafts, as the plan says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from tests.chaos.plan import Plan, name_of
from tests.chaos.reading import draft_in, prompted

# The lead that a reviewer types; no word of it is a topic's.
LEAD = "Zinnia wrote this."
# So many times the drafts are read without the question for a lead, before the reviewer posts without another one.
MOST_READS = 15


class Reviewers:
    """Press the buttons of new drafts. `do` sends a command to the embedded Telegram; `blocked` are silent people."""

    def __init__(self, plan: Plan, do: Callable[..., Awaitable[Any]], blocked: set[int]) -> None:
        self._plan, self._do, self._blocked = plan, do, blocked
        self._titles = [article.title for article in (*plan.articles, plan.last)]
        self._pressed: set[tuple[int, str, tuple[str, str]]] = set()
        # The question that a person waits for, with the reads since then: (title, name of the chat), count.
        self._waits: dict[int, tuple[tuple[str, str], int]] = {}
        self._typed: set[tuple[int, tuple[str, str]]] = set()
        self._asked: dict[int, set[int]] = defaultdict(set)
        self.decided: dict[tuple[str, str], set[str]] = defaultdict(set)  # by title and name of the chat
        self.patient = True  # leave some drafts alone

    @property
    def leads(self) -> set[tuple[int, tuple[str, str]]]:
        """The people who typed another lead, and of which draft."""
        return self._typed

    async def act(self) -> None:
        """Read the drafts of all people, and press what the plan says."""
        await self._answer()
        for person, message, text, data in await self._do("drafts"):
            draft = draft_in(text, self._titles)
            if draft is None or person in self._blocked:
                continue
            choice = self._choice(person, draft, with_lead=any(":review:lead" in one for one in data))
            if (person, choice, draft) in self._pressed or not choice:
                continue
            self._pressed.add((person, choice, draft))
            if choice == "lead":
                self._waits[person] = (draft, 0)
            else:
                self.decided[draft].add("posted" if choice == "post" else "skipped")
            button = next(one for one in data if f":review:{choice}" in one)
            await self._do("press", person_id=person, message_id=message, data=button)

    def _choice(self, person: int, draft: tuple[str, str], *, with_lead: bool) -> str:
        """Return the button that somebody presses now, empty for none; not every chat shows leads."""
        choice = self._plan.choice(person, draft[0])
        if choice == "leave":
            return "" if self.patient else "post"
        if choice == "lead":
            return self._after_lead(person, draft) if with_lead else "post"
        return choice

    def _after_lead(self, person: int, draft: tuple[str, str]) -> str:
        """Return what somebody does who wants another lead: press for it, wait for the question, or post."""
        waits = self._waits.get(person)
        if waits is None:
            return "post" if (person, "lead", draft) in self._pressed else "lead"
        if waits[0] != draft:
            return ""
        if waits[1] < MOST_READS:
            self._waits[person] = (draft, waits[1] + 1)
            return ""
        del self._waits[person]
        return "post"

    async def _answer(self) -> None:
        """Type the lead that the bot asks for."""
        if not self._waits:
            return
        shown = await self._do("shown")
        for person, (draft, _) in list(self._waits.items()):
            for message, _, text in shown[str(person)]:
                if prompted(text) == draft[1] and message not in self._asked[person] and person not in self._blocked:
                    self._asked[person].add(message)
                    self._typed.add((person, draft))
                    del self._waits[person]
                    await self._do("say", person_id=person, text=LEAD, reply_to=message)
                    break


def names(chats: tuple[int, ...]) -> dict[str, str]:
    """Return the names of managed chats by their ids, as a command takes them."""
    return {str(chat): name_of(chat) for chat in chats}
