"""Matching an article with many queries: the index against the `in` test of a simple bot, and against a loop over all.

The simple bot keeps a row for each subscription and searches its words in the article's lower-cased text; it finds
"turmoil" for "oil" and no plurals, so its matches are counted only. The plain evaluator checks each distinct query once
and must find the same as the index. Texts are generated: a vocabulary as uneven as a language's, with English endings
to stem. Queries are words and phrases of such texts, and two words of one text; the commonest words (the "the" and "of"
of this language) are in no query.
"""

from __future__ import annotations

import gc
import random
import statistics
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bench import report
from bench.clock import best, row
from bot.domain import spelling
from bot.domain.articles import Article
from bot.domain.topics import Document, Query, Term, TopicIndex, matches, parse
from bot.ingest.matching import document
from storage.stems import stem

SUBSCRIPTIONS = (10_000, 100_000, 1_000_000)
QUERIES = (1_000, 10_000, 50_000, 100_000)
# The large number that other measurements use.
MANY_SUBSCRIPTIONS, MANY_QUERIES = 1_000_000, 50_000
TWO_TERMS, EXCLUSION, PREFIX = 0.5, 0.05, 0.05
ARTICLE_WORDS, TITLE_WORDS = 800, 10
# Articles that are matched; the result is the median.
ARTICLES = 15
# An article takes milliseconds: many runs, for one quiet moment of a busy machine.
QUICK_RUNS = 60
# A loop over a million takes seconds: the best of two is enough.
SLOW_RUNS = 2
VOCABULARY, COMMON, TEXTS = 20_000, 100, 500
_SEED = 7
_SENTENCE = 16
_SYLLABLES = [a + b for a in "bcdfghklmnprstvz" for b in "aeiou"]
_ENDINGS = ("", "", "s", "ing", "ed", "ation", "al", "er")


class World:
    """A generated language, its articles, and the queries of its people."""

    def __init__(self) -> None:
        self._chance = random.Random(_SEED)
        made = dict.fromkeys(self._word() for _ in range(2 * VOCABULARY))
        vocabulary = list(made)[:VOCABULARY]
        weights = list(accumulate(1 / rank for rank in range(3, VOCABULARY + 3)))
        self._common = frozenset(vocabulary[:COMMON])
        self._texts = [self._chance.choices(vocabulary, cum_weights=weights, k=ARTICLE_WORDS) for _ in range(TEXTS)]

    def _word(self) -> str:
        beginning = "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(2, 4)))
        return f"{beginning}n{self._chance.choice(_ENDINGS)}"

    def articles(self) -> list[Article]:
        """Return articles in the form of a source."""
        return [self._article(words, n) for n, words in enumerate(self._texts[:ARTICLES])]

    def _article(self, words: Sequence[str], number: int) -> Article:
        sentences = [
            " ".join(words[start : start + _SENTENCE]).capitalize() + "." for start in range(0, len(words), _SENTENCE)
        ]
        title = " ".join(words[:TITLE_WORDS]).title()
        url = f"https://example.org/{number}"
        return Article(title, text="\n\n".join(sentences), url=url, categories=("Business", "Kazakhstan"))

    def queries(self, count: int) -> list[Query]:
        """Return so many distinct queries, the most frequent first."""
        found: dict[str, Query] = {}
        while len(found) < count:
            query = parse(self._query())
            found.setdefault(str(query), query)
        return list(found.values())

    def _query(self) -> str:
        text = self._chance.choice(self._texts)
        kind = self._chance.random()
        start = self._subject(text)
        if self._chance.random() < TWO_TERMS:
            asked = f"{text[start]} {text[self._subject(text)]}"
            if kind < PREFIX:
                asked = f"{text[start][:5]}* {text[self._subject(text)]}"
        elif kind < PREFIX:
            asked = f"{text[start][:5]}*"
        else:
            asked = f'"{" ".join(text[start : start + self._chance.choice((1, 1, 2, 3))])}"'
        return f"{asked} -{text[self._subject(text)]}" if PREFIX <= kind < PREFIX + EXCLUSION else asked

    def _subject(self, text: Sequence[str]) -> int:
        """Return the place of a word that queries use."""
        while text[place := self._chance.randrange(len(text))] in self._common:
            pass
        return place

    def subscriptions(self, queries: Sequence[Query], count: int) -> list[int]:
        """Return the places of the queries of so many subscriptions: each once if they suffice, then the top ones."""
        weights = list(accumulate(1 / rank for rank in range(1, len(queries) + 1)))
        asked = list(range(min(len(queries), count)))
        return asked + self._chance.choices(range(len(queries)), cum_weights=weights, k=count - len(asked))


