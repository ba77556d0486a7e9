"""Topics: what people ask to hear about, and whether a text is about it.

A query is words that must all occur (`kazakhstan nuclear`), "phrases", `-excluded` words, `OR` between
alternatives and prefixes (`rail*`). Words match whole words by their stems, so "reactors" finds "reactor" and "oil"
does not find "turmoil". The stemmer is passed in: this module knows no language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

# A query is a wish, not a document: two lines of chat hold the longest useful ones.
MAX_QUERY_LENGTH = 200
MAX_TERMS = 20
# Phrases longer than this would make the index of word sequences grow without a use.
MAX_PHRASE_WORDS = 6
# Shorter prefixes would match half of the language.
MIN_PREFIX = 3

Stem = Callable[[str], str]

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PART = re.compile(r'(-?)"([^"]*)"|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_APOSTROPHES = "’‘ʼʻ`´"
# Pieces of text remembered with their words: a news site's vocabulary. Longer ones are addresses, each seen once.
_REMEMBERED = 32768
_LONGEST_REMEMBERED = 32
_OR = {"or", "или", "|"}


class QueryError(ValueError):
    """A query that cannot be understood. `key` names the translated explanation, `at` the piece meant."""

    def __init__(self, key: str, at: str = "") -> None:
        super().__init__(f"{key}: {at}")
        self.key, self.at = key, at


_BREVE = "\u0306"


def fold(text: str) -> str:
    """Fold what should not matter: case, accents, ё/е, the many apostrophes. й and ў stay letters of their own."""
    text = _one_apostrophe(text)
    if text.isascii():
        return text.lower()
    # Decomposing comes before and after folding case: it brings forth capitals (ℌ), as folding brings forth marks (İ).
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # A text has few different characters: looking at those alone spares a look at each of its thousands.
    for character in set(text):
        if unicodedata.combining(character) and character != _BREVE:
            text = text.replace(character, "")
    # The breve makes letters of и and у only; it is an accent elsewhere (Erdoğan is Erdogan).
    if _BREVE in text:
        text = text.replace("и" + _BREVE, "й").replace("у" + _BREVE, "ў").replace(_BREVE, "")
    return _one_apostrophe(unicodedata.normalize("NFC", text))


def _one_apostrophe(text: str) -> str:
    for other in _APOSTROPHES:
        text = text.replace(other, "'")
    return text


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; apostrophes inside a word are dropped (so'm = som')."""
    # No word reaches over a space, and no accent binds to one: what stands between spaces is folded by itself, once.
    found: list[str] = []
    for piece in text.split():
        found += _remembered(piece) if len(piece) <= _LONGEST_REMEMBERED else _words(piece)
    return found


def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.replace("'", "") for word in _TOKEN.findall(fold(piece)))


