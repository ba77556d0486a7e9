"""Arguments: what follows a command, read as a sentence is, with its misspelt currencies corrected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.alerts.request import AlertRequest, parse_request
from bot.domain.amounts import with_nationalities
from bot.domain.currencies import CURRENCIES
from bot.domain.intents.model import Correction
from bot.domain.intents.person import Person
from bot.domain.intents.sentence import Sentence, sentence_from
from bot.domain.intents.som import WhichCurrency, resolved
from bot.domain.mistyped import SHORTEST, nearest_currency, nearest_word
from bot.domain.spelling import fold
from bot.domain.tokens import Token, joined, pieces_of
from bot.domain.vocabulary import meaning_of

# The longest arguments that are read, in characters, and the longest part of a word that is shown.
MAX_LENGTH, _MAX_WORD = 200, 20


@dataclass(frozen=True, slots=True)
class Arguments:
    """The sentence that the arguments of a command are, and the corrections in it."""

    sentence: Sentence
    corrections: tuple[Correction, ...] = ()

    @property
    def unknown(self) -> str:
        """The first word without a meaning or without a rate, cut to 20 characters; empty if there is none."""
        words = (*self.sentence.unknown, self.sentence.foreign)
        return next((word.text[:_MAX_WORD] for word in words if word is not None), "")


def arguments_of(text: str, person: Person | None = None) -> Arguments:
    """Read the arguments of a command about money: `rub tjs`, `RUB/TJS`, `рубли в самони`, `тенгэ 90d`.

    Where a currency is expected, an unknown word is most likely a misspelt one. Beside a known currency, only a code
    or a longer word is: most other words are small talk.
    """
    person = person or Person()
    language = person.language
    pieces, corrections = pieces_of(text[:MAX_LENGTH], language), list[Correction]()
    typed = sentence_from(text, joined(pieces, language), person)
    unknown = {token.start for token in typed.unknown}
    for place, piece in enumerate(pieces):
        near = _nearest(piece.text, language, alone=not typed.codes) if piece.start in unknown else None
        if near is not None:
            pieces[place] = replace(piece, text=near, meaning=meaning_of(fold(near), language))
            corrections.append(Correction(piece.text, near))
    mended = sentence_from(text, joined(pieces, language), person)
    return Arguments(mended, tuple(corrections))


def request_in(text: str, person: Person) -> AlertRequest:
    """Read the arguments of /alert; WhichCurrency if the word `som` has several meanings in them."""
    meanings: tuple[str, ...] = ()

    def resolve(tokens: Sequence[Token]) -> Sequence[Token]:
        nonlocal meanings
        found, meanings = resolved(with_nationalities(tokens), person)
        return found

    request = parse_request(text, person.language, resolve)
    if meanings and meanings[0] in request.currencies:
        raise WhichCurrency(meanings)
    return request


def _nearest(word: str, language: str, *, alone: bool) -> str | None:
    near = nearest_currency(word)
    if near is not None and (alone or near in CURRENCIES or len(word) >= SHORTEST):
        return near
    return nearest_word(fold(word), language)
