import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.i18n import LANGUAGES, Translator
from bot.views.currencies import CODES, FLAGS, code_of, name, nearest, sign

WORDS = {
    "KZT": "kzt KZT tenge тенге Теңге ₸",
    "KGS": "som сом сома сомов сомах",
    "UZS": "so'm soʻm so‘m so’m SO`M sum soum сум сума сумов сумах сўм",
    "TJS": "somoni сомони сомонӣ",
    "TMT": "manat манат маната манатов манатах",
    "USD": "$ dollar dollars доллар доллара долларов долларах баксов",
    "EUR": "€ euro евро",
    "RUB": "₽ ruble rubl рубл рубль рубля рублей рублях",
    "CNY": "¥ yuan юань юаня юаней юанях",
    "TRY": "₺ lira лира лир",
}


@pytest.mark.parametrize(("word", "code"), [(word, code) for code, words in WORDS.items() for word in words.split()])
def test_words_mean_their_currency(word: str, code: str) -> None:
    assert code_of(word) == code
    assert code_of(f" {word.upper()} ") == code


@pytest.mark.parametrize("word", ["", "m", "k", "kzr", "100", "in", "oil", "млн"])
def test_other_words_mean_none(word: str) -> None:
    assert code_of(word) is None


@pytest.mark.parametrize(
    ("word", "code"),
    [("kzr", "KZT"), ("kgz", "KGS"), ("тнге", "KZT"), ("доларов", "USD"), ("rubel", "RUB"), ("qqqqqq", None), ("", None), ("x", None)],
)  # fmt: skip
def test_a_slip_of_the_finger_is_guessed(word: str, code: str | None) -> None:
    assert nearest(word) == code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CURRENCIES)
def test_every_currency_has_a_sign_a_flag_a_name_and_is_its_own_word(code: str, language: str) -> None:
    assert code_of(code) == code
    assert sign(code)
    assert len(FLAGS[code]) == 2
    assert name(Translator(language), code) not in ("", code, f"currencies.name.{code}")
    assert CODES == CURRENCIES


def test_no_two_signs_of_money_are_alike() -> None:
    assert len({sign(code) for code in CURRENCIES}) == len(CURRENCIES)


@given(st.text())
def test_no_word_breaks_the_table(word: str) -> None:
    assert code_of(word) in (*CURRENCIES, None)
    assert nearest(word[:20]) in (*CURRENCIES, None)
