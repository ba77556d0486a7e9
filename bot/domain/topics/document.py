"""Documents: an article's words, and the plain rule whether a query matches them.

Words match whole words by their keys (bot/domain/spelling.py), so "reactors" finds "reactor" and "oil" does not find
"turmoil". The stemmer is passed in: this module is independent of the language.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.domain.spelling import Stem, beginnings, keys, words, words_of_text
from bot.domain.topics.curated import COUNTRIES
from bot.domain.topics.grammar import MIN_PREFIX, NAMED_FIELDS, Query, Term
from bot.domain.topics.matched import TopicMatch
from bot.domain.variants import PAIR_BEGINNINGS, PAIRS


class Zone:
    """The words of one or more places of an article, in order; no phrase reaches from one place to the next."""

    def __init__(self, places: Iterable[Sequence[str]], stem: Stem) -> None:
        self.words: list[str] = []
        for place in places:
            # An empty word separates places: no phrase contains one.
            self.words += ("", *place) if self.words else place
        # The words' keys in their own alphabets, and in Latin where that differs anywhere.
        known = {word: keys(word, stem) if word else ("", "") for word in {*self.words}}
        self._streams = [[known[word][0] for word in self.words]]
        if any(own != crossed for own, crossed in known.values()):
            self._streams.append([known[word][1] for word in self.words])
        self._sequences = {1: {key for both in known.values() for key in both}}
        if not PAIR_BEGINNINGS.isdisjoint(known):
            pairs = PAIRS.keys() & zip(self.words, self.words[1:], strict=False)
            self._sequences[1].update(PAIRS[pair] for pair in pairs)

    @cached_property
    def beginnings(self) -> list[str]:
        """The forms of the words that prefixes are compared with, in order."""
        return sorted({form for word in set(self.words) if word for form in beginnings(word)})

    @cached_property
    def _joined(self) -> list[str]:
        return [f" {' '.join(stream)} " for stream in self._streams]

    def has(self, term: Term, stem: Stem) -> bool:
        """Return whether the term's words occur."""
        if term.prefix:
            return any(self.begins(form) for form in forms(term, stem))
        return any(
            any(f" {form} " in joined for joined in self._joined) if " " in form else form in self._sequences[1]
            for form in forms(term, stem)
        )

    def begins(self, form: str) -> bool:
        """Return whether any word begins with a form."""
        place = bisect_left(self.beginnings, form)
        return place < len(self.beginnings) and self.beginnings[place].startswith(form)

    def sequences(self, length: int) -> set[str]:
        """Return all sequences of keys of a length in words; for one word, the keys."""
        if length not in self._sequences:
            self._sequences[length] = {
                sequence
                for stream in self._streams
                for sequence in map(" ".join, zip(*(stream[n:] for n in range(length)), strict=False))
            }
        return self._sequences[length]

    def words_of(self, term: Term, stem: Stem) -> str:
        """Return the words of an occurring term as this zone has them, normalized."""
        n = len(term.words)
        for start in range(len(self.words) - n + 1):
            some = self.words[start : start + n]
            if all(some) and Zone([some], stem).has(term, stem):
                return " ".join(some)
        # A name of two words that was found by its one-word spelling.
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
    """An article prepared for matching. `text` is its body, `tags` are the source's own, `topics` the curated ones.

    `source` has all names of its source, one on each line.
    """

    def __init__(
        self,
        text: str,
        stem: Stem,
        *,
        title: str = "",
        source: str = "",
        tags: Iterable[str] = (),
        topics: Iterable[TopicMatch] = (),
    ) -> None:
        title_words, tag_words = words(title), [words(tag) for tag in tags]
        self.topics = {one.topic: one for one in topics}
        self._stem = stem
        self._places: dict[str, list[Sequence[str]]] = {
            "": [title_words, *tag_words, words_of_text(text)],
            "title": [title_words],
            "source": [words(name) for name in source.split("\n")],
            "tag": [*tag_words],
            "country": [[topic] for topic in self.topics if topic in COUNTRIES],
            "topic": [[topic] for topic in self.topics],
            "strict": [[topic] for topic, one in self.topics.items() if one.strict],
        }
        self._zones: dict[str, Zone] = {}

    def zone(self, field: str) -> Zone:
        """Return the words of a field, prepared when they are first asked for; the empty name is the whole article."""
        if field not in self._zones:
            self._zones[field] = Zone(self._places[field], self._stem)
        return self._zones[field]

    def has(self, term: Term, stem: Stem) -> bool:
        """Return whether the term occurs, regardless of its exclusion."""
        return self.zone(term.field).has(term, stem)


def matches(query: Query, document: Document, stem: Stem) -> bool:
    """Return whether a query matches a document: the plain rule that the index must agree with."""
    return any(_holds(terms, document, stem) for terms in query.alternatives)


def _holds(terms: Iterable[Term], document: Document, stem: Stem) -> bool:
    return all(document.has(term, stem) != term.excluded for term in terms)


@dataclass(frozen=True, slots=True)
class Found:
    """Words by which a document matches a required term, normalized, and their place.

    Places are title, lead, tag, text, source and home. The words of a curated topic are those that show it.
    """

    term: Term
    words: str
    place: str


def explain(query: Query, document: Document, stem: Stem) -> tuple[Found, ...]:
    """Return why a query matches: the terms of the alternative that is mostly in the title; empty without one."""
    reasons = [
        tuple(found for term in terms if not term.excluded for found in _found(term, document, stem))
        for terms in query.alternatives
        if _holds(terms, document, stem)
    ]
    return min(reasons, key=lambda found: sum(one.place != "title" for one in found) / len(found), default=())


def _found(term: Term, document: Document, stem: Stem) -> Iterator[Found]:
    if term.field in NAMED_FIELDS:
        for reason in document.topics[term.words[0]].reasons:
            yield Found(term, reason.words, reason.place)
        return
    places = (term.field,) if term.field else ("title", "tag")
    place = next((place for place in places if document.zone(place).has(term, stem)), "")
    yield Found(term, document.zone(place).words_of(term, stem), place or "text")
