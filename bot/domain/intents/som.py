"""The word `som` (`сом`), which is the money of two countries, and in Tajik speech of a third one. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import JarchiError
from bot.domain.intents.person import Person
from bot.domain.languages import TABLE
from bot.domain.romanized import unmixed
from bot.domain.spelling import fold
from bot.domain.tokens import Token

# The money that the word can mean: Kyrgyz som, Uzbek soʻm, Tajik somoni.
MEANINGS = ("KGS", "UZS", "TJS")
# All forms of the word; `сомони`, `so'm` and `сум` have other meanings in the vocabulary.
_WORD = re.compile(r"(?:сом|som)(?!он|on)")
# Readers of these languages have one money of this name.
_OF_LANGUAGE = {"ky": "KGS", "uz": "UZS", "uz_cyrl": "UZS"}
# Languages in whose press the word is the Kyrgyz money: the Uzbek one is `сум`, `sum`.
_USUAL = {"en": "KGS", "ru": "KGS"}
_OF_ZONE = {zone: one.country for one in TABLE if one.country in MEANINGS for zone in one.zones}


class WhichCurrency(JarchiError):
    """The word has several meanings in a request: the person is asked for one of `codes`, the likeliest first."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(" ".join(codes))
        self.codes = tuple(codes)


def is_som(token: Token) -> bool:
    """Return whether a token is the word alone; a nationality beside it says whose it is: `узбекский сом`."""
    is_alone = token.end - token.start == len(token.text) and " " not in token.text
    return token.code in MEANINGS and is_alone and _WORD.match(unmixed(fold(token.text))) is not None


def resolved(tokens: Sequence[Token], person: Person) -> tuple[list[Token], tuple[str, ...]]:
    """Return tokens whose `som` is the money that is meant, and its meanings if there are several, likeliest first."""
    if not any(map(is_som, tokens)):
        return list(tokens), ()
    codes = _meanings(tokens, person)
    meaning = f"currency:{codes[0]}"
    read = [replace(token, meaning=meaning) if is_som(token) else token for token in tokens]
    return read, codes if len(codes) > 1 else ()


def _meanings(tokens: Sequence[Token], person: Person) -> tuple[str, ...]:
    if person.som:
        return (person.som,)
    codes = _possible(person)
    if codes == (_USUAL.get(person.language),):
        return codes
    # `1000 so'm necha som`: the other money is named by its own word.
    named = {token.code for token in tokens if token.code is not None and not is_som(token)}
    codes = tuple(code for code in codes if code not in named) or tuple(
        code for code in MEANINGS[:2] if code not in named
    )
    places = {token.meaning.partition(":")[2] for token in tokens if token.kind in ("place", "city")}
    for hints in (places, set(person.own)):
        hinted = tuple(code for code in codes if code in hints)
        if len(codes) > 1 and len(hinted) == 1:
            return hinted
    return codes


def _possible(person: Person) -> tuple[str, ...]:
    """Return the meanings by the language of the chat and the time zone, the likeliest first."""
    if person.language in _OF_LANGUAGE:
        return (_OF_LANGUAGE[person.language],)
    local = _OF_ZONE.get(person.timezone)
    if person.language in _USUAL:
        return tuple(dict.fromkeys((local or "KGS", _USUAL[person.language])))
    if local in ("KGS", "UZS"):
        return (local,)
    return ("TJS", "KGS", "UZS") if local == "TJS" or person.language == "tg" else ("KGS", "UZS")
