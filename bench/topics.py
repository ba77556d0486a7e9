"""How well the curated topics hear what is meant: precision and recall on the labelled articles of tests/topics."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.articles import Article
from bot.domain.topics.curated import TOPICS
from bot.ingest.matching import document

FOLDER = Path(__file__).parent.parent / "tests" / "topics"
# The part that words may be tuned on, and the part kept aside.
PARTS = ("tuned", "kept")


@dataclass(slots=True)
class Score:
    """Counts by topic: rightly heard, wrongly heard, missed; and the titles of the faults."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def precision(self, topic: str | None = None) -> float:
        """Return the share of what was heard that was meant; 1 if nothing was heard."""
        return _share(self.right, self.wrong, topic)

    def recall(self, topic: str | None = None) -> float:
        """Return the share of what was meant that was heard; 1 if nothing was meant."""
        return _share(self.right, self.missed, topic)


def _share(right: Counter[str], other: Counter[str], topic: str | None) -> float:
    good, bad = (right[topic], other[topic]) if topic else (right.total(), other.total())
    return good / (good + bad) if good + bad else 1.0


def measure(part: str) -> Score:
    """Match the articles of a part; what an article only mentions counts neither for nor against."""
    score = Score()
    for article in tomllib.loads((FOLDER / f"{part}.toml").read_text(encoding="utf-8"))["article"]:
        about, mentions = set(article["about"]), set(article.get("mentions", ()))
        made = document(Article(article["title"], text=article["text"]))
        heard = {topic for topic in TOPICS if made.about(topic)}
        score.right.update(heard & about)
        score.wrong.update(heard - about - mentions)
        score.missed.update(about - heard)
        score.faults += [f"wrongly {topic}: {article['title']}" for topic in sorted(heard - about - mentions)]
        score.faults += [f"missed {topic}: {article['title']}" for topic in sorted(about - heard)]
    return score


def run() -> None:
    """Print precision and recall by topic and overall, of both parts; and the faults of the part tuned on."""
    scores = {part: measure(part) for part in PARTS}
    print(f"{'':14}" + "".join(f"{part + ' precision':>18}{'recall':>9}" for part in PARTS))
    for topic in (*TOPICS, None):
        figures = "".join(f"{score.precision(topic):18.2f}{score.recall(topic):9.2f}" for score in scores.values())
        print(f"{topic or 'overall':14}{figures}")
    for fault in scores["tuned"].faults:
        print(fault)
