"""Catalogs are read by subject, when a text of it is first needed; a text that one lacks is read in the next language."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.i18n
from bot.i18n import Translator

WATCH = """
import json, bot.i18n
read, found = bot.i18n._read, []
def watch(language, subject):
    found.append((language, subject))
    return read(language, subject)
bot.i18n._read = watch
"""
HEADER = 'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def reads(program: str) -> list[tuple[str, str]]:
    """The files of catalogs that a program reads, in order: language and subject."""
    command = (sys.executable, "-c", f"{WATCH}{program}\nprint(json.dumps(found))")
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return [(language, subject) for language, subject in json.loads(done.stdout)]


def test_the_program_starts_with_the_labels_of_the_keyboards_alone() -> None:
    assert {subject for _, subject in reads("import bot.app.root, handlers.features")} <= {"common"}


def test_an_answer_reads_the_subject_of_its_text_in_its_language_alone() -> None:
    assert reads('bot.i18n.Translator("kk").plain("rates.none")') == [("kk", "rates")]


def test_a_text_for_operators_reads_the_next_language_alone() -> None:
    assert reads('bot.i18n.Translator("kk").plain("broadcast.of_all")') == [("kk", "broadcast"), ("ru", "broadcast")]


def test_names_of_topics_read_the_topics_of_all_languages() -> None:
    assert {subject for _, subject in reads("from bot.views.topic_names import names; names()")} == {"topics"}


@pytest.fixture
def catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogs in place of the shipped ones."""
    monkeypatch.setattr(bot.i18n, "_FOLDER", tmp_path)
    bot.i18n._texts.cache_clear()
    yield tmp_path
    bot.i18n._texts.cache_clear()


def write(folder: Path, language: str, texts: str) -> None:
    (folder / language).mkdir(parents=True)
    (folder / language / "rates.po").write_text(HEADER.format(language=language) + texts, encoding="utf-8")


@pytest.mark.parametrize(("key", "text"), [("own", "Меники"), ("fuzzy", "Русский"), ("untranslated", "English"), ("none", "rates.none")])  # fmt: skip
def test_a_fuzzy_or_an_empty_text_is_that_of_the_next_language(catalogs: Path, key: str, text: str) -> None:
    write(catalogs, "en", '\nmsgid "rates.own"\nmsgstr "Mine"\n\nmsgid "rates.untranslated"\nmsgstr "English"\n')
    write(catalogs, "ru", '\nmsgid "rates.fuzzy"\nmsgstr "Русский"\n')
    write(
        catalogs,
        "ky",
        '\nmsgid "rates.own"\nmsgstr "Меники"\n\n#, fuzzy\nmsgid "rates.fuzzy"\nmsgstr "Эски"\n'
        '\nmsgid "rates.untranslated"\nmsgstr ""\n',
    )
    assert Translator("ky").plain(f"rates.{key}") == text


def test_uzbek_in_cyrillic_letters_is_made_from_uzbek(catalogs: Path) -> None:
    write(catalogs, "uz", '\nmsgid "rates.own"\nmsgstr "Oʻzbek soʻmi"\n')
    write(catalogs, "ru", '\nmsgid "rates.other"\nmsgstr "По-русски"\n')
    t = Translator("uz_cyrl")
    assert (t.plain("rates.own"), t.plain("rates.other")) == ("Ўзбек сўми", "По-русски")


@pytest.mark.parametrize("language", ["", "xx", "uz-Cyrl", "EN", "kk_KZ", "\u0000"])
def test_an_odd_language_is_english(language: str) -> None:
    assert Translator(language).plain("rates.none") == Translator("en").plain("rates.none") != "rates.none"
