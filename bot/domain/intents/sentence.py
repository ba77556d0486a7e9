"""A sentence divided into tokens, and the questions that the rules ask about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.domain.alerts.request import ordered_codes
from bot.domain.amounts import with_nationalities
from bot.domain.intents.person import Person
from bot.domain.intents.som import resolved
from bot.domain.numbers import D
from bot.domain.spans import is_span
from bot.domain.tokens import QUALIFIERS, QUANTITY, Token, kinds, tokens_of

_LETTER = re.compile(r"[^\W\d_]")
# Words about gold, which have a meaning in the questions about its price only.
OF_GOLD = ("gold", "gram", "buyback")
_UNKNOWN = ("", "ordinary", "times", *OF_GOLD)
# Kinds without a meaning of their own in the sentence of another intent.
PADDING = QUALIFIERS | kinds("filler buy into by per and from of about greeting thanks much plus fresh tell")


@dataclass(frozen=True)
class Sentence:
    """A cleaned text with its tokens. `meanings` are those of its `som`, if that word has several here."""

    text: str
    tokens: tuple[Token, ...]
    person: Person
    meanings: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The language of the chat."""
        return self.person.language

    @property
    def own(self) -> tuple[str, ...]:
        """The person's currencies."""
        return self.person.own

    @property
    def today(self) -> dt.date | None:
        """The day in the person's zone."""
        return self.person.today

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of the tokens' meanings."""
        return frozenset(token.kind for token in self.tokens)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The currencies, the base first."""
        return ordered_codes(self.tokens)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The different currencies, in the order in which they are typed."""
        return tuple(dict.fromkeys(token.code for token in self.tokens if token.code is not None))

    @cached_property
    def numbers(self) -> tuple[Token, ...]:
        """The quantities that are not of time."""
        places = (place for place, token in enumerate(self.tokens) if token.kind == QUANTITY)
        return tuple(self.tokens[place] for place in places if not is_span(self.tokens, place))

    @cached_property
    def unknown(self) -> tuple[Token, ...]:
        """The words without a meaning in questions about money; those about gold have one for its own rules alone."""
        return tuple(token for token in self.tokens if token.kind in _UNKNOWN and _LETTER.search(token.text))

    @cached_property
    def foreign(self) -> Token | None:
        """The first currency of which there is no rate."""
        return next((token for token in self.tokens if token.meaning == "currency:?"), None)

    @cached_property
    def places(self) -> tuple[Token, ...]:
        """The countries, cities and nationalities that are not part of a currency."""
        return tuple(token for token in self.tokens if token.kind in ("place", "city", "people"))

    def has(self, *kinds: str) -> bool:
        """Return whether there is a token of one of these kinds."""
        return not self.kinds.isdisjoint(kinds)

    def only(self, *kinds: str) -> bool:
        """Return whether there is nothing but words of these kinds and of no meaning of their own."""
        return self.kinds <= PADDING.union(kinds)

    def without(self, start: int, end: int) -> Sentence:
        """Return the sentence without a part of its text."""
        kept = [token for token in self.tokens if not start <= token.start < end]
        return replace(self, tokens=tuple(kept))


def sentence_of(text: str, person: Person) -> Sentence:
    """Return the sentence that a cleaned text is."""
    return sentence_from(text, tokens_of(text, person.language), person)


def sentence_from(text: str, tokens: Sequence[Token], person: Person) -> Sentence:
    """Return the sentence of tokens; the number one before a currency says no more than the currency."""
    tokens, meanings = resolved(with_nationalities(tokens), person)
    if any(token.code for token in tokens):
        tokens = [
            token for token in tokens if not (token.digits is None and token.value == D(1) and token.kind == QUANTITY)
        ]
    return Sentence(text, tuple(tokens), person, meanings)
