"""A person's exclusions from a curated topic: `topic:transport -metro`."""

from __future__ import annotations

from bot.domain.topics.grammar import Query, QueryError, Term, parse


def curated_base(query: Query) -> str | None:
    """Return the curated topic of a query that is one, perhaps with exclusions; None for any other query."""
    if len(query.alternatives) != 1:
        return None
    required = [term for term in query.alternatives[0] if not term.excluded]
    return required[0].words[0] if [term.field for term in required] == ["topic"] else None


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


def may_exclude(query: Query, term: Term) -> bool:
    """Return whether the words of a matching term may be excluded: words that the query names itself may not."""
    return all(term not in terms for terms in query.alternatives)
