"""Corrections of a misspelt word in a question where to deal: `whee to sell euros`, `qyasi bank dollar sotadi`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from bot.domain.intents.model import Correction, Intent, IntentKind
from bot.domain.intents.offer_rules import SELL, WORDS, others
from bot.domain.intents.sentence import Sentence, sentence_from
from bot.domain.languages import TABLE
from bot.domain.mistyped import SHORTEST, errors
from bot.domain.spelling import fold
from bot.domain.tokens import joined, pieces_of
from bot.domain.vocabulary import columns_of, meaning_of, table

# Kinds of which a question where to deal has one beside its misspelt word.
_BESIDE = ("ordinary", "banks", "buy", "convert", "above", "below")


def where_to_deal(sentence: Sentence, rules: Callable[[Sentence], Intent | None]) -> Intent | None:
    """Return the intent of a question where to deal that has one misspelt word, or None.

    The words of these questions are ordinary ones in every other sentence, where they correct nothing.
    """
    unclear = others(sentence)
    is_beside = sentence.has(*_BESIDE) or any(token.meaning == SELL for token in sentence.tokens)
    if not sentence.codes or not is_beside or len(unclear) != 1 or len(unclear[0].text) < SHORTEST:
        return None
    language = sentence.language
    pieces = pieces_of(sentence.text, language)
    place = next((place for place, piece in enumerate(pieces) if piece.start == unclear[0].start), None)
    if place is None:
        return None
    typed, word = pieces[place], fold(pieces[place].text)
    for near in _words(language):
        if abs(len(near) - len(word)) > 1 or (near[0] != word[0] and near[-1] != word[-1]) or errors(word, near) != 1:
            continue
        pieces[place] = replace(typed, text=near, meaning=meaning_of(near, language))
        intent = rules(mended := sentence_from(sentence.text, joined(pieces, language), sentence.person))
        if intent is not None and intent.kind is IntentKind.BANKS and not others(mended):
            return replace(intent, corrections=(Correction(typed.text, near),))
    return None


@lru_cache(maxsize=len(TABLE))  # by language
def _words(language: str) -> tuple[str, ...]:
    """Return the words of a chat's languages that such a question has: `where`, `sells`, `which` of `which bank`."""
    columns = ("any", "en", "ru", *columns_of(language))
    found = dict.fromkeys(
        part
        for word, entries in table().items()
        for column, meaning in entries
        if column in columns and (meaning in (*WORDS, SELL) or (meaning == "banks" and " " in word))
        for part in word.split()
        if len(part) >= SHORTEST
    )
    return tuple(found)
