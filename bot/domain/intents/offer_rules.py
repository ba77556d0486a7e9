"""The rule for offers of banks: `курс доллара в банках`, `10000 рублей переводом в сомони`."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import InvalidInput
from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.money_rules import convert, local_of
from bot.domain.intents.sentence import Sentence
from bot.domain.offer_ranking import request_of
from bot.domain.tokens import Token, kinds
from bot.domain.typed_channels import channel_in

# Kinds of words that a question about offers may have.
_MONEY = kinds("currency rate howmuch price cost become all convert quantity place city people above below")
_ASKED = ("rate", "howmuch", "price", "cost")
# Meanings of the words of a question where to deal, which are ordinary ones in every other sentence. A customer needs
# the currency that a bank sells; they have the one that is dealt in otherwise.
_WHERE, _DEAL, _NEED, _CHEAP, _BEST = (f"ordinary:{name}" for name in ("where", "deal", "need", "cheap", "best"))
SELL = "filler:sell"
WORDS = (_WHERE, _DEAL, _NEED, _CHEAP, _BEST)
# Kinds that make it a question about something else, whose rules come later.
_OTHER = ("official", "search", "when", "went", "yesterday", "month", "delete", "follow")


def offers(sentence: Sentence) -> Intent | None:
    """Return the intent of a question for the offers of banks, if the sentence is one."""
    extreme = "extreme" if _names_where(sentence) else "banks"  # `где самый высокий курс` is no alert on an extreme
    if sentence.has(*_OTHER) or sentence.foreign is not None:
        return None
    if not sentence.only("banks", *_MONEY, "", "ordinary", extreme):
        return None
    if sentence.numbers and sentence.has("above", "below"):
        return None
    if sentence.has("banks"):
        is_meant = _is_about_banks(sentence)
    elif _names_where(sentence):
        is_meant = _is_where_to_deal(sentence)
    else:
        unknown = 1 if sentence.has(*_ASKED) and len(sentence.codes) > 1 else 0
        is_meant = sentence.has("channel") and len(sentence.unknown) <= unknown and _is_published(sentence)
    found = offers_in(sentence) if is_meant else None
    # A number that is no amount of money: the other rules say what it is.
    return None if found is None or found.problem is not None else found


def _is_about_banks(sentence: Sentence) -> bool:
    """Return whether money is asked for in banks; banks without it are a subject of the news."""
    if sentence.codes:
        unknown = others(sentence) if _is_question(sentence) else sentence.unknown
        return len(unknown) <= (1 if sentence.has(*_ASKED) or _names_which(sentence) else 0)
    return not sentence.unknown and (sentence.has(*_ASKED) or not sentence.places) and not sentence.numbers


def others(sentence: Sentence) -> list[Token]:
    """Return the words without a meaning in a question about offers."""
    return [token for token in sentence.unknown if token.meaning not in WORDS]


def _is_question(sentence: Sentence) -> bool:
    """Return whether banks are compared, not only named beside money: `which bank`, `where`, `best`, `cheaper`."""
    is_compared = any(token.meaning in (_WHERE, _BEST, _CHEAP) for token in sentence.tokens)
    return is_compared or _names_which(sentence) or sentence.has("above", "below", *_ASKED)


def _names_which(sentence: Sentence) -> bool:
    """Return whether banks are asked for by a phrase: `which bank`, `where is it better`."""
    return any(token.kind == "banks" and " " in token.text for token in sentence.tokens)


def _names_where(sentence: Sentence) -> bool:
    return any(token.meaning == _WHERE for token in sentence.tokens)


def _is_where_to_deal(sentence: Sentence) -> bool:
    """Return whether a place to buy or sell a currency is asked for: `where to sell euros`, `доллар қаерда арзон`."""
    if not sentence.codes or len(others(sentence)) > 1:
        return False
    is_dealing = any(token.meaning in (_DEAL, _NEED, _CHEAP, _BEST, SELL) for token in sentence.tokens)
    return is_dealing or sentence.has("buy", "convert", "above", "below", "extreme")


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
        return replace(intent, currencies=_currencies(sentence, bought), buys=bool(bought))
    found = convert(replace(sentence, tokens=tuple(token for token in sentence.tokens if token.meaning not in WORDS)))
    if found is None or not found.currencies:
        return replace(intent, problem=InvalidInput("banks.error.form"))
    return replace(
        intent,
        amount=found.amount,
        currencies=found.currencies[:2],
        buys=found.currencies[:1] == bought,
        problem=found.problem,
    )


def charted(sentence: Sentence) -> Intent | None:
    """Return the chart of offers that a sentence with a bank or a way of payment asks for; None if it has neither."""
    channel, bought = channel_in(sentence.tokens), _bought(sentence)
    if channel is None and not sentence.has("banks"):
        return None
    codes, person = _currencies(sentence, bought), sentence.person
    usual = request_of(codes, own=person.own, timezone=person.timezone).channel
    return Intent(IntentKind.CHART, currencies=codes, channel=channel or usual, buys=bool(bought))


def _currencies(sentence: Sentence, bought: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys((*bought, *sentence.codes)))
    return (*codes, *local_of(sentence, codes))[:2]


def _bought(sentence: Sentence) -> tuple[str, ...]:
    """Return the currency that the person wants to buy: the first one after that word, else the last one before it."""
    tokens = sentence.tokens
    needs = ("buy",) if sentence.numbers else ("buy", "below")  # who asks where money is cheap needs it
    place = next((n for n, token in enumerate(tokens) if token.kind in needs or token.meaning in (_NEED, _CHEAP)), None)
    if place is None:
        return ()
    nearest = (*tokens[place:], *reversed(tokens[:place]))
    return tuple(token.code for token in nearest if token.code is not None)[:1]
