"""The grammar of queries: parsing a typed query, and its normal form.

A query is words that must all occur (`kazakhstan nuclear`), "phrases", `-excluded` words, `OR` (`|`) between
alternatives, prefixes (`rail*`), and any of these in one field (`title:uranium`, `source:`, `tag:`, `country:kz`,
`topic:energy`, `strict:energy`: a curated topic, and one with more signs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.spelling import words
from bot.domain.topics.curated import COUNTRY_NAMES, TOPICS, country_of

# The longest useful queries are two lines on a phone.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 20
# The limit of topics that one chat follows: more of them amount to following everything.
MAX_SUBSCRIPTIONS = 100
# Longer phrases would only make the index of word sequences larger.
MAX_PHRASE_WORDS = 6
# Shorter prefixes would match half of the language.
MIN_PREFIX = 3

# The names of fields before the colon, in all languages, with the name that is printed.
FIELDS = {
    name: field
    for field, names in {
        "title": "title заголовок атауы тақырыбы аталышы sarlavha сарлавҳа сарлавха унвон sözbaşy sozbasy",
        "source": "source источник дереккөз дереккоз булак manba манба манбаъ сарчашма çeşme cesme",
        "country": "country страна ел мемлекет өлкө олко mamlakat davlat мамлакат давлат кишвар ýurt yurt döwlet",
        "tag": "tag тег teg",
        "topic": "topic тема тақырып такырып mavzu мавзу мавзуъ мавзӯъ mowzuk tema",
        "strict": "strict строго қатаң катан нақты qatiy қатъий катъий қатъӣ катъи takyk",
    }.items()
    for name in names.split()
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
# Words between alternatives. The short ones are ordinary words at an end of a query, and `же` after some Russian ones.
_OR = {"or", "или", "немесе", "әлде", "болбосо", "yoki", "ёки", "ýa-da", "ýada", "ya-da", "yada"}
_OR_BETWEEN = {"же", "ё", "ýa", "ya"}
_BEFORE_PARTICLE = frozenset(
    (
        *("что", "кто", "где", "как", "так", "там", "тот", "та", "то", "те", "он", "она", "они", "вот", "когда"),
        *("тогда", "ну", "все", "всё", "какой", "такой", "сам"),
    )
)


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
        return f'"{text}"' if len(self.words) > 1 or text in _OR | _OR_BETWEEN else text


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
    pieces = list(_PIECE.finditer(plain))
    for place, found in enumerate(pieces):
        piece = _Piece(found[0], text, found.start())
        if found["bar"] or found[0].casefold() in _OR or (terms and _is_between(pieces, place)):
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


def _is_between(pieces: Sequence[re.Match[str]], place: int) -> bool:
    """Return whether a piece is a short word between two alternatives: `мунай же газ`, not `что же дальше`."""
    if pieces[place][0].casefold() not in _OR_BETWEEN or place + 1 == len(pieces):
        return False
    return pieces[place - 1][0].casefold() not in _BEFORE_PARTICLE


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
        typed_name = " ".join(found)
        name = NAMED_FIELDS[field].get(typed_name) or (None if field == "topic" else country_of(typed_name))
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
