"""A topic that a chat follows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.topics.exclusions import base_of

# How a chat gets the articles of a topic: at once, at once without a sound, or in the digest.
LEVELS = ("instant", "silent", "digest")


@dataclass(frozen=True, slots=True)
class FollowedTopic:
    """One subscription: its id, the text and the id of its query, its curated topic if any, and the level.

    `words` is the query as the person typed it, None for a curated topic.
    """

    id: int
    text: str
    topic: str | None
    level: str
    query: int
    words: str | None = None

    @property
    def curated(self) -> str | None:
        """The curated topic that is followed, perhaps with exclusions of the person's own."""
        return self.topic or base_of(self.text)
