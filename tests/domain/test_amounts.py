from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import LARGEST_AMOUNT, MAX_REQUEST_LENGTH, ConvertError, ConvertRequest, amount_of
from bot.domain.currencies import CURRENCIES
from bot.domain.tokens import tokens_of


def read_amount(text: str) -> ConvertRequest:
    return amount_of(tokens_of(text))


def ask(amount: str, base: str, *quotes: str) -> ConvertRequest:
    return ConvertRequest(Decimal(amount), base, quotes)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1500 usd kzt", ask("1500", "USD", "KZT")),
        ("100 usd in som", ask("100", "USD", "KGS")),
        ("100 usd to kgs", ask("100", "USD", "KGS")),
        ("1,5 млн сум в рублях", ask("1500000", "UZS", "RUB")),
        ("500 мың теңге", ask("500000", "KZT")),
        ("200$ kgs", ask("200", "USD", "KGS")),
        ("$200", ask("200", "USD")),
        ("$200 kgs", ask("200", "USD", "KGS")),
        ("$100 usd in kzt", ask("100", "USD", "KZT")),
        ("2k usd kzt", ask("2000", "USD", "KZT")),
        ("10к рублей", ask("10000", "RUB")),
        ("1.5m usd", ask("1500000", "USD")),
        ("10 000 рублей в сомах", ask("10000", "RUB", "KGS")),
        ("10'000 usd", ask("10000", "USD")),
        ("100 долларов", ask("100", "USD")),
        ("50 евро", ask("50", "EUR")),
        ("usd 100", ask("100", "USD")),
        ("kzt 500 usd", ask("500", "USD", "KZT")),
        ("usd kzt 100", ask("100", "USD", "KZT")),
        ("usd/kzt 100", ask("100", "USD", "KZT")),
        ("usd 100 in kzt", ask("100", "USD", "KZT")),
        ("в рублях usd 100", ask("100", "USD", "RUB")),
        ("100usd", ask("100", "USD")),
        ("100$ €", ask("100", "USD", "EUR")),
        ("100 usd = kzt", ask("100", "USD", "KZT")),
        ("100 USD → KZT", ask("100", "USD", "KZT")),
        ("how much is 100 usd in kzt?", ask("100", "USD", "KZT")),
        ("сколько будет 50 тыс. руб. в сомах", ask("50000", "RUB", "KGS")),
        ("1 million so‘m in usd", ask("1000000", "UZS", "USD")),
        ("100 dollar necha soʻm", ask("100", "USD", "UZS")),
        ("100 доллар канча сом", ask("100", "USD", "KGS")),
        ("500 миң сом", ask("500000", "KGS")),
        ("5 ҳазор сомонӣ", ask("5000", "TJS")),
        ("3 müň manat", ask("3000", "TMT")),
        ("300 ming so'm rubl", ask("300000", "UZS", "RUB")),
        ("2 млрд сўм", ask("2000000000", "UZS")),
        ("100 usd kzt, kgs and uzs", ask("100", "USD", "KZT", "KGS", "UZS")),
        ("100 usd kzt тенге", ask("100", "USD", "KZT")),
        (".5 usd", ask("0.5", "USD")),
        # An amount in parts, each smaller than the multiplier of the one before.
        ("1 mln 500 ming so'm", ask("1500000", "UZS")),
        ("1 млн 200 мың теңге", ask("1200000", "KZT")),
        ("2 тысячи 500 рублей", ask("2500", "RUB")),
        ("1 млрд 200 млн 500 тыс сум", ask("1200500000", "UZS")),
        ("миллион 500 тысяч сум", ask("1500000", "UZS")),
        ("1 млн двести тысяч сум", ask("1200000", "UZS")),
        ("2 тысячи пятьсот рублей", ask("2500", "RUB")),
        ("1 млн и 500 тысяч сум", ask("1500000", "UZS")),
        ("2 hundred thousand som", ask("200000", "KGS")),
        ("a million and a half som", ask("1500000", "KGS")),
        ("2 тысячи с половиной рублей", ask("2500", "RUB")),
        ("1 half million som", ask("1500000", "KGS")),
        ("0,001 usd", ask("0.001", "USD")),
        # Exactly three digits after a lone sign are thousands, unless there is a multiplier or nothing before.
        ("1,500 usd", ask("1500", "USD")),
        ("1.500 usd", ask("1500", "USD")),
        ("1.500 mln usd", ask("1500000", "USD")),
        ("0.500 usd", ask("0.5", "USD")),
        ("1,500,000.50 usd", ask("1500000.50", "USD")),
        ("1.500.000,50 usd", ask("1500000.50", "USD")),
    ],
)
def test_amounts_are_read_as_people_type_them(text: str, read: ConvertRequest) -> None:
    assert read_amount(text) == read


