"""Small files of word lists, made for one test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.domain.topics.classify import Classifier
from bot.domain.topics.curated import TOPICS
from bot.domain.topics.lists import read_lists
from bot.ingest.matching import Matcher
from storage.stems import stem_of

# Words by place: `energy.sure`, `energy.tags`, `elsewhere`, `home.kazakhstan`; of English, or by language.
Words = Mapping[str, str | Mapping[str, str]]


def toml_of(listed: Words) -> str:
    """Return a file of lists that has all topics, most of them without words."""
    tables: dict[str, dict[str, str | Mapping[str, str]]] = {slug: {} for slug in TOPICS}
    for place, words in listed.items():
        name, _, kind = place.partition(".")
        if name == "home" or kind == "tags":
            tables.setdefault(name, {})[kind] = words
        else:
            columns = {"en": words} if isinstance(words, str) else words
            if kind:
                tables.setdefault(name, {})[kind] = columns
            else:
                tables.setdefault(name, {}).update(columns)
    lines = []
    for name, table in tables.items():
        lines.append(f"[{name}]")
        for key, value in table.items():
            if isinstance(value, str):
                lines.append(f'{key} = """{value}"""')
            else:
                lines += [f'{key}.{language} = """{text}"""' for language, text in value.items()]
    return "\n".join(lines) + "\n"


def write(path: Path, listed: Words) -> Path:
    """Write a file of lists, and return its path."""
    path.write_text(toml_of(listed), encoding="utf-8")
    return path


def classifier(folder: Path, listed: Words) -> Classifier:
    """Return a classifier by lists that are written to a folder and read from there."""
    return Classifier(read_lists(write(folder / "lists.toml", listed)), stem_of)


def matcher(folder: Path, listed: Words) -> Matcher:
    """Return a matcher with such lists."""
    return Matcher(write(folder / "lists.toml", listed))
