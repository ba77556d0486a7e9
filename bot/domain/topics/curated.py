"""Curated topics: subjects that many people follow, and the names by which queries refer to them.

Their words are in `lists.toml` beside this module, their names in the catalogs (topics.name.<slug>). A person's query
refers to one as `topic:energy`, so new words apply to everybody.
"""

from __future__ import annotations

from bot.domain.spelling import fold
from bot.domain.vocabulary import meaning_of

# Names of countries after `country:`, normalized, with their country.
COUNTRY_NAMES = {
    name: slug
    for slug, names in {
        "kazakhstan": "kz казахстан қазақстан qazaqstan qozogiston",
        "kyrgyzstan": "kg кыргызстан киргизия киргизстан",
        "uzbekistan": "uz узбекистан ўзбекистон ozbekiston",
        "tajikistan": "tj таджикистан тоҷикистон",
        "turkmenistan": "tm туркменистан туркмения",
        "afghanistan": "af афганистан",
        "russia": "ru россия",
        "china": "cn китай",
        "mongolia": "mn монголия",
        "azerbaijan": "az азербайджан",
    }.items()
    for name in (slug, *names.split())
}

COUNTRIES = (
    "kazakhstan",
    "kyrgyzstan",
    "uzbekistan",
    "tajikistan",
    "turkmenistan",
    "afghanistan",
    "russia",
    "china",
    "mongolia",
    "azerbaijan",
)
THEMES = (
    "currency",
    "economy",
    "energy",
    "nuclear",
    "water",
    "transport",
    "migration",
    "security",
    "politics",
    "culture",
    "environment",
    "sport",
)
TOPICS = COUNTRIES + THEMES
# The themes that may explain why a currency moved, and the country of each currency.
ECONOMY = ("currency", "economy")
COUNTRY_OF = {
    "KZT": "kazakhstan",
    "KGS": "kyrgyzstan",
    "UZS": "uzbekistan",
    "TJS": "tajikistan",
    "TMT": "turkmenistan",
    "AFN": "afghanistan",
    "RUB": "russia",
    "CNY": "china",
}

# The countries by the codes that the vocabulary gives places.
_COUNTRY_OF_PLACE = {**COUNTRY_OF, "MNT": "mongolia", "AZN": "azerbaijan"}


def query_of(slug: str) -> str:
    """Return a person's query for a curated topic."""
    return f"topic:{slug}"


def slug_of(words: str, names: dict[str, str]) -> str | None:
    """Return the country for typed words, in any shipped language; `names`: normalized name -> slug.

    Only countries: a person who types a theme's word (`nuclear`) means that word, and chooses the theme by its button.
    """
    normalized = fold(words).strip()
    slug = normalized if normalized in TOPICS else names.get(normalized)
    if slug is None:
        kind, _, code = meaning_of(normalized).partition(":")  # other forms of a name: `таджикистана`
        slug = _COUNTRY_OF_PLACE.get(code) if kind == "place" else None
    return slug if slug in COUNTRIES else None
