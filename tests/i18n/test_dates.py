"""Dates and cities are spelt in the letters of their language; the golden files show all of them."""

from __future__ import annotations

import pytest

from bot.i18n import LANGUAGES, dates
from bot.i18n.cities import city
from bot.views.settings import CITIES
from bot.views.zones import find
from tests.golden.dates import NOON, lines
from tests.i18n.checks import ALPHABETS


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_have_only_letters_of_the_language(language: str) -> None:
    text = "\n".join(line.partition(": ")[2] for line in lines(language) if not line.startswith("list:"))
    assert not {sign for sign in text.lower() if sign.isalpha()} - set(ALPHABETS[language])


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_months_and_weekdays_are_in_small_letters(language: str) -> None:
    for line in lines(language):
        if not line.startswith(("list:", "cities:")):
            assert line == line.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_never_breaks_the_line(language: str) -> None:
    assert not set(dates.number(1234567.891, 2, language)) & {" ", "\u202f"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_city_on_a_button_is_understood_when_it_is_typed(language: str) -> None:
    assert {find(city(zone, language), NOON).zone for zone in CITIES.values()} == {*CITIES.values()}
