"""Quality of the curated topics: precision and recall on the labelled articles of tests/topics."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.articles import Article
from bot.domain.topics.curated import TOPICS
from bot.ingest.matching import document

FOLDER = Path(__file__).parent.parent / "tests" / "topics"
# The part for tuning the words, and the part kept aside.
PARTS = ("tuned", "kept")


@dataclass(slots=True)
class Score:
    """Counts by topic: right matches, wrong matches, missed ones; and the titles of the errors."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def precision(self, topic: str | None = None) -> float:
        """Return the share of the matches that are right; 1 without matches."""
        return _share(self.right, self.wrong, topic)

    def recall(self, topic: str | None = None) -> float:
        """Return the share of the right articles that match; 1 without any."""
        return _share(self.right, self.missed, topic)


def _share(right: Counter[str], other: Counter[str], topic: str | None) -> float:
    good, bad = (right[topic], other[topic]) if topic else (right.total(), other.total())
    return good / (good + bad) if good + bad else 1.0


def measure(part: str) -> Score:
    """Match the articles of a part; an article that only mentions a topic counts neither for nor against."""
    score = Score()
    for article in tomllib.loads((FOLDER / f"{part}.toml").read_text(encoding="utf-8"))["article"]:
        about, mentions = set(article["about"]), set(article.get("mentions", ()))
        made = document(Article(article["title"], text=article["text"]))
        matched = {topic for topic in TOPICS if made.about(topic)}
        score.right.update(matched & about)
        score.wrong.update(matched - about - mentions)
        score.missed.update(about - matched)
        score.faults += [f"wrongly {topic}: {article['title']}" for topic in sorted(matched - about - mentions)]
        score.faults += [f"missed {topic}: {article['title']}" for topic in sorted(about - matched)]
    return score


def run() -> None:
    """Print precision and recall by topic and overall, of both parts; and the errors of the tuning part."""
    scores = {part: measure(part) for part in PARTS}
    print(f"{'':14}" + "".join(f"{part + ' precision':>18}{'recall':>9}" for part in PARTS))
    for topic in (*TOPICS, None):
        columns = "".join(f"{score.precision(topic):18.2f}{score.recall(topic):9.2f}" for score in scores.values())
        print(f"{topic or 'overall':14}{columns}")
    for fault in scores["tuned"].faults:
        print(fault)
