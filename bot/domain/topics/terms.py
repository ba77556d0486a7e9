"""Listed terms, found in the words of a text.

Each listed word has a number, and most words of a text have none. A listed word is compared in its own alphabet:
`импорт` in Latin letters would be "important". English and Russian words count in every article, words of another
language in articles in it alone, where they are known in all their forms.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain, product
from typing import NamedTuple

from bot.domain.spelling import Stem, StemOf, own_key, plain, uzbek_latin
from bot.domain.topics.grammar import MIN_PREFIX
from bot.domain.topics.lists import EVERYWHERE, LANGUAGES, ListedTerm, Part

# Words remembered with the listed words that they are: the vocabulary of a news site.
_REMEMBERED = 8192
# The language of a text whose language is unknown: the listed words of all count.
ANY = "*"


class _Listed:
    """Listed words of one language, or of those that count everywhere, with their numbers."""

    def __init__(self, stem: Stem, spelled: Callable[[str], str]) -> None:
        self._stem, self._spelled = stem, spelled
        self._by_key: dict[str, int] = {}
        self._exactly: dict[str, int] = {}
        self._by_beginning: dict[str, int] = {}
        self._lengths: dict[str, set[int]] = defaultdict(set)  # of beginnings, by their first letters

    def number(self, part: Part, new: int) -> int:
        """Return the number of a listed word; a new one gets `new`."""
        word = self._spelled(part.word)
        if part.exact:
            return self._exactly.setdefault(word, new)
        if part.prefix:
            form = plain(word)
            self._lengths[form[:MIN_PREFIX]].add(len(form))
            return self._by_beginning.setdefault(form, new)
        return self._by_key.setdefault(own_key(word, self._stem), new)

    def of(self, word: str) -> list[int]:
        """Return the numbers of the listed words that a word of a text is."""
        word = self._spelled(word)
        form = plain(word)
        found = [self._exactly.get(word), self._by_key.get(own_key(word, self._stem))]
        found += [self._by_beginning.get(form[:length]) for length in self._lengths.get(form[:MIN_PREFIX], ())]
        return [number for number in found if number is not None]


class Numbers:
    """The numbers of listed words: forms with one stem by the rules of their language have one number.

    The words of Uzbek are listed in Latin letters, and its Cyrillic texts are read in them.
    """

    def __init__(self, stem_of: StemOf) -> None:
        self._count = 0
        self._everywhere = _Listed(stem_of(None), str)
        self._own = {
            language: _Listed(stem_of(language), uzbek_latin if language == "uz" else str)
            for language in LANGUAGES
            if language not in EVERYWHERE
        }

    def add(self, part: Part, language: str = "") -> int:
        """Return the number of a word that is listed in a language, given to it now if need be; empty: everywhere."""
        number = self._own.get(language, self._everywhere).number(part, self._count)
        self._count += number == self._count
        return number

    def of(self, word: str, language: str = "") -> frozenset[int]:
        """Return the numbers of the listed words that a word of a text in a language is."""
        own = self._own.values() if language == ANY else [self._own[language]] if language else []
        return frozenset((*self._everywhere.of(word), *chain(*(one.of(word) for one in own))))


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

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._known: dict[str, _Words] = {}  # by the language of the text
        # Tuples, since there are thousands: most have one entry.
        self._words: dict[int, tuple[Entry, ...]] = {}
        self._phrases: dict[tuple[int, int], tuple[Entry, ...]] = {}  # by their first two words
        self._combined: dict[int, tuple[Entry, ...]] = {}
        self._followers: dict[int, tuple[int, ...]] = {}

    def add(self, listed: Sequence[Entry]) -> None:
        """Add the entries of a language, all at once and before the first text in it: known words are not looked up."""
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
                followers = self._followers.get(first[0], ())
                if first[1] not in followers:
                    self._followers[first[0]] = (*followers, first[1])

    def _look_up(self, word: str, language: str) -> _Known:
        numbers = self._numbers.of(word, language) if word else frozenset()
        if not numbers:
            return _NOTHING
        return _Known(
            numbers,
            tuple(chain(*(self._words[number] for number in numbers if number in self._words))),
            frozenset(chain(*(self._followers[number] for number in numbers if number in self._followers))),
            tuple(chain(*(self._combined[number] for number in numbers if number in self._combined))),
        )

    def stretches(self, placed: Sequence[str], language: str = "") -> dict[str, list[Stretch]]:
        """Return the stretches of a text that terms match, by topic; words of `language` count too (empty: none)."""
        known = self._known.get(language)
        if known is None or len(known) > _REMEMBERED:  # another thread may still read the old one
            known = self._known[language] = _Words(partial(self._look_up, language=language))
        listed = list(map(known.__getitem__, placed))
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
    phrases = (
        tuple([tuple([numbers.add(part, term.language) for part in phrase]) for phrase in term.phrases])
        for term in terms
    )
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
