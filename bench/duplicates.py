"""Recognition of two reports of one event: precision and recall on the pairs of tests/duplicates, and the cost."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import insert

from bot.domain.articles import Article
from bot.domain.duplicates import Report, report, same_event
from bot.ingest.duplicates import FUZZY, join
from bot.ingest.topic_lists import shipped_classifier
from storage.database import Database
from storage.migrate import upgrade
from storage.models import ArticleRow, TitleWordRow
from storage.stems import stem

PAIRS = Path(__file__).parent.parent / "tests" / "duplicates" / "pairs.toml"
NOON = dt.datetime(2025, 12, 8, 12, tzinfo=dt.UTC)
# Hours between the two reports of a pair without dates.
USUAL_HOURS = 3
# An archive of a year, and one that has as many articles in its last three days alone.
ARTICLES = 100_000
SPREADS = {"a year": dt.timedelta(days=365), "three days": dt.timedelta(days=3)}
COMPARISONS = 200


@dataclass(slots=True)
class Score:
    """Pairs by their result, and the headlines of the errors."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of joined pairs that are one event."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of pairs on one event that were joined."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def pairs(kept: bool) -> list[dict[str, Any]]:
    """Return the pairs that the rule was developed with, or those kept aside."""
    every = tomllib.loads(PAIRS.read_text(encoding="utf-8"))["pair"]
    return [pair for pair in every if pair.get("kept", False) == kept]


def reports(pair: dict[str, Any]) -> tuple[Report, Report]:
    """Return both articles of a pair, ready for comparing."""
    later = NOON + dt.timedelta(hours=pair.get("hours", USUAL_HOURS))
    other = "one" if pair.get("source") == "same" else "other"
    one, two = (shipped_classifier().classify(*pair[side]) for side in "ab")
    return report("one", NOON, *pair["a"], stem, one), report(other, later, *pair["b"], stem, two)


def measure(kept: bool) -> Score:
    """Judge the pairs of a part."""
    score = Score()
    for pair in pairs(kept):
        joined = same_event(*reports(pair), FUZZY)
        score.right += joined and pair["same"]
        score.wrong += joined and not pair["same"]
        score.missed += pair["same"] and not joined
        if joined != pair["same"]:
            score.faults.append(f"{'wrongly joined' if joined else 'missed'}: {pair['a'][0]} | {pair['b'][0]}")
    return score


def likeness_alone() -> float:
    """Return the recall of plain text similarity, at the lowest limit that joins no two events."""

    def alike(pair: dict[str, Any]) -> float:
        one, other = reports(pair)
        return fuzz.token_set_ratio(" ".join((*one.title, *one.lead)), " ".join((*other.title, *other.lead)))

    every = pairs(False) + pairs(True)
    limit = max(alike(pair) for pair in every if not pair["same"])
    same = [pair for pair in every if pair["same"]]
    return sum(alike(pair) > limit for pair in same) / len(same)


async def cost(spread: dt.timedelta, articles: int = ARTICLES, comparisons: int = COMPARISONS) -> float:
    """Return the seconds for comparing a new article, in an archive spread over a time before it."""
    titles = [tuple(pair[side]) for pair in pairs(False) + pairs(True) for side in "ab"]
    words = [set(report("", NOON, title, "", stem).title) for title, _ in titles]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+aiosqlite:///{folder}/bench.db")
        await upgrade(database)
        async with database.write() as connection:
            rows, noted = [], []
            for number in range(articles):
                title, text = titles[number % len(titles)]
                listed_at = NOON - spread * number / articles
                rows.append(_row(number + 1, f"{title} {number}", text, listed_at))
                noted += [
                    {"word": word, "listed_at": listed_at, "article_id": number + 1}
                    for word in words[number % len(titles)] | {str(number)}
                ]
            await connection.execute(insert(ArticleRow), rows)
            await connection.execute(insert(TitleWordRow), noted)
        async with database.write() as connection:
            began = time.perf_counter()
            for number in range(comparisons):
                title, text = titles[number % len(titles)]
                await join(connection, number + 1, "new", None, Article(title, text, published_at=NOON), NOON)
            taken = time.perf_counter() - began
        await database.close()
    return taken / comparisons


def _row(number: int, title: str, text: str, listed_at: dt.datetime) -> dict[str, Any]:
    return {
        "id": number,
        "source": f"source{number % 10}",
        "title": title,
        "title_key": title,
        "text": text,
        "subheadings": [],
        "categories": [],
        "first_seen_at": listed_at,
        "listed_at": listed_at,
        "corrections": 0,
        "pruned": False,
    }


def run() -> None:
    """Print precision and recall of both parts, the missed pairs, and the cost of a new article."""
    for name, kept in (("written by", False), ("kept aside", True)):
        score = measure(kept)
        print(f"{name:12} {len(pairs(kept)):4} pairs   precision {score.precision:.2f}   recall {score.recall:.2f}")
        print(*score.faults, sep="\n")
    print(f"likeness of the texts alone, precision 1: recall {likeness_alone():.2f}")
    for name, spread in SPREADS.items():
        print(f"a new article among {ARTICLES:,} of {name}: {asyncio.run(cost(spread)) * 1000:.2f} ms")
