"""Decisions on the articles that a source lists: new, a completion, a correction or a withdrawal. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.domain.articles import Article, title_key, withdrawal
from bot.domain.events import MAX_CORRECTIONS
from bot.domain.keys import guid_key, link_key
from bot.domain.letters import storable
from bot.domain.topics.matched import TopicMatch


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as the archive stores it; `id` is 0 before that. Times are UTC; storage/models explains the fields."""

    id: int
    source: str
    guid: str | None
    url: str | None
    url_key: str | None
    title: str
    title_key: str
    text: str
    subheadings: tuple[str, ...]
    author: str | None
    categories: tuple[str, ...]
    image_url: str | None
    published_at: dt.datetime | None
    first_seen_at: dt.datetime
    listed_at: dt.datetime
    corrected_at: dt.datetime | None = None
    corrections: int = 0
    pruned: bool = False
    withdrawn_at: dt.datetime | None = None
    history: bool = False
    topics: tuple[TopicMatch, ...] = ()
    topics_version: str = ""


@dataclass(frozen=True, slots=True)
class ArticleKeys:
    """The keys by which an article is recognised: of its guid, its link and its possible titles."""

    guid: str | None
    link: str | None
    titles: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoreArticle:
    """Add a new article. A denial (`denial`) does not report the same event as the article that it denies."""

    after: ArticleRecord
    denial: bool


@dataclass(frozen=True, slots=True)
class CompleteArticle:
    """Fill in what a stored article lacked, perhaps nothing; no reader is notified."""

    before: ArticleRecord
    after: ArticleRecord


@dataclass(frozen=True, slots=True)
class CorrectArticle:
    """Change a stored article as its own source did; `headline`: its title changed, or a withdrawal was taken back."""

    before: ArticleRecord
    after: ArticleRecord
    headline: bool

    @property
    def edits_messages(self) -> bool:
        """Whether sent messages are edited: not for the text alone, nor for a headline that keeps changing."""
        return self.headline and self.after.corrections <= MAX_CORRECTIONS


@dataclass(frozen=True, slots=True)
class WithdrawArticle(CorrectArticle):
    """Mark a stored article as withdrawn by its source; its title stays."""


ArticleIntent = StoreArticle | CompleteArticle | CorrectArticle


def keys_of(article: Article) -> ArticleKeys:
    """Return the keys by which the archive may know an article."""
    titles = {title_key(article.title)}
    if rest := withdrawal(article.title):
        titles.add(title_key(rest))
    guid = storable(guid_key(article.guid)) if article.guid else None
    link = link_key(article.url) if article.url and not article.shared_link else None
    return ArticleKeys(guid, link, frozenset(titles))


def is_known(stored: Collection[ArticleRecord], article: Article) -> bool:
    """Return whether any stored article has one of an article's keys."""
    keys, title = keys_of(article), title_key(article.title)
    return any(
        (keys.guid is not None and one.guid == keys.guid)
        or (keys.link is not None and one.url_key == keys.link)
        or one.title_key == title
        for one in stored
    )


def decide_article(
    stored: Collection[ArticleRecord], source: str, article: Article, now: dt.datetime, *, history: bool = False
) -> ArticleIntent:
    """Return what to do with an article that a source lists now (UTC).

    `stored` are the stored articles that share a key with it. It is identified by the key of its guid, then of its
    link, then by normalised title. A known article is completed by what its record lacks (a guid, a link, a date, a
    longer text). When the same source changes its title or text, it is corrected. When the same source puts a word of
    withdrawal before the stored title, the title stays and the article is marked; before any other title the word is a
    part of it. `history`: if it is new, digests leave it out.
    """
    title, rest = title_key(article.title), withdrawal(article.title)
    known, guid, link = _find(stored, source, article, title)
    if rest and known is None:
        earlier, _, _ = _find(stored, source, article, title_key(rest))
        known = earlier if earlier is not None and earlier.source == source else None
    if known is None:
        return StoreArticle(_new(source, article, title, guid, link, now, history=history), denial=rest is not None)
    withdrawn = rest is not None and title_key(rest) in ("", known.title_key)
    after = _updated(known, source, replace(article, title=known.title) if withdrawn else article, guid, link)
    if known.source == source and withdrawn != (known.withdrawn_at is not None):
        after = replace(after, withdrawn_at=now if withdrawn else None)
    headline = (after.title, after.withdrawn_at) != (known.title, known.withdrawn_at)
    if not headline and (after.text == known.text or not known.text or known.source != source):
        return CompleteArticle(known, after)
    after = replace(after, corrected_at=now, corrections=known.corrections + 1)
    kind = WithdrawArticle if withdrawn and known.withdrawn_at is None else CorrectArticle
    return kind(known, after, headline)


