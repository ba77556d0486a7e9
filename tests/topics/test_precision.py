"""The curated topics on labelled articles: those of this folder, and by number those of the real pages."""

import os
import tomllib
from pathlib import Path

import pytest

from bench.topics import FOLDER, PARTS, measure
from bot.domain.topics.curated import COUNTRIES, THEMES, TOPICS
from bot.ingest.matching import document
from bot.sources.read import read

GOOD = 0.95
SHARED = os.environ.get("JARCHI_SHARED")
# By page and place on it: the topics that an article is about, and those that it must not match.
REAL = {
    ("2025-12-08.txt", 0): ({"kazakhstan", "russia"}, {"sport", "culture", "migration"}),
    ("2025-12-08.txt", 1): ({"afghanistan", "transport"}, {"sport", "nuclear", "culture"}),
    ("2025-12-08.txt", 2): ({"tajikistan", "security"}, {"sport", "energy", "water", "nuclear", "transport"}),
    ("2025-12-08.txt", 3): ({"kyrgyzstan", "currency"}, {"sport", "water", "nuclear", "transport", "security"}),
    ("2025-12-08.txt", 4): ({"kazakhstan", "china", "transport"}, {"sport", "nuclear", "currency", "politics"}),
    ("2025-12-08.txt", 5): ({"kazakhstan", "nuclear"}, {"sport", "migration", "currency", "transport"}),
}


def articles(part: str) -> list[dict[str, object]]:
    return tomllib.loads((FOLDER / f"{part}.toml").read_text(encoding="utf-8"))["article"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("part", PARTS)
def test_curated_topics_match_the_articles_about_them(part: str) -> None:
    score = measure(part)
    assert score.precision() >= GOOD, score.faults
    assert score.recall() >= GOOD, score.faults


def test_the_labels_are_enough_and_name_topics() -> None:
    tuned, kept = map(articles, PARTS)
    assert len(tuned) + len(kept) >= 60
    assert 2 * len(kept) >= len(tuned)
    titles = [article["title"] for article in tuned + kept]
    assert len(set(titles)) == len(titles)
    for article in tuned + kept:
        assert set(article["about"]) | set(article.get("mentions", ())) <= set(TOPICS)  # type: ignore[call-overload]


@pytest.mark.parametrize("topic", [*COUNTRIES, *THEMES])
def test_every_topic_is_meant_somewhere(topic: str) -> None:
    assert any(topic in article["about"] for part in PARTS for article in articles(part))  # type: ignore[operator]


@pytest.mark.skipif(not SHARED, reason="JARCHI_SHARED does not name the folder with the real pages")
@pytest.mark.parametrize("place", REAL, ids=lambda place: f"{place[0]}-{place[1]}")
def test_curated_topics_on_the_real_pages(place: tuple[str, int]) -> None:
    page, number = place
    one = read((Path(str(SHARED)) / "samples" / page).read_bytes()).articles[number]
    made = document(one)
    matched = {topic for topic in TOPICS if made.about(topic)}
    about, not_about = REAL[place]
    assert about <= matched
    assert not matched & not_about
