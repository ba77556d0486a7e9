import pytest

from bot.domain.languages import TABLE
from bot.domain.providers import MAX_NAME, display_name, provider_of

# As the site prints them, in its order: 24 September 2026 (Tajik), 26 August 2026 (Russian).
PRINTED = {
    'ҶСК "Алиф Бонк"': "alif",
    'КВД БА ҶТ "Амонатбонк"': "amonatbonk",
    'ҶСП Бонки "Арванд"': "arvand",
    'ҶДММ ТАҚХ "Азизӣ-Молия"': "azizi_moliya",
    'ҶСК "Бонки Эсхата"': "eskhata",
    'ҶДММ ТАҚХ "ФИНКА"': "finca",
    'ҶСП "Бонки сармоягузорӣ ва қарзии Тоҷикистон"': "investment_credit",
    'ҶСП "Актив Бонк" ': "activ",
    'ҶСП ТАҚХ "Ҳумо"': "humo",
    'ҶСП ТАҚХ "Имон Интернешнл"': "imon",
    'ҶСП "Бонки байналмилалии Тоҷикистон"': "ibt",
    'ҶДММ ТАҚХ "МАТИН"': "matin",
    'ҶСК "Ориёнбонк"': "orienbonk",
    'КВД БССТ "Саноатсодиротбонк"': "sanoatsodirotbonk",
    'ҶДММ ТАҚХ ЛОЛС "Молия"': "moliya",
    'ҶСП ТАҚХ "Шукр Молия': "shukr_moliya",
    'ҶСК "Тавҳидбонк"': "tawhidbank",
    'ҶСП "Спитамен Бонк"': "spitamen",
    'ҶСП ТАҚХ "Сандуқ"': "sanduq",
    'ҶДММ ТАҚХ "Зудамал"': "zudamal",
    "ҶСП “Фридом Бонк Тоҷикистон”": "freedom",
    'ҶСП "Васл Бонк"': "vasl",
    'OАО "Алиф Банк"': "alif",  # the first letter is Latin
    'ОАО "Ориёнбонк"': "orienbonk",
    'ГУП СБ РТ "Амонатбанк"': "amonatbonk",
    'ГУП ПЭБТ "Саноатсодиротбонк"': "sanoatsodirotbonk",
}


@pytest.mark.parametrize("printed", PRINTED)
def test_a_printed_name_is_recognised(printed: str) -> None:
    assert provider_of(printed) == PRINTED[printed]


@pytest.mark.parametrize("key", sorted(set(PRINTED.values())))
def test_every_name_of_a_provider_leads_to_it(key: str) -> None:
    names = {display_name(key, row.code) for row in TABLE}
    assert {provider_of(name) for name in {*names, key}} == {key}
    assert all(0 < len(name) <= MAX_NAME for name in names)


def test_look_alike_letters_quotes_and_case_do_not_matter() -> None:
    assert {provider_of(name) for name in ("«ЭСХАТА»", "эсхата банк", "Эcхaтa", "JSC Bank Eskhata", "эсхата")} == {
        "eskhata"
    }


def test_a_name_within_another_one_is_no_match() -> None:
    assert provider_of('ҶДММ ТАҚХ "Молия"') == "moliya"
    assert provider_of('ҶДММ ТАҚХ "Рушди Молия"') == 'ҶДММ ТАҚХ "Рушди Молия"'


def test_a_name_is_shown_in_the_readers_alphabet_and_an_unknown_one_as_printed() -> None:
    assert [display_name("humo", code) for code in ("tg", "ru", "kk", "en", "uz", "uz_cyrl")] == [
        "Ҳумо",
        "Хумо",
        "Хумо",
        "Humo",
        "Humo",
        "Хумо",
    ]
    assert display_name('ҶСП "Нав"', "en") == 'ҶСП "Нав"'


@pytest.mark.parametrize(("printed", "name"), [("", ""), ("—", "—"), ("Банк", "Банк"), ("a\u202eb\x00", "ab")])
def test_a_name_without_distinctive_words_is_kept_as_cleaned(printed: str, name: str) -> None:
    assert provider_of(printed) == name


def test_a_long_name_is_cut_off() -> None:
    assert provider_of("б" * 500) == "б" * MAX_NAME
