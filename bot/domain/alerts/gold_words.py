"""The words of a request for an alert on gold: its weight, its bank, a level with grouped digits. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.amounts import with_nationalities
from bot.domain.currencies import GOLD
from bot.domain.errors import InvalidInput
from bot.domain.pieces import Token
from bot.domain.tokens import QUANTITY, kinds

GRAM, KILOGRAM = "gram", "gram:kilo"
# Kinds of words that say which price of gold is meant.
_OF_GOLD = kinds("gold gram buyback place city people")
# Units of weight by themselves are other words: `kg` is the som, `г` a year.
_GRAMS = re.compile(r"g|gr|г|гр", re.IGNORECASE)
_KILOGRAMS = re.compile(r"kg|кг|kilo(gram\w*)?|кило(грамм\w*)?", re.IGNORECASE)
# A gram costs thousands of som and millions of soum: of `7,900` and `7.900` the sign groups thousands.
_GROUPED = re.compile(r"([1-9]\d{0,2})[.,](\d{3})")


def with_weights(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with the unit after a number as a weight, if there is another number for the level."""
    found = list(tokens)
    if sum(token.kind == QUANTITY for token in tokens) < 2:
        return found
    for place, (number, unit) in enumerate(pairwise(tokens), 1):
        if number.kind == QUANTITY and _GRAMS.fullmatch(unit.text):
            found[place] = replace(unit, meaning=GRAM)
        elif number.kind == QUANTITY and _KILOGRAMS.fullmatch(unit.text):
            found[place] = replace(unit, meaning=KILOGRAM)
    return found


def gold_alone(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with gold as their only currency, without countries, the weight and the word for the buyback."""
    found = list[Token]()
    for token in with_nationalities(with_weights(tokens)):
        if token.kind == "gold" and not any(one.code for one in found):
            found.append(replace(token, meaning=f"currency:{GOLD}"))
        elif token.kind == "gram" and found and found[-1].kind == QUANTITY:
            found.pop()
        elif token.kind not in _OF_GOLD and token.code is None:
            found.append(token)
    return [_ungrouped(token) for token in found]


def _ungrouped(token: Token) -> Token:
    """Return a level without the sign between its thousands; a multiplier or per cent has a decimal sign."""
    if token.digits is None or token.percent or token.times is not None:
        return token
    grouped = _GROUPED.fullmatch(token.digits)
    return token if grouped is None else replace(token, digits="".join(grouped.groups()))


def about_gold(problem: InvalidInput) -> InvalidInput:
    """Return a problem of a request with an example of gold where its own example is of another rate."""
    return InvalidInput("alerts.error.gold_number") if problem.key == "alerts.error.number" else problem
