"""Uzbek texts in Cyrillic letters: the rules, the table of exceptions, and the whole catalog."""

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.i18n import read_catalog
from bot.i18n.uzbek_cyrillic import EXCEPTIONS, cyrillic

SHARED = os.environ.get("JARCHI_SHARED", "")
TEXTS = {str(message.id): str(message.string) for message in read_catalog("uz") if message.id}
# The parts that have to stay as they are, described apart from the pattern of the function.
PLACEHOLDER = r"\{\w+\}"
TAG = r"</?\w+>"
COMMAND = r"(?<![\w<])/[a-z]+"
FIELD = r"\b(?:(?:source|topic|country):\w*|since:|until:|title:)"
KEPT = re.compile(f"{PLACEHOLDER}|{TAG}|{COMMAND}|{FIELD}|@\\w+")
LATIN_WORDS = {word for word, spelling in EXCEPTIONS.items() if word == spelling}
# A length of a chart in the arguments of a command.
LENGTHS = {"d", "y"}
ENTITIES = {"gt", "lt", "amp"}


@pytest.mark.parametrize(
    ("latin", "written"),
    [
        ("oʻzbek soʻmi", "ўзбек сўми"),
        ("Qirgʻiziston Milliy banki", "Қирғизистон Миллий банки"),
        ("yoʻq, yoʻl, roʻyxat, boʻyicha", "йўқ, йўл, рўйхат, бўйича"),
        ("yangi, yuz, yordam, yetganda", "янги, юз, ёрдам, етганда"),
        ("tayyor, foydaliroq, iqtisodiyot", "тайёр, фойдалироқ, иқтисодиёт"),
        ("eng, emas, Eron, keyin, poema", "энг, эмас, Эрон, кейин, поэма"),
        ("maʼlumot, qatʼiy, Isʼhoq", "маълумот, қатъий, Исҳоқ"),
        ("AQSH, Shahar, CHIQISH, Yevropa, YEVRO", "АҚШ, Шаҳар, ЧИҚИШ, Европа, ЕВРО"),
        ("hajm, xabar", "ҳажм, хабар"),
    ],
)
def test_letters_follow_the_rules(latin: str, written: str) -> None:
    assert cyrillic(latin) == written


@pytest.mark.parametrize(
    ("latin", "written"),
    [
        ("sentabr, 1-oktabrda, 8-dekabr, Iyun", "сентябрь, 1-октябрда, 8-декабрь, Июнь"),
        ("rubl, rubli, rublga", "рубль, рубли, рублга"),
        ("Belarus, belarus tili", "Беларусь, беларус тили"),
        ("Fransiya, fransuz, Shveysariyada, POLSHA", "Франция, француз, Швейцарияда, ПОЛЬША"),
        ("Nyu-York", "Нью-Йорк"),
        ("aksiyalar, inflatsiya, obyekti, premyeri", "акциялар, инфляция, объекти, премьери"),
    ],
)
def test_words_of_the_table_keep_their_spelling(latin: str, written: str) -> None:
    assert cyrillic(latin) == written


def test_ts_is_one_letter_only_in_endings_of_loanwords() -> None:
    assert cyrillic("migratsiyasi, investitsion") == "миграцияси, инвестицион"
    assert cyrillic("qaytsa, aytsin, kutsangiz") == "қайтса, айтсин, кутсангиз"


@pytest.mark.parametrize(
    ("latin", "written"),
    [
        ("{level} dan yuqori", "{level} дан юқори"),
        ("<b>{name}</b> <code>uran</code>", "<b>{name}</b> <code>уран</code>"),
        ('<a href="https://example.org/yangi">yangi</a>', '<a href="https://example.org/yangi">янги</a>'),
        ("/convert 1500 usd kzt, USD/KZT kursi", "/convert 1500 usd kzt, USD/KZT курси"),
        ("/chart rub tjs 30d, 1 yil", "/chart rub tjs 30d, 1 йил"),
        ("kzt &gt; 520 &amp; kurs", "kzt &gt; 520 &amp; курс"),
        ("title:uran since:2025-12 source:timesca", "title:уран since:2025-12 source:timesca"),
        ("uran topic:energy country:kz -lang:ru", "уран topic:energy country:kz -lang:ru"),
        ("neft OR gaz; /quiet off; off yoki now", "нефть OR газ; /quiet off; off ёки now"),
        ("https://timesca.com/yangi va timesca.com", "https://timesca.com/yangi ва timesca.com"),
        ("Telegram ID, Jarchi, CSV, @jarchi_bot", "Telegram ID, Jarchi, CSV, @jarchi_bot"),
        ("“uran” haqida", "«уран» ҳақида"),
        ("kun / hafta < 520 > oy", "кун / ҳафта < 520 > ой"),
    ],
)
def test_parts_that_are_no_words_stay(latin: str, written: str) -> None:
    assert cyrillic(latin) == written


@pytest.mark.parametrize("code", CURRENCIES)
def test_codes_of_currencies_stay_in_both_cases(code: str) -> None:
    assert cyrillic(f"{code} kursi, 100 {code.lower()}") == f"{code} курси, 100 {code.lower()}"


def test_every_text_keeps_its_placeholders_tags_commands_and_fields() -> None:
    wrong = [key for key, text in TEXTS.items() if Counter(KEPT.findall(cyrillic(text))) != Counter(KEPT.findall(text))]
    assert not wrong


def test_no_text_has_latin_letters_that_are_not_meant() -> None:
    allowed = LATIN_WORDS | LENGTHS | ENTITIES | {one for code in CURRENCIES for one in (code, code.lower())}
    left = {
        f"{key}: {word}"
        for key, text in TEXTS.items()
        for word in re.findall("[A-Za-zʻʼ]+", KEPT.sub(" ", cyrillic(text)))
        if word not in allowed
    }
    assert not left


def test_no_text_mixes_alphabets_in_one_word() -> None:
    mixed = re.compile("[A-Za-zʻʼ][а-яёўқғҳА-ЯЁЎҚҒҲ]|[а-яёўқғҳА-ЯЁЎҚҒҲ][A-Za-zʻʼ]")
    assert not {key for key, text in TEXTS.items() if mixed.search(KEPT.sub(" ", cyrillic(text)))}


@given(st.sampled_from(sorted(TEXTS)))
def test_cyrillic_text_is_not_changed_again(key: str) -> None:
    once = cyrillic(TEXTS[key])
    assert cyrillic(once) == once


@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    assert isinstance(cyrillic(text), str)


@pytest.mark.skipif(not SHARED, reason="JARCHI_SHARED names no folder with glossary.tsv")
def test_the_glossary_is_spelt_as_its_readers_spell_it() -> None:
    with (Path(SHARED) / "glossary.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) > 100
    # The name of the product stays in Latin letters; its Cyrillic form is an explanation there.
    expected = {row["uz"]: row["uz_Cyrl"] for row in rows if row["id"] != "brand"}
    assert {latin: cyrillic(latin) for latin in expected} == expected
    assert cyrillic("Jarchi") == "Jarchi"
