"""The queries that an article matches, by an index in memory that follows the stored queries."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import structlog

from bot.domain.articles import Article, StoredArticle
from bot.domain.topics import Document, Found, Query, QueryError, TopicIndex, explain, matches, parse
from bot.domain.topics.curated import COUNTRIES, TOPICS
from bot.log import where
from storage import article_lists, articles, topics
from storage.database import Connection, Database
from storage.stems import stem
from storage.topics import StoredQuery

log = structlog.get_logger()

# A new query is matched with the articles of this time, so that lists and digests have them at once.
BACKFILL = dt.timedelta(days=7)
BACKFILL_ARTICLES = 300
# Ids are assigned before transactions end: a query may appear after one with a higher id. There are never more open.
OVERLAP = 100
# Adding one query costs up to a tenth of a millisecond, and a process begins with all of them: after so many, the event
# loop runs other tasks.
YIELD_AFTER = 200


@lru_cache(maxsize=1)
def _curated() -> tuple[TopicIndex, list[str]]:
    """Return the curated topics as an index whose ids are places in the list of their names."""
    index, slugs = TopicIndex(stem), list(TOPICS)
    for number, slug in enumerate(slugs):
        index.add(number, parse(TOPICS[slug], curated=True))
    return index, slugs


def document(article: Article | StoredArticle, *named: str) -> Document:
    """Return an article prepared for queries. Its source is its host and the other names of the source (`named`).

    Its countries and topics are the curated ones.
    """
    if isinstance(article, StoredArticle):
        named = (article.source, article.site)
    host = (urlsplit(article.url or "").hostname or "").removeprefix("www.")
    source = "\n".join((host, *named))
    made = Document(article.text, stem, title=article.title, source=source, tags=article.categories)
    index, slugs = _curated()
    about = {slugs[number] for number in index.match(made)}
    made.name([slug for slug in COUNTRIES if slug in about], sorted(about))
    return made


class Matcher:
    """An index of all stored queries, which returns the ones that an article matches."""

    def __init__(self) -> None:
        self._index = TopicIndex(stem)
        self._last_id = 0

    async def refresh(self, connection: Connection) -> None:
        """Add the queries that were stored since the last call, by this process or another."""
        stored = await topics.queries_after(connection, self._last_id - OVERLAP)
        for number, query in enumerate(stored, 1):
            if not number % YIELD_AFTER:
                await asyncio.sleep(0)
            try:
                self._index.add(query.id, parse(query.text, curated=True))
            except QueryError as error:
                # Stored under other rules: it matches nothing.
                log.warning("query_not_parsed", query=query.id, reason=error.key)
            except Exception as error:  # an error in one query stops no poll
                log.error("query_not_indexed", query=query.id, error=type(error).__name__, at=where(error))
        self._last_id = max([self._last_id, *(query.id for query in stored)])

    def match(self, article: Article, *named: str) -> set[int]:
        """Return the ids of the queries that the article matches; `named`: the names of its source beside its host."""
        return self._index.match(document(article, *named))


def search(query: Query, listed: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Return the articles that a query matches, in their order. A millisecond for each: run it in a thread."""
    return [one for one in listed if matches(query, document(one), stem)]


def why(text: str, one: StoredArticle) -> tuple[Found, ...]:
    """Return why an article matches a stored query; a curated topic is replaced by the words that matched it."""
    made, found = document(one), list[Found]()
    for reason in explain(parse(text, curated=True), made, stem):
        curated = TOPICS.get(reason.term.words[0]) if reason.term.field in ("topic", "country") else None
        found += explain(parse(curated, curated=True), made, stem) if curated else (reason,)
    return tuple(found)


def topics_with(query: Query) -> set[str]:
    """Return the curated topics that match whatever a query matches, as far as its words show it.

    "uranium" is within "nuclear": an article that has the word is about the topic.
    """
    index, slugs = _curated()
    within = set(slugs)
    for terms in query.alternatives:
        required = [term for term in terms if not (term.excluded or term.prefix) and term.field in ("", "title")]
        # As tags, so that two words of a query are no phrase.
        made = Document("", stem, tags=[" ".join(term.words) for term in required])
        within &= {slugs[number] for number in index.match(made)}
    return within


async def learn(database: Database, text: str, topic: str | None, now: dt.datetime) -> StoredQuery:
    """Return the one stored query of a normal form; a new one is matched with the recent articles at once.

    The query is stored first: an article that comes during the search is matched when it is ingested.
    """
    async with database.read() as connection:
        known = await topics.find_query(connection, text)
    if known is not None and topic in (None, known.topic):
        return known
    async with database.write() as connection:
        query = await topics.ensure_query(connection, text, topic)
    if known is None:
        async with database.read() as connection:
            recent = await article_lists.every(connection, BACKFILL_ARTICLES, now - BACKFILL)
        found = await asyncio.to_thread(search, parse(text, curated=True), recent)
        async with database.write() as connection:
            await articles.add_matches(connection, [(one.id, query.id) for one in found])
    return query
