"""Tokens: the pieces of a typed sentence with their meanings, and its quantities. Pure.

`tokens_of` is the one reader of sentences, of amounts of money and of requests for alerts.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from bot.domain.numbers import CONTEXT, D
from bot.domain.pieces import QUANTITY, Token, meaning_as_typed, pieces_of
from bot.domain.spelling import fold
from bot.domain.vocabulary import longest_phrases

__all__ = ["JOINTS", "QUALIFIERS", "QUANTITY", "Token", "joined", "kinds", "pieces_of", "tokens_of"]
# A part of a number with thousands apart.
_WHOLE = re.compile(r"[0-9]{1,3}")
_HUNDRED = D(100)
_UNBOUNDED = D("1e12")
# The signs that words and marks before a number give it; `±2%` is the same as `2%`.
_SIGNS = {"plus": "+", "minus": "-", "plus_minus": ""}
# `oʻn` without its apostrophe in Uzbek chats: another word in English and in Russian.
_TEN = dict.fromkeys(("uz", "uz_cyrl"), ("on", "он"))
_COUNTED = frozenset(("currency", "times"))
# `öň` (before) without its marks is ten (`on`) in Turkmen.
_BEFORE = "on"
_NOTHING = Token("", 0, 0)


def kinds(names: str) -> frozenset[str]:
    """Return a set of kinds of meanings, named in one text."""
    return frozenset(names.split())


# Words that join two parts of a sentence, such as an amount and its target currency.
JOINTS = kinds("into by per and from of about")
# Words that say which rate is meant.
QUALIFIERS = kinds("qualifier official banks channel")
# Words for what is switched on, or that a money's name follows: `alerts on usd`, `news on tenge`.
_BEFORE_SWITCH = kinds("alert alerts chart history news search follow rate digest command tell")


def tokens_of(text: str, language: str = "en") -> list[Token]:
    """Return the tokens of a text, its phrases and numbers as one token each; punctuation is left out."""
    return joined(pieces_of(text, language), language)


def joined(pieces: list[Token], language: str) -> list[Token]:
    """Return pieces with phrases and quantities as one token each."""
    return _quantities(_ago(_tens(_phrases(pieces, language), language), language))


def _tens(tokens: list[Token], language: str) -> list[Token]:
    """Return the tokens of an Uzbek chat with `on` as ten where it begins an amount: `on dollar`, never `alerts on`."""
    if language not in _TEN:
        return tokens
    return [
        replace(token, meaning="number:10")
        if fold(token.text) in _TEN[language] and after.kind in _COUNTED and before.kind not in _BEFORE_SWITCH
        else token
        for before, token, after in zip((_NOTHING, *tokens), tokens, (*tokens[1:], _NOTHING), strict=False)
    ]


def _ago(tokens: list[Token], language: str) -> list[Token]:
    """Return the tokens of a Turkmen chat with `öň` after a unit of time as a word of the past: `3 gün öň`."""
    if language != "tk":
        return tokens
    return [
        replace(token, meaning="ago")
        if fold(token.text) == _BEFORE and before.kind == "unit" and after.kind not in _COUNTED
        else token
        for before, token, after in zip((_NOTHING, *tokens), tokens, (*tokens[1:], _NOTHING), strict=False)
    ]


def _phrases(tokens: list[Token], language: str) -> list[Token]:
    """Join the words that mean something together: the longest phrase from the left."""
    starts, found, place = longest_phrases(), [], 0
    while place < len(tokens):
        token = tokens[place]
        for length in range(min(starts.get(fold(token.text), 1), len(tokens) - place), 1, -1):
            part = tokens[place : place + length]
            if meaning := meaning_as_typed(" ".join(one.text for one in part), language):
                token = Token(" ".join(one.text for one in part), part[0].start, part[-1].end, meaning)
                place += length - 1
                break
        found.append(token)
        place += 1
    return found


def _quantities(tokens: list[Token]) -> list[Token]:
    """Join numbers in digits and words, multipliers and per cent signs to quantities ("две тысячи пятьсот", "5k")."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        quantity, end = _quantity(tokens, place)
        if quantity is None:
            found.append(_stray(tokens[place], tokens[place - 1] if place else None))
            place += 1
            continue
        if found and found[-1].kind in _SIGNS:
            quantity = replace(quantity, sign=_SIGNS[found.pop().kind])
        if end < len(tokens) and tokens[end].kind == "percent":
            quantity, end = replace(quantity, percent=True, end=tokens[end].end), end + 1
        found.append(quantity)
        place = end
    return found