@pytest.mark.parametrize(
    "text",
    ["", " ", "пять", "usd", "usd kzt", "100", "100k", "m 100", "100 stories about oil", "news of 2025", "100 in som",
     "5% usd", "100-200 usd", "1 2 usd", "1 тыс млн usd", "k 5 usd", "5² usd", "٥ usd", "2kusd", "100 won by lottery", "/rates", "🙂",
     "Hello - 5 apples", "1,2,3 stories", "5 тысяч 6 тысяч сом", "1 тысяча и 200 рублей", "1,5 млн 200 тыс сум", "2 тысячи 2024 usd",
     "1 million 1,5 usd"],
)  # fmt: skip
def test_what_is_no_amount_of_money_is_nobodys_business(text: str) -> None:
    with pytest.raises(ConvertError) as caught:
        read_amount(text)
    assert not caught.value.certain


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("0 usd", "number"),
        ("0,00 usd kzt", "number"),
        ("-5 usd", "number"),
        ("−5 usd", "number"),
        ("$-5", "number"),
        ("usd - 5 kzt", "number"),
        ("1e999 usd", "number"),
        ("1e5 usd", "number"),
        ("1,2,3 usd", "number"),
        ("1" * 25 + " usd", "number"),
        ("1000000000000001 usd", "large"),
        ("1000001 млрд usd", "large"),
        ("5 usd usd", "same"),
        ("5 usd in dollars", "same"),
        ("5 usd kzt usd", "same"),
    ],
)
def test_an_impossible_amount_of_money_says_why(text: str, key: str) -> None:
    with pytest.raises(ConvertError) as caught:
        read_amount(text)
    assert (caught.value.key, caught.value.certain) == (f"convert.error.{key}", True)


def test_the_largest_amount_is_still_read() -> None:
    assert read_amount("1000000000000000 usd") == ConvertRequest(LARGEST_AMOUNT, "USD")


def reading(text: str) -> ConvertRequest | None:
    """Return what is read, None where nothing is; any other error is a failure."""
    try:
        return read_amount(text)
    except ConvertError:
        return None


codes = st.sampled_from(CURRENCIES)
numbers = st.decimals("0.01", "999999999", places=2)
spaces = st.sampled_from(["", " ", "  ", "\t", "\u00a0"])


@given(numbers, codes, codes, spaces, spaces, st.booleans(), st.booleans())
def test_spacing_case_and_the_decimal_sign_change_nothing(
    number: Decimal, base: str, quote: str, before: str, after: str, lower: bool, comma: bool
) -> None:
    written = str(number).replace(".", "," if comma else ".")
    text = f"{after}{written}{before}{base} {after}{quote}{before}"
    text = text.lower() if lower else text
    if base == quote:
        with pytest.raises(ConvertError):
            read_amount(text)
    else:
        assert read_amount(text) == ConvertRequest(number, base, (quote,))


@given(st.integers(1, 10**12), codes, st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'"]))
def test_thousands_may_be_parted_by_any_sign(number: int, base: str, sign: str) -> None:
    assert reading(f"{number:,} {base}".replace(",", sign)) == ConvertRequest(Decimal(number), base)


@given(st.text() | st.text("0123456789.,- eEkкmмлн$€usdkztсомin", max_size=MAX_REQUEST_LENGTH))
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    read = reading(text)
    if read is not None:
        assert 0 < read.amount <= LARGEST_AMOUNT
        assert read.base not in read.quotes


@given(st.text(max_size=MAX_REQUEST_LENGTH))
def test_comma_and_point_are_one(text: str) -> None:
    swapped = text.translate({ord(","): ".", ord("."): ","})
    assert reading(f"{text} usd") == reading(f"{swapped} usd")


@given(st.text("0123456789.,", min_size=1, max_size=12))
def test_comma_and_point_are_one_in_numbers(text: str) -> None:
    swapped = text.translate({ord(","): ".", ord("."): ","})
    assert reading(f"{text} usd") == reading(f"{swapped} usd")
