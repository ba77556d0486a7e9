"""The word lists of the curated topics: how their file is read and checked. docs/topics.md explains the lists.

The shipped file is `lists.toml` beside this module. An operator's own file replaces it as a whole.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.domain.languages import TABLE
from bot.domain.news_languages import written
from bot.domain.spelling import words
from bot.domain.topics.curated import COUNTRIES, TOPICS
from bot.domain.topics.grammar import MAX_PHRASE_WORDS, MIN_PREFIX

SHIPPED = Path(__file__).with_name("lists.toml")
# The shipped lists of seven languages have some 600 KiB.
MAX_BYTES = 2 * 1024 * 1024
# The languages that may have a column; docs/topics.md says which ones have words.
LANGUAGES = tuple(dict.fromkeys(written(one.code) for one in TABLE))
# Words of these count in every article, those of the others in articles in their language alone, in all its forms.
EVERYWHERE = ("en", "ru")
# Words that count in the whole text, in title and lead, in a title beside another sign, and words that speak against.
KINDS = ("anywhere", "sure", "hint", "not")
# Tables that are no topic: hosts with their country, and names of other countries, which are one list without a kind.
_HOME, ELSEWHERE = "home", "elsewhere"
_VERSION_LENGTH = 12
# Part of the version: raised when the rules of counting change (bot/domain/topics/classify.py).
_RULES = 2
# Pieces remembered while lists are read: their words repeat in phrases. More of them save no time.
_PIECES = 1024

_PART = re.compile(r"(=?)([^\W_]+(?:[-'’ʻʼ‘][^\W_]+)*)(\*?)")
_HOST = re.compile(r"\.?[a-z0-9-]+(?:\.[a-z0-9-]+)*")


class ListsError(Exception):
    """A file of lists that cannot be used: one line that says what is wrong and where."""


class Part(NamedTuple):
    """One word of a listed term, normalized: in any form, as a beginning (`export*`), or exactly so (`=customs`)."""

    word: str
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class ListedTerm:
    """A term of a list: words that stand side by side; of several phrases (`gas + tariff`) each must occur.

    `language` is that of the articles in which it counts; empty: all.
    """

    text: str
    phrases: tuple[tuple[Part, ...], ...]
    language: str = ""

    @property
    def id(self) -> tuple[str, str]:
        """The language and the text: the meaning of the term."""
        return self.language, self.text


@dataclass(frozen=True, slots=True)
class TopicLists:
    """The checked lists. `columns` has their words as written, by topic, kind and language; `terms` reads them.

    `tags` has the topics of each normalized tag, `home` the country of each host or ending of hosts. `version` changes
    with the meaning alone: with any word, not with remarks, order, or whether a word is listed as English or Russian.
    """

    columns: Mapping[tuple[str, str, str], str]
    tags: Mapping[str, tuple[str, ...]]
    home: Mapping[str, str]
    version: str

    def terms(self, topic: str, kind: str, languages: Iterable[str] = LANGUAGES) -> tuple[ListedTerm, ...]:
        """Return the terms of a list in some languages; read each time, since they take ten times the memory of it."""
        written_in = ((language, self.columns.get((topic, kind, language), "")) for language in languages)
        return tuple(term for language, text in written_in for term in _of_column("", language, text))

    def shared(self) -> dict[str, tuple[str, ...]]:
        """Return the terms that several themes list as signs, with these themes: allowed, and worth a second look."""
        themes: dict[tuple[str, str], list[str]] = defaultdict(list)
        for slug in TOPICS:
            for kind in KINDS:
                if slug not in COUNTRIES and kind != "not":
                    for term in self.terms(slug, kind):
                        themes[term.id].append(slug)
        return {text: tuple(slugs) for (_, text), slugs in themes.items() if len(slugs) > 1}


def home_of(home: Mapping[str, str], host: str) -> str | None:
    """Return the country in which a site is published, by its host or the end of it; None for one of the region."""
    host = host.casefold().rstrip(".")
    while host:
        if host in home:
            return home[host]
        if "." not in host:
            return home.get(f".{host}")
        host = host.partition(".")[2]
    return None


def shipped_lists() -> TopicLists:
    """Return the lists that Jarchi is shipped with."""
    return read_lists(SHIPPED)


def read_lists(path: Path) -> TopicLists:
    """Read and check a file of lists; ListsError names the first thing that is wrong."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ListsError(f"{path.name}: the file cannot be read ({error.strerror or type(error).__name__})") from None
    if len(content) > MAX_BYTES:
        raise ListsError(f"{path.name}: expected at most {MAX_BYTES // 1024} KiB")
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ListsError(f"{path.name}: expected UTF-8 text") from None
    except (ValueError, RecursionError) as error:  # ValueError: bad TOML, and numbers of thousands of digits
        raise ListsError(_line(f"{path.name}: this is no TOML: {error}")) from None
    try:
        return _checked(tables)
    except ListsError as error:
        raise ListsError(_line(f"{path.name}: {error}")) from None