def _find(
    stored: Collection[ArticleRecord], source: str, article: Article, title: str
) -> tuple[ArticleRecord | None, str | None, str | None]:
    """Return the record of an article, if any, and the keys of its guid and link that are its own.

    A key that another article has already is left out. Two different guids (or links) of one source are never the
    same article, unless title, link and date are the same: some programs make a new guid for each request. One guid
    may belong to two articles.
    """
    keys = keys_of(article)
    guid, link = keys.guid, keys.link
    by_guid = next((one for one in stored if guid and one.guid == guid), None)
    by_link = next((one for one in stored if link and one.url_key == link), None)
    if by_guid is not None:
        if not _is_another(by_guid, article, title, link):
            taken = by_guid.url_key is None and by_link is not None
            return by_guid, guid, None if taken else link
        guid = None
    if by_link is not None:
        same = by_link.title_key == title and by_link.published_at == article.published_at
        if not (guid and by_link.guid and by_link.source == source) or same:
            return by_link, guid, link
        link = None
    by_title = [
        one for one in stored if one.title_key == title and not (guid and one.guid) and not (link and one.url_key)
    ]
    return max(by_title, key=lambda one: one.id, default=None), guid, link


def _is_another(known: ArticleRecord, article: Article, title: str, link: str | None) -> bool:
    """Return whether a record is another article in spite of the same guid: all else is different."""
    other_link = None not in (link, known.url_key) and link != known.url_key
    other_date = article.published_at is None or article.published_at != known.published_at
    return title != known.title_key and other_link and other_date


def _new(
    source: str, article: Article, title: str, guid: str | None, link: str | None, now: dt.datetime, *, history: bool
) -> ArticleRecord:
    return ArticleRecord(
        0,
        source,
        guid,
        article.url,
        link,
        article.title,
        title,
        article.text,
        article.subheadings,
        article.author,
        article.categories,
        article.image_url,
        article.published_at,
        first_seen_at=now,
        listed_at=article.published_at or now,
        history=history,
    )


def _updated(known: ArticleRecord, source: str, article: Article, guid: str | None, link: str | None) -> ArticleRecord:
    """Return a record with what this version of the article changes."""
    own = known.source == source
    after = replace(
        known,
        url_key=known.url_key or link,
        guid=known.guid or guid,
        author=article.author if known.author is None else known.author,
        image_url=article.image_url if known.image_url is None else known.image_url,
        published_at=known.published_at or article.published_at,
        categories=known.categories or article.categories,
    )
    if known.published_at is None and article.published_at is not None:
        after = replace(after, listed_at=article.published_at)
    if article.url and (own or known.url is None):
        after = replace(after, url=article.url)
    if own and title_key(article.title) != known.title_key:
        after = replace(after, title=article.title, title_key=title_key(article.title))
    if article.text and article.text != known.text and not known.pruned:
        longer = len(article.text) > len(known.text)
        if own or longer:
            after = replace(after, text=article.text, subheadings=article.subheadings)
        if longer and not own:
            # The source with the longer text owns the article from now on, so that the two do not correct each other.
            after = replace(after, source=source)
    return after
