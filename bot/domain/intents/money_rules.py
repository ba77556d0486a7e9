"""The rules for rates and conversions: `тенге`, `курс рубля к сомони`, `10000 руб в сомони`."""

from __future__ import annotations

import re

from bot.domain.amounts import FILLERS, ConvertError, amount, amount_of
from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.sentence import OF_GOLD, PADDING, Sentence
from bot.domain.tokens import JOINTS, QUALIFIERS, Token, kinds
from bot.domain.vocabulary import code_of

# Unknown words that a clear question may have.
_TOLERATED = 4
_AMOUNT = PADDING | {"currency", "quantity", "", "howmuch", "price", "convert"}
# Words beside `перевод` that make it another one than of money.
_NO_CONVERTER = ("rate", "place", "people", "city", *QUALIFIERS)
_ASKED = ("howmuch", "cost", "rate", "convert")
_MONEY = kinds(
    "switch reach currency rate howmuch price cost become all convert search quantity unit help last above below"
)

_GOLD = kinds("gold gram buyback howmuch price cost rate become place city people currency all when")
# The weight of a bar: `10 г`, `100 grams`, `1 kg`.
_WEIGHT = re.compile(
    r"\b\d{1,4}(?:[.,]\d{1,4})?\s?(?:г|гр|грамм\w*|g|gr|gramm?\w*|кг|kg|кило\w*|kilo\w*)\b\.?", re.IGNORECASE
)


def convert(sentence: Sentence) -> Intent | None:
    """Return the intent of a conversion: an amount with its currency."""
    numbers, codes = sentence.numbers, sentence.codes
    if not numbers:
        is_empty = not sentence.unknown and len(codes) < 2 and not sentence.has(*_NO_CONVERTER)
        if sentence.has("convert") and is_empty and not any(map(_is_language, sentence.tokens)):
            return Intent(IntentKind.CONVERT, currencies=codes)
        return None
    if not _is_money(sentence) or sentence.has("went") or any(number.percent for number in numbers):
        return None
    if sentence.foreign is not None:
        return Intent(
            IntentKind.CONVERT, problem=ConvertError("convert.error.unknown", sentence.foreign.text, certain=True)
        )
    if not codes:
        return None
    if _is_target_first(sentence):
        return _of_own(sentence)
    kept = [token for token in sentence.tokens if token.kind in (*JOINTS, *FILLERS, "quantity", "currency")]
    try:
        request = amount_of(kept)
    except ConvertError as problem:
        if len(numbers) == 1 and len(codes) == 1 and sentence.own[:1] not in ((), codes) and not problem.certain:
            return _of_own(sentence)
        return Intent(IntentKind.CONVERT, currencies=codes, problem=problem)
    quotes = request.quotes or local_of(sentence, (request.base,))
    return Intent(IntentKind.CONVERT, amount=request.amount, currencies=(request.base, *quotes))


def _is_language(token: Token) -> bool:
    """Return whether a nationality is one of a language, not of money: `перевод на казахский`."""
    return token.code is not None and code_of(token.text) is None


def _is_target_first(sentence: Sentence) -> bool:
    """Return whether an amount of the person's own currency follows its target: `в сомони 15к`."""
    kinds = [token.kind for token in sentence.tokens if token.kind != "filler"]
    return kinds[-3:] == ["into", "currency", "quantity"] and sentence.own[:1] not in ((), sentence.codes)


def _of_own(sentence: Sentence) -> Intent:
    """Return the conversion of an amount without a currency: it is in the person's own (`15к в сомони`)."""
    currencies = (sentence.own[0], *sentence.codes)
    try:
        return Intent(IntentKind.CONVERT, amount=amount(sentence.numbers[0]), currencies=currencies)
    except ConvertError as problem:
        return Intent(IntentKind.CONVERT, currencies=currencies, problem=problem)


def _is_money(sentence: Sentence) -> bool:
    """Return whether a number is an amount of money in a question, not a number in a headline."""
    unknown = len(sentence.unknown)
    if sentence.foreign is not None:
        return not unknown
    if not unknown:
        return True
    if sentence.has("howmuch", "convert"):
        return unknown <= _TOLERATED
    return len(sentence.codes) > 1 and _has_target(sentence) and unknown <= 1


def _has_target(sentence: Sentence) -> bool:
    tokens = sentence.tokens
    return any(token.kind == "into" and tokens[place + 1].code for place, token in enumerate(tokens[:-1]))


