"""Each file of a catalog says which English texts it is translated from."""

from __future__ import annotations

import re

import pytest

from bot.i18n import read_catalog
from tests.i18n.checks import placeholders
from tests.i18n.sources import recorded, source_hash, stale, translated


@pytest.mark.parametrize(("language", "subject"), translated())
def test_every_file_has_the_hash_of_its_english_texts(language: str, subject: str) -> None:
    assert re.fullmatch("[0-9a-f]{12}", recorded(language, subject) or "")


def test_texts_that_wait_for_a_translator_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A changed English text does not stop the work on the program: the list is printed."""
    with capsys.disabled():
        for path in stale():
            print(f"\nbot/i18n/{path}: the English texts have changed since it was translated (docs/translating.md)")


def test_the_hash_is_of_the_texts() -> None:
    assert source_hash("rates") == source_hash("rates") != source_hash("alerts")


def test_every_placeholder_of_the_english_texts_is_explained_to_translators() -> None:
    unexplained = [
        f"{one.id}: {name}"
        for one in read_catalog("en")
        if one.id
        for name in placeholders(str(one.string))
        if f"{{{name}}}: " not in " ".join(one.auto_comments)
    ]
    assert not unexplained