_remembered = lru_cache(maxsize=_REMEMBERED)(_words)


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, folded. A prefix has one word."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False

    def __str__(self) -> str:
        """Return the term as a person would type it."""
        text = " ".join(self.words) + "*" * self.prefix
        if len(self.words) > 1 or text in _OR:
            text = f'"{text}"'
        return f"-{text}" if self.excluded else text


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives; each is a set of terms that must all hold. `parse(str(query)) == query`."""

    alternatives: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        """Return the normal form, under which equal wishes are stored once."""
        return " OR ".join(" ".join(map(str, terms)) for terms in self.alternatives)


def parse(text: str) -> Query:
    """Read a query as typed; QueryError says what is wrong with which piece."""
    if len(text) > MAX_QUERY_LENGTH:
        raise QueryError("topics.error.long")
    text = text.translate(_QUOTES)
    if text.count('"') % 2:
        raise QueryError("topics.error.quote")
    alternatives: list[tuple[Term, ...]] = []
    terms: dict[Term, None] = {}
    for minus, phrase, bare in _PART.findall(text):
        if bare and bare.casefold() in _OR:
            alternatives.append(_alternative(terms, bare))
            terms = {}
            continue
        term = _term(phrase, excluded=bool(minus), prefix=False) if not bare else _bare(bare)
        if term:
            terms[term] = None
        if len(terms) + sum(map(len, alternatives)) > MAX_TERMS:
            raise QueryError("topics.error.terms")
    alternatives.append(_alternative(terms, "OR" if alternatives else ""))
    query = Query(tuple(sorted(set(alternatives), key=lambda a: tuple(map(str, a)))))
    # The normal form is what is stored and read again, and it may be longer than what was typed (а-б is "а б").
    if len(str(query)) > MAX_QUERY_LENGTH:
        raise QueryError("topics.error.long")
    return query


def _bare(piece: str) -> Term | None:
    excluded = piece.startswith("-")
    return _term(piece.removeprefix("-"), excluded=excluded, prefix=piece.endswith("*"))


def _term(piece: str, *, excluded: bool, prefix: bool) -> Term | None:
    found = tuple(words(piece))
    if not found:
        return None
    if len(found) > MAX_PHRASE_WORDS:
        raise QueryError("topics.error.phrase", piece)
    prefix = prefix and len(found) == 1
    if prefix and len(found[0]) < MIN_PREFIX:
        raise QueryError("topics.error.prefix", piece)
    return Term(found, prefix, excluded)


def _alternative(terms: Iterable[Term], at: str) -> tuple[Term, ...]:
    chosen = tuple(sorted(terms, key=lambda term: (term.excluded, str(term))))
    if not chosen:
        raise QueryError("topics.error.or" if at else "topics.error.empty", at)
    if all(term.excluded for term in chosen):
        raise QueryError("topics.error.exclusions", str(chosen[0]))
    return chosen


class Document:
    """A text made ready for questions: its stems in order, and a set of its words for prefixes."""

    def __init__(self, text: str, stem: Stem) -> None:
        self.words = words(text)
        self.stems = [stem(word) for word in self.words]
        self._joined = f" {' '.join(self.stems)} "
        self._present = set(self.stems)

    def has(self, term: Term, stem: Stem) -> bool:
        """Tell whether the term occurs, its exclusion aside."""
        if term.prefix:
            return any(word.startswith(term.words[0]) for word in self.words)
        if len(term.words) == 1:
            return stem(term.words[0]) in self._present
        return f" {' '.join(map(stem, term.words))} " in self._joined


def matches(query: Query, document: Document, stem: Stem) -> bool:
    """Tell whether a text is about a query: the plain rule that the index must agree with."""
    return any(all(document.has(term, stem) != term.excluded for term in terms) for terms in query.alternatives)


class TopicIndex:
    """All distinct queries, found by the stems of a text instead of one by one.

    Each alternative stands under one of its required terms (a stem sequence, or a prefix), the one that the fewest
    others stand under; a text looks up its own words and sequences and asks what it finds for the other terms. Adding
    costs the same however many there are.
    """

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._known: set[int] = set()
        # Under a term: the queries it may decide, each with the other terms of the alternative.
        self._by_stems: dict[str, list[tuple[int, tuple[Term, ...]]]] = {}
        self._by_prefix: dict[str, list[tuple[int, tuple[Term, ...]]]] = {}
        self._longest = 0  # words of the longest stem sequence

    def add(self, query_id: int, query: Query) -> None:
        """Take a query in; adding one again changes nothing."""
        if query_id in self._known:
            return
        self._known.add(query_id)
        for terms in query.alternatives:
            required = [term for term in terms if not term.excluded]
            # Of terms that say equally much, a long one is said in fewer texts.
            required.sort(key=lambda term: (term.prefix, -len(str(term))))
            places = [(self._by_prefix if term.prefix else self._by_stems, self._key(term), term) for term in required]
            table, key, chosen = min(places, key=lambda place: len(place[0].get(place[1], ())))
            table.setdefault(key, []).append((query_id, tuple(term for term in terms if term is not chosen)))
            self._longest = max(self._longest, len(chosen.words))

    def _key(self, term: Term) -> str:
        return term.words[0] if term.prefix else " ".join(map(self._stem, term.words))

    def match(self, text: str) -> set[int]:
        """Return the ids of the queries that the text is about."""
        document = Document(text, self._stem)
        stems = document.stems
        keys = set(stems)
        for n in range(2, self._longest + 1):
            keys.update(" ".join(stems[start : start + n]) for start in range(len(stems) - n + 1))
        found = [self._by_stems[key] for key in keys if key in self._by_stems]
        if self._by_prefix:
            beginnings = {word[:n] for word in set(document.words) for n in range(MIN_PREFIX, len(word) + 1)}
            found += [self._by_prefix[key] for key in beginnings if key in self._by_prefix]
        about: set[int] = set()
        for under in found:
            for query_id, others in under:
                if query_id not in about and all(document.has(term, self._stem) != term.excluded for term in others):
                    about.add(query_id)
        return about
