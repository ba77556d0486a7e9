"""Numbers: one constructor for decimals, and the reading of what people type."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

# Wide enough for every rate and its inverse: 28 significant digits, no signals for mere rounding.
CONTEXT = Context(prec=28)

# Longer than any number a person would type on purpose ("1 500 000,50" has 12 characters).
MAX_NUMBER_LENGTH = 24

_GROUPS = re.compile(r"[\s\u00a0\u202f'’_]")
_PLAIN = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)


class NotANumber(ValueError):
    """What was typed is not a plain, finite, non-negative number."""


def D(value: str | int | Decimal) -> Decimal:
    """Return an exact finite decimal; the only way numbers enter the domain (never through float).

    Raises NotANumber for anything else, `NaN` and infinities included.
    """
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as error:
        raise NotANumber(str(value)[:MAX_NUMBER_LENGTH]) from error
    if not number.is_finite():
        raise NotANumber(str(value)[:MAX_NUMBER_LENGTH])
    return number


def parse_number(text: str) -> Decimal:
    """Read a positive or zero number as typed: `520`, `0,0019`, `1 234.5`, `12'142,10`.

    One separator is the decimal sign, be it comma or point; with both, the last one is. Exponents, signs and
    other scripts' digits are refused (NotANumber): a rate has no use for them and `1e999` is an attack.
    """
    compact = _GROUPS.sub("", text.strip())
    if not compact or len(compact) > MAX_NUMBER_LENGTH:
        raise NotANumber(text[:MAX_NUMBER_LENGTH])
    comma, point = compact.rfind(","), compact.rfind(".")
    if comma >= 0 and point >= 0:
        group = "," if comma < point else "."
        compact = compact.replace(group, "")
    compact = compact.replace(",", ".")
    if not _PLAIN.match(compact):
        raise NotANumber(text[:MAX_NUMBER_LENGTH])
    return D(compact)


def inverse(value: Decimal) -> Decimal:
    """Return 1/value to 28 significant digits (USD per 1 <-> units per USD). Zero has none: ZeroDivisionError."""
    if not value:
        raise ZeroDivisionError("a rate of zero has no inverse")
    return CONTEXT.divide(Decimal(1), value)
