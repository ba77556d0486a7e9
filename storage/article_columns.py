"""How a story is read from a row: the same for lists, for searches and for what is saved."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.articles import StoredArticle
from storage.models import ArticleRow, SourceRow

_SITE = select(SourceRow.title).where(SourceRow.name == ArticleRow.source).correlate(ArticleRow).scalar_subquery()
# What a StoredArticle is read from, by `stored_article`; other questions join their own columns to these.
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
    _SITE.label("site"),
)


def stored_article(row: Any) -> StoredArticle:
    """Return the story of a row that holds `COLUMNS`."""
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
    )
