"""Pieces: the words, numbers and signs of a typed sentence, each by itself, with their meanings. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.domain.currencies import CURRENCIES
from bot.domain.spelling import APOSTROPHES, fold, with_two_letters
from bot.domain.vocabulary import columns_of, meaning_of, multiplier_of

# The letters of a currency's code.
_CODE = 3
QUANTITY = "quantity"
_SIGN = r"[$¢-¥\u20a0-\u20cf]"
_PIECE = re.compile(
    rf"(?P<word>(?:(?!{_SIGN})[^\W\d_])(?:(?!{_SIGN})[\w{APOSTROPHES}\u0300-\u036f](?<![\d_]))*)"
    r"|(?P<number>[0-9][0-9.,]*[eE][+-]?[0-9]+|(?<!\w)[-−–]\s*[.,]?[0-9][0-9.,]*"  # 1e999 and -5, to be refused
    r"|[0-9]+(?:[ \u00a0\u202f'’_][0-9]{3}(?![0-9]))*(?:[.,][0-9]+)*|[.,][0-9]+)"
    # The ending of a number in figures: `520-ден`, `2024-nji`, `8-го`.
    r"|(?P<ending>(?<=[0-9])-(?:[дтн][ае]н?|[гқк][ае]|н?[шч][іыиу]|n?j[iy]|n?ch[iy]|[dt][ae]n?|[gkq]a|[aeä]"
    r"|го|му|м|й|я|х)(?!\w))"
    rf"|(?P<sign>{_SIGN}|[-=]>|[<>]=|\+-|[=<>≤≥↑↓▲▼→%٪+±&]|[\U0001f1e6-\U0001f1ff]{{2}})"
    r"|(?P<other>[^\s\x00-\x7f\u2010-\u2027«»„“”…·])"
)
# Letters of the new Uzbek alphabet, or the mark below that makes them of s and c.
_NEW_UZBEK = re.compile("[şçŞÇ\u0327]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, at `text[start:end]`, with its meaning (bot/domain/vocabulary.py), empty if unknown.

    Of a quantity, `digits` are as typed or None for a number in words, `times` is its multiplier, and `value` is the
    number in words with its multiplier. `sign` is `+`, `-` or empty. `kind` is the meaning without its argument.
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
    kind: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The rules read it hundreds of times for a sentence.
        object.__setattr__(self, "kind", self.meaning.partition(":")[0])

    @property
    def code(self) -> str | None:
        """The code of the currency, or None; an unsupported currency has none."""
        kind, _, code = self.meaning.partition(":")
        return code if kind == "currency" and code != "?" else None

    @property
    def is_sign(self) -> bool:
        """Whether this is a sign such as `$`, not a word."""
        return not self.text[:1].isalpha()


def pieces_of(text: str, language: str) -> list[Token]:
    """Return the words, numbers and signs of a text, each by itself."""
    tokens = list[Token]()
    for match in _PIECE.finditer(text):
        piece, start = match[0], match.start()
        if match.lastgroup == "ending":
            tokens[-1] = replace(tokens[-1], end=match.end())
        elif match.lastgroup == "number":
            tokens.append(Token(piece, start, match.end(), "digits", digits=piece))
        elif len(piece) == 2 * _CODE and (pair := [_code(piece[:_CODE]), _code(piece[_CODE:])]) and all(pair):
            middle = start + _CODE  # `usdkzt`
            tokens.append(Token(piece[:_CODE], start, middle, pair[0]))
            tokens.append(Token(piece[_CODE:], middle, match.end(), pair[1]))
        else:
            meaning = meaning_as_typed(piece, language)
            if not meaning and tokens and tokens[-1].kind == "digits":
                meaning = multiplier_of(fold(piece))
            tokens.append(Token(piece, start, match.end(), meaning))
    return tokens


def meaning_as_typed(words: str, language: str) -> str:
    """Return the meaning of words as typed; in an Uzbek chat ş and ç are first sh and ch, elsewhere first s and c."""
    if not _NEW_UZBEK.search(words):
        return meaning_of(fold(words), language)
    readings = [words, with_two_letters(words)]
    if "uz" in columns_of(language):
        readings.reverse()
    return next((meaning for reading in readings if (meaning := meaning_of(fold(reading), language))), "")


def _code(piece: str) -> str:
    """Return the meaning of a currency's code; empty for other letters."""
    return f"currency:{piece.upper()}" if piece.upper() in CURRENCIES else ""
