"""Tokens: the pieces of a typed sentence with their meanings, and its quantities. Pure.

`tokens_of` is the one reader of sentences, of amounts of money and of requests for alerts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import CONTEXT, D
from bot.domain.spelling import fold
from bot.domain.vocabulary import longest_phrases, meaning_of

# The letters of a currency's code.
_CODE = 3
# A part of a number with thousands apart.
_WHOLE = re.compile(r"[0-9]{1,3}")
# The signs that words and marks before a number give it; `±2%` is the same as `2%`.
_SIGNS = {"plus": "+", "minus": "-", "plus_minus": ""}
QUANTITY = "quantity"
_SIGN = r"[$¢-¥\u20a0-\u20cf]"
_PIECE = re.compile(
    r"(?P<number>[0-9][0-9.,]*[eE][+-]?[0-9]+|(?<!\w)[-−–]\s*[.,]?[0-9][0-9.,]*"  # 1e999 and -5, to be refused
    r"|[0-9]+(?:[ \u00a0\u202f'’_][0-9]{3}(?![0-9]))*(?:[.,][0-9]+)*|[.,][0-9]+)"
    rf"|(?P<sign>{_SIGN}|[-=]>|[<>]=|\+-|[=<>≤≥↑↓▲▼→%٪+±&]|[\U0001f1e6-\U0001f1ff]{{2}})"
    rf"|(?P<word>(?:(?!{_SIGN})[^\W\d_])(?:(?!{_SIGN})[\w'’ʻʼ‘`\u0300-\u036f](?<![\d_]))*)"
    r"|(?P<other>[^\s\x00-\x7f\u2010-\u2027«»„“”…·])"
)


def kinds(names: str) -> frozenset[str]:
    """Return a set of kinds of meanings, named in one text."""
    return frozenset(names.split())


# Words that join two parts of a sentence, such as an amount and its target currency.
JOINTS = kinds("into by per and from of about")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, at `text[start:end]`, with its meaning (bot/domain/vocabulary.py), empty if unknown.

    Of a quantity, `digits` are as typed or None for a number in words, `times` is its multiplier, and `value` is the
    number in words with its multiplier. `sign` is `+`, `-` or empty.
    """

    text: str
    start: int
    end: int
    meaning: str = ""
    digits: str | None = None
    times: Decimal | None = None
    value: Decimal | None = None
    sign: str = ""
    percent: bool = False

    @property
    def kind(self) -> str:
        """The meaning without its argument."""
        return self.meaning.partition(":")[0]

    @property
    def code(self) -> str | None:
        """The code of the currency, or None; an unsupported currency has none."""
        kind, _, code = self.meaning.partition(":")
        return code if kind == "currency" and code != "?" else None

    @property
    def is_sign(self) -> bool:
        """Whether this is a sign such as `$`, not a word."""
        return not self.text[:1].isalpha()


def tokens_of(text: str, language: str = "en") -> list[Token]:
    """Return the tokens of a text, its phrases and numbers as one token each; punctuation is left out."""
    return joined(pieces_of(text, language), language)


def joined(pieces: list[Token], language: str) -> list[Token]:
    """Return pieces with phrases and quantities as one token each."""
    return _quantities(_phrases(pieces, language))


def pieces_of(text: str, language: str) -> list[Token]:
    """Return the words, numbers and signs of a text, each by itself."""
    tokens = []
    for match in _PIECE.finditer(text):
        piece, start = match[0], match.start()
        if match.lastgroup == "number":
            tokens.append(Token(piece, start, match.end(), "digits", digits=piece))
        elif len(piece) == 2 * _CODE and (pair := [_code(piece[:_CODE]), _code(piece[_CODE:])]) and all(pair):
            middle = start + _CODE  # `usdkzt`
            tokens.append(Token(piece[:_CODE], start, middle, pair[0]))
            tokens.append(Token(piece[_CODE:], middle, match.end(), pair[1]))
        else:
            tokens.append(Token(piece, start, match.end(), meaning_of(fold(piece), language)))
    return tokens


