"""The search index: an article's words, stemmed, in the form that each engine's full text index reads.

They are written in the transaction of the article (`index`). See docs/search.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.spelling import Stem, plain, words
from storage.models import ArticleRow, ArticleWordsRow, SourceRow
from storage.stems import mark_of, stem_of
from storage.upsert import upsert

# Longer words are addresses and the like. Indexed and searched words are cut alike, so they are still found.
MAX_WORD = 40
# The longest article has a few thousand words; a tsvector holds 16,383 positions and a megabyte.
MAX_WORDS = 5000
# Articles that `fill` indexes at a time.
_CHUNK = 500

# Positions between the last word of a title and the first of the text, so that no phrase spans both.
_GAP = 1


# Called with the number of indexed articles, and of all that are to be.
Progress = Callable[[int, int], None]


def stemmed(normalized: Iterable[str], stem: Stem) -> list[str]:
    """Return the stems of normalized words by the rules of a language, cut to the indexed length.

    A mark shows whose rules: `правда` by Kazakh ones is no form of `право`. It is last, for prefixes are compared too.
    """
    mark = mark_of(stem)
    return [stem(plain(word))[:MAX_WORD] + mark for word in normalized]


def _values(
    dialect: str, id_: int, title: str, text: str, categories: Sequence[str], language: str | None
) -> dict[str, Any]:
    """Return an article's row of words in the form of the engine.

    FTS5 has columns, each with its words in order. A tsvector is one column of words with positions, where those of the
    title have weight `A`: `body` holds all of them, and `title` the part that stays when the text is pruned.
    """
    stem = stem_of(language)
    strong = stemmed(words(title)[:MAX_WORDS], stem)
    weak = stemmed(words(" \n ".join((text, *categories)))[: MAX_WORDS - len(strong)], stem)
    if dialect == "sqlite":
        return {"article_id": id_, "title": " ".join(strong), "body": " ".join(weak)}
    headline = " ".join(f"'{word}':{place}A" for place, word in enumerate(strong, 1))
    rest = " ".join(f"'{word}':{place}" for place, word in enumerate(weak, 1 + len(strong) + _GAP))
    return {"article_id": id_, "title": headline, "body": f"{headline} {rest}"}


async def index(
    connection: AsyncConnection, id_: int, source: str, title: str, text: str, categories: Sequence[str]
) -> None:
    """Index an article by its current words, by the rules of the language of its source."""
    language = await connection.execute(select(SourceRow.language).where(SourceRow.name == source))
    values = _values(connection.dialect.name, id_, title, text, categories, language.scalar_one_or_none())
    await connection.execute(upsert(connection, ArticleWordsRow, values, ["article_id"]))


async def forget_texts(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Remove the texts of articles from the index; they are still found by their titles."""
    body = "" if connection.dialect.name == "sqlite" else ArticleWordsRow.title
    await connection.execute(update(ArticleWordsRow).where(ArticleWordsRow.article_id.in_(ids)).values(body=body))


def fill(connection: Connection, progress: Progress | None = None) -> int:
    """Index all articles that are not indexed; returns how many. For migrations and for copies of a database.

    `progress` is called with the number so far, and of all.
    """
    filled = 0
    missing = ~exists().where(ArticleWordsRow.article_id == ArticleRow.id)
    columns = (ArticleRow.id, ArticleRow.title, ArticleRow.text, ArticleRow.categories, ArticleRow.pruned)
    described = select(*columns, SourceRow.language).outerjoin(SourceRow, SourceRow.name == ArticleRow.source)
    total = connection.execute(select(func.count()).select_from(ArticleRow).where(missing)).scalar_one()
    last = 0
    while True:
        statement = described.where(missing, ArticleRow.id > last).order_by(ArticleRow.id).limit(_CHUNK)
        rows = connection.execute(statement).all()
        if not rows:
            return filled
        values = [  # a pruned article is found by its title alone
            _values(
                connection.dialect.name,
                row.id,
                row.title,
                row.text,
                [] if row.pruned else row.categories,
                row.language,
            )
            for row in rows
        ]
        connection.execute(insert(ArticleWordsRow), values)
        filled, last = filled + len(rows), rows[-1].id
        if progress is not None:
            progress(filled, total)
