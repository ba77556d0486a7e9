"""Topics: what people ask to hear about, and whether a text is about it.

A query is words that must all occur (`kazakhstan nuclear`), "phrases", `-excluded` words, `OR` (`|`) between
alternatives, prefixes (`rail*`), and any of these in one field (`title:uranium`, `source:`, `tag:`, `country:kz`,
`topic:energy`). Words match whole words by their keys (see spelling), so "reactors" finds "reactor" and "oil" does not
find "turmoil". The stemmer is passed in: this module knows no language.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from bot.domain.curated import COUNTRY_NAMES, TOPICS
from bot.domain.spelling import Stem, beginnings, keys, words
from bot.domain.variants import PAIRS

# A query is a wish, not a document: two lines of chat hold the longest useful ones.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 20
# Listening for more than this is listening for everything.
MAX_SUBSCRIPTIONS = 100
# Phrases longer than this would make the index of word sequences grow without a use.
MAX_PHRASE_WORDS = 6
# Shorter prefixes would match half of the language.
MIN_PREFIX = 3

# What stands before the colon, in both languages, with the field's name as it is printed.
FIELDS = {
    **{name: name for name in ("title", "source", "country", "tag", "topic")},
    "заголовок": "title",
    "источник": "source",
    "страна": "country",
    "тег": "tag",
    "тема": "topic",
}
# Fields whose words are names from a list, with the name each is printed as.
_NAMED = {"country": COUNTRY_NAMES, "topic": {slug: slug for slug in TOPICS}}
_PIECE = re.compile(
    r"""(?P<bar>\|)
    | (?P<minus>-?)(?P<field>[^\W\d_]+):(?P<gap>\s*)(?P<value>-?"[^"]*"|[^\s"|]+)?
    | -?"[^"]*"
    | [^\s"|]+""",
    re.VERBOSE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_OR = {"or", "или"}


class QueryError(ValueError):
    """A query that cannot be understood.

    `key` names the translated explanation, `at` the piece meant; it was found at `position` (characters) of `text`.
    """

    def __init__(self, key: str, at: str = "", text: str = "", position: int = 0) -> None:
        super().__init__(f"{key}: {at}")
        self.key, self.at, self.text, self.position = key, at, text, position


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, folded, perhaps in one field only. A prefix has one word."""

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
        """Return the normal form, under which equal wishes are stored once."""
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
    # The normal form is what is stored and read again, and it may be longer than what was typed (а-б is "а б").
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
    if field in _NAMED:
        name = _NAMED[field].get(" ".join(found))
        if name is None:
            raise piece.wrong(f"topics.error.{field}", typed)
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


class Zone:
    """Words that are looked at together, in order, from one or more places; no phrase reaches from one to the next."""

    def __init__(self, places: Iterable[Sequence[str]], stem: Stem) -> None:
        self.words: list[str] = []
        for place in places:
            # An empty word stands between places: no phrase holds one.
            self.words += ("", *place) if self.words else place
        # The words' keys in their own alphabets, and in Latin where that differs anywhere.
        known = [keys(word, stem) if word else ("", "") for word in self.words]
        self._streams = {tuple([own for own, _ in known]), tuple([crossed for _, crossed in known])}
        pairs = PAIRS.keys() & zip(self.words, self.words[1:], strict=False)
        self._sequences = {1: {*chain(*self._streams), *(PAIRS[pair] for pair in pairs)}}

    @cached_property
    def beginnings(self) -> list[str]:
        """The forms of the words that prefixes are compared with, in order."""
        return sorted({form for word in set(self.words) if word for form in beginnings(word)})

    @cached_property
    def _joined(self) -> list[str]:
        return [f" {' '.join(stream)} " for stream in self._streams]

    def has(self, term: Term, stem: Stem) -> bool:
        """Tell whether the term's words occur."""
        if term.prefix:
            return any(self.begins(form) for form in forms(term, stem))
        return any(
            any(f" {form} " in joined for joined in self._joined) if " " in form else form in self._sequences[1]
            for form in forms(term, stem)
        )

    def begins(self, form: str) -> bool:
        """Tell whether any word begins so."""
        place = bisect_left(self.beginnings, form)
        return place < len(self.beginnings) and self.beginnings[place].startswith(form)

    def sequences(self, length: int) -> set[str]:
        """Return all sequences of keys of so many words; of one, the keys."""
        if length not in self._sequences:
            self._sequences[length] = {
                sequence
                for stream in self._streams
                for sequence in map(" ".join, zip(*(stream[n:] for n in range(length)), strict=False))
            }
        return self._sequences[length]

    def said(self, term: Term, stem: Stem) -> str:
        """Return the words of a term that occurs as they stand here, folded."""
        n = len(term.words)
        for start in range(len(self.words) - n + 1):
            some = self.words[start : start + n]
            if all(some) and Zone([some], stem).has(term, stem):
                return " ".join(some)
        # The two words of one name, met by its one word.
        pairs = zip(self.words, self.words[1:], strict=False)
        return next((" ".join(pair) for pair in pairs if PAIRS.get(pair) in forms(term, stem)), term.text)


def forms(term: Term, stem: Stem) -> tuple[str, ...]:
    """Return the forms under which a term occurs: sequences of keys, or beginnings of a prefix."""
    if term.prefix:
        return tuple(form for form in beginnings(term.words[0]) if len(form) >= MIN_PREFIX)
    known = [keys(word, stem) for word in term.words]
    found = {" ".join(own for own, _ in known), " ".join(crossed for _, crossed in known)}
    if len(term.words) == 2 and (pair := PAIRS.get((term.words[0], term.words[1]))):
        found.add(pair)
    return tuple(found)


class Document:
    """An article made ready for questions. `text` is its body; `tags` the source's own; the rest are names of lists.

    `source` is all that its source is called, one name a line.
    """

    def __init__(
        self,
        text: str,
        stem: Stem,
        *,
        title: str = "",
        source: str = "",
        tags: Iterable[str] = (),
        countries: Iterable[str] = (),
        topics: Iterable[str] = (),
    ) -> None:
        title_words, tag_words = words(title), [words(tag) for tag in tags]
        self.zones = {
            "": Zone([title_words, *tag_words, words(text)], stem),
            "title": Zone([title_words], stem),
            "source": Zone([words(name) for name in source.split("\n")], stem),
            "tag": Zone(tag_words, stem),
        }
        self._stem = stem
        self.name(countries, topics)

    def name(self, countries: Iterable[str], topics: Iterable[str]) -> None:
        """Say which names of the lists hold: they are themselves found by asking the document."""
        self.zones["country"] = Zone([[country] for country in countries], self._stem)
        self.zones["topic"] = Zone([[topic] for topic in topics], self._stem)

    def about(self, topic: str) -> bool:
        """Tell whether the document is about a curated topic, by its name."""
        return topic in self.zones["topic"].words

    def has(self, term: Term, stem: Stem) -> bool:
        """Tell whether the term occurs, its exclusion aside."""
        return self.zones[term.field].has(term, stem)


def matches(query: Query, document: Document, stem: Stem) -> bool:
    """Tell whether a document is about a query: the plain rule that the index must agree with."""
    return any(_holds(terms, document, stem) for terms in query.alternatives)


def _holds(terms: Iterable[Term], document: Document, stem: Stem) -> bool:
    return all(document.has(term, stem) != term.excluded for term in terms)


@dataclass(frozen=True, slots=True)
class Found:
    """A required term that holds: the words as they stand in the document, folded, and the place of them.

    Places are title, tag, text, source, country and topic.
    """

    term: Term
    said: str
    place: str


def explain(query: Query, document: Document, stem: Stem) -> tuple[Found, ...]:
    """Return why a document is about a query: the alternative said most in the title; nothing if it is not."""
    reasons = [
        tuple(_found(term, document, stem) for term in terms if not term.excluded)
        for terms in query.alternatives
        if _holds(terms, document, stem)
    ]
    return min(reasons, key=lambda found: sum(one.place != "title" for one in found) / len(found), default=())


def _found(term: Term, document: Document, stem: Stem) -> Found:
    places = (term.field,) if term.field else ("title", "tag")
    place = next((place for place in places if document.zones[place].has(term, stem)), "")
    return Found(term, document.zones[place].said(term, stem), place or "text")


# Where a form is looked for: the field, and among its words and sequences or among the beginnings of words.
_Place = tuple[str, bool]
# A term made ready for asking: its place and forms, and whether it is excluded.
_Asked = tuple[_Place, tuple[str, ...], bool]
# Words remembered with the prefixes that they begin with: a news site's vocabulary.
_REMEMBERED = 8192


class _Prefixes:
    """All prefixes that queries ask for in one field, and which of them a word begins with."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lengths: dict[str, set[int]] = {}  # of forms, by their first letters
        self._known: dict[str, tuple[str, ...]] = {}

    def add(self, form: str) -> None:
        if form not in self._forms:
            self._forms.add(form)
            self._lengths.setdefault(form[:MIN_PREFIX], set()).add(len(form))
            self._known = {}

    def met(self, zone: Zone) -> set[str]:
        """Return the prefixes that words of a zone begin with."""
        said, known = set(zone.words), self._known  # another thread may begin another memory
        for word in said - known.keys():
            known[word] = tuple(
                {form[:n] for form in beginnings(word) for n in self._lengths.get(form[:MIN_PREFIX], ())} & self._forms
            )
        if len(known) > _REMEMBERED:
            self._known = {}
        return set[str]().union(*map(known.__getitem__, said))


class _Under:
    """The queries under one form of one of their terms, parted by what else they ask."""

    __slots__ = ("alone", "pairs", "rest")

    def __init__(self) -> None:
        self.alone: list[int] = []  # nothing else
        self.pairs: dict[str, list[int]] | None = None  # one word or phrase more, by its forms
        self.rest: list[tuple[int, tuple[_Asked, ...]]] = []  # anything more

    def crowd(self) -> int:
        return len(self.alone) + len(self.pairs or ()) + len(self.rest)

    def add(self, query_id: int, others: Sequence[Term], stem: Stem) -> None:
        if not others:
            self.alone.append(query_id)
        elif len(others) == 1 and not (others[0].prefix or others[0].excluded or others[0].field):
            self.pairs = self.pairs or {}
            for other in forms(others[0], stem):
                self.pairs.setdefault(other, []).append(query_id)
        else:
            asked = tuple(((term.field, term.prefix), forms(term, stem), term.excluded) for term in others)
            self.rest.append((query_id, asked))


class TopicIndex:
    """All distinct queries, found by the words of a document instead of one by one.

    Each alternative stands under one of its required terms (a sequence of keys, or a prefix), the one that the fewest
    others stand under; a document looks up its own words and sequences and asks what it finds for the other terms.
    Adding costs the same however many there are.
    """

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._known: set[int] = set()
        self._tables: dict[_Place, dict[str, _Under]] = {}
        self._lengths: dict[str, set[int]] = {"": {1}}  # of the sequences that are asked for, in words, by field
        self._prefixes: dict[str, _Prefixes] = {}  # by field

    def add(self, query_id: int, query: Query) -> None:
        """Take a query in; adding one again changes nothing."""
        if query_id in self._known:
            return
        self._known.add(query_id)
        for terms in query.alternatives:
            required = [term for term in terms if not term.excluded]
            # Of terms that say equally much, a long one is said in fewer texts; a list's name in many.
            required.sort(key=lambda term: (term.prefix, term.field in _NAMED, -len(str(term))))
            chosen = min(required, key=self._crowd)
            others = [term for term in terms if term is not chosen]
            table = self._tables.setdefault((chosen.field, chosen.prefix), {})
            for form in forms(chosen, self._stem):
                table.setdefault(form, _Under()).add(query_id, others, self._stem)
            for term in terms:
                if not term.prefix:
                    self._lengths.setdefault(term.field, {1}).add(len(term.words))
                    continue
                prefixes = self._prefixes.setdefault(term.field, _Prefixes())
                for form in forms(term, self._stem):
                    prefixes.add(form)

    def _crowd(self, term: Term) -> int:
        """Return how many stand under a term already."""
        table = self._tables.get((term.field, term.prefix), {})
        return sum(table[form].crowd() for form in forms(term, self._stem) if form in table)

    def match(self, document: Document) -> set[int]:
        """Return the ids of the queries that the document is about."""
        zones = document.zones
        said: dict[_Place, set[str]] = {
            (field, False): set[str]().union(*map(zones[field].sequences, lengths))
            for field, lengths in self._lengths.items()
        }
        said |= {(field, True): prefixes.met(zones[field]) for field, prefixes in self._prefixes.items()}
        words = said["", False]
        about: set[int] = set()
        for place, table in self._tables.items():
            for under in filter(None, map(table.get, said[place])):
                about.update(under.alone)
                if under.pairs:
                    for other, ids in under.pairs.items():
                        if other in words:
                            about.update(ids)
                for query_id, others in under.rest:
                    for where, known, excluded in others:
                        if said[where].isdisjoint(known) is not excluded:
                            break
                    else:
                        about.add(query_id)
        return about
