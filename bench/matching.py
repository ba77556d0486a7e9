"""Which of many queries is a story about: the index against asking each query in turn, what a simple bot does."""

from __future__ import annotations

import random

from bench.clock import best, row
from bot.demo.edition import STORIES
from bot.domain.topics import Document, TopicIndex, matches, parse
from bot.ingest.matching import stem

QUERIES = 10_000
_SEED = 7


def run() -> None:
    """Match one story of about 400 words against 10,000 distinct queries; both ways must agree."""
    chance = random.Random(_SEED)
    text = " ".join(paragraph for story in STORIES for paragraph in story.paragraphs)
    known = sorted(set(text.split()))
    made = [
        f"{chance.choice(known)} word{n}" if n % 10 else chance.choice(known) + f" OR word{n}" for n in range(QUERIES)
    ]
    queries = {n: parse(query.replace(",", "").replace(".", "")) for n, query in enumerate(made)}
    index = TopicIndex(stem)
    for n, query in queries.items():
        index.add(n, query)

    def loop() -> set[int]:
        document = Document(text, stem)
        return {n for n, query in queries.items() if matches(query, document, stem)}

    if index.match(Document(text, stem)) != loop():
        raise SystemExit("the index and the loop disagree")
    slow = best(loop)
    row(f"loop over {QUERIES} queries", slow, slow)
    row("index", best(lambda: index.match(Document(text, stem))), slow)
