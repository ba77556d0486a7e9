"""A person's changes of a curated topic: words that it leaves out, and how strictly it is followed.

`topic:transport -metro`, `strict:transport`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.topics.document import Found
from bot.domain.topics.grammar import NAMED_FIELDS, Query, QueryError, parse
from bot.domain.topics.matched import GAP


def curated_base(query: Query) -> str | None:
    """Return the curated topic of a query that is one, perhaps with exclusions; None for any other query."""
    if len(query.alternatives) != 1:
        return None
    required = [term for term in query.alternatives[0] if not term.excluded]
    return required[0].words[0] if [term.field for term in required] in (["topic"], ["strict"]) else None


def is_strict(query: Query) -> bool:
    """Return whether a query is a curated topic that is followed strictly."""
    return curated_base(query) is not None and query.alternatives[0][0].field == "strict"


def with_width(query: Query, *, strict: bool) -> Query:
    """Return the query of a curated topic, wide or strict, with the same exclusions."""
    [terms] = query.alternatives
    field = "strict" if strict else "topic"
    return Query((tuple(term if term.excluded else replace(term, field=field) for term in terms),))


def base_of(text: str) -> str | None:
    """Return the curated topic of a stored query, as `curated_base` does."""
    try:
        return curated_base(parse(text, curated=True))
    except QueryError:  # stored under other rules
        return None


def excluded_words(query: Query) -> tuple[str, ...]:
    """Return the words and phrases that a query with one alternative excludes."""
    return tuple(" ".join(term.words) for term in query.alternatives[0] if term.excluded)


def without(query: Query, words: str) -> Query:
    """Return the query with some words excluded in every alternative. QueryError where the result is too long."""
    phrase = f'-"{words}"'
    alternatives = (" ".join([*map(str, terms), phrase]) for terms in query.alternatives)
    return parse(" OR ".join(alternatives))


def may_exclude(found: Found) -> bool:
    """Return whether words by which an article matches may be excluded: those that show a curated topic in the text.

    Words that the query names itself may not.
    """
    return found.term.field in NAMED_FIELDS and found.place in ("title", "lead", "text") and GAP not in found.words
