from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numbers import MAX_NUMBER_LENGTH, D, NotANumber, inverse, parse_number, printed_number

# Numbers as people mean them: at most nine digits before the sign and six behind it.
TYPED = st.decimals(0, 999_999_999, places=6).map(lambda number: number.normalize() + 0)


def plain(number: Decimal) -> tuple[str, str]:
    """Return the digits before and behind the decimal sign."""
    whole, _, part = f"{number:f}".partition(".")
    return whole, part


def grouped(whole: str, sign: str) -> str:
    return f"{int(whole):,}".replace(",", sign)


@given(TYPED, st.sampled_from(".,"), st.sampled_from(["", " ", "\u00a0", "\u202f", "'", "’", "_"]))
def test_a_number_is_read_whatever_its_decimal_sign_and_the_gaps_between_its_groups(
    number: Decimal, sign: str, gap: str
) -> None:
    whole, part = plain(number)
    assert parse_number(grouped(whole, gap) + (sign + part if part else "")) == number


@given(TYPED, st.sampled_from([".,", ",."]))
def test_with_both_signs_the_last_one_is_the_decimal_sign(number: Decimal, signs: str) -> None:
    group, sign = signs
    whole, part = plain(number)
    if len(whole) > 3 and part:
        assert parse_number(grouped(whole, group) + sign + part) == number


@given(st.integers(1_000_000, 10**12), st.sampled_from(".,"))
def test_a_repeated_sign_groups_thousands(number: int, sign: str) -> None:
    assert parse_number(f"{number:,}".replace(",", sign)) == number
    with pytest.raises(NotANumber):
        parse_number(f"{number}{sign}0{sign}000")


@given(st.one_of(st.text(), st.text(alphabet="0123456789.,eE+- '٣²∞½nNaAiIfF\u00a0", max_size=30)))
def test_whatever_is_typed_is_a_plain_finite_number_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except NotANumber:
        return
    assert number.is_finite()
    assert number >= 0
    assert len(f"{number:f}") <= MAX_NUMBER_LENGTH + 1
    assert set(text.strip()) <= set("0123456789.,_'’") | {c for c in text if c.isspace()}


@pytest.mark.parametrize(
    "text", ["", " ", ".", ",", "-5", "+5", "1e5", "1e999", "NaN", "inf", "٣", "1.2.3", "0x10", "5 usd", "9" * 25]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(text)


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_only_finite_numbers_enter(number: Decimal) -> None:
    if number.is_finite():
        assert D(number) == number
        assert D(str(number)) == number
    else:
        with pytest.raises(NotANumber):
            D(number)


@given(st.decimals("0.00000001", "1000000", places=8))
def test_turning_a_number_over_twice_gives_it_back(number: Decimal) -> None:
    assert abs(inverse(inverse(number)) / number - 1) < Decimal("1e-25")


def test_zero_cannot_be_turned_over() -> None:
    with pytest.raises(ZeroDivisionError):
        inverse(Decimal(0))


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("12300.50", ".", "12300.50"),
        ("12 300.50", ".", "12300.50"),
        ("12 300,50", ".", "12300.50"),
        ("12\u00a0300,50", ",", "12300.50"),
        ("1\u202f012\u202f300,5", ",", "1012300.5"),
        ("12\u2009300", ".", "12300"),
        ("1'234.5", ".", "1234.5"),
        ("1\u2019234,5", ".", "1234.5"),
        ("12,300.50", ".", "12300.50"),
        ("12,300.50", ",", "12300.50"),
        ("12.300,50", ".", "12300.50"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("0,123", ".", "0.123"),
        ("12,5", ".", "12.5"),
        ("12,3456", ".", "12.3456"),
        ("1234,567", ".", "1234.567"),
        ("1,234,567", ",", "1234567"),
        ("1.234.567,8", ".", "1234567.8"),
        (" 9.3450\u00a0", ".", "9.3450"),
        ("0", ".", "0"),
    ],
)
def test_a_printed_number_is_read_by_its_groups_and_its_sources_sign(text: str, sign: str, value: str) -> None:
    assert printed_number(text, sign) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-1", "+1", "1e5", "NaN", "12 30.50", "1 2345", "0 300", "12  300", "1 234\u00a0567", "1,23,456",
        "1.234,567.8", "12.", ".5", "12 300 som", "\u0661\u0662", "1" * 30, "1,234 567",
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [".", ","])
def test_what_is_no_printed_number_is_refused(text: str, sign: str) -> None:
    with pytest.raises(NotANumber):
        printed_number(text, sign)


@given(st.integers(0, 10**9), st.integers(0, 9999), st.sampled_from(" \u00a0\u202f'"), st.sampled_from(".,"))
def test_a_number_printed_with_groups_is_the_number(whole: int, part: int, blank: str, sign: str) -> None:
    printed = f"{whole:,}".replace(",", blank) + f"{sign}{part:04}"
    assert printed_number(printed, sign) == Decimal(f"{whole}.{part:04}")