def unknown_target(sentence: Sentence) -> Intent | None:
    """Return the problem of an amount with an unknown currency: `100 usd in xyz`, `100 xyz in usd`, `100 XYZ`."""
    if len(sentence.unknown) != 1 or len(sentence.numbers) != 1:
        return None
    [word] = sentence.unknown
    before = sentence.tokens[-2] if len(sentence.tokens) > 1 else None
    kinds_of_tokens = [token.kind for token in sentence.tokens if token.kind not in PADDING or token.kind == "into"]
    if kinds_of_tokens == ["quantity", word.kind, "into", "currency"]:
        problem = ConvertError("convert.error.unknown", word.text, certain=True)
        return Intent(IntentKind.CONVERT, currencies=sentence.codes, problem=problem)
    if sentence.tokens[-1] != word or before is None or not sentence.kinds <= _AMOUNT:
        return None
    is_code = len(word.text) == 3 and word.text.isascii() and word.text.isupper()
    if (before.kind == "into" and sentence.codes) or (is_code and (before.code or before.kind == "quantity")):
        problem = ConvertError("convert.error.unknown", word.text, certain=True)
        return Intent(IntentKind.CONVERT, currencies=sentence.codes, problem=problem)
    return None


def rates(sentence: Sentence) -> Intent | None:
    """Return the intent of the table, of one currency or of two."""
    is_language = sentence.has("convert") and any(map(_is_language, sentence.tokens))
    if sentence.numbers or is_language or not _is_question(sentence):
        return None
    if sentence.foreign is not None:
        return Intent(IntentKind.RATE, problem=ConvertError("convert.error.unknown", sentence.foreign.text))
    codes = sentence.codes
    if len(codes) == 2 and codes[0] == codes[1]:
        if _are_joined(sentence):
            return Intent(IntentKind.PAIR, currencies=codes, problem=ConvertError("convert.error.same"))
        codes = codes[:1]
    codes = tuple(dict.fromkeys((*codes, *local_of(sentence, codes))))
    if not codes:
        return Intent(IntentKind.RATES)
    if len(codes) == 2:
        return Intent(IntentKind.PAIR, currencies=codes)
    return Intent(IntentKind.RATE if len(codes) == 1 and codes != ("USD",) else IntentKind.RATES, currencies=codes)


def _is_question(sentence: Sentence) -> bool:
    named = bool(sentence.codes or sentence.foreign)
    if not named and not sentence.has("rate") and not (sentence.has("howmuch", "price") and sentence.has("all")):
        return False
    if sentence.unknown:
        is_other = any(token.meaning == "ordinary" for token in sentence.unknown) or _is_asked(sentence)
        return named and sentence.has(*_ASKED) and len(sentence.unknown) <= 1 and not is_other
    if sentence.codes and sentence.only("currency", "went", "rate"):
        return True  # `доллар растёт?`: the change is on the card
    return sentence.only(*_MONEY, "place", "city", "people", "news" if not named else "rate")


def _is_asked(sentence: Sentence) -> bool:
    """Return whether the unknown word is what the question is about: `сколько стоит бензин в долларах`."""
    tokens = [token for token in sentence.tokens if token.kind != "filler"]
    place = tokens.index(sentence.unknown[0])
    first = next((place for place, token in enumerate(tokens) if token.kind == "currency"), 0)
    return place < first and place > 0 and tokens[place - 1].kind in (*_ASKED, "about", "into")


def local_of(sentence: Sentence, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the money of the named country or city, for a currency that is asked for there."""
    if len(codes) > 1 or not sentence.places:
        return ()
    code = sentence.places[0].meaning.partition(":")[2]
    return () if code in ("?", *codes) else (code,)


def _are_joined(sentence: Sentence) -> bool:
    """Return whether two currencies are compared: `доллар к доллару`, `usd/usd`."""
    first, second = (token for token in sentence.tokens if token.code)
    between = sentence.text[first.end : second.start]
    return "/" in between or any(_is_between(token, first, second) for token in sentence.tokens)


def _is_between(token: Token, first: Token, second: Token) -> bool:
    return token.kind == "into" and first.end <= token.start < second.start


def number(sentence: Sentence) -> Intent | None:
    """Return the intent of a number without anything else."""
    if len(sentence.numbers) != 1 or not sentence.only("quantity", "convert") or sentence.has(*QUALIFIERS, "fresh"):
        return None
    [only] = sentence.numbers
    try:
        return Intent(IntentKind.NUMBER, amount=amount(only))
    except ConvertError as problem:
        return Intent(IntentKind.NUMBER, problem=problem)


def gold(sentence: Sentence) -> Intent | None:
    """Return the intent of the price of gold: `золото`, `сколько стоит золото в Узбекистане`, `oltin narxi`.

    The weight of a bar may stand beside it: the answer has all of them.
    """
    if not sentence.has("gold"):
        return None
    if weight := _WEIGHT.search(sentence.text):
        sentence = sentence.without(weight.start(), weight.end())
    is_other = sentence.numbers or any(token.kind not in OF_GOLD for token in sentence.unknown)
    if is_other or not sentence.only(*_GOLD):
        return None
    if sentence.codes and sentence.places:
        return None  # `kazakhstan won gold` is news
    return Intent(IntentKind.GOLD, currencies=sentence.codes or local_of(sentence, ()))
