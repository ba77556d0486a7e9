"""A topic that a chat follows."""

from __future__ import annotations

from dataclasses import dataclass

# How a chat gets the articles of a topic: at once, at once without a sound, or in the digest.
LEVELS = ("instant", "silent", "digest")


@dataclass(frozen=True, slots=True)
class FollowedTopic:
    """One subscription: its id, the text of its query, its curated topic if any, and the level."""

    id: int
    text: str
    topic: str | None
    level: str
