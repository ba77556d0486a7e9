"""The columns of an article and how it is read from them: the same for lists, searches and saved articles."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.articles import StoredArticle
from storage.models import ArticleRow, SourceRow

# The name of an article's source.
SITE = select(SourceRow.title).where(SourceRow.name == ArticleRow.source).correlate(ArticleRow).scalar_subquery()
_LANGUAGE = (
    select(SourceRow.language).where(SourceRow.name == ArticleRow.source).correlate(ArticleRow).scalar_subquery()
)
# The columns of a StoredArticle, read by `stored_article`; other statements add their own columns to these.
COLUMNS = (
    ArticleRow.id,
    ArticleRow.source,
    ArticleRow.title,
    ArticleRow.text,
    ArticleRow.url,
    ArticleRow.published_at,
    ArticleRow.first_seen_at,
    ArticleRow.categories,
    ArticleRow.withdrawn_at,
    ArticleRow.topics,
    SITE.label("site"),
    _LANGUAGE.label("language"),
)


def stored_article(row: Any) -> StoredArticle:
    """Return the article of a row that holds `COLUMNS`."""
    return StoredArticle(
        row.id,
        row.source,
        row.title,
        row.text,
        row.url,
        row.published_at,
        row.first_seen_at,
        tuple(row.categories),
        row.withdrawn_at is not None,
        row.site or "",
        row.topics,
        row.language or "",
    )