def _line(text: str) -> str:
    """Return a text as one line that a terminal prints as it is: names in TOML may have any characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _checked(tables: dict[str, Any]) -> TopicLists:
    if missing := [slug for slug in TOPICS if slug not in tables]:
        raise ListsError(f"the topic [{missing[0]}] is missing")
    columns: dict[tuple[str, str, str], str] = {}
    listed: list[tuple[str, str, str, str]] = []  # the topic, the kind, and the language and text of each term
    tags: dict[str, list[str]] = defaultdict(list)
    home: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ListsError(f"expected a table [{name[:40]}]")
        if name == _HOME:
            home = _home(table)
        elif name == ELSEWHERE:
            listed += _of_list(name, "", table, {}, columns)
        elif name not in TOPICS:
            raise ListsError(f"[{name[:40]}] is no topic; the topics are {', '.join(TOPICS)}")
        else:
            listed += _of_topic(name, table, columns)
            for tag in _split(f"[{name}] tags", table.get("tags", "")):
                if not (key := tag_key(tag)):
                    raise ListsError(f"[{name}] tags: {tag[:60]!r} has no word")
                if name in tags[key]:
                    raise ListsError(f"[{name}] tags has {key[:60]!r} twice")
                tags[key].append(name)
    return TopicLists(
        MappingProxyType(columns),
        MappingProxyType({tag: tuple(topics) for tag, topics in tags.items()}),
        MappingProxyType(home),
        _version(listed, tags, home),
    )


def _version(listed: list[tuple[str, str, str, str]], tags: Mapping[str, list[str]], home: Mapping[str, str]) -> str:
    """Return a short text that is equal for lists of equal meaning."""
    mapped = [(tag, sorted(topics)) for tag, topics in tags.items()]
    meaning = repr((_RULES, sorted(listed), sorted(mapped), sorted(home.items())))
    return hashlib.sha256(meaning.encode()).hexdigest()[:_VERSION_LENGTH]


def _of_topic(
    name: str, table: dict[str, Any], columns: dict[tuple[str, str, str], str]
) -> Iterator[tuple[str, str, str, str]]:
    if unknown := [key for key in table if key not in (*KINDS, "tags")]:
        raise ListsError(f"[{name}] has no list {unknown[0][:40]!r}; the lists are {', '.join(KINDS)} and tags")
    seen: dict[tuple[str, str], str] = {}
    for kind in KINDS:
        yield from _of_list(name, kind, table.get(kind, {}), seen, columns)


def _of_list(
    topic: str, kind: str, listed: object, seen: dict[tuple[str, str], str], columns: dict[tuple[str, str, str], str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the checked terms of a list, and add its text to `columns`; `seen` has the terms so far with their places.

    A term is its topic, its kind, and its meaning.
    """
    where = f"[{topic}.{kind}]" if kind else f"[{topic}]"
    if not isinstance(listed, dict):
        raise ListsError(f'{where}: expected words by language, such as en = "..."')
    for language, text in listed.items():
        place = f"{where} {language[:20]}"
        if language not in LANGUAGES:
            raise ListsError(f"{place}: expected one of {', '.join(LANGUAGES)}")
        for term in _of_column(place, language, text):
            if term.id in seen:
                raise ListsError(f"{place} has {term.text!r} twice; the first is in {seen[term.id]}")
            seen[term.id] = place
            yield topic, kind, *term.id
        columns[topic, kind, language] = text


def _of_column(place: str, language: str, text: object) -> Iterator[ListedTerm]:
    """Yield the terms that the text of a language has."""
    own = "" if language in EVERYWHERE else language
    return (_term(place, piece, own) for piece in _split(place, text))


def _split(place: str, text: object) -> Iterator[str]:
    """Yield the terms of a text, divided by commas and ends of lines; `#` begins a remark to the end of its line."""
    if not isinstance(text, str):
        raise ListsError(f"{place}: expected words divided by commas, in one text")
    for line in text.splitlines():
        for piece in line.partition("#")[0].split(","):
            if piece.strip():
                yield " ".join(piece.split())


def _term(place: str, piece: str, language: str) -> ListedTerm:
    try:
        phrases = tuple(
            [tuple([part for typed in phrase.split() for part in _parts(typed)]) for phrase in piece.split("+")]
        )
    except ListsError as error:
        raise ListsError(f"{place}: {piece[:60]!r} {error}") from None
    if not all(0 < len(phrase) <= MAX_PHRASE_WORDS for phrase in phrases):
        raise ListsError(f"{place}: {piece[:60]!r} is no word and no phrase of at most {MAX_PHRASE_WORDS} words")
    text = " + ".join([" ".join(["=" * part.exact + part.word + "*" * part.prefix for part in one]) for one in phrases])
    return ListedTerm(text, phrases, language)


@lru_cache(maxsize=_PIECES)
def _parts(typed: str) -> tuple[Part, ...]:
    """Return the words of a piece without spaces: a word with a hyphen is two, as in texts."""
    found = _PART.fullmatch(typed)
    if found is None:
        raise ListsError("has signs that words have not")
    exact, word, prefix = found.groups()
    split = words(word)
    if not split:  # an apostrophe alone
        raise ListsError("has signs that words have not")
    if prefix and len(split[-1]) < MIN_PREFIX:
        raise ListsError(f"begins too many words: at least {MIN_PREFIX} letters before *")
    last = Part(split[-1], bool(prefix), bool(exact) and not prefix)
    return (*(Part(one, exact=bool(exact)) for one in split[:-1]), last)


def _home(table: dict[str, Any]) -> dict[str, str]:
    hosts: dict[str, str] = {}
    for country, text in table.items():
        if country not in COUNTRIES:
            raise ListsError(f"[{_HOME}] {country[:40]}: expected one of {', '.join(COUNTRIES)}")
        for host in _split(f"[{_HOME}] {country}", text):
            if not _HOST.fullmatch(host):
                raise ListsError(f"[{_HOME}] {country}: {host[:60]!r} is no host")
            if host in hosts:
                raise ListsError(f"[{_HOME}] has {host!r} twice")
            hosts[host] = country
    return hosts


def tag_key(tag: str) -> str:
    """Return the form in which spellings of one tag are equal: `Business & Economy`, `business-and-economy`."""
    return " ".join(word for word in words(tag) if word not in ("and", "и"))
