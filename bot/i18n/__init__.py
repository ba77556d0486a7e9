"""Languages: catalogs read when they are first needed, and one Translator per conversation, without global state.

A catalog is a folder of gettext `.po` files, one for each subject (`en/rates.po`); a key (`rates.title`) is in the
file of its first part. A file is read alone, at its first text: most processes never need most languages. The files
are read directly, without a compilation step.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.domain.languages import BY_CODE, FALLBACK, TABLE, closest, language_of
from bot.i18n.uzbek_cyrillic import MADE_FROM, cyrillic

__all__ = ["FALLBACK", "LANGUAGES", "Html", "Translator", "closest", "language_of", "locale_of", "read_catalog"]

# Shipped languages, each with its own name for itself.
LANGUAGES = {language.code: language.endonym for language in TABLE}

_FOLDER = Path(__file__).parent


def read_catalog(language: str) -> Catalog:
    """Return all messages of a language as one catalog; those that it lacks are left out."""
    whole = Catalog(locale=locale_of(language))
    for path in sorted((_FOLDER / MADE_FROM.get(language, language)).glob("*.po")):
        for message in _read(language, path.stem):
            if message.id:
                whole[message.id] = message
    return whole


def _read(language: str, subject: str) -> Catalog:
    """Return the messages of one file; none where the language has no such file."""
    path = _FOLDER / MADE_FROM.get(language, language) / f"{subject}.po"
    if not path.is_file():
        return Catalog(locale=locale_of(language))
    with path.open("rb") as file:
        catalog = read_po(file, locale=locale_of(language))
    if language in MADE_FROM:
        for message in catalog:
            if message.id:
                message.string = cyrillic(str(message.string))
    return catalog


@lru_cache(maxsize=512)
def _texts(language: str, subject: str) -> dict[str, str]:
    """Return the texts of one subject by key, without those that are marked as fuzzy: they wait for a translator."""
    found = ((str(one.id), str(one.string)) for one in _read(language, subject) if one.id and not one.fuzzy)
    return {key: text for key, text in found if text}


def _text(language: str, key: str) -> str:
    """Return the text of a key in a language, or in the first of its fallbacks that has one; else the key.

    The file of another language is read only if a text is missing.
    """
    subject = key.partition(".")[0]
    texts = (_texts(one, subject).get(key) for one in (language, *BY_CODE[language].fallback))
    return next((text for text in texts if text is not None), key)


def locale_of(language: str) -> str:
    """Return Babel's name of a language; the language itself where it is not a shipped one."""
    return BY_CODE[language].locale if language in BY_CODE else language


class Translator:
    """The texts of one language. Arguments are escaped for Telegram's HTML; translations themselves are trusted."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else FALLBACK

    def __eq__(self, other: object) -> bool:
        """Return whether the other one gives the same texts."""
        return type(self) is type(other) and self.language == vars(other)["language"]

    def __hash__(self) -> int:
        return hash(self.language)

    @property
    def locale(self) -> str:
        """Babel's name of the language, for dates and numbers."""
        return BY_CODE[self.language].locale

    def _text(self, key: str) -> str:
        return _text(self.language, key)

    def __call__(self, key: str, /, **arguments: Any) -> str:
        """Return the HTML text of a key with its `{named}` arguments escaped and filled in."""
        return self._text(key).format(**_escaped(arguments))

    def plain(self, key: str, /, **arguments: Any) -> str:
        """Return the text of a key for places that take no HTML: buttons, callback answers, command menus."""
        return self._text(key).format(**arguments)


class Html(str):
    """Text that is Telegram HTML already and is not escaped again as an argument."""

    __slots__ = ()


def _escaped(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, Html) else escape(value, quote=False) if isinstance(value, str) else value
        for name, value in arguments.items()
    }
