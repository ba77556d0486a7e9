"""The catalogs agree with each other and with the code."""

import re
import string
from pathlib import Path

import pytest

from bot.i18n import LANGUAGES, Translator, closest, read_catalog
from bot.sources.banks import BANKS
from handlers.features import COMMANDS

ROOT = Path(__file__).parent.parent
CATALOGS = {language: {str(m.id): str(m.string) for m in read_catalog(language) if m.id} for language in LANGUAGES}
SUBJECTS = {path.stem for path in (ROOT / "bot/i18n/en").glob("*.po")}
TAG = re.compile(r"<(/?)(b|i|u|s|code|pre)>")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_key_with_the_same_placeholders(language: str) -> None:
    english = {key: placeholders(text) for key, text in CATALOGS["en"].items()}
    assert {key: placeholders(text) for key, text in CATALOGS[language].items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_tags_are_balanced(language: str) -> None:
    for key, text in CATALOGS[language].items():
        assert text, key
        opened: list[str] = []
        for closing, tag in TAG.findall(text):
            if closing:
                assert opened.pop() == tag, key
            else:
                opened.append(tag)
        assert not opened, key


def test_every_key_in_the_code_is_in_the_catalogs() -> None:
    key = re.compile(r"""(?<!\w)t(?:\.plain)?\(\s*["']((?:""" + "|".join(SUBJECTS) + r""")\.[\w.]+)["']""")
    used = {
        found
        for folder in ("bot", "handlers")
        for path in (ROOT / folder).rglob("*.py")
        for found in key.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 100
    assert used - set(CATALOGS["en"]) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bank_has_a_name(language: str) -> None:
    assert {f"sources.name.{bank}" for bank in BANKS} <= CATALOGS[language].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_are_described_within_telegrams_limits(language: str) -> None:
    t = Translator(language)
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
        assert 1 <= len(t.plain(command.description_key)) <= 256
        assert t.plain(command.description_key) != command.description_key
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_of_the_bot_are_within_telegrams_limits(language: str) -> None:
    t = Translator(language)
    assert len(t.plain("start.description")) <= 512
    assert len(t.plain("start.short_description")) <= 120


@pytest.mark.parametrize("code", ["kk", "ky", "uz", "tg", "tk", "be", "uk", "hy", "az", "kk-KZ", "ru_RU", "RU"])
def test_clients_of_neighbouring_languages_get_russian(code: str) -> None:
    assert closest(code, "en") == "ru"
    assert (closest("de", "en"), closest(None, "ru"), closest("en-GB", "ru")) == ("en", "ru", "en")
