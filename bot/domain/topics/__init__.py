"""Topics: queries that people follow, whether an article matches them, and the curated ones (`curated`)."""

from bot.domain.topics.document import Document, Found, Zone, explain, forms, matches
from bot.domain.topics.exclusions import (
    base_of,
    curated_base,
    excluded_words,
    is_strict,
    may_exclude,
    with_width,
    without,
)
from bot.domain.topics.grammar import (
    FIELDS,
    MAX_PHRASE_WORDS,
    MAX_QUERY_LENGTH,
    MAX_SUBSCRIPTIONS,
    MAX_TERMS,
    MIN_PREFIX,
    NAMED_FIELDS,
    Query,
    QueryError,
    Term,
    parse,
)
from bot.domain.topics.index import TopicIndex

__all__ = [
    "FIELDS",
    "MAX_PHRASE_WORDS",
    "MAX_QUERY_LENGTH",
    "MAX_SUBSCRIPTIONS",
    "MAX_TERMS",
    "MIN_PREFIX",
    "NAMED_FIELDS",
    "Document",
    "Found",
    "Query",
    "QueryError",
    "Term",
    "TopicIndex",
    "Zone",
    "base_of",
    "curated_base",
    "excluded_words",
    "explain",
    "forms",
    "is_strict",
    "matches",
    "may_exclude",
    "parse",
    "with_width",
    "without",
]
