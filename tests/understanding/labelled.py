"""The labelled sentences, and how many of them are understood."""

import csv
import datetime as dt
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.domain.intents import understand
from bot.domain.intents.record import record_of

FOLDER = Path(__file__).parent
# The sentences that the vocabulary and the rules were tuned with, and those that were only measured.
PARTS = ("tuned", "kept")
TODAY = dt.date(2026, 11, 29)


@dataclass(frozen=True)
class Label:
    """A sentence with what it means."""

    language: str
    text: str
    intent: str
    arguments: dict[str, str]


@dataclass(frozen=True)
class Result:
    """A label with the intent and the arguments that were understood."""

    label: Label
    intent: str
    arguments: dict[str, str]

    @property
    def right_intent(self) -> bool:
        return self.intent == self.label.intent

    @property
    def right(self) -> bool:
        return self.right_intent and self.arguments == self.label.arguments


def labels(part: str) -> Iterator[Label]:
    with (FOLDER / f"{part}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            named = {name: row[name] for name in row if name not in ("language", "text", "intent") and row[name]}
            yield Label(row["language"], row["text"], row["intent"], named)


def headlines() -> Iterator[tuple[str, str]]:
    """Words of the news, each with the language of the chat: searches, whatever else their words mean."""
    with (FOLDER / "news.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["language"], row["text"]


def mistyped(text: str, chance: random.Random) -> str:
    """Return a text with one random error in one of its words of five letters or more; the text if it has none."""
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    found = chance.choice(words)
    word, place = found[0], chance.randrange(len(found[0]))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz" if word[0] < "\u0400" else "абвгдежзийклмнопрстуфхцчшщыьэюя")
    left, right = word[:place], word[place:]
    errors = (left + right[1:], left + letter + right, left + letter + right[1:], left + right[1::-1] + right[2:])
    return text[: found.start()] + chance.choice(errors) + text[found.end() :]


def results(part: str) -> list[Result]:
    return [result(label) for label in labels(part)]


def result(label: Label) -> Result:
    intent = understand(label.text, label.language, today=TODAY)
    return Result(label, intent.kind.value, {name: written(value) for name, value in record_of(intent).items()})


def written(value: Decimal | str) -> str:
    """A number as a label writes it: without an exponent and without zeros at the end."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
