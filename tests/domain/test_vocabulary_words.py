import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.vocabulary import (
    code_of,
    columns,
    command_of,
    currency_words,
    is_switch,
    meaning_of,
)


@pytest.mark.parametrize("language", columns())
def test_no_word_has_two_meanings_within_a_language(language: str) -> None:
    found: dict[str, set[str]] = {}
    for meaning, words in columns()[language]:
        for word in words:
            found.setdefault(word, set()).add(meaning)
    assert {word: meanings for word, meanings in found.items() if len(meanings) > 1} == {}


def test_every_meaning_has_one_row() -> None:
    assert all(len({meaning for meaning, _ in rows}) == len(rows) for rows in columns().values())


def test_the_language_of_the_chat_decides_between_two_meanings() -> None:
    assert meaning_of("past", "uz") == "below"
    assert meaning_of("past", "en") == meaning_of("past", "kk") == "last"


def test_every_currency_has_its_code_as_a_word() -> None:
    assert {code_of(code) for code in CURRENCIES} == set(CURRENCIES)
    assert all(code_of(word) == code for word, code in currency_words().items())


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("skolko", "howmuch"), ("grafik", "chart"), ("dollarov", "currency:USD"), ("pokazhite", "filler"), ("tеngе", "currency:KZT"),
     ("дoллар", "currency:USD"), ("so'm", "currency:UZS"), ("what's", "price")],
)  # fmt: skip
def test_other_letters_for_a_word_are_the_word(word: str, meaning: str) -> None:
    assert meaning_of(word, "ru") == meaning


@pytest.mark.parametrize(
    ("word", "command"),
    [("курс", "rates"), ("fx", "rates"), ("price", "rates"), ("алерт", "alert"), ("новости", "news"), ("Настройки", "settings"),
     ("конвертер", "convert"), ("меню", "start"), ("оповещения", "alert"), ("тенге", None), ("qqq", None)],
)  # fmt: skip
def test_commands_have_words_in_all_languages(word: str, command: str | None) -> None:
    assert command_of(word, "ru") == command


def test_words_switch_on_and_off() -> None:
    assert is_switch("Выкл", on=False)
    assert is_switch("on", on=True)
    assert not is_switch("on", on=False)
    assert is_switch("on", on=True, language="tk")  # `on` is ten there
    assert all(is_switch(word, on=False) for word in ("off", "no", "нет", "stop", "выключить"))


@given(st.text())
def test_any_word_is_accepted(word: str) -> None:
    assert code_of(word) in (*CURRENCIES, None)
    assert command_of(word) is None or word.strip()
