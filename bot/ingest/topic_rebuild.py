"""The topics of the archive by the current word lists, when those have changed. Nobody is sent anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from bot.domain.article_decisions import ArticleRecord
from bot.domain.topics import NAMED_FIELDS, QueryError, TopicIndex, parse
from bot.domain.topics.curated import TOPICS
from bot.ingest.matching import OVERLAP, Matcher, document
from storage import articles, sources, topic_matches, topics
from storage.database import Connection, Database
from storage.stems import ALL_RULES, stem_of

log = structlog.get_logger()

# Articles of one transaction: a tenth of a second, for which a running bot waits at most.
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The articles that were classified again, those whose topics changed, and the matches added and removed."""

    articles: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0


async def is_outdated(database: Database, matcher: Matcher) -> bool:
    """Return whether the archive has articles with their topics by other lists."""
    await matcher.refresh_lists()
    async with database.read() as connection:
        return await topic_matches.is_any_outdated(connection, matcher.classifier.version)


async def warn_if_outdated(database: Database, matcher: Matcher) -> None:
    """Log that the archive has topics by other lists, if it has."""
    if await is_outdated(database, matcher):
        log.warning("topics_outdated", hint="jarchi topics rebuild applies the current word lists to the archive")


async def rebuild(database: Database, matcher: Matcher, progress: Callable[[int, int], None]) -> Rebuilt:
    """Classify all articles again that have their topics by other lists, newest first; calls `progress(done, total)`.

    An interrupted rebuild is continued by the next one. An article whose text was pruned keeps its topics and matches,
    and gets the topics that its title and tags show.
    """
    version, queries = matcher.classifier.version, _Queries()
    async with database.read() as connection:
        total = await topic_matches.count_outdated(connection, version)
        await queries.refresh(connection)  # the first time this reads all queries: not while holding the write lock
    done, before = Rebuilt(), None
    while True:
        async with database.write() as connection:
            chunk = await topic_matches.outdated(connection, version, before, CHUNK)
            if not chunk:
                return done
            await queries.refresh(connection)
            done = await _rebuild(connection, matcher, chunk, queries, done)
        before = chunk[-1].id
        progress(done.articles, max(total, done.articles))


class _Queries:
    """The stored queries that name a curated topic, as an index for the rules of each language, and their ids."""

    def __init__(self) -> None:
        self._indexes, self.ids = {stem: TopicIndex(stem) for stem in ALL_RULES}, set[int]()
        self._last_id = 0

    async def refresh(self, connection: Connection) -> None:
        """Add the queries that were stored since the last call."""
        for stored in await topics.queries_after(connection, self._last_id - OVERLAP):
            self._last_id = max(self._last_id, stored.id)
            try:
                query = parse(stored.text, curated=True)
            except QueryError:  # stored under other rules
                continue
            if any(term.field in NAMED_FIELDS for terms in query.alternatives for term in terms):
                for index in self._indexes.values():
                    index.add(stored.id, query)
                self.ids.add(stored.id)

    def match(self, article: ArticleRecord, title: str, language: str | None) -> set[int]:
        """Return the ids of the queries that an article matches; `title` and `language` are those of its source."""
        ready = document(article, article.source, title, topics=article.topics, language=language)
        return self._indexes[stem_of(language)].match(ready)


async def _rebuild(
    connection: Connection, matcher: Matcher, chunk: list[ArticleRecord], queries: _Queries, done: Rebuilt
) -> Rebuilt:
    wanted: list[tuple[int, int]] = []
    changed = 0
    listed = {one.source for one in chunk}
    titles = {name: await sources.title_of(connection, name) for name in listed}
    languages = {name: await sources.language_of(connection, name) for name in listed}
    for before in chunk:
        language = languages[before.source]
        after = matcher.classified(before, language)
        if before.pruned:
            shown = {one.topic: one for one in (*after.topics, *before.topics)}
            after = replace(after, topics=tuple(shown[topic] for topic in TOPICS if topic in shown))
        changed += before.topics != after.topics
        await articles.change(connection, before, after)
        if not before.pruned:
            wanted += [(after.id, query) for query in queries.match(after, titles[after.source], language)]
    whole = [one.id for one in chunk if not one.pruned]
    added, removed = await topic_matches.replace_matches(connection, whole, queries.ids, wanted)
    return Rebuilt(done.articles + len(chunk), done.changed + changed, done.added + added, done.removed + removed)
