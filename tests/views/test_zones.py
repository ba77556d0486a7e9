"""Places by the names that people use, in the languages of the region."""

import datetime as dt

import pytest

from bot.i18n import LANGUAGES
from bot.views.zones import Found, city, described, find, known

NOW = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
PLACES = {
    "Asia/Tashkent": "Tashkent|TOSHKENT|Тошкент|Ташкент|Taşkent|г. Ташкент|O'zbekiston|Oʻzbekiston|Ўзбекистон|Узбекистан|"
    "Өзбекстан|Özbegistan|Uzbekistan|Фергана|Fargʻona|Ташкент +5|(UTC+05:00) Tashkent|Tashkent, Uzbekistan",
    "Asia/Almaty": "Алматы|Алма-Ата|almaty|Almati|Almatı|ALMATI|Қазақстан|Казахстан|Қозоғистон|Gazagystan|Qazaqstan|Азия/Алматы|Астана|Нур-Султан|Шымкент",
    "Asia/Bishkek": "Бишкек|Bişkek|бишкек|Бішкек|Asia/Osh|Qyrgyzstan|Кыргызстан|Киргизия|Kyrgyzstan|Қирғизистон|Ош|Джалал-Абад|Osh",
    "Asia/Dushanbe": "Душанбе|Duşanbe|Тоҷикистон|Таджикистан|Тожикистон|Худжанд|Хуҷанд|Tajikistan",
    "Asia/Ashgabat": "Ашхабад|Aşgabat|Ашхобод|Туркмения|Türkmenistan|Туркменистан|Мары|Балканабат",
    "Europe/Moscow": "мск|МСК|msk|Москва|Moskva|Мәскеу|Moskwa|Питер|СПб|Санкт-Петербург|Казань|Moscow time|Москва (GMT+3)",
    "Asia/Yekaterinburg": "Екатеринбург|екб|Yekaterinburg|Челябинск|Уфа",
    "Asia/Novosibirsk": "Новосибирск|Novosibirsk",
    "Europe/Istanbul": "Стамбул|İstanbul|istanbul|Istanbul|Stambul|Turkey|Турция|Türkiye|Анкара",
    "Asia/Seoul": "Сеул|Seoul|Seul|Корея|South Korea|Пусан",
    "Asia/Dubai": "Дубай|Dubai|ОАЭ|UAE",
    "Europe/Berlin": "Берлин|Germany|Германия|CET|Мюнхен",
    "Asia/Baku": "Баку|Baku|Bakı|Азербайджан",
    "Europe/London": "Londra|Лондон|London|UK|Англия|GB",
    "America/New_York": "Нью-Йорк|new york|america/new york|NEW_YORK|EST|US/Eastern",
    "Europe/Warsaw": "Варшава|Польша|Warszawa|Краков",
    "Asia/Kolkata": "Asia/Calcutta|asia/kolkata|UTC+5:30",
    "Europe/Kyiv": "Киев|Europe/Kiev|Kyiv",
    "UTC": "UTC|GMT|utc+0|Etc/UTC|Zulu",
}


@pytest.mark.parametrize(("zone", "typed"), [(zone, one) for zone, names in PLACES.items() for one in names.split("|")])
def test_a_place_is_known_by_what_people_call_it(zone: str, typed: str) -> None:
    assert find(typed, NOW).zone == zone


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("GMT+5", "Asia/Tashkent"), ("+6", "Asia/Bishkek"), ("Etc/GMT-3", "Europe/Moscow"), ("москва +2", "Asia/Tashkent"),
     ("Гринвич+5", "Asia/Tashkent"), ("+6 по Гринвичу", "Asia/Bishkek"), ("+2 к Москве", "Asia/Tashkent"),
     ("мск+4", "Asia/Novosibirsk"), ("UTC-5", "America/Bogota")],
)  # fmt: skip
def test_an_offset_becomes_a_place_that_keeps_it(typed: str, zone: str) -> None:
    found = find(typed, NOW)
    assert (found.zone, found.offset is not None) == (zone, True)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Taschkent", "Asia/Tashkent"), ("Бишкк", "Asia/Bishkek"), ("Душамбе", "Asia/Dushanbe"),
     ("по Ташкенту", "Asia/Tashkent"), ("время Бишкека", "Asia/Bishkek"), ("Ташкентское время", "Asia/Tashkent")],
)  # fmt: skip
def test_a_typing_error_is_asked_about(typed: str, zone: str) -> None:
    found = find(typed, NOW)
    assert zone in (found.zone, *found.choices)
    assert len(found.choices) <= 3


@pytest.mark.parametrize("typed", ["Россия", "Russia", "Ресей", "USA", "США", "Rossiya"])
def test_of_a_country_with_several_clocks_the_city_is_asked(typed: str) -> None:
    found = find(typed, NOW)
    assert (found.zone, found.country) == (None, True)
    assert len(found.choices) > 4


@pytest.mark.parametrize("typed", ["+15", "+99", "UTC+5:15", "-12"])
def test_an_offset_that_nobody_lives_by_is_no_zone(typed: str) -> None:
    found = find(typed, NOW)
    assert (found.zone, found.choices) == (None, ())
    assert found.offset is not None


@pytest.mark.parametrize("typed", ["", "xqzwvk", "…", "<b>", "🙂", "x" * 4000])
def test_a_text_that_is_no_place_has_no_zone(typed: str) -> None:
    assert find(typed, NOW) == Found()


@pytest.mark.parametrize("sign", ["+", "-"])
@pytest.mark.parametrize("hours", range(15))
def test_the_names_with_their_signs_the_other_way_are_neither_stored_nor_shown(sign: str, hours: int) -> None:
    name = f"Etc/GMT{sign}{hours}"
    for typed in (name, f"GMT{sign}{hours}", name.upper()):
        assert not (find(typed, NOW).zone or "").startswith("Etc/")
    assert not known(name)
    if not (sign == "+" and hours > 12):
        assert described(name, NOW, "en").startswith("UTC")
        assert (f"{hours:02}:00" in described(name, NOW, "en")) == (hours > 0)


def test_a_city_has_a_name_in_each_language() -> None:
    assert [city("Asia/Tashkent", language) for language in ("en", "ru")] == ["Tashkent", "Ташкент"]
    assert all(city("Asia/Tashkent", language) for language in LANGUAGES)
    assert described("Asia/Kathmandu", NOW, "en") == "Kathmandu, UTC+05:45"
    assert described("Asia/Tashkent", NOW, "ru") == "Ташкент, UTC+05:00"
