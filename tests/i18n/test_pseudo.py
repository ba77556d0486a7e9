"""Two languages that nobody speaks, made from English: what they cannot change is written outside of the catalogs.

The long one has texts that are 40 % longer, as translations are; the marked one has other letters and brackets.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

import pytest

from bot.demo.telegram.entities import parse_html
from bot.demo.telegram.spans import utf16_length
from bot.domain.currencies import CURRENCIES
from bot.domain.providers import display_name
from bot.domain.topics.curated import TOPICS
from bot.i18n import LANGUAGES, Translator, dates, read_catalog
from bot.i18n.cities import city
from bot.views.inline import Answer, Card
from bot.views.message import MAX_TEXT, View, plain_text
from bot.views.settings import CITIES
from handlers.features import COMMANDS
from tests.golden.dates import LENGTHS, MONTHS, WEEK
from tests.golden.offers import PROVIDERS
from tests.golden.page import samples
from tests.golden.sample import Sample, Shown, _value

ENGLISH = {str(one.id): str(one.string) for one in read_catalog("en") if one.id}
# A phone's width in a table, and Telegram's limits.
COLUMNS, MAX_ENTITIES, MAX_BUTTON_BYTES = 32, 100, 64
# A label may be so much longer than a row of one, two or more buttons shows on a narrow phone.
WIDTHS, NARROWEST, LONGER = {1: 36, 2: 20}, 12, 1.5
# Parts of a text that no translation changes.
KEPT = re.compile(r"(\{[^{}]*\}|</?\w[^<>]*>|&#?\w+;|<code>[^<]*</code>|(?<![\w/])/[a-z]\w*)")
MARKED = str.maketrans(
    "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWYZ", "àƀçðéƒĝĥîĵķļɱñôþŕšţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĻṀÑÔÞŔŠŢÛṼŴÝŽ"
)
# Words that are the same in every language: names, the codes of operators' lists, and times of the chart command.
EVERYWHERE = {"Jarchi", "Telegram", "CSV", "UTC", "peg", "beta", "id", "https", "start", "me", "com", "org", "example"}


def _outside(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if KEPT.fullmatch(part) else change(part) for part in KEPT.split(text))


def long(text: str) -> str:
    """Return a text that is 40 % longer: each word by as much, and at least by one letter."""
    return _outside(
        text, lambda part: re.sub(r"[A-Za-z]+", lambda word: word[0] + "o" * max(1, round(len(word[0]) * 0.4)), part)
    )


def marked(text: str) -> str:
    """Return a text in other letters, between brackets."""
    return f"⟦{_outside(text, lambda part: part.translate(MARKED))}⟧"


class Pseudo(Translator):
    """A translator of a language that is made from English; dates and numbers are English."""

    def __init__(self, made: Callable[[str], str]) -> None:
        super().__init__("en")
        self._made = made

    __eq__, __hash__ = object.__eq__, object.__hash__

    def _text(self, key: str) -> str:
        return self._made(ENGLISH[key]) if key in ENGLISH else key


def views(what: Shown) -> Iterator[View]:
    """Yield the messages of what is shown."""
    match what:
        case View():
            yield what
        case Card():
            yield what.view
        case Answer():
            yield from (card.view for card in what.cards)


def texts(what: Shown) -> Iterator[str]:
    """Yield all texts that are shown: messages without their markup, labels, keys, and entries of lists."""
    for view in views(what):
        yield plain_text(view.text)
        yield from (button.label for row in view.buttons for button in row)
        for key in chain.from_iterable(view.keyboard or ()):
            yield key if isinstance(key, str) else key.label
    match what:
        case Card():
            yield from (what.title, what.line)
        case Answer():
            yield what.label
            for card in what.cards:
                yield from (card.title, card.line)
        case str():
            yield plain_text(what)


@cache
def _known() -> frozenset[str]:
    """Return the words that come from outside of the catalogs: codes, commands, dates, cities, names of languages and banks."""
    named = [*LANGUAGES.values(), *CURRENCIES, *(command.name for command in COMMANDS), *TOPICS]
    named += [dates.day(one, "en") + " " + dates.short_day(one, "en") for one in MONTHS]
    named += [dates.weekday_time(one, "en") for one in WEEK]
    lengths = [*LENGTHS, dt.timedelta(minutes=1)]
    named += [dates.interval(one, "en") + " " + dates.ago(one, "en") for one in lengths] + [
        dates.listed(("", ""), "en")
    ]
    named += [display_name(provider, "en") for provider in PROVIDERS]
    named += [city(zone, "en") for zone in CITIES.values()]
    named += [example for text in ENGLISH.values() for example in re.findall(r"<code>[^<]*</code>", text)]
    return frozenset(_words(" ".join(named))) | EVERYWHERE


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", text)


@pytest.mark.parametrize("one", samples(), ids=lambda one: one.title)
def test_every_text_comes_from_a_catalog(one: Sample) -> None:
    t = Pseudo(marked)
    values = [_value(t, value) for value in (*one.arguments, *one.named.values())]
    given = " ".join(f"{value!r} {getattr(value, '__dict__', '')}" for value in values)
    allowed = _known() | set(_words(given)) | {word.lower() for word in _words(given)}
    left = {word for text in texts(one.render(t)) for word in _words(text) if word not in allowed}
    assert not left, "written in the code, in English"


@pytest.mark.parametrize("one", samples(), ids=lambda one: one.title)
@pytest.mark.parametrize("made", [long, marked])
def test_longer_texts_are_within_the_limits_of_telegram_and_of_a_phone(one: Sample, made: Callable[[str], str]) -> None:
    shown = one.render(Pseudo(made))
    for view in views(shown):
        text, entities = parse_html(view.text)
        assert utf16_length(text) <= MAX_TEXT
        assert len(entities) <= MAX_ENTITIES
        assert all(
            button.data is None or len(button.data.encode()) <= MAX_BUTTON_BYTES
            for row in view.buttons
            for button in row
        )
        for table in re.findall(r"<pre>(.*?)</pre>", view.text, re.DOTALL):
            assert max(map(len, plain_text(table).splitlines())) <= COLUMNS
        wide = [
            button.label
            for row in view.buttons
            for button in row
            if len(button.label) > WIDTHS.get(len(row), NARROWEST) * LONGER
        ]
        assert not wide
