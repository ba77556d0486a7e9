"""Queries in the syntax of the engines: FTS5 and tsquery.

A query is in no known language: its words are stemmed by the rules of each, and each stem finds articles in its own.
"""

from __future__ import annotations

from bot.domain.spelling import plain
from bot.domain.topics import Query, Term
from storage.search_index import MAX_WORD, stemmed
from storage.stems import ALL_RULES


def stemmed_prefix(term: Term) -> str:
    """Return the beginning by which a prefix is looked up."""
    return plain(term.words[0])[:MAX_WORD]


def fts5(query: Query) -> str:
    """Return a query in FTS5's syntax. Its words are letters and digits, and quoted, so they are never operators."""

    def one(term: Term) -> str:
        if term.prefix:
            return f'"{stemmed_prefix(term)}" *'
        return "(" + " OR ".join(f'"{" ".join(stemmed(term.words, rules))}"' for rules in ALL_RULES) + ")"

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
            phrases = (" <-> ".join(f"'{word}'" for word in stemmed(term.words, rules)) for rules in ALL_RULES)
            found = "(" + " | ".join(f"({phrase})" for phrase in phrases) + ")"
        return "!" * term.excluded + found

    return " | ".join("(" + " & ".join(map(one, terms)) + ")" for terms in query.alternatives)
