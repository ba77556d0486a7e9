import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.vocabulary import code_of
from bot.i18n import LANGUAGES, Translator
from bot.views.currencies import FLAGS, money, name, sign

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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CURRENCIES)
def test_every_currency_has_a_sign_a_flag_a_name_and_is_its_own_word(code: str, language: str) -> None:
    assert code_of(code) == code
    assert sign(Translator(language), code)
    assert len(FLAGS[code]) == 2
    assert name(Translator(language), code) not in ("", code, f"currencies.name.{code}")
    assert tuple(FLAGS) == tuple(CURRENCIES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_signs_of_money_are_alike(language: str) -> None:
    assert len({sign(Translator(language), code) for code in CURRENCIES}) == len(CURRENCIES)


def test_signs_are_in_the_letters_of_the_language() -> None:
    assert money(Translator("en"), "9.1548", "TJS") == "9.1548\u00a0TJS"
    assert money(Translator("ru"), "9,1548", "TJS") == "9,1548\u00a0смн"
    assert not any("а" <= letter <= "я" for code in CURRENCIES for letter in sign(Translator("en"), code))
    assert money(Translator("en"), "1", "USD") == "$1"


@given(st.text())
def test_no_word_breaks_the_table(word: str) -> None:
    assert code_of(word) in (*CURRENCIES, None)
