"""The curated topics of an article: points and reasons, as `classify` finds them and the archive stores them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# An article is about a topic from WIDE points on; from STRICT on for those who follow it strictly.
WIDE, STRICT = 2, 3
# Between words of one reason that do not stand side by side.
GAP = "…"


class Reason(NamedTuple):
    """Words of an article, normalized, that show a topic, and their place: title, lead, text, tag or home.

    `home`: the host of a site that is published in the country, where the article names no country.
    """

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """A curated topic that an article is about, with its points and reasons, those of the title first."""

    topic: str
    points: int
    reasons: tuple[Reason, ...]

    @property
    def strict(self) -> bool:
        """Whether the article matches the topic strictly."""
        return self.points >= STRICT
