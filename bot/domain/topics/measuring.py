"""How well the lists classify labelled articles, and which words would change that. Pure; no model is involved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.headlines import COMMON
from bot.domain.spelling import Stem, keys, words
from bot.domain.topics.classify import Classifier
from bot.domain.topics.curated import COUNTRIES, THEMES, TOPICS
from bot.domain.topics.matched import TopicMatch

# The topics whose results are printed together, and each by itself.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "all topics": TOPICS,
    "countries": COUNTRIES,
    "themes": THEMES,
    **{topic: (topic,) for topic in TOPICS},
}
# A word becomes sure only if it is right four times in five on labelled titles.
SURE_SHARE = 0.8
# A word that occurs in fewer titles says nothing about the next ones.
MIN_TITLES = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with an editor's labels: the topics it must match, and those that count neither way.

    `not_in_title` are musts that only the lead shows: without a lead they count neither way.
    """

    title: str
    lead: str = ""
    text: str = ""
    language: str = ""
    site: str = ""
    tags: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    not_in_title: frozenset[str] = frozenset()

    def classified_by(self, classifier: Classifier) -> tuple[TopicMatch, ...]:
        """Return the topics by the lists of a classifier."""
        return classifier.classify(
            self.title, self.text, lead=self.lead, tags=self.tags, host=self.site, language=self.language
        )


class Fault(NamedTuple):
    """An article that misses a topic, or matches it wrongly by these words."""

    topic: str
    wrongly: bool
    title: str
    words: str


@dataclass(slots=True)
class Score:
    """Counts by topic: right matches, wrong ones, missed ones; and the errors."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def precision(self, topics: Collection[str] = TOPICS) -> float:
        """Return the share of the matches that are right; 1 without matches."""
        return _share(self.right, self.wrong, topics)

    def recall(self, topics: Collection[str] = TOPICS) -> float:
        """Return the share of the musts that match; 1 without any."""
        return _share(self.right, self.missed, topics)

    def musts(self, topics: Collection[str] = TOPICS) -> int:
        """Return how often the topics must match."""
        return sum(self.right[topic] + self.missed[topic] for topic in topics)


def _share(right: Counter[str], other: Counter[str], topics: Collection[str]) -> float:
    good, bad = (sum(counted[topic] for topic in topics) for counted in (right, other))
    return good / (good + bad) if good + bad else 1.0


def measure(labelled: Iterable[Labelled], classifier: Classifier) -> Score:
    """Classify labelled articles and count what is right, wrong and missed."""
    score = Score()
    for one in labelled:
        matched = {match.topic: match for match in one.classified_by(classifier)}
        must = one.must if one.lead else one.must - one.not_in_title
        score.right.update(must & matched.keys())
        score.missed.update(must - matched.keys())
        score.faults += [Fault(topic, False, one.title, "") for topic in TOPICS if topic in must - matched.keys()]
        for topic in matched.keys() - one.must - one.may:
            score.wrong[topic] += 1
            found = ", ".join(f"{reason.words} ({reason.place})" for reason in matched[topic].reasons)
            score.faults.append(Fault(topic, True, one.title, found))
    score.faults.sort(key=lambda fault: (TOPICS.index(fault.topic), fault.wrongly))
    return score


class Suggestion(NamedTuple):
    """A word of titles for a theme's list: it is in so many missed titles, and right in a share of all its titles."""

    topic: str
    word: str
    missed: int
    right: int
    titles: int

    @property
    def kind(self) -> str:
        """The list it fits: sure, or hint where it is right too seldom."""
        return "sure" if self.right >= SURE_SHARE * self.titles else "hint"


def suggest(labelled: Sequence[Labelled], classifier: Classifier, stem: Stem) -> list[Suggestion]:
    """Return words that would fix missed themes, the most useful first: those that are more often right than wrong."""
    titles: dict[str, list[Labelled]] = defaultdict(list)
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, Counter[str]] = {theme: Counter() for theme in THEMES}
    for one in labelled:
        matched = {match.topic for match in one.classified_by(classifier)}
        for word in {*words(one.title)} - COMMON:
            key = keys(word, stem)[0]
            shown[key][word] += 1
            titles[key].append(one)
            for theme in one.must - matched - one.not_in_title - {*COUNTRIES}:
                missed[theme][key] += 1
    found = []
    for theme, counted in missed.items():
        for key, count in counted.items():
            decided = [one for one in titles[key] if theme not in one.may]
            right = sum(theme in one.must for one in decided)
            if len(decided) >= MIN_TITLES and 2 * right > len(decided):
                found.append(Suggestion(theme, shown[key].most_common(1)[0][0], count, right, len(decided)))
    return sorted(found, key=lambda one: (-one.missed, -one.right / one.titles, one.topic, one.word))


class WrongWord(NamedTuple):
    """A listed word that makes articles match a topic wrongly: how often, and how often it is right."""

    topic: str
    words: str
    wrong: int
    right: int


def wrong_words(labelled: Iterable[Labelled], classifier: Classifier) -> list[WrongWord]:
    """Return the listed words that are reasons of wrong matches, the most harmful first."""
    right, wrong = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in labelled:
        for match in one.classified_by(classifier):
            if match.topic in one.must or match.topic not in one.may:
                counted = right if match.topic in one.must else wrong
                counted.update((match.topic, reason.words) for reason in match.reasons)
    found = [WrongWord(*which, count, right[which]) for which, count in wrong.items()]
    return sorted(found, key=lambda one: (one.right - one.wrong, one.topic, one.words))
