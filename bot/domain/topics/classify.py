"""Which curated topics an article is about, by points, and the words that show it.

The lists of words: bot/domain/topics/lists.py.

Title and lead are read in full, since an article's subject stands there; the body counts only by words that are no
passing mention. The points were chosen by measuring labelled headlines: docs/topics.md has the results.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from bot.domain.news_languages import written
from bot.domain.spelling import StemOf, words, words_of_text
from bot.domain.topics.curated import COUNTRIES, TOPICS
from bot.domain.topics.lists import ELSEWHERE, EVERYWHERE, KINDS, LANGUAGES, TopicLists, home_of, tag_key
from bot.domain.topics.matched import GAP, STRICT, WIDE, Reason, TopicMatch
from bot.domain.topics.terms import ANY, Entry, Numbers, Stretch, Terms, prepared

# The points of a stretch of text, by its place and the kind of its list.
_POINTS: Mapping[str, Mapping[str, int]] = {
    "title": {"anywhere": 3, "sure": 2, "hint": 1, "not": -2},
    "lead": {"anywhere": 2, "sure": 1, "hint": 0, "not": -1},
    "text": {"anywhere": 1, "not": 0},
}
# The mentions in a body that count: one alone is in passing, and a long text has many.
_MENTIONS = 2
_TAG_POINTS = _HOME_POINTS = 2
# A longer title is a text, whose beginning is its title (bot/domain/articles.py); the longest paragraph that is a lead.
MAX_TITLE, MAX_LEAD = 300, 400
# A shorter first paragraph is a dateline or a caption: the lead goes on after it.
_SHORT_PARAGRAPH = 80
# The tags of one article that are read: real articles have up to twenty; more of them are no description.
MAX_TAGS = 30
# The words that are named as reasons: a line on a phone.
MAX_REASONS = 5


class _Sign(NamedTuple):
    """Words that speak for a topic, or against it by negative points."""

    reason: Reason
    points: int


def lead_and_rest(text: str) -> tuple[str, str]:
    """Return the lead of a text and the rest of it: the first paragraph, at most `MAX_LEAD` characters."""
    first, _, rest = text.strip().partition("\n\n")
    if len(first) < _SHORT_PARAGRAPH and rest:
        second, _, rest = rest.partition("\n\n")
        first = f"{first}\n{second}"
    if len(first) > MAX_LEAD:
        end = max(first.rfind(" ", 0, MAX_LEAD), 0) or MAX_LEAD
        first, rest = first[:end], f"{first[end:]}\n\n{rest}"
    return first, rest


class Classifier:
    """The lists, prepared for many articles. `version` is that of the lists.

    The words that count in every article are prepared at once, those of another language before the first article in
    it: most installations have no source in most languages, whose words would take 10 MiB.
    """

    def __init__(self, lists: TopicLists, stem_of: StemOf) -> None:
        self.version = lists.version
        self._tags, self._home = lists.tags, lists.home
        self._lists, self._left = lists, {one for one in LANGUAGES if one not in EVERYWHERE}
        self._preparing = threading.Lock()
        self._numbers = numbers = Numbers(stem_of)
        self._headlines, self._bodies, self._countries = Terms(numbers), Terms(numbers), Terms(numbers)
        self._add(EVERYWHERE)

    def prepare(self, language: str | None) -> None:
        """Prepare the words for articles in a language; unknown: of all. Needs some 50 ms for each, the first time."""
        self._prepare(_column_of(language))

    def _prepare(self, own: str) -> None:
        if own not in self._left and (own != ANY or not self._left):
            return
        with self._preparing:
            for language in sorted(self._left) if own == ANY else self._left & {own}:
                self._add((language,))
                self._left -= {language}

    def _add(self, languages: Sequence[str]) -> None:
        """Add the words of some languages to the terms."""
        headlines: list[Entry] = []
        bodies: list[Entry] = []
        for topic in TOPICS:
            entries = {
                kind: prepared(self._numbers, topic, kind, self._lists.terms(topic, kind, languages)) for kind in KINDS
            }
            headlines += chain(*entries.values())
            # Words that are far apart in a body say nothing together, and words against a topic only silence its signs.
            mentions = [entry for entry in entries["anywhere"] if len(entry.phrases) == 1]
            words_of_mentions = {number for entry in mentions for number in chain(*entry.phrases)}
            bodies += mentions
            bodies += [one for one in entries["not"] if not words_of_mentions.isdisjoint(chain(*one.phrases))]
        elsewhere = self._lists.terms(ELSEWHERE, "", languages)
        headlines += prepared(self._numbers, ELSEWHERE, "anywhere", elsewhere)
        self._headlines.add(headlines)
        self._bodies.add(bodies)
        self._countries.add([one for one in bodies if one.topic in COUNTRIES and one.kind == "anywhere"])

    def classify(
        self,
        title: str,
        text: str = "",
        *,
        lead: str | None = None,
        tags: Iterable[str] = (),
        host: str = "",
        language: str | None = None,
    ) -> tuple[TopicMatch, ...]:
        """Return the topics that an article is about, in the order of `TOPICS`.

        `lead` None: the lead is the beginning of the text. `tags` are the source's own, `host` is that of its site.
        `language` is that of the article, whose own words count beside the English and Russian ones; unknown: all.
        """
        own = _column_of(language)
        self._prepare(own)
        if lead is None or len(lead) > MAX_LEAD:  # a longer one is a text, whose beginning is the lead
            text = text if lead is None else f"{lead}\n\n{text}"
            lead_words = words(lead_and_rest(text)[0])
            rest = words_of_text(text)[len(lead_words) :]
        else:
            lead_words, rest = words(lead), words_of_text(text)
        title_words = words(title[:MAX_TITLE])
        if len(title) > MAX_TITLE:
            rest = (*words(title[MAX_TITLE:]), *rest)
        found: dict[str, list[_Sign]] = defaultdict(list)
        _read(found, self._headlines, "title", title_words, own)
        if lead_words != title_words:
            _read(found, self._headlines, "lead", lead_words, own)
        elsewhere = ELSEWHERE in found
        self._read_tags(found, tags, own)
        if not elsewhere and not _named(found) and (country := home_of(self._home, host)):
            found[country].append(_Sign(Reason(host, "home"), _HOME_POINTS))
        _read(found, self._bodies, "text", rest, own)
        return tuple(_match(topic, found[topic]) for topic in TOPICS if topic in found and _total(found[topic]) >= WIDE)

    def _read_tags(self, found: dict[str, list[_Sign]], tags: Iterable[str], own: str) -> None:
        """Add a sign for each topic that the tags name: the mapped ones, and countries in the words of a tag."""
        named: dict[str, str] = {}
        alone = not _named(found)  # else only a tag that is a country's name counts, not one that mentions it
        for tag in islice(tags, MAX_TAGS):
            for topic in self._tags.get(tag_key(tag), ()):
                named.setdefault(topic, tag)
            tag_words = words(tag)
            for country, stretches in self._countries.stretches(tag_words, own).items():
                if alone or len(tag_words) == len(stretches[0].positions):
                    named.setdefault(country, tag)
        for topic, tag in named.items():
            found[topic].append(_Sign(Reason(tag_key(tag), "tag"), _TAG_POINTS))


def _named(found: Mapping[str, Sequence[_Sign]]) -> bool:
    """Return whether the signs so far name a country."""
    return any(_total(found[country]) >= WIDE for country in found.keys() & COUNTRIES)


def _column_of(language: str | None) -> str:
    """Return the language whose own words count in an article; empty if it has none. Unknown: all of them."""
    if not language:
        return ANY
    column = written(language)
    return column if column in LANGUAGES and column not in EVERYWHERE else ""


def _read(found: dict[str, list[_Sign]], terms: Terms, place: str, placed: Sequence[str], own: str) -> None:
    """Add the signs that the words of a place are; of a body, two mentions of each topic that is not strict already."""
    for topic, stretches in terms.stretches(placed, own).items():
        if place == "text" and topic in found and _total(found[topic]) >= STRICT:
            continue
        if len(stretches) == 1:  # most topics: nothing can overlap
            [only] = stretches
            if points := _POINTS[place][only.entry.kind]:
                found[topic].append(_Sign(Reason(_words(placed, only), place), points))
            continue
        signs = _signs(stretches, place, placed)
        if counted := list(islice(signs, _MENTIONS) if place == "text" else signs):  # else the topic is not found
            found[topic] += counted


def _signs(stretches: Iterable[Stretch], place: str, placed: Sequence[str]) -> Iterator[_Sign]:
    """Yield the signs of overlapping stretches: the longest of them, outside of bodies each term and wording once.

    Words that speak against a topic only silence the signs within them, where there are any: `tear gas` near a
    pipeline is no gas, but the pipeline counts.
    """
    points = _POINTS[place]
    counted = [one for one in stretches if points[one.entry.kind] or one.entry.kind == "not"]
    positions = [one.positions for one in counted]
    if any(one.entry.kind == "not" for one in counted) or len(set().union(*positions)) < sum(map(len, positions)):
        counted = list(_apart(counted, points))
    known = set[Entry | str]()
    for one in counted:
        wording = _words(placed, one)
        if points[one.entry.kind] and known.isdisjoint((one.entry, wording)):
            known |= {one.entry, wording} if place != "text" else set()
            yield _Sign(Reason(wording, place), points[one.entry.kind])


def _apart(counted: list[Stretch], points: Mapping[str, int]) -> Iterator[Stretch]:
    """Yield the stretches that count of those that may overlap.

    Of overlapping signs the one with most points counts, then the longest. Words against the topic silence the signs
    that overlap them and are not longer.
    """
    longer = {one.positions for one in counted if one.entry.kind != "not" and len(one.positions) > 1}
    signs = set[int]().union(*(one.positions for one in counted if one.entry.kind != "not"))
    taken, silenced = set[int](), set[int]()
    for one in sorted(counted, key=lambda one: -len(one.positions)):
        if one.entry.kind != "not":
            continue
        if any(len(sign) > len(one.positions) and not sign.isdisjoint(one.positions) for sign in longer):
            continue
        # Nor do words count against a topic that stand within longer ones.
        if one.positions.isdisjoint(signs) and silenced.isdisjoint(one.positions):
            yield one
        silenced |= one.positions
    for one in sorted(counted, key=lambda one: (-points[one.entry.kind], -len(one.positions))):
        if one.entry.kind != "not" and taken.isdisjoint(one.positions) and silenced.isdisjoint(one.positions):
            taken |= one.positions
            yield one


def _words(placed: Sequence[str], stretch: Stretch) -> str:
    """Return the words of a stretch, with a sign where other words stand between them."""
    if len(stretch.positions) == 1:
        [only] = stretch.positions
        return placed[only]
    found: list[str] = []
    last = None
    for position in sorted(stretch.positions):
        found += [GAP] if last is not None and position > last + 1 else []
        found.append(placed[position])
        last = position
    return " ".join(found)


def _total(signs: Iterable[_Sign]) -> int:
    return sum([points for _, points in signs])


def _match(topic: str, signs: Sequence[_Sign]) -> TopicMatch:
    reasons = dict.fromkeys(reason for reason, points in signs if points > 0)
    return TopicMatch(topic, _total(signs), tuple(reasons)[:MAX_REASONS])
