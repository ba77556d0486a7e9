"""The currency ticker: lines like `KZT/USD = 0.00194 -0%`, repeated eight times by a marquee."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.domain.numbers import D
from bot.domain.rates import LARGEST_RATE, SMALLEST_RATE, Pair, Quote, without_contradictions

# A whole line: other bullets of a page ("• Written by …") do not match.
LINE = re.compile(
    r"^\s*(?:[•·*]\s*)?([A-Z]{3})/([A-Z]{3}) ?= ?(\d{1,12}\.\d{1,10}) ([-+−]?\d{1,6}(?:\.\d{1,4})?)\s?%\s*$", re.ASCII
)
# The start of such a line: a broken line is counted and reported, never guessed.
_HALF = re.compile(r"^\s*(?:[•·*]\s*)?[A-Z]{3}\s*/\s*[A-Z]{3}\s*=", re.ASCII)

# Sixteen pairs is three times the most that the ticker ever had; more is not a ticker.
MAX_PAIRS = 16


def is_ticker_line(line: str) -> bool:
    """Return whether a line belongs to the ticker, whole or broken."""
    return bool(_HALF.match(line))


def read_ticker(lines: list[str]) -> tuple[list[Quote], list[str]]:
    """Return each pair once, in order, and warnings about the lines that were left out.

    The tick is half of the last printed digit: `0.00194` is true to ± 0.000005.
    """
    quotes, warnings = [], []
    broken: dict[str, None] = {}
    for line in lines:
        match = LINE.match(line)
        if match is None:
            if _HALF.match(line):
                broken[line.strip()[:40]] = None
            continue
        base, quote, printed, change = match.groups()
        value = D(printed)
        if base == quote or not SMALLEST_RATE <= value <= LARGEST_RATE:
            broken[line.strip()[:40]] = None
            continue
        tick = Decimal(5).scaleb(-len(printed.partition(".")[2]) - 1)
        quotes.append(Quote(Pair(base, quote), value, tick, change))
    good, contradicting = without_contradictions(quotes)
    warnings += [f"ticker line not understood: {line!a}" for line in broken]
    warnings += [f"ticker contradicts itself about {pair}; left out" for pair in contradicting]
    if len(good) > MAX_PAIRS:
        warnings.append(f"ticker has {len(good)} pairs; the first {MAX_PAIRS} are kept")
    return good[:MAX_PAIRS], warnings