def _stray(token: Token, before: Token | None) -> Token:
    """Return a token outside of a quantity: `к` is a preposition there, a lone multiplier has no meaning."""
    if token.kind == "thousand_or_to":
        return replace(token, meaning="times:1e3" if token.text.isascii() and before is None else "into")
    return token


def _quantity(tokens: list[Token], start: int) -> tuple[Token | None, int]:
    """Return the quantity that begins at a place, and the place after it."""
    first = tokens[start]
    if first.kind == "digits":
        return _digits(tokens, start)
    if _is_half_of_money(tokens, start):
        return replace(first, meaning=QUANTITY, value=D("0.5")), start + 1
    if _begins_words(first) or _is_half_of(tokens, start):
        value, scale, end = _in_words(tokens, start)
        if value == D("0.5"):
            return None, start  # half of nothing that is named
        added, end = _smaller_parts(tokens, end, scale)
        token = Token("", first.start, tokens[end - 1].end, QUANTITY, value=value + added)
        return replace(token, text=" ".join(one.text for one in tokens[start:end])), end
    return None, start


def _begins_words(token: Token) -> bool:
    """Return whether a number in words may begin with a token: `five`, `thousand`; `m` only continues a number."""
    return token.kind == "number" or (token.kind == "times" and (len(token.text) > 2 or _scale(token) == _HUNDRED))


def _digits(tokens: list[Token], start: int) -> tuple[Token, int]:
    """Return a quantity that begins with digits: `5`, `5 тыс`, `5 тысяч 200`, `2 with a half million`."""
    first, end = tokens[start], start + 1
    digits, times, value = first.text, None, None
    sign = "-" if digits[0] in "-−–" else ""
    if end < len(tokens) and _WHOLE.fullmatch(digits) and _is_half(tokens, end):
        digits, end = f"{digits}.5", end + 1  # `2 с половиной тысячи`, `1 yarim million`
    if end < len(tokens) and (scale := _scale(tokens[end])) is not None:
        times, end = scale, end + 1
        if scale == _HUNDRED and end < len(tokens) and (scale := _scale(tokens[end]) or D(0)) > _HUNDRED:
            times, end = times * scale, end + 1  # `5 yuz ming`
        if _WHOLE.fullmatch(digits):
            added, after = _smaller_parts(tokens, end, scale or times)
            value, end = (CONTEXT.multiply(D(digits), times) + added, after) if after > end else (None, end)
    text = " ".join(one.text for one in tokens[start:end])
    exact = None if value is not None else digits
    return Token(text, first.start, tokens[end - 1].end, QUANTITY, exact, times, value, sign), end


def _is_half(tokens: list[Token], place: int) -> bool:
    """Return whether a token adds a half to the digits before it: `с половиной`, or a `half` of what is counted."""
    token, after = tokens[place], tokens[place + 1] if place + 1 < len(tokens) else None
    counted = after is not None and (after.kind in ("times", "currency", "thousand_or_to"))
    return token.kind == "plus_half" or (token.meaning == "number:0.5" and counted)


def _smaller_parts(tokens: list[Token], place: int, scale: Decimal) -> tuple[Decimal, int]:
    """Return the sum of the parts that continue a number in thousands or more, and the place after them.

    Each is smaller than the multiplier before it: `1 млн 200 тыс 500`, `bir million 500 ming`, `2 тысячи пятьсот`.
    """
    total = D(0)
    while scale > _HUNDRED and place < len(tokens):
        if tokens[place].kind == "plus_half":
            return total + scale / 2, place + 1  # `a million and a half`
        part = _smaller(tokens, place, scale)
        if part is None:
            break
        value, scale, place = part
        total += value
    return total, place