def _code(piece: str) -> str:
    """Return the meaning of a currency's code; empty for other letters."""
    return f"currency:{piece.upper()}" if piece.upper() in CURRENCIES else ""


def _phrases(tokens: list[Token], language: str) -> list[Token]:
    """Join the words that mean something together: the longest phrase from the left."""
    starts, found, place = longest_phrases(), [], 0
    while place < len(tokens):
        token = tokens[place]
        for length in range(min(starts.get(fold(token.text), 1), len(tokens) - place), 1, -1):
            part = tokens[place : place + length]
            phrase = " ".join(fold(one.text) for one in part)
            if meaning := meaning_of(phrase, language):
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
    if first.kind == "number" or (first.kind == "times" and len(first.text) > 2):
        value, end = _in_words(tokens, start)
        if value == D("0.5"):
            return None, start  # half of nothing that is named
        token = Token("", first.start, tokens[end - 1].end, QUANTITY, value=value)
        return replace(token, text=" ".join(one.text for one in tokens[start:end])), end
    return None, start


def _digits(tokens: list[Token], start: int) -> tuple[Token, int]:
    """Return a quantity that begins with digits: `5`, `5 тыс`, `5 тысяч 200`, `2 with a half million`."""
    first, end = tokens[start], start + 1
    digits, times, value = first.text, None, None
    sign = "-" if digits[0] in "-−–" else ""
    if end < len(tokens) and tokens[end].kind == "plus_half" and _WHOLE.fullmatch(digits):
        digits, end = f"{digits}.5", end + 1  # `2 с половиной тысячи`
    if end < len(tokens) and (scale := _scale(tokens[end])) is not None:
        times, end = scale, end + 1
        while end < len(tokens) and (more := _smaller(tokens, end, scale)) is not None:
            added, scale, end = more
            value = (CONTEXT.multiply(D(digits), times) if value is None else value) + added
    text = " ".join(one.text for one in tokens[start:end])
    exact = None if value is not None else digits
    return Token(text, first.start, tokens[end - 1].end, QUANTITY, exact, times, value, sign), end


def _smaller(tokens: list[Token], place: int, scale: Decimal) -> tuple[Decimal, Decimal, int] | None:
    """Return a part that continues a number in thousands or millions (`1 млн 200 тыс`), its multiplier, and its end."""
    digits = tokens[place].text
    if not (_WHOLE.fullmatch(digits) and _WHOLE.fullmatch(tokens[place - 2].text)):
        return None
    times = _scale(tokens[place + 1]) if place + 1 < len(tokens) else None
    value = D(digits) if times is None else CONTEXT.multiply(D(digits), times)
    return (value, times or D(1), place + (1 if times is None else 2)) if value < scale else None


def _scale(token: Token) -> Decimal | None:
    """Return the multiplier that a token after a number means."""
    if token.kind == "thousand_or_to":
        return D("1e3")
    return D(token.meaning.partition(":")[2]) if token.kind == "times" else None


def _in_words(tokens: list[Token], start: int) -> tuple[Decimal, int]:
    """Return the value of a number in words from a place, and the place after it: `two hundred and fifty thousand`."""
    total, current, last, place = D(0), None, D("1e12"), start
    while place < len(tokens):
        token = tokens[place]
        argument = token.meaning.partition(":")[2]
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.kind == "number" and _fits(current, D(argument)):
            current = (current or D(0)) + D(argument)
        elif token.kind == "plus_half" and current is not None:
            current += D("0.5")
        elif token.kind == "times" and (scale := _scale(token)) is not None:
            if scale == 100:
                current = (D(1) if current is None else current) * 100
            elif scale < last:
                total += (D(1) if current is None else current) * scale
                current, last = None, scale
            else:
                break
        elif not (_is_joint(token, current) and following is not None and following.kind in ("number", "times")):
            break
        place += 1
    return total + (current or D(0)), place


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
