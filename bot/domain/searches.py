"""The grammar of searches: words in the language of topics, and filters.

`uranium -tender topic:energy since:2025-12 until:2026 source:timesca`
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field

from bot.domain.articles import StoredArticle
from bot.domain.errors import InvalidInput
from bot.domain.excerpts import Excerpt
from bot.domain.spelling import words
from bot.domain.topics import FIELDS, MAX_QUERY_LENGTH, MAX_TERMS, NAMED_FIELDS, Query, QueryError, parse

# Years before the web or beyond a generation are typing errors.
FIRST_YEAR, LAST_YEAR = 1990, 2100
# A source is identified by the start of its name or host; this much of it fits into a button beside the words.
MAX_SOURCE = 18
# The length that is parsed; a longer input is a text, whose start is enough for a search.
MAX_LENGTH = 4096

_SINCE, _UNTIL = ("since", "from", "с"), ("until", "to", "по", "до")
_SOURCE = tuple(name for name, field in FIELDS.items() if field == "source")
# Names of dates in the other languages, which are filters only before a figure.
_OTHERS = {
    "since": "бастап басы баштап башы башталышы dan boshi дан боши аз başlap başy basy",
    "until": "дейін дейин соңы соны чейин аягы gacha oxiri гача охири то çenli cenli soňy sony",
}
_OTHER_SINCE, _OTHER_UNTIL = (tuple(names.split()) for names in _OTHERS.values())
_FILTER = re.compile(
    rf"(?<!\S)(?:({'|'.join((*_SINCE, *_UNTIL, *_SOURCE))}):(\S*)"
    rf"|({'|'.join((*_OTHER_SINCE, *_OTHER_UNTIL))}):([0-9]\S*))",
    re.IGNORECASE,
)
_TOPIC_FIELDS = "|".join(name for name, field in FIELDS.items() if field in NAMED_FIELDS)
_COLON = re.compile(rf"((?<!\S)-?(?:{_TOPIC_FIELDS}):(?=\S))|:", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([a-z0-9][a-z0-9.-]*)/?", re.ASCII)


class SearchError(InvalidInput):
    """A search that cannot be read; `at` is the wrong piece."""

    def __init__(self, key: str, at: str = "") -> None:
        super().__init__(key, at=at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Search:
    """A query and its filters: both days are included; `source` is the start of a source's name or host.

    `typed` are the words of the query as the person wrote them.
    """

    query: Query
    since: dt.date | None = None
    until: dt.date | None = None
    source: str | None = None
    typed: str = field(default="", compare=False)

    @property
    def filtered(self) -> bool:
        """Whether there is any filter besides the words."""
        return (self.since, self.until, self.source) != (None, None, None)

    @property
    def topic(self) -> str:
        """The words to follow: as they were typed, unless a topic reads those in another way."""
        try:
            return self.typed if parse(self.typed) == self.query else str(self.query)
        except QueryError:
            return str(self.query)


@dataclass(frozen=True, slots=True)
class Hit:
    """A found article: its title with the searched words marked, and an excerpt of its text, if they are in it."""

    article: StoredArticle
    title: Excerpt
    snippet: Excerpt | None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of results, best first, whether there are more, and the number of all."""

    hits: tuple[Hit, ...]
    more: bool
    total: int


def read(text: str) -> Search:
    """Read typed text; SearchError names a wrong filter, or says that there is no word.

    Words that are no query (a quotation mark left open, a page of text) become one term each.
    """
    text = text[:MAX_LENGTH]
    typed = {(name or other).casefold(): value or date for name, value, other, date in _FILTER.findall(text)}
    since, until, source = (
        next((typed[name] for name in names if name in typed), None)
        for names in (_SINCE + _OTHER_SINCE, _UNTIL + _OTHER_UNTIL, _SOURCE)
    )
    first = None if since is None else _days(since)[0]
    last = None if until is None else _days(until)[1]
    words = " ".join(_FILTER.sub(" ", text).split())
    return narrowed(_query(words), first, last, source, words)


def narrowed(query: Query, since: dt.date | None, until: dt.date | None, source: str | None, typed: str = "") -> Search:
    """Return a search with its filters, None where there is none; SearchError names a wrong one."""
    for day in (since, until):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise SearchError("search.error.date", str(day))
    if since is not None and until is not None and since > until:
        raise SearchError("search.error.order")
    return Search(query, since, until, None if source is None else _host(source), typed)


def _query(text: str) -> Query:
    # A search has filters and curated topics, no other fields: any other word with a colon is a phrase.
    text = _COLON.sub(lambda found: found[0] if found[1] else "·", text)
    try:
        return parse(text)
    except QueryError as error:
        if error.key == "topics.error.exclusions":
            raise SearchError(error.key, error.at) from None
    plain = [f'"{word}"' for word in dict.fromkeys(words(text)) if len(word) < MAX_QUERY_LENGTH // 2][:MAX_TERMS]
    while plain:
        try:
            return parse(" ".join(plain))
        except QueryError:
            plain.pop()
    raise SearchError("search.error.empty")


def _days(text: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a year, a month or a day."""
    found = _DATE.fullmatch(text)
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise SearchError("search.error.date", text)
    year = int(found[1])
    try:
        first = dt.date(year, int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise SearchError("search.error.date", text) from None
    if found[3]:
        return first, first
    month = first.month if found[2] else 12
    return first, dt.date(year, month, calendar.monthrange(year, month)[1])


def _host(text: str) -> str:
    found = _HOST.fullmatch(text.casefold())
    if found is None:
        raise SearchError("search.error.source", text)
    return found[1][:MAX_SOURCE]
