"""Intents: what a person wants who writes without a command. Pure; the words are in bot/domain/vocabulary.tsv."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.currencies import GOLD
from bot.domain.intents.alert_rules import alert, answered_number
from bot.domain.intents.command_rules import command
from bot.domain.intents.corrections import corrected
from bot.domain.intents.model import Correction, Intent, IntentKind
from bot.domain.intents.money_rules import convert, gold, number, rates, unknown_target
from bot.domain.intents.offer_rules import offers, others
from bot.domain.intents.past_rules import chart, history
from bot.domain.intents.person import Person
from bot.domain.intents.sentence import Sentence, sentence_of
from bot.domain.intents.som import WhichCurrency
from bot.domain.intents.word_rules import MAX_QUERY_LENGTH, news, search, talk
from bot.domain.typed import clean

__all__ = ["MAX_SENTENCE_LENGTH", "Correction", "Intent", "IntentKind", "Person", "WhichCurrency", "understand"]

# The longest sentence that is understood, in characters; a longer text is words to search for.
MAX_SENTENCE_LENGTH = 200
# The rules, the most certain first; each returns an intent or None.
_RULES = (command, news, gold, alert, history, chart, offers, convert, rates, talk, number, unknown_target)
_WORD = re.compile(r"[^\W_]")


def understand(
    text: str,
    language: str = "en",
    currencies: Sequence[str] = (),
    prompt: str | None = None,
    today: dt.date | None = None,
    *,
    timezone: str = "",
    som: str = "",
) -> Intent:
    """Return the intent of a sentence. Never raises.

    `language` is that of the chat: it decides where a word has two meanings. `currencies` are the person's own: an
    alert without a currency is on them. `prompt` is the key of the open prompt, if there is one: a number, also with a
    comparison (`> 520`), then is its answer. `today` is the day in the person's zone: without it, a month without a
    year and `last month` have no period. `timezone` is that zone (IANA name), and `som` the code of the money that the
    person said to mean by `som`: without it, an intent that needs it is the question which currency is meant.
    """
    text = clean(text[: 4 * MAX_SENTENCE_LENGTH])
    if len(text) > MAX_SENTENCE_LENGTH:
        return _of_words(text)
    sentence = sentence_of(text, Person(language, tuple(currencies), today, timezone, som))
    if prompt is not None and (answer := answered_number(sentence, prompt)):
        return replace(answer, text=text)
    intent = _by_rules(sentence)
    is_language = intent is not None and intent.command == "language" and bool(intent.query)
    is_gold = intent is not None and (intent.kind is IntentKind.GOLD or GOLD in intent.currencies)
    # Ordinary words are no misspelt ones in a question where to deal.
    is_offer = intent is not None and intent.kind is IntentKind.BANKS and not others(sentence)
    if sentence.unknown and not (is_language or is_gold or is_offer):
        intent = corrected(sentence, intent, _by_rules) or intent
    intent = replace(intent or _rest(sentence), text=text)
    return _question(intent) if intent.meanings else intent


def _question(intent: Intent) -> Intent:
    """Return the question which currency is meant, in place of an intent that depends on it."""
    return Intent(IntentKind.WHICH_CURRENCY, intent.text, meanings=intent.meanings, corrections=intent.corrections)


def _by_rules(sentence: Sentence) -> Intent | None:
    if not sentence.tokens:
        return None
    intent = next((intent for rule in _RULES if (intent := rule(sentence))), None)
    if intent is not None and sentence.meanings and sentence.meanings[0] in intent.currencies and not intent.problem:
        return replace(intent, meanings=sentence.meanings)
    return intent


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
