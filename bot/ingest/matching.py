"""The queries that an article matches, by an index in memory that follows the stored queries."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.domain.article_decisions import ArticleRecord
from bot.domain.articles import Article, StoredArticle
from bot.domain.spelling import Stem
from bot.domain.topics import Document, Found, Query, QueryError, TopicIndex, explain, matches, parse
from bot.domain.topics.classify import Classifier
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.matched import TopicMatch
from bot.ingest.topic_lists import CurrentLists
from bot.log import where
from storage import article_lists, articles, topics
from storage.database import Connection, Database
from storage.stems import stem_of
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


def document(
    article: Article | StoredArticle | ArticleRecord,
    *named: str,
    topics: Sequence[TopicMatch] = (),
    language: str | None = None,
) -> Document:
    """Return an article prepared for queries. Its source is its host and the other names of the source (`named`).

    `language` is that of its source. A stored article has it, its curated topics and the names of its source itself.
    """
    if isinstance(article, StoredArticle):
        named, topics, language = (article.source, article.site), article.topics, article.language
    source, stem = "\n".join((host_of(article.url), *named)), stem_of(language)
    return Document(article.text, stem, title=article.title, source=source, tags=article.categories, topics=topics)


def host_of(url: str | None) -> str:
    """Return the host of an address without its www; empty where there is none."""
    return (urlsplit(url or "").hostname or "").removeprefix("www.")


class _Index:
    """An index of the stored queries by the rules of one language, which follows them. The last id is of a query."""

    def __init__(self, stem: Stem) -> None:
        self.queries = TopicIndex(stem)
        self._last_id = 0

    async def refresh(self, connection: Connection) -> None:
        """Add the queries that were stored since the last call, by this process or another."""
        stored = await topics.queries_after(connection, self._last_id - OVERLAP)
        for number, query in enumerate(stored, 1):
            if not number % YIELD_AFTER:
                await asyncio.sleep(0)
            try:
                self.queries.add(query.id, parse(query.text, curated=True))
            except QueryError as error:
                # Stored under other rules: it matches nothing.
                log.warning("query_not_parsed", query=query.id, reason=error.key)
            except Exception as error:  # an error in one query stops no poll
                log.error("query_not_indexed", query=query.id, error=type(error).__name__, at=where(error))
        self._last_id = max([self._last_id, *(query.id for query in stored)])


class Matcher:
    """Indexes of all stored queries, which return the ones that an article matches, and the lists of its topics.

    There is one index for the rules of each language in which articles came: most installations need only the first.
    `topics_file` is an operator's own file of lists.
    """

    def __init__(self, topics_file: Path | None = None) -> None:
        self._indexes: dict[Stem, _Index] = {}
        self._lists = CurrentLists(topics_file)

    @property
    def classifier(self) -> Classifier:
        """The classifier of the current lists."""
        return self._lists.classifier

    async def refresh_lists(self, *languages: str | None) -> None:
        """Read the word lists, the first time and when they have changed, and prepare them for articles in languages.

        None is an unknown language. In a thread, since that takes a while.
        """
        await asyncio.to_thread(self._refresh_lists, languages)

    def _refresh_lists(self, languages: Iterable[str | None]) -> None:
        self._lists.refresh()
        for language in languages:
            self.classifier.prepare(language)

    async def refresh(self, connection: Connection, language: str | None = None) -> None:
        """Prepare for articles in a language: add the queries that were stored since the last call."""
        await self._of(language).refresh(connection)

    def _of(self, language: str | None) -> _Index:
        stem = stem_of(language)
        if stem not in self._indexes:
            self._indexes[stem] = _Index(stem)
        return self._indexes[stem]

    def classified(self, record: ArticleRecord, language: str | None = None) -> ArticleRecord:
        """Return an article's record with its curated topics by the current lists; `language` is its source's."""
        host = host_of(record.url)
        matches = self.classifier.classify(
            record.title, record.text, tags=record.categories, host=host, language=language
        )
        return replace(record, topics=matches, topics_version=self.classifier.version)

    def match(
        self, article: Article, *named: str, topics: Sequence[TopicMatch] = (), language: str | None = None
    ) -> set[int]:
        """Return the ids of the queries that the article matches; `named`: the names of its source beside its host."""
        return self._of(language).queries.match(document(article, *named, topics=topics, language=language))

    async def topics_with(self, query: Query) -> set[str]:
        """Return the curated topics that match an article with the words of a query in its headline.

        "uranium" is within "nuclear": who follows the topic gets most articles about uranium.
        """
        await self.refresh_lists(None)
        within = set(TOPICS)
        for terms in query.alternatives:
            found = set[str]()
            for term in terms:
                if not (term.excluded or term.prefix) and term.field in ("", "title"):
                    found |= {one.topic for one in self.classifier.classify(" ".join(term.words))}
            within &= found
        return within


def search(query: Query, listed: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Return the articles that a query matches, in their order. A millisecond for each: run it in a thread."""
    return [one for one in listed if matches(query, document(one), stem_of(one.language))]


def why(text: str, one: StoredArticle) -> tuple[Found, ...]:
    """Return why an article matches a stored query; for a curated topic, the words that show it."""
    return explain(parse(text, curated=True), document(one), stem_of(one.language))


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
