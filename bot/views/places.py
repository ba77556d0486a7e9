"""Countries and languages by their names in our catalogs (places.po): CLDR has names that people here do not use."""

from __future__ import annotations

from bot.i18n import Translator


def country(t: Translator, code: str) -> str:
    """Return the name of a country, or its code (ISO 3166, `KG`) where the catalogs have none."""
    return _named(t, f"places.country.{code}", code)


def language(t: Translator, code: str) -> str:
    """Return the name of a language, or its code (ISO 639, `ky`) where the catalogs have none."""
    return _named(t, f"places.language.{code}", code)


def _named(t: Translator, key: str, code: str) -> str:
    found = t.plain(key)
    return code if found == key else found
