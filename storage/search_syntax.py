"""Queries in the syntax of the engines: FTS5 and tsquery."""

from __future__ import annotations

from bot.domain.topics import Query, Term
from storage.search_index import MAX_WORD, stemmed


def stemmed_prefix(term: Term) -> str:
    """Return the beginning by which a prefix is looked up."""
    return term.words[0][:MAX_WORD]


def fts5(query: Query) -> str:
    """Return a query in FTS5's syntax. Its words are letters and digits, and quoted, so they are never operators."""

    def one(term: Term) -> str:
        return f'"{stemmed_prefix(term)}" *' if term.prefix else f'"{" ".join(stemmed(term.words))}"'

    alternatives = []
    for terms in query.alternatives:
        required = " AND ".join(one(term) for term in terms if not term.excluded)
        excluded = " OR ".join(one(term) for term in terms if term.excluded)
        alternatives.append(f"(({required}) NOT ({excluded}))" if excluded else f"({required})")
    return " OR ".join(alternatives)


def tsquery(query: Query) -> str:
    """Return a query in PostgreSQL's syntax, with its words quoted likewise."""

    def one(term: Term) -> str:
        if term.prefix:
            found = f"'{stemmed_prefix(term)}':*"
        else:
            found = "(" + " <-> ".join(f"'{word}'" for word in stemmed(term.words)) + ")"
        return "!" * term.excluded + found

    return " | ".join("(" + " & ".join(map(one, terms)) + ")" for terms in query.alternatives)
