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
_APOSTROPHES = re.compile("['’‘ʼʻ`´]")
_OR = {"or", "или", "|"}


class QueryError(ValueError):
    """A query that cannot be understood. `key` names the translated explanation, `at` the piece meant."""

    def __init__(self, key: str, at: str = "") -> None:
        super().__init__(f"{key}: {at}")
        self.key, self.at = key, at


_BREVE = "\u0306"


def fold(text: str) -> str:
    """Fold what should not matter: case, accents, ё/е, the many apostrophes. й and ў stay letters of their own."""
    text = _APOSTROPHES.sub("'", text)
    if text.isascii():
        return text.lower()
    # Decomposing comes before and after folding case: it brings forth capitals (ℌ), as folding brings forth marks (İ).
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept: list[str] = []
    for character in decomposed:
        # The breve makes letters of и and у only; it is an accent elsewhere (Erdoğan is Erdogan).
        if not unicodedata.combining(character) or (character == _BREVE and kept and kept[-1] in "иу"):
            kept.append(character)
    return _APOSTROPHES.sub("'", unicodedata.normalize("NFC", "".join(kept)))


def words(text: str) -> list[str]:
    """Return the folded words of a text, in order; apostrophes inside a word are dropped (so'm = som')."""
    return [word.replace("'", "") for word in _TOKEN.findall(fold(text))]


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

    Each alternative stands under its longest required term (a stem sequence, or a prefix); a text looks up its own
    words and sequences and verifies only the candidates. Adding costs the same however many there are.
    """

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._queries: dict[int, Query] = {}
        self._by_stems: dict[str, set[int]] = {}
        self._by_prefix: dict[str, set[int]] = {}

    def add(self, query_id: int, query: Query) -> None:
        """Take a query in; adding one again changes nothing."""
        self._queries[query_id] = query
        for table, key in self._keys(query):
            table.setdefault(key, set()).add(query_id)

    def _keys(self, query: Query) -> list[tuple[dict[str, set[int]], str]]:
        keys = []
        for terms in query.alternatives:
            required = [term for term in terms if not term.excluded]
            term = max(required, key=lambda term: (not term.prefix, len(str(term))))
            if term.prefix:
                keys.append((self._by_prefix, term.words[0]))
            else:
                keys.append((self._by_stems, " ".join(map(self._stem, term.words))))
        return keys

    def match(self, text: str) -> set[int]:
        """Return the ids of the queries that the text is about."""
        document = Document(text, self._stem)
        candidates: set[int] = set()
        stems = document.stems
        for n in range(1, MAX_PHRASE_WORDS + 1):
            for start in range(len(stems) - n + 1):
                found = self._by_stems.get(stems[start] if n == 1 else " ".join(stems[start : start + n]))
                if found:
                    candidates |= found
        if self._by_prefix:
            for word in set(document.words):
                for length in range(MIN_PREFIX, len(word) + 1):
                    candidates |= self._by_prefix.get(word[:length], set())
        return {id_ for id_ in candidates if matches(self._queries[id_], document, self._stem)}