@dataclass(slots=True)
class _Kept:
    """The stored subscription of a simple bot."""

    chat: int
    required: tuple[str, ...]
    excluded: tuple[str, ...]


def _simple(kept: Sequence[_Kept], article: Article) -> list[int]:
    """Return the chats whose words are in an article, as a simple bot finds them."""
    text = f"{article.title} {article.text}".lower()
    found = []
    for one in kept:
        for phrase in one.required:
            if phrase not in text:
                break
        else:
            if not any(phrase in text for phrase in one.excluded):
                found.append(one.chat)
    return found


def _kept(queries: Sequence[Query], subscriptions: Sequence[int]) -> list[_Kept]:
    def phrases(terms: Sequence[Term], excluded: bool) -> tuple[str, ...]:
        return tuple(" ".join(term.words) for term in terms if term.excluded is excluded)

    shapes = [(phrases(query.alternatives[0], False), phrases(query.alternatives[0], True)) for query in queries]
    return [_Kept(chat, *shapes[place]) for chat, place in enumerate(subscriptions)]


def _index(queries: Sequence[Query]) -> TopicIndex:
    index = TopicIndex(stem)
    for number, query in enumerate(queries):
        index.add(number, query)
    return index


def _grown(make: Callable[[], object]) -> tuple[object, float]:
    """Return the created object and its size in MiB."""
    gc.collect()
    tracemalloc.start()
    made = make()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return made, held / 2**20


def _middle(work: Callable[[Article], object], articles: Sequence[Article]) -> float:
    """Return the seconds of the median article."""
    return statistics.median(best(lambda: work(article), QUICK_RUNS) for article in articles)  # noqa: B023


def _unseen(article: Article) -> float:
    """Return the seconds of an article without any word seen before."""

    def forgetful() -> Iterator[float]:
        for _ in range(3):
            for remembered in (spelling._remembered, spelling.keys, spelling.beginnings, stem):
                remembered.cache_clear()
            yield best(lambda: document(article), 1)

    return min(forgetful())


def run() -> None:
    """Measure one article against many queries, by number of queries and of subscriptions; write the section."""
    world = World()
    articles = world.articles()
    document(articles[0])  # loads the curated topics, which happens once
    unseen = _unseen(articles[0])
    made = world.queries(max(QUERIES))
    prepared = _middle(document, articles)
    by_queries = [_by_queries(made[:count], articles, prepared) for count in QUERIES]
    total = next(one.matched for one in by_queries if one.count == MANY_QUERIES)
    queries = made[:MANY_QUERIES]
    by_subscriptions = [
        _by_subscriptions(queries, world.subscriptions(queries, count), articles[0], total) for count in SUBSCRIPTIONS
    ]
    print(f"{'preparing an article of 800 words':<44} {prepared * 1000:>10.3f} ms; unseen words {unseen * 1000:.1f} ms")
    _write(by_queries, by_subscriptions, prepared, unseen)


@dataclass(frozen=True, slots=True)
class _ByQueries:
    """Seconds against so many distinct queries: matching a prepared document, and with preparation; and MiB."""

    count: int
    found: float
    build: float
    memory: float
    alone: float
    matched: float
    plain: float


def _by_queries(queries: Sequence[Query], articles: Sequence[Article], prepared: float) -> _ByQueries:
    index, memory = _grown(lambda: _index(queries))
    assert isinstance(index, TopicIndex)
    build = best(lambda: _index(queries), 1)
    found = []
    for article in articles:
        ready = document(article)
        found.append(len(about := index.match(ready)))
        if article is articles[0] and about != _plainly(queries, ready):
            raise SystemExit("the index and the plain evaluator disagree")
    matched = _middle(lambda article: index.match(document(article)), articles)
    ready = document(articles[0])
    plain = best(lambda: _plainly(queries, ready), SLOW_RUNS)
    middle = statistics.median(found)
    print(f"-- {len(queries):,} distinct queries: built in {build:.2f} s, {memory:.1f} MiB, {middle:.0f} found")
    row("plain evaluator, each distinct query", plain + prepared, plain + prepared)
    row("index, with the preparation", matched, plain + prepared)
    return _ByQueries(len(queries), middle, build, memory, matched - prepared, matched, plain)


