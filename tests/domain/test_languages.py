"""The table of languages: the languages of clients, the names that people type, and the letters that they write."""

import pytest

from bot.domain.currencies import CURRENCIES
from bot.domain.languages import SHARED, TABLE, closest, language_of, written_in


@pytest.mark.parametrize(
    ("client", "language"),
    [
        *((one.code, one.code) for one in TABLE),
        ("uz-Cyrl", "uz_cyrl"),
        ("UZ_cyrl", "uz_cyrl"),
        ("uz-Cyrl-UZ", "uz_cyrl"),
        ("uz-Latn", "uz"),
        ("kk-KZ", "kk"),
        ("KK", "kk"),
        ("ru_RU", "ru"),
        ("en-GB", "en"),
        *((code, "ru") for code in ("be", "uk", "hy", "az", "ka", "tt", "uk-UA")),
        ("kaa", "uz"),
    ],
)
def test_a_client_gets_its_language_or_the_nearest_one(client: str, language: str) -> None:
    assert closest(client, "de") == language


@pytest.mark.parametrize(
    "client", ["", None, "zh-Hant-TW", "de", "k" * 1000, "-", "_", "-kk", "??", "tr", "cyrl", "\0"]
)
def test_other_clients_get_the_default(client: str | None) -> None:
    assert closest(client, "ru") == "ru"


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        *((one.endonym, one.code) for one in TABLE),
        *((one.code, one.code) for one in TABLE),
        ("kz", "kk"),
        ("KG", "ky"),
        ("tj", "tg"),
        ("tm", "tk"),
        ("казахский", "kk"),
        ("қазақ тілі", "kk"),
        ("O'zbekcha", "uz"),
        ("o‘zbekcha", "uz"),
        ("oʼzbekcha", "uz"),
        ("ўзбекча", "uz_cyrl"),
        ("uz_Cyrl", "uz_cyrl"),
        ("uz-cyrl", "uz_cyrl"),
        ("Узбекский  кириллица", "uz_cyrl"),
        ("tojiki", "tg"),
        ("Түрікменше", "tk"),
        ("turkmence", "tk"),
    ],
)
def test_a_language_has_the_names_that_people_type(typed: str, language: str) -> None:
    assert language_of(typed) == language


@pytest.mark.parametrize("typed", ["", " ", "klingon", "k", "казах" * 300, "uz cyrl latin"])
def test_other_words_name_no_language(typed: str) -> None:
    assert language_of(typed) is None


def test_no_two_languages_share_a_name_or_an_own_letter() -> None:
    names = [name for one in TABLE for name in {one.code, one.endonym.casefold(), *one.aliases}]
    letters = [*"".join(one.letters for one in TABLE), *SHARED]
    assert len(names) == len(set(names))
    assert len(letters) == len(set(letters))
    assert all(name == name.casefold() for one in TABLE for name in one.aliases)
    assert {one.country for one in TABLE} - {""} <= set(CURRENCIES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("қанша тұрады", "kk"),
        ("доллар нешеге бағаланады әлі", "kk"),
        ("ўзбек", "uz_cyrl"),
        ("нархи чӣ қадар", "tg"),
        ("näçe manat, kursyň özi", "tk"),
        ("bugun qancha bo'ladi", "uz"),
        ("yo‘q", "uz"),
    ],
)
def test_letters_of_one_language_say_which_it_is(text: str, language: str) -> None:
    assert written_in(text) == language


@pytest.mark.parametrize(
    ("text", "client", "timezone", "language"),
    [
        ("канча болот, түшүндүр", "ky", None, "ky"),
        ("канча болот, түшүндүр", "ru", "Asia/Bishkek", "ky"),
        ("канча болот, түшүндүр", "ru-RU", None, None),
        ("қанча", "ru", "Asia/Tashkent", "uz_cyrl"),
        ("қанча", "ru", "Asia/Dushanbe", "tg"),
        ("ҳафта", "en", "Asia/Almaty", None),
        ("ңғ", "ru", "Europe/Moscow", "kk"),
        ("dürs", "ru", "Asia/Ashgabat", "tk"),
        ("Müller", "de", "Europe/Berlin", None),
    ],
)
def test_letters_of_several_languages_need_a_client_or_a_time_zone(
    text: str, client: str | None, timezone: str | None, language: str | None
) -> None:
    assert written_in(text, client, timezone) == language


@pytest.mark.parametrize(
    "text",
    ["", "hello", "доллар", "100 usd in so'm", "so‘mga", "five o'clock", "the dog's tail", "O'Brien", "ціна є", "қў ӣ"],
)
def test_other_letters_say_nothing(text: str) -> None:
    assert written_in(text, "en", None) is None


def test_letters_that_a_client_s_own_language_has_say_nothing() -> None:
    assert written_in("колькі каштуе, братоў", "be") is None
    assert written_in("скільки", "uk-UA") is None
