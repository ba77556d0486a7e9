"""Which queries a story is about: the index kept in memory, in step with the stored queries."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

import Stemmer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.articles import Article, StoredArticle
from bot.domain.topics import Document, TopicIndex, matches, parse
from storage import articles, topics
from storage.topics import StoredQuery

# A new query learns of the stories of this time, so that lists and digests know them at once.
BACKFILL = dt.timedelta(days=7)
BACKFILL_STORIES = 300
# Distinct words remembered with their stems; a year of one news site has fewer.
_REMEMBERED = 65536

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_RUSSIAN = Stemmer.Stemmer("russian")
_ENGLISH = Stemmer.Stemmer("english")


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """Return the stem of a folded word: Russian rules for Cyrillic letters, English ones for others."""
    return str((_RUSSIAN if _CYRILLIC.search(word) else _ENGLISH).stemWord(word))


def searched_text(article: Article | StoredArticle) -> str:
    """Return all of an article that queries look at."""
    return " \n ".join((article.title, article.text, *article.categories))


class Matcher:
    """All stored queries, ready to be asked which of them a story is about."""

    def __init__(self) -> None:
        self._index = TopicIndex(stem)
        self._last_id = 0

    async def refresh(self, connection: AsyncConnection) -> None:
        """Take in the queries that were stored since the last time, by this process or another."""
        for query in await topics.queries_after(connection, self._last_id):
            self._index.add(query.id, parse(query.text))
            self._last_id = query.id

    def match(self, article: Article) -> set[int]:
        """Return the ids of the queries that the story is about."""
        return self._index.match(searched_text(article))


async def backfill(connection: AsyncConnection, query: StoredQuery, now: dt.datetime) -> int:
    """Find the recent stories that a new query is about, and remember the matches; returns how many."""
    parsed = parse(query.text)
    recent = await articles.latest(connection, BACKFILL_STORIES, since=now - BACKFILL)
    found = [
        (article.id, query.id) for article in recent if matches(parsed, Document(searched_text(article), stem), stem)
    ]
    await articles.add_matches(connection, found)
    return len(found)
