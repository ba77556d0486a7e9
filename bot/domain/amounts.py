"""Requests to convert money: an amount, its currency and the target currencies.

Pure; the words are in the vocabulary. Every word must be known: "100 articles about oil" is no request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, D, NotANumber, parse_number
from bot.domain.tokens import JOINTS, QUALIFIERS, QUANTITY, Token, kinds

# Longer than any amount with its currencies that a person types, in characters.
MAX_REQUEST_LENGTH = 80
# More than all the money in the world in any of these currencies but the rial; a larger amount is a typing error.
LARGEST_AMOUNT = D("1e15")

_BY_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_BY_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
# The amount of a request that names currencies only.
ONE = Token("1", 0, 0, QUANTITY, digits="1")
# Words of a question about an amount that have no part in it.
FILLERS = QUALIFIERS | kinds(
    "filler buy howmuch price cost convert become reach tell rate all when either greeting thanks"
)


class ConvertError(InvalidInput):
    """Input that cannot be converted; `word` is the part that was not understood.

    `certain`: it is an amount of money nevertheless, so that an explanation is a useful answer.
    """

    def __init__(self, key: str, word: str = "", *, certain: bool = False) -> None:
        super().__init__(key, word=word[:20])
        self.word, self.certain = word[:20], certain


@dataclass(frozen=True, slots=True)
class ConvertRequest:
    """An exact amount of `base`, with its targets `quotes`; without any, the caller chooses them."""

    amount: Decimal
    base: str
    quotes: tuple[str, ...] = ()


def amount_of(tokens: Sequence[Token]) -> ConvertRequest:
    """Read `1500 usd kzt`, `100 usd in som`, `1,5 млн сум в рублях`, `500 мың теңге`, `двести долларов`, `kzt 500 usd`.

    The amount is of the currency whose sign stands right before it, else of the one right after it, else of the one
    right before it; all others are target currencies. ConvertError with the reason for anything else.
    """
    known = [_known(token) for token in with_nationalities(tokens) if token.kind not in FILLERS]
    places = [n for n, token in enumerate(known) if token.kind == QUANTITY]
    if len(places) != 1 or known[places[0]].percent:
        raise ConvertError("convert.error.form")
    [at] = places
    before, after = known[:at], known[at + 1 :]
    base = _base(before, after)
    codes = [token.code for token in (*before, *after) if token.code is not None]
    codes.remove(base)
    if base in codes and before and before[-1].is_sign and after and after[0].code == base:
        codes.remove(base)  # `$100 usd` names it twice
    if base in codes:
        raise ConvertError("convert.error.same", certain=True)
    return ConvertRequest(amount(known[at]), base, tuple(dict.fromkeys(codes)))


def _known(token: Token) -> Token:
    """Return a token that a request may have; ConvertError for another one."""
    if token.code is None and token.kind not in (*JOINTS, QUANTITY):
        raise ConvertError("convert.error.unknown", token.text)
    return token


def with_nationalities(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with one currency for a nationality and its money: `узбекских сомов`, `доллары сша`.

    A nationality alone, after an amount or a preposition, is its money too: `на таджикские`.
    """
    joined: list[Token] = []
    for place, token in enumerate(tokens):
        before = joined[-1] if joined else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        code = token.meaning.partition(":")[2]
        if token.kind == "currency" and before is not None and before.kind == "people":
            joined[-1] = replace(token, meaning=f"currency:{before.meaning.partition(':')[2]}", start=before.start)
        elif before is not None and before.kind == "currency" and _belongs(token, before, after):
            joined[-1] = replace(before, meaning=f"currency:{code}", end=token.end)
        elif token.kind == "people" and before is not None and _takes_money(before, after):
            joined.append(replace(token, meaning=f"currency:{code}"))
        else:
            joined.append(token)
    return joined


def _belongs(token: Token, currency: Token, after: Token | None) -> bool:
    """Return whether a country or a nationality after a currency only says whose it is."""
    if token.kind == "people":
        return after is None or after.kind != "currency"
    return token.kind == "place" and token.meaning.partition(":")[2] == currency.code


def _takes_money(before: Token, after: Token | None) -> bool:
    return before.kind in (QUANTITY, "into", "by") and (after is None or after.kind in (*JOINTS, *FILLERS))


def _base(before: Sequence[Token], after: Sequence[Token]) -> str:
    """Return the currency of the amount between these; ConvertError if none is next to it."""
    left, right = before[-1] if before else None, after[0] if after else None
    if right is not None and right.code is not None and (right.is_sign or left is None or not left.is_sign):
        return right.code
    if left is None or left.code is None:
        raise ConvertError("convert.error.form")
    if left.is_sign:
        return left.code
    # `usd kzt 100` is a pair and an amount of its base; in `в рублях usd 100` the first currency is a target.
    # In `usd to kzt 100` it is the first one too.
    pair = before[-2].code if len(before) > 1 else None
    is_target = len(before) > 2 and before[-3].kind in JOINTS
    if len(before) > 2 and before[-2].kind == "into" and before[-3].code is not None:
        return before[-3].code
    return left.code if pair is None or is_target else pair


def amount(quantity: Token) -> Decimal:
    """Return the exact amount of a quantity; ConvertError for zero, a negative and a too large one.

    A lone comma or point before exactly three digits separates thousands (1,500 and 1.500 are fifteen hundred), unless
    a multiplier follows: 1.500 mln is a million and a half.
    """
    text, times = quantity.digits, quantity.times
    if quantity.sign == "-":
        typed = quantity.text if quantity.text[:1] in "-−–" else f"-{quantity.text}"  # `минус 5`
        raise ConvertError("convert.error.number", typed, certain=True)
    if text is None:
        value = quantity.value or D(0)
    else:
        compact = "".join(character for character in text if character not in " \u00a0\u202f'’_")
        alone = compact.count(",") + compact.count(".") == 1
        if not (alone and (times is not None or compact.startswith("0"))):
            if _BY_COMMAS.fullmatch(compact):
                compact = compact.replace(",", "")
            elif _BY_POINTS.fullmatch(compact):
                compact = compact.replace(".", "").replace(",", ".")
        try:
            number = parse_number(compact)
        except NotANumber:
            raise ConvertError("convert.error.number", text, certain=True) from None
        value = number if times is None else CONTEXT.multiply(number, times)
    if not value:
        raise ConvertError("convert.error.number", quantity.text, certain=True)
    if value > LARGEST_AMOUNT:
        raise ConvertError("convert.error.large", text or quantity.text, certain=True)
    return D(f"{value:f}")  # 150000, never 1.5E+5
