"""The rule for offers of banks: `курс доллара в банках`, `10000 рублей переводом в сомони`."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import InvalidInput
from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.money_rules import convert, local_of
from bot.domain.intents.sentence import Sentence
from bot.domain.offer_ranking import request_of
from bot.domain.tokens import kinds
from bot.domain.typed_channels import channel_in

# Kinds of words that a question about offers may have.
_MONEY = kinds("currency rate howmuch price cost become all convert quantity place city people above below")
_ASKED = ("rate", "howmuch", "price", "cost")
# Kinds that make it a question about something else, whose rules come later.
_OTHER = ("official", "search", "when", "went", "yesterday", "month", "delete", "follow")

# Questions for the best bank: in which one, and where a currency is cheap (for a person who needs it).
_CHEAP = "banks:cheap"
_WHERE = ("banks:where", _CHEAP)


def offers(sentence: Sentence) -> Intent | None:
    """Return the intent of a question for the offers of banks, if the sentence is one."""
    if sentence.has(*_OTHER) or sentence.foreign is not None or not sentence.only("banks", *_MONEY, ""):
        return None
    if sentence.numbers and sentence.has("above", "below"):
        return None
    if sentence.has("banks"):
        is_meant = _is_about_banks(sentence)
    else:
        unknown = 1 if sentence.has(*_ASKED) and len(sentence.codes) > 1 else 0
        is_meant = sentence.has("channel") and len(sentence.unknown) <= unknown and _is_published(sentence)
    found = offers_in(sentence) if is_meant else None
    # A number that is no amount of money: the other rules say what it is.
    return None if found is None or found.problem is not None else found


def _is_about_banks(sentence: Sentence) -> bool:
    """Return whether money is asked for in banks; banks without it are a subject of the news."""
    if sentence.codes:
        is_asked = sentence.has(*_ASKED) or any(token.meaning in _WHERE for token in sentence.tokens)
        return len(sentence.unknown) <= (1 if is_asked else 0)
    return not sentence.unknown and (sentence.has(*_ASKED) or not sentence.places) and not sentence.numbers


def _is_published(sentence: Sentence) -> bool:
    """Return whether an official table has offers for the currencies that are named, in the person's country."""
    codes = (*sentence.codes, *local_of(sentence, sentence.codes))
    person = sentence.person
    return bool(codes) and request_of(codes, own=person.own, timezone=person.timezone).table is not None


def offers_in(sentence: Sentence) -> Intent:
    """Return the question for offers that a sentence is: its currencies, its amount, its way of payment."""
    intent = Intent(IntentKind.BANKS, channel=channel_in(sentence.tokens))
    bought = _bought(sentence)
    if not sentence.numbers:
        codes = tuple(dict.fromkeys((*bought, *sentence.codes)))
        return replace(intent, currencies=(*codes, *local_of(sentence, codes))[:2], buys=bool(bought))
    found = convert(sentence)
    if found is None or not found.currencies:
        return replace(intent, problem=InvalidInput("banks.error.form"))
    return replace(
        intent,
        amount=found.amount,
        currencies=found.currencies[:2],
        buys=found.currencies[:1] == bought,
        problem=found.problem,
    )


def _bought(sentence: Sentence) -> tuple[str, ...]:
    """Return the currency that the person wants to buy: the first one after that word, or one that is to be cheap."""
    tokens = sentence.tokens
    if any(token.meaning == _CHEAP for token in tokens):
        return sentence.codes[:1]
    place = next((place for place, token in enumerate(tokens) if token.kind == "buy"), len(tokens))
    return tuple(token.code for token in tokens[place:] if token.code is not None)[:1]
