"""The tables of articles and of their words."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.topics.matched import TopicMatch
from storage.models.base import Base, Id, Words
from storage.types import StorableString, StoredTopics

_JOINED = text("same_as IS NOT NULL")


class ArticleRow(Base):
    """An article. `text` is emptied when the article is pruned for age; title, link and dates stay.

    `same_as` is the id of the first article on the same event, which is listed for all of them; None: it is the first.
    `url` is the publisher's own link, as sent to people; `guid` and `url_key` are identity keys (bot/domain/keys.py).
    `history`: it was older than the newest known article of its source when it came, so it was not sent as news.
    `topics` are the curated topics that it is about, by the lists of `topics_version`.
    """

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("url_key", name="uq_articles_url"),
        Index("ix_articles_title_key", "title_key"),
        Index("ix_articles_listed_at", "listed_at", "id"),
        Index("ix_articles_topics_version", "topics_version"),
        Index("ix_articles_same_as", "same_as", sqlite_where=_JOINED, postgresql_where=_JOINED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    guid: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    url_key: Mapped[str | None]
    title: Mapped[str]
    title_key: Mapped[str]
    text: Mapped[str]
    subheadings: Mapped[list[str]]
    author: Mapped[str | None]
    categories: Mapped[list[str]]
    image_url: Mapped[str | None]
    published_at: Mapped[dt.datetime | None]
    first_seen_at: Mapped[dt.datetime]
    listed_at: Mapped[dt.datetime]  # published_at, else first_seen_at: the order of lists
    corrected_at: Mapped[dt.datetime | None]
    corrections: Mapped[int] = mapped_column(default=0)
    pruned: Mapped[bool] = mapped_column(default=False)
    same_as: Mapped[int | None] = mapped_column(Id)
    withdrawn_at: Mapped[dt.datetime | None]  # when its publisher withdrew it
    history: Mapped[bool] = mapped_column(default=False, server_default=false())
    topics: Mapped[tuple[TopicMatch, ...]] = mapped_column(StoredTopics, default=(), server_default="[]")
    topics_version: Mapped[str] = mapped_column(String(12), default="", server_default="")


class ArticleTopicRow(Base):
    """A curated topic of an article (`articles.topics`), by which the articles of a topic are found."""

    __tablename__ = "article_topics"
    __table_args__ = (Index("ix_article_topics_topic", "topic", "article_id", "points"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(20), primary_key=True)
    points: Mapped[int]


class TitleWordRow(Base):
    """A word of an article's title, by its key: the index by which recent articles on one event are found."""

    __tablename__ = "title_words"

    word: Mapped[str] = mapped_column(StorableString(40), primary_key=True)
    listed_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)


class ArticleWordsRow(Base):
    """The searched form of an article: the stems of its title and of its text. See storage/search.py.

    SQLite's full-text index of them, `article_search`, is maintained by triggers and defined in migrations only.
    """

    __tablename__ = "article_words"
    __table_args__ = (Index("ix_article_words", "body", postgresql_using="gin").ddl_if(dialect="postgresql"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    title: Mapped[str] = mapped_column(Words)
    body: Mapped[str] = mapped_column(Words)
