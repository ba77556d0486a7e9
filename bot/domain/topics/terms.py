"""Listed terms, found in the words of a text.

Each listed word has a number, and most words of a text have none. A listed word is compared in its own alphabet:
`импорт` in Latin letters would be "important".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, product
from typing import NamedTuple

from bot.domain.spelling import Stem, own_key, plain
from bot.domain.topics.grammar import MIN_PREFIX
from bot.domain.topics.lists import ListedTerm, Part

# Words remembered with the listed words that they are: the vocabulary of a news site.
_REMEMBERED = 8192


class Numbers:
    """The numbers of listed words: forms with one stem have one number."""

    def __init__(self, stem: Stem) -> None:
        self._stem = stem
        self._count = 0
        self._by_key: dict[str, int] = {}
        self._exactly: dict[str, int] = {}
        self._by_beginning: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of beginnings, by their first letters

    def add(self, part: Part) -> int:
        """Return the number of a listed word, given to it now if need be."""
        if part.exact:
            table, form = self._exactly, part.word
        elif part.prefix:
            table, form = self._by_beginning, plain(part.word)
            self._lengths[form[:MIN_PREFIX]].add(len(form))
        else:
            table, form = self._by_key, own_key(part.word, self._stem)
        if form not in table:
            table[form] = self._count
            self._count += 1
        return table[form]

    def of(self, word: str) -> frozenset[int]:
        """Return the numbers of the listed words that a word of a text is."""
        form = plain(word)
        found = [self._exactly.get(word), self._by_key.get(own_key(word, self._stem))]
        found += [self._by_beginning.get(form[:length]) for length in self._lengths.get(form[:MIN_PREFIX], ())]
        return frozenset(number for number in found if number is not None)


class Entry(NamedTuple):
    """A listed term of a topic, prepared: the numbers of the words of each of its phrases."""

    topic: str
    kind: str
    phrases: tuple[tuple[int, ...], ...]


class Stretch(NamedTuple):
    """The positions of words in a text that an entry matches."""

    positions: frozenset[int]
    entry: Entry


class _Known(NamedTuple):
    """The numbers of a word, and the entries that it begins or is.

    `followers` are the numbers of the second words of phrases that begin with it; `combined` are the entries of several
    phrases that have it.
    """

    numbers: frozenset[int]
    entries: tuple[Entry, ...]
    followers: frozenset[int]
    combined: tuple[Entry, ...]


class _Words(dict[str, _Known]):
    """Known words; one that is not known yet is looked up."""

    def __init__(self, look_up: Callable[[str], _Known]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> _Known:
        found = self[word] = self._look_up(word)
        return found


# A word of no listed term: most words of a text.
_NOTHING = _Known(frozenset(), (), frozenset(), ())


class Terms:
    """The terms that are searched in one kind of place."""

    def __init__(self, numbers: Numbers, entries: Iterable[Entry]) -> None:
        self._numbers = numbers
        self._known = _Words(self._look_up)
        # Tuples, since there are thousands: most have one entry.
        self._words: dict[int, tuple[Entry, ...]] = {}
        self._phrases: dict[tuple[int, int], tuple[Entry, ...]] = {}  # by their first two words
        self._combined: dict[int, tuple[Entry, ...]] = {}
        self._followers: dict[int, set[int]] = defaultdict(set)
        listed = list(entries)
        uses = Counter(chain(*(phrase for entry in listed for phrase in entry.phrases)))
        for entry in listed:
            first, *others = entry.phrases
            if others:  # under the rarest word: common ones stand in every text
                rarest = min(chain(*entry.phrases), key=uses.__getitem__)
                self._combined[rarest] = (*self._combined.get(rarest, ()), entry)
            elif len(first) == 1:
                self._words[first[0]] = (*self._words.get(first[0], ()), entry)
            else:
                begin = first[0], first[1]
                self._phrases[begin] = (*self._phrases.get(begin, ()), entry)
                self._followers[first[0]].add(first[1])

    def _look_up(self, word: str) -> _Known:
        numbers = self._numbers.of(word) if word else frozenset()
        if not numbers:
            return _NOTHING
        return _Known(
            numbers,
            tuple(chain(*(self._words[number] for number in numbers if number in self._words))),
            frozenset(chain(*(self._followers[number] for number in numbers if number in self._followers))),
            tuple(chain(*(self._combined[number] for number in numbers if number in self._combined))),
        )

    def stretches(self, placed: Sequence[str]) -> dict[str, list[Stretch]]:
        """Return the stretches of a text that terms match, by topic."""
        if len(self._known) > _REMEMBERED:
            self._known = _Words(self._look_up)  # another thread may still read the old one
        listed = list(map(self._known.__getitem__, placed))
        found: dict[str, list[Stretch]] = defaultdict(list)
        combined: dict[Entry, None] = {}
        last = len(listed) - 1
        for at, (numbers, entries, followers, several) in enumerate(listed):
            for entry in entries:
                found[entry.topic].append(Stretch(frozenset((at,)), entry))
            if followers and at < last and not followers.isdisjoint(listed[at + 1].numbers):
                for begin in product(numbers, listed[at + 1].numbers):
                    for entry in self._phrases.get(begin, ()):
                        [phrase] = entry.phrases
                        if len(phrase) == 2 or _stands(phrase, listed, at):
                            found[entry.topic].append(Stretch(frozenset(range(at, at + len(phrase))), entry))
            if several:
                combined |= dict.fromkeys(several)
        if combined:
            present = frozenset[int]().union(*(one.numbers for one in listed))
            wanted = [entry for entry in combined if present.issuperset(chain(*entry.phrases))]
            places = _places(listed) if wanted else {}
            for entry in wanted:
                if positions := _first_positions(entry, listed, places):
                    found[entry.topic].append(Stretch(positions, entry))
        return found


def prepared(numbers: Numbers, topic: str, kind: str, terms: Iterable[ListedTerm]) -> list[Entry]:
    """Return the terms of one list of a topic prepared, each once."""
    phrases = (tuple([tuple([numbers.add(part) for part in phrase]) for phrase in term.phrases]) for term in terms)
    return [Entry(topic, kind, each) for each in dict.fromkeys(phrases)]


def _places(listed: Sequence[_Known]) -> dict[int, list[int]]:
    """Return the positions of each number."""
    places: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(listed):
        for number in one.numbers:
            places[number].append(at)
    return places


def _first_positions(entry: Entry, listed: Sequence[_Known], places: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """Return the positions where each phrase of an entry stands first; empty if one stands nowhere."""
    positions = set[int]()
    for phrase in entry.phrases:
        at = next((at for at in places[phrase[0]] if _stands(phrase, listed, at)), None)
        if at is None:
            return frozenset()
        positions.update(range(at, at + len(phrase)))
    return frozenset(positions)


def _stands(phrase: Sequence[int], listed: Sequence[_Known], at: int) -> bool:
    return at <= len(listed) - len(phrase) and all(number in listed[at + n].numbers for n, number in enumerate(phrase))
