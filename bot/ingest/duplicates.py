"""Joining a new story to the first one of the same event. Why by this library: docs/decisions/0023."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rapidfuzz.distance import Indel, JaroWinkler
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article
from bot.domain.duplicates import report, same_event
from storage import duplicates
from storage.stems import stem


class Fuzzy:
    """How words, and the order of words, are compared."""

    def alike(self, one: str, other: str) -> float:
        """Return how alike two words are, 0 to 1: their beginnings count for more."""
        return JaroWinkler.similarity(one, other)

    def order(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Return the share of two texts that is the same words in the same order, 0 to 1."""
        return Indel.normalized_similarity(one, other)


FUZZY = Fuzzy()


async def join(
    connection: AsyncConnection, article_id: int, source: str, article: Article, now: dt.datetime
) -> int | None:
    """Join a story just stored to the first one of its event and return that one's id; None: it is the first."""
    listed_at = article.published_at or now
    new = report(source, listed_at, article.title, article.text, stem)
    for known in await duplicates.candidates(connection, listed_at, new.title):
        if same_event(new, report(known.source, known.listed_at, known.title, known.text, stem), FUZZY):
            await duplicates.join(connection, article_id, known.id)
            return known.id
    # Only first ones are compared with: else an event could be led, telling by telling, to another one.
    await duplicates.note(connection, article_id, listed_at, new.title)
    return None