def _plainly(queries: Sequence[Query], ready: Document) -> set[int]:
    return {number for number, query in enumerate(queries) if matches(query, ready, stem)}


@dataclass(frozen=True, slots=True)
class _BySubscriptions:
    """Seconds of the `in` test over so many subscriptions, its memory in MiB, and the ratio to the index."""

    count: int
    simple: float
    memory: float
    times: float


def _by_subscriptions(
    queries: Sequence[Query], subscriptions: Sequence[int], article: Article, matched: float
) -> _BySubscriptions:
    kept, memory = _grown(lambda: _kept(queries, subscriptions))
    assert isinstance(kept, list)
    simple = best(lambda: _simple(kept, article), SLOW_RUNS)
    print(f"-- {len(kept):,} subscriptions, {len(set(subscriptions)):,} distinct queries: {memory:.0f} MiB as objects")
    row("`in` test over all subscriptions", simple, simple)
    row("index, with the preparation", matched, simple)
    return _BySubscriptions(len(kept), simple, memory, simple / matched)


def _write(
    by_queries: Sequence[_ByQueries], by_subscriptions: Sequence[_BySubscriptions], prepared: float, unseen: float
) -> None:
    matched = next(one.matched for one in by_queries if one.count == MANY_QUERIES)
    _draw(by_queries, by_subscriptions, matched)
    text = f"""\
One article of {ARTICLE_WORDS} words against {MANY_SUBSCRIPTIONS:,} subscriptions to {MANY_QUERIES:,} distinct queries:
**{matched * 1000:.1f} ms** from the text to the set of queries, {prepared * 1000:.1f} ms of it normalizing, stemming
and the curated topics ({unseen * 1000:.1f} ms if no word was seen before). Half of the queries have two terms, 5 % an
exclusion, 5 % a prefix. The index is independent of subscriptions: only its rival grows with them."""
    report.section(
        "matching",
        (
            "## Matching an article with queries",
            text,
            report.table(
                ("subscriptions", "`in` test over all", "their objects", "index", "times as fast"),
                [
                    (
                        f"{one.count:,}",
                        f"{one.simple * 1000:,.0f} ms",
                        f"{one.memory:.0f} MiB",
                        f"{matched * 1000:.1f} ms",
                        f"{one.times:,.0f}",
                    )
                    for one in by_subscriptions
                ],
            ),
            report.table(
                (
                    "distinct queries",
                    "plain evaluator on each",
                    "index",
                    "with its preparation",
                    "found",
                    "built in",
                    "memory",
                ),
                [
                    (
                        f"{one.count:,}",
                        f"{one.plain * 1000:,.0f} ms",
                        f"{one.alone * 1000:.1f} ms",
                        f"{one.matched * 1000:.1f} ms",
                        f"{one.found:,.0f}",
                        f"{one.build:.1f} s",
                        f"{one.memory:.0f} MiB",
                    )
                    for one in by_queries
                ],
            ),
            "![Milliseconds an article by subscriptions and by distinct queries](performance/matching.png)",
        ),
        ("PyStemmer",),
    )


def _draw(by_queries: Sequence[_ByQueries], by_subscriptions: Sequence[_BySubscriptions], matched: float) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3), dpi=80, layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    counts = [one.count for one in by_subscriptions]
    left.plot(counts, [one.simple * 1000 for one in by_subscriptions], "o-", label="in test over all")
    left.plot(counts, [matched * 1000] * len(counts), "o-", label=f"index, {MANY_QUERIES:,} queries")
    left.set_xlabel("subscriptions")
    left.set_ylabel("ms an article")
    counts = [one.count for one in by_queries]
    right.plot(counts, [one.plain * 1000 for one in by_queries], "o-", label="plain evaluator on each")
    right.plot(counts, [one.matched * 1000 for one in by_queries], "o-", label="index")
    right.set_xlabel("distinct queries")
    for axes in (left, right):
        axes.set(xscale="log", yscale="log")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    report.PICTURES.mkdir(exist_ok=True)
    figure.savefig(report.PICTURES / "matching.png", metadata={"Software": None})
