"""Languages: catalogs read once, and one Translator per conversation, without global state.

A catalog is a folder of gettext `.po` files, one for each subject (`en/rates.po`); a key (`rates.title`) is in the
file of its first part. The files are read directly, without a compilation step.
"""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# Shipped languages, each with its own name for itself.
LANGUAGES = {"en": "English", "ru": "Русский"}
FALLBACK = "en"
# Languages of clients that are not shipped, whose readers understand one that is.
NEAREST = dict.fromkeys(("kk", "ky", "uz", "tg", "tk", "be", "uk", "hy", "az"), "ru")

_FOLDER = Path(__file__).parent


def read_catalog(language: str) -> Catalog:
    """Return all messages of a language as one catalog."""
    whole = Catalog(locale=language)
    for path in sorted((_FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole[message.id] = message
    return whole


@lru_cache(maxsize=len(LANGUAGES))
def _translations(language: str) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    if language != FALLBACK:
        translations.add_fallback(_translations(FALLBACK))
    return translations


class Translator:
    """The texts of one language. Arguments are escaped for Telegram's HTML; translations themselves are trusted."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else FALLBACK
        self._translations = _translations(self.language)

    def __call__(self, key: str, /, **arguments: Any) -> str:
        """Return the HTML text of a key with its `{named}` arguments escaped and filled in."""
        return self._translations.gettext(key).format(**_escaped(arguments))

    def plain(self, key: str, /, **arguments: Any) -> str:
        """Return the text of a key for places that take no HTML: buttons, callback answers, command menus."""
        return self._translations.gettext(key).format(**arguments)


class Html(str):
    """Text that is Telegram HTML already and is not escaped again as an argument."""

    __slots__ = ()


def _escaped(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, Html) else escape(value, quote=False) if isinstance(value, str) else value
        for name, value in arguments.items()
    }


def closest(language_code: str | None, default: str) -> str:
    """Return the shipped language nearest to a Telegram client's code (`ru-RU` or `kk` -> ru), else the default."""
    code = (language_code or "").lower().replace("_", "-").split("-")[0]
    return code if code in LANGUAGES else NEAREST.get(code, default)
