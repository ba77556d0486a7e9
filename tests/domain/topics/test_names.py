"""The names of fields and countries, and the words between alternatives, in all languages."""

import pytest

from bot.domain.topics import parse
from bot.domain.topics.curated import COUNTRY_NAMES, country_of
from bot.domain.topics.grammar import FIELDS
from bot.i18n import LANGUAGES, Translator

ISO = {
    "kazakhstan": "KZ", "kyrgyzstan": "KG", "uzbekistan": "UZ", "tajikistan": "TJ", "turkmenistan": "TM",
    "afghanistan": "AF", "russia": "RU", "china": "CN", "mongolia": "MN", "azerbaijan": "AZ",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_country_has_the_name_that_the_texts_give_it(language: str) -> None:
    t = Translator(language)
    for slug, code in ISO.items():
        name = t.plain(f"places.country.{code}")
        assert str(parse(f"country:{name}")) == f"country:{slug}"
        assert str(parse(f"strict:{name}")) == f"strict:{slug}"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ел:қазақстан су", "country:kazakhstan су"),
        ("өлкө:Кыргызстан", "country:kyrgyzstan"),
        ("mamlakat:O'zbekiston", "country:uzbekistan"),
        ("мамлакат:Ўзбекистон", "country:uzbekistan"),
        ("кишвар:Тоҷикистон об", "country:tajikistan об"),
        ("ýurt:Türkmenistan", "country:turkmenistan"),
        ("страна:таджикистана", "country:tajikistan"),
        ("тақырып:energy", "topic:energy"),
        ("mavzu:energy", "topic:energy"),
        ("мавзуъ:energy", "topic:energy"),
        ("mowzuk:energy", "topic:energy"),
        ("дереккөз:timesca", "source:timesca"),
        ("булак:timesca", "source:timesca"),
        ("çeşme:timesca", "source:timesca"),
        ("атауы:мұнай", "title:мұнай"),
        ("сарлавҳа:об", "title:об"),
    ],
)
def test_a_field_has_a_name_in_each_language(typed: str, query: str) -> None:
    assert str(parse(typed)) == query


def test_no_name_is_one_of_two_countries() -> None:
    assert len(COUNTRY_NAMES) > 80
    assert country_of("атлантида") is None
    assert all(name == name.casefold() for name in FIELDS)


@pytest.mark.parametrize(
    "typed",
    [
        "b немесе a",
        "b әлде a",
        "b же a",
        "b болбосо a",
        "b yoki a",
        "b ёки a",
        "b ё a",
        "b ýa-da a",
        "b ýa a",
        "b Yoki a",
    ],
)
def test_alternatives_have_a_word_between_them(typed: str) -> None:
    assert str(parse(typed)) == "a OR b"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("газпром же", '"же" газпром'),
        ("же газпром", '"же" газпром'),
        ("что же дальше", '"же" дальше что'),
        ("ё", "е"),
        ("ya", '"ya"'),
        ('"же"', '"же"'),
    ],
)
def test_a_short_word_elsewhere_is_searched_for(typed: str, query: str) -> None:
    assert str(parse(typed)) == query
    assert parse(query) == parse(typed)
