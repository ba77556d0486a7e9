"""Duplicates: whether two articles report one event, judged by their titles and leads.

A false join hides an article from its subscribers, a missed one costs a second message: an unclear case is no join.
Articles of one kind (another deal of a company, another day's rates) have more words in common than two reports of one
event, so similarity alone decides nothing; the words that only one of them has decide. The comparison of words and of
their order is passed in, as the stemmer is: this module knows no library.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from bot.domain.articles import clean_text
from bot.domain.excerpts import without_dateline
from bot.domain.headlines import ASPECTS, COMES_FROM, COMMON, DAYS, MONTHS, NUMBERS, ROOTS
from bot.domain.spelling import Stem, keys, words
from bot.domain.topics.curated import COUNTRIES
from bot.domain.topics.matched import TopicMatch

# Papers pick an event up within two or three days; later it is another event, or a look back.
WINDOW = dt.timedelta(hours=72)
# A similar article of the same source a day later is the new day's report: of rates, weather, air.
SAME_SOURCE_WINDOW = dt.timedelta(hours=12)
# Articles with fewer words of the title in common are not compared.
MIN_SHARED = 2
# The share of a title's words that the other article must have in title or lead: on the poorer and the better side.
POORER_SHARE, BETTER_SHARE = 0.5, 0.7
# The same for the words of a lead.
LEAD_SHARE = 0.4
# From here on two texts are built alike, of the same words in the same order: the words that differ are the news.
# A lead is longer, and the phrases of agencies are the same in all of them.
TITLE_ALIGNED, LEAD_ALIGNED = 0.6, 0.7
# Mirziyoyev and Mirziyoev, Qudaibergen and Kudaibergen are one word; shorter words that differ by a letter are two.
ONE_WORD, MIN_FUZZY = 0.88, 6
# In a text with more of its long words in capitals, capitals mark no names.
SHOUTED = 0.75
# Articles in different languages are compared only within these: their common words and opposites are known best.
TOGETHER = frozenset(("", "en", "ru"))
# The first sentences; the rest is background on other events.
LEAD_LENGTH = 350

# Words remembered with their keys: a news site's vocabulary.
_REMEMBERED = 8192
_IGNORED = COMMON | DAYS | NUMBERS.keys()
_NAMELESS = COMMON | DAYS | MONTHS
_TOKEN = re.compile(r"[^\W_]+(?:['’‘ʼʻ][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


class Comparing(Protocol):
    """How words, and the order of words, are compared."""

    def alike(self, one: str, other: str) -> float:
        """Return how alike two words are, 0 to 1."""

    def order(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Return how much of two texts is the same words in the same order, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Report:
    """An article prepared for comparison; `listed_at` is UTC.

    `title` and `lead` are its words' keys in order, without common words. `names` are those of people and places,
    `numbers` its numbers in digits, `days` the days of the week; `aspects` are of the title, and `ways` the words of
    it that something goes to or comes from. `countries` are the curated ones that title and lead name. `language` is
    that of the source, empty if unknown.
    """

    source: str
    listed_at: dt.datetime
    title: tuple[str, ...]
    lead: tuple[str, ...]
    names: frozenset[str]
    title_numbers: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[str]
    aspects: frozenset[tuple[int, int]]
    ways: frozenset[tuple[bool, str]]
    countries: frozenset[str]
    language: str = ""

    @property
    def said(self) -> frozenset[str]:
        """All the words."""
        return frozenset(self.title + self.lead)


@dataclass(frozen=True, slots=True)
class JoinReport:
    """Join a new article to the first one on its event."""

    first_id: int


def report(
    source: str,
    listed_at: dt.datetime,
    title: str,
    text: str,
    stem: Stem,
    topics: Iterable[TopicMatch] = (),
    language: str = "",
) -> Report:
    """Return an article prepared for comparison; of the text only the beginning counts. `topics` are its curated ones.

    A country of tags, or of the site alone, is not named by the article.
    """
    title = clean_text(title)
    lead = without_dateline(clean_text(text[: 2 * LEAD_LENGTH]).strip())[:LEAD_LENGTH]
    title_words = words(title)
    headline, beginning = tuple(_keys(title, stem)), tuple(_keys(lead, stem))
    return Report(
        source,
        listed_at,
        headline,
        beginning,
        frozenset((*_names(title, stem), *_names(lead, stem))).intersection((*headline, *beginning)),
        frozenset(_numbers(title)),
        frozenset((*_numbers(title), *_numbers(lead))),
        frozenset(DAYS.intersection((*title_words, *words(lead)))),
        frozenset(ASPECTS[word] for word in title_words if word in ASPECTS),
        frozenset((COMES_FROM[way], _key(word, stem)) for way, word in pairwise(title_words) if way in COMES_FROM),
        frozenset(
            one.topic
            for one in topics
            if one.topic in COUNTRIES and any(reason.place in ("title", "lead") for reason in one.reasons)
        ),
        language,
    )


def _keys(text: str, stem: Stem) -> Iterator[str]:
    for word in words(text):
        if word not in _IGNORED and not word[0].isdigit() and len(word) > 1:
            yield _key(word, stem)


@lru_cache(maxsize=_REMEMBERED)
def _key(word: str, stem: Stem) -> str:
    root = next((root for root in ROOTS if word.startswith(root)), None)
    return ROOTS[root] if root else keys(word, stem)[0]


def _numbers(text: str) -> Iterator[str]:
    for found in _NUMBER.findall(text):
        yield re.sub(r"[.,](?=\d{3}\b)", "", found).replace(",", ".")
    for word in words(text):
        if word in NUMBERS:
            yield NUMBERS[word]


def _names(text: str, stem: Stem) -> Iterator[str]:
    """Yield the keys of words with a capital within a sentence; in a headline of capitals they mark no names."""
    found = [(word, first) for sentence in _SENTENCE.split(text) for first, word in _tokens(sentence)]
    long = [word for word, _ in found if len(word) > 3]
    shouted = sum(word[0].isupper() for word in long) > SHOUTED * len(long)
    for word, first in found:
        if not (word[0].isupper() or word[1:] != word[1:].lower()):  # not Astana, nor eGov
            continue
        capital = (not first and not shouted) or word[1:] != word[1:].lower()
        for part in words(word):
            key = _key(part, stem)
            if key in ROOTS or (capital and part not in _NAMELESS):
                yield key


def _tokens(sentence: str) -> Iterator[tuple[bool, str]]:
    for number, found in enumerate(_TOKEN.findall(sentence)):
        yield number == 0, found


def same_event(one: Report, other: Report, comparing: Comparing) -> bool:
    """Return whether two articles report one event."""
    return not _differ(one, other, comparing) and _agree(one, other, comparing)


def first_of_event(new: Report, stored: Iterable[tuple[int, Report]], comparing: Comparing) -> JoinReport | None:
    """Return which of the stored first reports (id and report) a new one joins; None: it is the first of its event.

    Only first reports are compared: a chain of joined ones would lead from one event to another.
    """
    return next((JoinReport(id_) for id_, one in stored if same_event(new, one, comparing)), None)


def _agree(one: Report, other: Report, comparing: Comparing) -> bool:
    """Return whether each has enough words of the other. Without a lead all words of a headline must be there."""
    if len(set(one.title) & set(other.title)) < MIN_SHARED:
        return False
    poorer, better = sorted((_share(one.title, other.said, comparing), _share(other.title, one.said, comparing)))
    if not one.lead or not other.lead:
        return poorer == 1
    lead = max(_share(one.lead, other.said, comparing), _share(other.lead, one.said, comparing))
    return poorer >= POORER_SHARE and better >= BETTER_SHARE and lead >= LEAD_SHARE


def _differ(one: Report, other: Report, comparing: Comparing) -> bool:
    """Return whether anything shows that these are two events, however similar they are."""
    window = SAME_SOURCE_WINDOW if one.source == other.source else WINDOW
    return (
        (one.language != other.language and not {one.language, other.language} <= TOGETHER)
        or abs(one.listed_at - other.listed_at) > window
        or _apart(one.days, other.days)
        or _apart(one.countries, other.countries)
        or _count_otherwise(one, other)
        or _answer_otherwise(one, other)
        or _name_others(one, other, comparing)
        or _say_otherwise(one, other, comparing)
    )


def _count_otherwise(one: Report, other: Report) -> bool:
    """Return whether the numbers differ: those of a headline, or most of all numbers, are not in the other article."""
    if _apart(one.title_numbers, other.title_numbers):
        return True
    if any(
        mine.title_numbers and not mine.title_numbers & yours.numbers for mine, yours in ((one, other), (other, one))
    ):
        return True
    return 2 * len(one.numbers & other.numbers) < min(len(one.numbers), len(other.numbers))


def _answer_otherwise(one: Report, other: Report) -> bool:
    """Return whether the headlines exclude each other: up and down, detained and released, to and from somewhere."""
    if any((not comes, word) in other.ways for comes, word in one.ways):
        return True
    mine, yours = dict(one.aspects), dict(other.aspects)
    return not one.aspects & other.aspects and bool(mine.keys() & yours.keys())


def _name_others(one: Report, other: Report, comparing: Comparing) -> bool:
    """Return whether a headline has a name that the other article lacks, or each article has such a name."""
    names = one.names | other.names
    both = ((one, other), (other, one))
    if any(
        word in names and not _is_stated(word, yours.said, comparing) for mine, yours in both for word in mine.title
    ):
        return True
    return all(any(not _is_stated(word, yours.said, comparing) for word in mine.names) for mine, yours in both)


def _say_otherwise(one: Report, other: Report, comparing: Comparing) -> bool:
    """Return whether headlines or leads are built alike and each has words of its own: those are the news."""
    return any(
        comparing.order(mine, yours) >= aligned
        and any(not _is_stated(word, other.said, comparing) for word in mine)
        and any(not _is_stated(word, one.said, comparing) for word in yours)
        for mine, yours, aligned in ((one.title, other.title, TITLE_ALIGNED), (one.lead, other.lead, LEAD_ALIGNED))
    )


def _apart(some: Collection[str], others: Collection[str]) -> bool:
    return bool(some) and bool(others) and not set(some) & set(others)


def _is_stated(word: str, said: Collection[str], comparing: Comparing) -> bool:
    if word in said:
        return True
    return len(word) >= MIN_FUZZY and any(
        len(other) >= MIN_FUZZY and comparing.alike(word, other) >= ONE_WORD for other in said
    )


def _share(some: Sequence[str], said: Collection[str], comparing: Comparing) -> float:
    distinct = set(some)
    return sum(_is_stated(word, said, comparing) for word in distinct) / len(distinct) if distinct else 0.0
