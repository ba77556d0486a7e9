"""Joining a new article to the first one on the same event. Why by this library: docs/decisions/0023."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rapidfuzz.distance import Indel, JaroWinkler

from bot.domain.articles import Article
from bot.domain.duplicates import Report, first_of_event, report
from bot.domain.topics.matched import TopicMatch
from storage import duplicates
from storage.database import Connection
from storage.stems import stem_of


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
    connection: Connection,
    article_id: int,
    source: str,
    language: str | None,
    article: Article,
    now: dt.datetime,
    topics: Sequence[TopicMatch] = (),
) -> None:
    """Join an article just stored to the first one on its event, or make it findable as the first.

    `topics` are its curated ones, `language` is that of its source.
    """
    listed_at = article.published_at or now
    new = report(source, listed_at, article.title, article.text, stem_of(language), topics, language or "")
    stored = await duplicates.candidates(connection, listed_at, new.title)
    reports = ((one.id, _report(one)) for one in stored)
    joined = first_of_event(new, reports, FUZZY)
    if joined is not None:
        await duplicates.join(connection, article_id, joined.first_id)
    else:
        await duplicates.note(connection, article_id, listed_at, new.title)


def _report(one: duplicates.Candidate) -> Report:
    stem = stem_of(one.language)
    return report(one.source, one.listed_at, one.title, one.text, stem, one.topics, one.language or "")
