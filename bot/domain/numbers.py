"""Numbers: one constructor for decimals, and parsers for typed and printed numbers."""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation

# Wide enough for every rate and its inverse: 28 significant digits, no signals for mere rounding.
CONTEXT = Context(prec=28)

# Longer than any number that a person types on purpose ("1 500 000,50" has 12 characters).
MAX_NUMBER_LENGTH = 24

_GROUPS = re.compile(r"[\s\u00a0\u202f'’_]")
_PLAIN = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,})\Z", re.ASCII)

# Printed numbers: groups separated by spaces of any width or apostrophes of any shape, or by commas or points.
_BLANKS = " \u00a0\u2007\u2009\u202f'\u2018\u2019\u02bb\u02bc"
_BLANK_GROUPS = re.compile(rf"(\d+|[1-9]\d{{0,2}}([{_BLANKS}])\d{{3}}(?:\2\d{{3}})*)(?:([.,])(\d+))?\Z", re.ASCII)
_MARK_GROUPS = re.compile(
    r"([1-9]\d{0,2}(?:,\d{3})+)\.(\d+)\Z|([1-9]\d{0,2}(?:\.\d{3})+),(\d+)\Z"
    r"|([1-9]\d{0,2}(?:(?:,\d{3}){2,}|(?:\.\d{3}){2,}))\Z",
    re.ASCII,
)
_NO_DIGIT = re.compile(r"\D")


class NotANumber(ValueError):
    """The text is not a plain, finite, non-negative number."""


def D(value: str | int | Decimal) -> Decimal:
    """Return an exact finite decimal; the only constructor for numbers in the domain (never through float).

    Raises NotANumber for anything else, including `NaN` and infinities.
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

    A single separator is the decimal sign, comma or point; with both, the last one is; a repeated one (`1,800,000`)
    groups thousands. Exponents, signs and other scripts' digits are refused (NotANumber): a rate does not need them and
    `1e999` is an attack.
    """
    compact = _GROUPS.sub("", text.strip())
    if not compact or len(compact) > MAX_NUMBER_LENGTH:
        raise NotANumber(text[:MAX_NUMBER_LENGTH])
    comma, point = compact.rfind(","), compact.rfind(".")
    if _THOUSANDS.match(compact):
        return D(_NO_DIGIT.sub("", compact))
    if comma >= 0 and point >= 0:
        group = "," if comma < point else "."
        compact = compact.replace(group, "")
    compact = compact.replace(",", ".")
    if not _PLAIN.match(compact):
        raise NotANumber(text[:MAX_NUMBER_LENGTH])
    return D(compact)


def printed_number(text: str, decimal_sign: str) -> Decimal:
    """Read a positive or zero number as a source prints it: `12 300.50`, `12 300,50`, `1'234.5`, `1,234.5`.

    `decimal_sign` is the source's own, `.` or `,`: it decides where a single comma or point could be either
    (`1,234`). Groups have three digits and one separator; signs, exponents and anything else raise NotANumber.
    """
    text = text.strip()
    if len(text) > MAX_NUMBER_LENGTH:
        raise NotANumber(text[:MAX_NUMBER_LENGTH])
    if found := _BLANK_GROUPS.match(text):
        whole, _, sign, part = found.groups()
        lone_mark = sign is not None and whole.isdigit() and whole[0] != "0" and len(whole) <= 3 and len(part) == 3
        if lone_mark and sign != decimal_sign:
            return D(whole + part)
        digits = _NO_DIGIT.sub("", whole)
        return D(digits if sign is None else f"{digits}.{part}")
    if found := _MARK_GROUPS.match(text):
        whole, part = found[1] or found[3] or found[5], found[2] or found[4]
        digits = _NO_DIGIT.sub("", whole)
        return D(digits if part is None else f"{digits}.{part}")
    raise NotANumber(text)


def short(value: Decimal) -> Decimal:
    """Return a number with at most six significant digits, as levels are offered."""
    rounded = +value.quantize(Decimal(1).scaleb(value.adjusted() - 5))
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def inverse(value: Decimal) -> Decimal:
    """Return 1/value to 28 significant digits (USD per 1 <-> units per USD). Zero raises ZeroDivisionError."""
    if not value:
        raise ZeroDivisionError("a rate of zero has no inverse")
    return CONTEXT.divide(Decimal(1), value)
