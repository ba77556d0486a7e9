"""The grammar of requests to convert money: an amount, its currency and the target currencies.

Pure; the meaning of currency words is an argument. Every word must be known: "100 articles about oil" is no request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.errors import InvalidInput
from bot.domain.numbers import CONTEXT, D, NotANumber, parse_number
from bot.domain.spelling import fold

# Longer than any amount with its currencies that a person types, in characters.
MAX_REQUEST_LENGTH = 80
# More than all the money in the world in any of these currencies but the rial; a larger amount is a typing error.
LARGEST_AMOUNT = D("1e15")

_THOUSAND = """k к thousand thousands тыс тыщ тыща тыщи тысяча тысячи тысяч тысячу тысячах мың миң ming минг
    hazār hazor ҳазор хазор müň"""
_MILLION = """m kk кк mln mio million millions milyon млн лям ляма лямов миллион миллиона миллионов миллионы
    миллионах"""
_MILLIARD = "b bn mlrd billion billions milliard млрд миллиард миллиарда миллиардов миллиарды миллиардах"
_MULTIPLIERS = {
    fold(word): D(value)
    for value, words in (("1e3", _THOUSAND), ("1e6", _MILLION), ("1e9", _MILLIARD))
    for word in words.split()
}
# Words between an amount and its target currency.
_INTO_WORDS = "= > → in to into as and в во на и va ва менен"
_INTO = {fold(word) for word in _INTO_WORDS.split()}
# Words of a question without a meaning of their own.
_NOISE_WORDS = """how much many what is are from convert exchange сколько это будет стоит стоят из переведи перевести
    конвертируй обменять поменять қанша канча necha неча qancha чанд näçe бол болот болады bo'ladi"""
_NOISE = {fold(word) for word in _NOISE_WORDS.split()}
_SIGN = r"[$¢-¥\u20a0-\u20cf]"
_TOKEN = re.compile(
    r"(?P<number>[0-9][0-9.,]*[eE][+-]?[0-9]+|(?<!\w)[-−–]\s*[.,]?[0-9][0-9.,]*"  # 1e999 and -5, to be refused
    r"|[0-9]+(?:[ \u00a0\u202f'’_][0-9]{3}(?![0-9]))*(?:[.,][0-9]+)*|[.,][0-9]+)"
    rf"|(?P<sign>{_SIGN})"
    rf"|(?P<word>[=>→]|(?:(?!{_SIGN})[^\s0-9.,!?;:()/=>→+−–-])+)"
)
_BY_COMMAS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_BY_POINTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")


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


@dataclass(frozen=True, slots=True)
class _Token:
    """One piece of the text with its meaning: a number's text, a multiplier, a currency's code, or an `into`."""

    number: str | None = None
    times: Decimal | None = None
    code: str | None = None
    sign: bool = False


def read_amount(text: str, code_of: Callable[[str], str | None]) -> ConvertRequest:
    """Read `1500 usd kzt`, `100 usd in som`, `1,5 млн сум в рублях`, `500 мың теңге`, `200$ kgs`, `kzt 500 usd`.

    The amount is of the currency whose sign stands right before it, else of the one right after it, else of the one
    right before it; all others are target currencies. ConvertError with the reason for anything else.
    """
    if len(text) > MAX_REQUEST_LENGTH:
        raise ConvertError("convert.error.form")
    tokens = _tokens(text, code_of)
    places = [n for n, token in enumerate(tokens) if token.number is not None]
    if len(places) != 1:
        raise ConvertError("convert.error.form")
    [at] = places
    number, end = tokens[at].number or "", at + 1
    times = tokens[end].times if end < len(tokens) else None
    if times is not None:
        end += 1
    if any(token.times is not None for token in tokens[:at] + tokens[end:]):
        raise ConvertError("convert.error.form")
    base = _base(tokens[:at], tokens[end:])
    rest = [*tokens[:at], *tokens[end:]]
    codes = [token.code for token in rest if token.code is not None]
    codes.remove(base)
    if base in codes and at and tokens[at - 1].sign and end < len(tokens) and tokens[end].code == base:
        codes.remove(base)  # `$100 usd` names it twice
    if base in codes:
        raise ConvertError("convert.error.same", certain=True)
    return ConvertRequest(_amount(number, times), base, tuple(dict.fromkeys(codes)))


def _tokens(text: str, code_of: Callable[[str], str | None]) -> list[_Token]:
    """Return the pieces of a text that have a meaning; ConvertError for an unknown one."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup, match[0]
        key = fold(piece)
        if kind == "number":
            tokens.append(_Token(number=piece))
        elif (code := code_of(piece)) is not None:
            tokens.append(_Token(code=code, sign=kind == "sign"))
        elif key in _MULTIPLIERS:
            tokens.append(_Token(times=_MULTIPLIERS[key]))
        elif key in _INTO:
            tokens.append(_Token())
        elif key not in _NOISE:
            raise ConvertError("convert.error.unknown", piece)
    return tokens


def _base(before: Sequence[_Token], after: Sequence[_Token]) -> str:
    """Return the currency of the amount between these; ConvertError if none is next to it."""
    left, right = (before or [_Token()])[-1], (after or [_Token()])[0]
    if right.code is not None and (right.sign or not left.sign):
        return right.code
    if left.code is None:
        raise ConvertError("convert.error.form")
    if left.sign:
        return left.code
    # `usd kzt 100` is a pair and an amount of its base; in `в рублях usd 100` the first currency is a target.
    pair = before[-2].code if len(before) > 1 else None
    is_target = len(before) > 2 and before[-3] == _Token()
    return left.code if pair is None or is_target else pair


def _amount(text: str, times: Decimal | None) -> Decimal:
    """Return the exact amount; ConvertError for zero, a negative and a too large one.

    A lone comma or point before exactly three digits separates thousands (1,500 and 1.500 are fifteen hundred), unless
    a multiplier follows: 1.500 mln is a million and a half.
    """
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
    amount = number if times is None else CONTEXT.multiply(number, times)
    if not amount:
        raise ConvertError("convert.error.number", text, certain=True)
    if amount > LARGEST_AMOUNT:
        raise ConvertError("convert.error.large", text, certain=True)
    return amount
