"""The grammar of queries: parsing a typed query, and its normal form.

A query is words that must all occur (`kazakhstan nuclear`), "phrases", `-excluded` words, `OR` (`|`) between
alternatives, prefixes (`rail*`), and any of these in one field (`title:uranium`, `source:`, `tag:`, `country:kz`,
`topic:energy`, `strict:energy`: a curated topic, and one with more signs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.spelling import words
from bot.domain.topics.curated import COUNTRY_NAMES, TOPICS

# The longest useful queries are two lines on a phone.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 20
# The limit of topics that one chat follows: more of them amount to following everything.
MAX_SUBSCRIPTIONS = 100
# Longer phrases would only make the index of word sequences larger.
MAX_PHRASE_WORDS = 6
# Shorter prefixes would match half of the language.
MIN_PREFIX = 3

# The names of fields before the colon, in both languages, with the name that is printed.
FIELDS = {
    **{name: name for name in ("title", "source", "country", "tag", "topic", "strict")},
    "заголовок": "title",
    "источник": "source",
    "страна": "country",
    "тег": "tag",
    "тема": "topic",
    "строго": "strict",
}
# Fields whose values are names from a list, with the name that is printed.
NAMED_FIELDS = {
    "country": COUNTRY_NAMES,
    "topic": {slug: slug for slug in TOPICS},
    "strict": {slug: slug for slug in TOPICS} | COUNTRY_NAMES,
}
_PIECE = re.compile(
    r"""(?P<bar>\|)
    | (?P<minus>-?)(?P<field>[^\W\d_]+):(?P<gap>\s*)(?P<value>-?"[^"]*"|[^\s"|]+)?
    | -?"[^"]*"
    | [^\s"|]+""",
    re.VERBOSE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_OR = {"or", "или"}


class QueryError(InvalidInput):
    """A query that cannot be understood.

    `key` names the translated explanation, `at` is the invalid part, found at `position` (characters) of `text`.
    """

    def __init__(self, key: str, at: str = "", text: str = "", position: int = 0) -> None:
        super().__init__(key)
        self.at, self.text, self.position = at, text, position


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, normalized, perhaps in one field only. A prefix has one word."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False
    field: str = ""

    def __str__(self) -> str:
        """Return the term as a person would type it."""
        text = self.text
        if self.field:
            text = f"{self.field}:{text}"
        return f"-{text}" if self.excluded else text

    @property
    def text(self) -> str:
        """Return the words as a person would type them."""
        text = " ".join(self.words) + "*" * self.prefix
        return f'"{text}"' if len(self.words) > 1 or text in _OR else text


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives; each is a set of terms that must all hold. `parse(str(query)) == query`."""

    alternatives: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        """Return the normal form: equal queries are stored once under it."""
        return " OR ".join(" ".join(map(str, terms)) for terms in self.alternatives)


def parse(text: str, *, curated: bool = False) -> Query:
    """Read a query as typed; QueryError says what is wrong and where. A `curated` one may be of any length."""
    if len(text) > MAX_QUERY_LENGTH and not curated:
        raise QueryError("topics.error.long")
    plain = text.translate(_QUOTES)
    if plain.count('"') % 2:
        position = plain.rindex('"')
        raise QueryError("topics.error.quote", text[position:], text, position)
    alternatives: list[tuple[Term, ...]] = []
    terms: dict[Term, _Piece] = {}
    divider = None
    for found in _PIECE.finditer(plain):
        piece = _Piece(found[0], text, found.start())
        if found["bar"] or found[0].casefold() in _OR:
            alternatives.append(_alternative(terms, piece))
            terms, divider = {}, piece
            continue
        for term in _terms(found, piece):
            terms[term] = piece
        if len(terms) + sum(map(len, alternatives)) > MAX_TERMS and not curated:
            raise piece.wrong("topics.error.terms")
    alternatives.append(_alternative(terms, divider))
    query = Query(tuple(sorted(set(alternatives), key=lambda a: tuple(map(str, a)))))
    # The normal form is stored and parsed again, and it may be longer than the typed text (а-б is "а б").
    if len(str(query)) > MAX_QUERY_LENGTH and not curated:
        raise QueryError("topics.error.long")
    return query


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a query: how it was typed, and where."""

    typed: str
    whole: str
    position: int

    def wrong(self, key: str, at: str | None = None) -> QueryError:
        return QueryError(key, self.typed if at is None else at, self.whole, self.position)


def _terms(found: re.Match[str], piece: _Piece) -> Iterator[Term]:
    """Yield the term of a piece; none for punctuation, two for a colon that names no field (`Aral: water`)."""
    name = found["field"]
    if name is None:
        yield from _term(found[0], piece)
        return
    value = found["value"]
    field = FIELDS.get(name.casefold())
    if field is None and (found["gap"] or value is None):
        yield from _term(found["minus"] + name, piece)
        yield from _term(value or "", piece)
    elif field is None:
        raise piece.wrong("topics.error.field", f"{name}:")
    elif value is None or value.casefold() in _OR:
        raise piece.wrong("topics.error.nothing", f"{name}:")
    else:
        terms = list(_term(found["minus"] + value.removeprefix("-" * bool(found["minus"])), piece, field))
        if not terms:
            raise piece.wrong("topics.error.nothing", f"{name}:")
        yield from terms


def _term(typed: str, piece: _Piece, field: str = "") -> Iterator[Term]:
    excluded = typed.startswith("-")
    typed = typed.removeprefix("-").replace('"', "")
    found = tuple(words(typed))
    if not found:
        return
    if len(found) > MAX_PHRASE_WORDS:
        raise piece.wrong("topics.error.phrase", typed)
    if field in NAMED_FIELDS:
        name = NAMED_FIELDS[field].get(" ".join(found))
        if name is None:
            raise piece.wrong("topics.error.country" if field == "country" else "topics.error.topic", typed)
        yield Term((name,), excluded=excluded, field=field)
        return
    prefix = typed.endswith("*") and len(found) == 1 and '"' not in piece.typed
    if prefix and len(found[0]) < MIN_PREFIX:
        raise piece.wrong("topics.error.prefix", typed)
    yield Term(found, prefix, excluded, field)


def _alternative(terms: dict[Term, _Piece], divider: _Piece | None) -> tuple[Term, ...]:
    chosen = tuple(sorted(terms, key=lambda term: (term.excluded, str(term))))
    if not chosen:
        raise divider.wrong("topics.error.or") if divider else QueryError("topics.error.empty")
    if all(term.excluded for term in chosen):
        raise terms[chosen[0]].wrong("topics.error.exclusions", str(chosen[0]))
    return chosen
