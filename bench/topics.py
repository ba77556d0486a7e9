"""Quality of the curated topics: precision and recall on the labelled articles of tests/topics."""

from __future__ import annotations

from pathlib import Path

from bot.domain.topics.labels import labelled
from bot.domain.topics.measuring import GROUPS, Labelled, measure
from bot.ingest.topic_lists import shipped_classifier

FOLDER = Path(__file__).parent.parent / "tests" / "topics"
# The part for tuning the words, and the part kept aside.
PARTS = ("tuned", "kept")
LANGUAGES = {"en": "English", "ru": "Russian"}


def read_labelled(path: Path) -> list[Labelled]:
    """Return the articles of a file; raises LabelError for a line that is none."""
    return [labelled(line) for line in path.read_bytes().splitlines()]


def run() -> None:
    """Print precision and recall by group and topic: of both parts, and of the languages of each."""
    scores = {}
    for part in PARTS:
        articles = read_labelled(FOLDER / f"{part}.jsonl")
        scores[part] = measure(articles, shipped_classifier())
        for code, name in LANGUAGES.items():
            scores[f"{part}, {name}"] = measure([one for one in articles if one.language == code], shipped_classifier())
    print(f"{'precision, recall':18}" + "".join(f"{name:>15}" for name in scores))
    for name, topics in GROUPS.items():
        columns = "".join(f"{score.precision(topics):10.2f}{score.recall(topics):5.2f}" for score in scores.values())
        print(f"{name:18}{columns}")
