"""Intents: what a person wants who writes without a command. Pure; the words are in bot/domain/vocabulary.tsv."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.intents.alert_rules import alert, answered_number
from bot.domain.intents.command_rules import command
from bot.domain.intents.model import Correction, Intent, IntentKind
from bot.domain.intents.money_rules import convert, number, rates, unknown_target
from bot.domain.intents.past_rules import chart, history
from bot.domain.intents.sentence import Sentence, sentence_from, sentence_of
from bot.domain.intents.word_rules import MAX_QUERY_LENGTH, news, search, talk
from bot.domain.spelling import fold
from bot.domain.tokens import joined, pieces_of
from bot.domain.typed import clean
from bot.domain.vocabulary import meaning_of, nearest_word

__all__ = ["MAX_SENTENCE_LENGTH", "Correction", "Intent", "IntentKind", "understand"]

# The longest sentence that is understood, in characters; a longer text is words to search for.
MAX_SENTENCE_LENGTH = 200
# A sentence with more unknown words than this is not about a misspelt currency.
_MAX_CORRECTED = 3
# The rules, the most certain first; each returns an intent or None.
_RULES = (command, news, alert, history, chart, convert, rates, talk, number, unknown_target)
# Intents of which one is likelier than another if all its words are known.
_FAMILIES = (
    frozenset(IntentKind) - {IntentKind.NEWS, IntentKind.SEARCH, IntentKind.GREETING, IntentKind.THANKS},
    frozenset((IntentKind.GREETING, IntentKind.THANKS, IntentKind.HELP, IntentKind.MENU)),
)
# Intents for which an error of typing in a lone word is corrected only if the word is this long.
_CERTAIN_LENGTH = 5
_WORD = re.compile(r"[^\W_]")


def understand(
    text: str,
    language: str = "en",
    currencies: Sequence[str] = (),
    prompt: str | None = None,
    today: dt.date | None = None,
) -> Intent:
    """Return the intent of a sentence. Never raises.

    `language` is that of the chat: it decides where a word has two meanings. `currencies` are the person's own: an
    alert without a currency is on them. `prompt` is the key of the open prompt, if there is one: a number, also with a
    comparison (`> 520`), then is its answer. `today` is the day in the person's zone: without it, a month without a
    year and `last month` have no period.
    """
    text = clean(text[: 4 * MAX_SENTENCE_LENGTH])
    if len(text) > MAX_SENTENCE_LENGTH:
        return _of_words(text)
    sentence = sentence_of(text, language, currencies, today)
    if prompt is not None and (answer := answered_number(sentence, prompt)):
        return replace(answer, text=text)
    intent = _by_rules(sentence)
    if sentence.unknown:
        intent = _corrected(sentence, intent) or intent
    intent = intent or _rest(sentence)
    return replace(intent, text=text)


def _by_rules(sentence: Sentence) -> Intent | None:
    if not sentence.tokens:
        return None
    return next((intent for rule in _RULES if (intent := rule(sentence))), None)


def _rest(sentence: Sentence) -> Intent:
    """Return the intent of words that no rule is for: a search, if there is anything to search for."""
    found = search(sentence) if _WORD.search(sentence.text) and sentence.tokens else None
    return found if found is not None and (found.query or sentence.has("search")) else Intent(IntentKind.UNKNOWN)


def _of_words(text: str) -> Intent:
    """Return the search for the beginning of a long text."""
    if not _WORD.search(text):
        return Intent(IntentKind.UNKNOWN, text[:MAX_SENTENCE_LENGTH])
    query = text[:MAX_QUERY_LENGTH].rpartition(" ")[0] or text[:MAX_QUERY_LENGTH]
    return Intent(IntentKind.SEARCH, text[:MAX_SENTENCE_LENGTH], query=query)


def _corrected(sentence: Sentence, found: Intent | None) -> Intent | None:
    """Return the intent of a sentence whose unknown words are misspelt ones, or None if they are not."""
    if len(sentence.unknown) > _MAX_CORRECTED and found is None:
        return None
    places = {token.start for token in sentence.unknown}
    corrections, pieces = [], pieces_of(sentence.text, sentence.language)
    for place, piece in enumerate(pieces):
        near = nearest_word(fold(piece.text), sentence.language) if piece.start in places else None
        if near is not None:
            pieces[place] = replace(piece, text=near, meaning=meaning_of(near, sentence.language))
            if pieces[place].kind not in ("filler", ""):
                corrections.append(Correction(piece.text, near))
    mended = sentence_from(
        sentence.text, joined(pieces, sentence.language), sentence.language, sentence.own, sentence.today
    )
    if mended.unknown == sentence.unknown:
        return None
    intent = _by_rules(mended)
    if intent is None or not _fits(sentence, mended, found, intent, corrections):
        return None
    return replace(intent, corrections=tuple(corrections))


def _is_headed(typed: Sentence, mended: Sentence) -> bool:
    """Return whether a misspelt `news` begins the sentence: the other words are those of the news."""
    return typed.tokens[0] in typed.unknown and mended.tokens[0].kind in ("news", "fresh", "place")


def _fits(
    typed: Sentence, mended: Sentence, found: Intent | None, intent: Intent, corrections: Sequence[Correction]
) -> bool:
    """Return whether the corrected sentence is likelier than the one as it is typed."""
    if intent.kind is IntentKind.NEWS:
        return not mended.unknown or _is_headed(typed, mended)
    if typed.has("search", "news"):
        return False
    if mended.unknown:
        return found is not None and found.kind is intent.kind and len(mended.unknown) < len(typed.unknown)
    sides = any(meaning_of(one.meant, typed.language) in ("above", "below") for one in corrections)
    if sides and not (mended.has("when", "alert") or (mended.numbers and mended.codes)):
        return False  # a rate that fell, not an alert
    if found is not None and found.problem is None:
        return any({found.kind, intent.kind} <= family for family in _FAMILIES)
    if len(typed.tokens) > 1:
        return True
    word, meant = fold(typed.tokens[0].text), corrections[0].meant if corrections else ""
    return max(len(word), len(meant)) >= _CERTAIN_LENGTH or sorted(word) == sorted(meant)
