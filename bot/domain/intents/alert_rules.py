"""The rule for alerts: `kzt > 520`, `сообщи когда рубль будет 0,12 сомони`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from bot.domain.alerts.gold_words import gold_alone
from bot.domain.alerts.request import AlertRequest, UnknownCurrency, level_of, request_of
from bot.domain.amounts import amount
from bot.domain.errors import InvalidInput
from bot.domain.intents.model import Intent, IntentKind
from bot.domain.intents.sentence import PADDING, Sentence
from bot.domain.offers import Channel
from bot.domain.tokens import QUALIFIERS, QUANTITY, Token
from bot.domain.typed_channels import channel_in

# Unknown words that a sentence may have beside a clear wish: "сообщи когда рубль станет выгоднее".
_TOLERATED = 3
_CONDITIONS = ("above", "below", "either", "become", "reach", "extreme", "peg")


def alert(sentence: Sentence) -> Intent | None:
    """Return the intent of an alert, if the sentence asks for one."""
    if (
        sentence.has("alerts", "delete", "switch")
        and sentence.has("alerts", "alert")
        and sentence.only("alerts", "alert", "all", "delete", "switch", "command")
    ):
        return Intent(IntentKind.ALERT, command="alerts")
    if sentence.has("gold"):
        return _of_gold(sentence)
    if not _is_meant(sentence):
        return None
    if (foreign := sentence.foreign or _unknown_unit(sentence)) is not None:
        return Intent(IntentKind.ALERT, problem=UnknownCurrency(foreign.text))
    if not sentence.codes:
        return _without_currency(sentence)
    try:
        request = request_of(sentence.tokens)
    except InvalidInput as problem:
        if not sentence.numbers and len(set(sentence.codes)) == len(sentence.codes) <= 2:
            return Intent(IntentKind.ALERT, currencies=sentence.codes)
        return Intent(IntentKind.ALERT, currencies=sentence.codes, problem=problem)
    is_kept = request.complete or request.market or request.without_table
    return Intent(IntentKind.ALERT, currencies=request.currencies, alert=request if is_kept else None)


def _of_gold(sentence: Sentence) -> Intent | None:
    """Return the intent of an alert on gold. Without a number or a wish for a message it is a subject of the news."""
    alone = replace(sentence, tokens=tuple(gold_alone(sentence.tokens)))
    if not (alone.numbers or alone.has("alert", "tell", "when")) or not _is_meant(alone):
        return None
    if (foreign := alone.foreign or _unknown_unit(alone)) is not None:
        return Intent(IntentKind.ALERT, currencies=alone.codes, problem=UnknownCurrency(foreign.text))
    try:
        request = request_of(sentence.tokens)
    except InvalidInput as problem:
        return Intent(IntentKind.ALERT, currencies=alone.codes, problem=problem)
    return Intent(IntentKind.ALERT, currencies=request.currencies, alert=request)


def _is_meant(sentence: Sentence) -> bool:
    """Return whether an alert is asked for: by its name, by a condition, or by a comparison with a number."""
    has, codes, numbers = sentence.has, sentence.codes or sentence.foreign, sentence.numbers
    unknown = len(sentence.unknown)
    if has("alert"):
        named = bool(codes) and unknown <= _TOLERATED
        return named or (not unknown and (bool(numbers) or not has(*QUALIFIERS, "above", "below", "place", "city")))
    if has("follow"):
        return bool(codes) and unknown <= 1
    if codes and has("when") and not (has("howmuch", "convert") and not has("tell")):
        named = bool(numbers) and not _is_amount_only(sentence)
        return unknown <= _TOLERATED and (named or has(*_CONDITIONS, "tell"))
    if codes and has("tell") and has(*_CONDITIONS):
        return unknown <= (_TOLERATED if numbers else 1)
    if has("convert") and not _is_of_transfers(sentence):
        return False
    if unknown or has("howmuch", "chart", "history", "month", "went"):
        return False
    if has("tell") and len(sentence.codes) == 1 and numbers and not _is_amount_only(sentence):
        return True
    if codes and numbers and (has("above", "below", "reach") or any(one.percent for one in numbers)):
        return True
    if codes and has("extreme", "peg"):
        return sentence.only("currency", "extreme", "peg", "unit", "quantity", "only_once") and not has("per", "into")
    if has("tell") and has("when") and has(*_CONDITIONS) and not numbers:
        return True
    # Without a currency, a number in words is no level: "more than a million".
    typed = any(number.digits for number in numbers)
    return typed and has("above", "below", "when") and not has("city", "place")


def _is_of_transfers(sentence: Sentence) -> bool:
    """Return whether a level of transfers is named: `перевод рубля выше 0,12`, not `перевод 10000 рублей`."""
    if channel_in(sentence.tokens) is not Channel.TRANSFER or not sentence.has("above", "below"):
        return False
    order = [token.kind for token in sentence.tokens if token.code or token.kind == QUANTITY]
    return order[:1] == ["currency"]


def _unknown_unit(sentence: Sentence) -> Token | None:
    """Return the unknown word right after a number, where the currency of a level stands: `520 blah`."""
    tokens, unknown = sentence.tokens, sentence.unknown
    codes = (*(token.code for token in tokens[2:]), None)
    placed = zip(tokens, tokens[1:], codes, strict=False)
    units = (unit for number, unit, code in placed if number.kind == QUANTITY and not number.percent and code is None)
    return next((unit for unit in units if unit in unknown), None)


def _is_amount_only(sentence: Sentence) -> bool:
    """Return whether the only currency is that of the number: `а если 200 долларов`."""
    tokens = sentence.tokens
    return len(sentence.codes) == 1 and any(token.kind == QUANTITY and after.code for token, after in pairwise(tokens))


def _without_currency(sentence: Sentence) -> Intent:
    """Return the alert of a sentence that names no currency: on the person's own pair, else on the dollar."""
    if not sentence.numbers:
        return Intent(IntentKind.ALERT)
    own = sentence.own[:2] if len(sentence.own) >= 2 else ("USD",)
    assumed = tuple(Token(code, 0, 0, f"currency:{code}") for code in own)
    try:
        request: AlertRequest = request_of((*assumed, *sentence.tokens))
    except InvalidInput as problem:
        return Intent(IntentKind.ALERT, currencies=own, problem=problem)
    if request.move is not None and own == ("USD",):
        return Intent(IntentKind.ALERT)
    return Intent(IntentKind.ALERT, currencies=own, alert=request if request.complete else None)


def answered_number(sentence: Sentence, prompt: str) -> Intent | None:
    """Return the number that answers a prompt, also as `> 520` or `выше 520`; for a level, as `520 тенге` too.

    A conversion (`100 usd in tenge`) is no level; `520 тенге за доллар` is.
    """
    if sentence.has("into") and len(sentence.codes) > 1:
        return None
    is_level = prompt.startswith("alerts.")
    kinds = PADDING | {QUANTITY, *_CONDITIONS, "when", *(("currency",) if is_level else ())}
    if len(sentence.numbers) != 1 or not sentence.kinds <= kinds:
        return None
    [number] = sentence.numbers
    try:
        value = level_of(number, signed=number.percent) if is_level else amount(number)
    except InvalidInput as problem:
        return Intent(IntentKind.NUMBER, problem=problem)
    return Intent(IntentKind.NUMBER, amount=value)
