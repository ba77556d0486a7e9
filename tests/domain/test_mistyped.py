import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import mistyped, vocabulary
from bot.domain.currencies import CURRENCIES
from bot.domain.intents import IntentKind, understand
from bot.domain.mistyped import LONGEST, errors, nearest_currency, nearest_word
from bot.domain.vocabulary import code_of


@pytest.mark.parametrize(
    ("word", "near"),
    [("самони", "сомони"), ("тегне", "тенге"), ("долар", "доллар"), ("ghbdtn", "привет"), ("руддщ", "hello"), ("дом", None), ("france", None),
     ("x" * 50, None)],
)  # fmt: skip
def test_one_letter_is_corrected(word: str, near: str | None) -> None:
    assert nearest_word(word, "ru") == near


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("убль", "рубль"),
        ("отенге", "тенге"),
        ("оллар", "доллар"),
        ("urates", "rates"),
        ("молар", None),
        ("домов", None),
    ],
)
def test_the_first_letter_of_a_currency_may_be_missing_or_too_many(word: str, near: str | None) -> None:
    assert nearest_word(word, "ru") == near


@pytest.mark.parametrize(
    ("word", "near"),
    [("генге", "тенге"), ("кус", "курс"), ("rat", "rate"), ("тысяа", "тысяча"), ("rubya", "рубля"), ("сегоня", "сегодня"), ("дома", None)],
)  # fmt: skip
def test_in_a_sentence_about_money_less_likely_errors_are_corrected(word: str, near: str | None) -> None:
    assert nearest_word(word, "ru", beside=True) == near


@pytest.mark.parametrize(
    ("word", "beside", "near"),
    [("далаар", True, None), ("даларов", True, "долларов"), ("даллоров", False, "долларов"), ("долларовые", True, None)],
)  # fmt: skip
def test_long_words_may_have_two_errors(word: str, beside: bool, near: str | None) -> None:
    assert nearest_word(word, "ru", beside) == near


@pytest.mark.parametrize("word", ["команда", "стар", "quite", "night", "least", "миллионер", "gold"])
def test_frequent_words_are_not_misspelt_ones(word: str) -> None:
    assert nearest_word(word, "ru") is None


@pytest.mark.parametrize(
    ("word", "near"),
    [("kzr", "KZT"), ("kgz", "KGS"), ("тнге", "тенге"), ("доларов", "долларов"), ("qqqqqq", None), ("", None), ("x", None)],
)  # fmt: skip
def test_where_a_currency_is_expected_short_words_are_corrected_too(word: str, near: str | None) -> None:
    assert nearest_currency(word) == near


@given(st.text(), st.booleans())
def test_any_word_is_accepted(word: str, beside: bool) -> None:
    assert nearest_word(word, beside=beside) is None or len(word) <= LONGEST
    currency = nearest_currency(word)
    assert currency is None or code_of(currency) in CURRENCIES


def test_nothing_is_read_for_the_first_sentence_once_the_tables_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    mistyped.load()
    monkeypatch.setattr(vocabulary, "TABLE", None)
    assert understand("курс даларов в тнеге", "ru").kind is IntentKind.PAIR
    assert understand("exchnage ratse", "en").kind is IntentKind.RATES


@given(st.text("абв", max_size=6), st.text("абв", max_size=6))
def test_errors_are_the_same_in_both_directions(one: str, other: str) -> None:
    assert errors(one, other) == errors(other, one)
    assert (errors(one, other) == 0) == (one == other)