def _smaller(tokens: list[Token], place: int, scale: Decimal) -> tuple[Decimal, Decimal, int] | None:
    """Return the value of a part that continues a number, its multiplier, and the place after it; else None."""
    joint = tokens[place].kind == "and"
    first = tokens[place + joint] if place + joint < len(tokens) else None
    if first is None:
        return None
    if first.kind == "digits" and _WHOLE.fullmatch(first.text):
        value, times, end = D(first.text), None, place + joint + 1
        while end < len(tokens) and (more := _scale(tokens[end])) is not None and (times is None or times == _HUNDRED):
            times, end = more * (times or 1), end + 1
        value = CONTEXT.multiply(value, times or D(1))
    elif first.kind == "number" or (first.kind == "times" and not joint and _begins_words(first)):
        value, times, end = _in_words(tokens, place + joint, scale)
    else:
        return None
    if (joint and not times) or value != value.to_integral_value() or not 0 < value < scale:
        return None  # `1 тысяча и 200 рублей` may be two amounts
    return value, times or D(1), end


def _scale(token: Token) -> Decimal | None:
    """Return the multiplier that a token after a number means."""
    if token.kind == "thousand_or_to":
        return D("1e3")
    return D(token.meaning.partition(":")[2]) if token.kind == "times" else None


def _in_words(tokens: list[Token], start: int, below: Decimal = _UNBOUNDED) -> tuple[Decimal, Decimal, int]:
    """Return the value of a number in words from a place (`two hundred and fifty thousand`), and the place after it.

    Between them stands the multiplier at the end of the number, or 0. All multipliers are smaller than `below`.
    """
    total, current, last, place = D(0), None, below, start
    while place < len(tokens):
        token = tokens[place]
        argument = token.meaning.partition(":")[2]
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.kind == "number" and _fits(current, D(argument)):
            current = (current or D(0)) + D(argument)
        elif token.kind == "plus_half" and (current is not None or _is_half_of(tokens, place)):
            current = (current or D(0)) + D("0.5")
        elif token.kind == "times" and (scale := _scale(token)) is not None:
            if scale == _HUNDRED:
                current = (D(1) if current is None else current) * 100
            elif scale < last:
                total += (D(1) if current is None else current) * scale
                current, last = None, scale
            else:
                break
        elif not (_is_joint(token, current) and following is not None and following.kind in ("number", "times")):
            break
        place += 1
    return total + (current or D(0)), last if current is None else D(0), place


def _is_half_of(tokens: list[Token], place: int) -> bool:
    """Return whether a half stands before a multiplier, so that it needs no number before it: `жарым миллион`."""
    following = tokens[place + 1] if place + 1 < len(tokens) else None
    return tokens[place].kind == "plus_half" and following is not None and following.kind == "times"


def _is_half_of_money(tokens: list[Token], place: int) -> bool:
    """Return whether a half stands before a currency: `жарты доллар`, `half a dollar`."""
    following = tokens[place + 1 : place + 3]
    if following and following[0].text.casefold() in ("a", "of"):
        del following[0]
    is_half = tokens[place].kind == "plus_half" or tokens[place].meaning == "number:0.5"
    return is_half and bool(following) and following[0].code is not None


def _fits(current: Decimal | None, value: Decimal) -> bool:
    """Return whether a word continues a number: `сто` + `пять`, never `пять` + `шесть`."""
    if current is None:
        return True
    lowest = next((size for size in (100, 10) if current and not current % size), 1)
    return value < lowest


def _is_joint(token: Token, current: Decimal | None) -> bool:
    """Return whether a word may stand within a number: `hundred and five`, `half a million`."""
    if current is None:
        return False
    return (token.kind == "and" and current >= 100) or (current == D("0.5") and token.text.casefold() in ("a", "of"))
