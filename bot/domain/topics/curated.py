"""Curated topics: subjects that many people follow, and the names by which queries refer to them.

Their words are in `lists.toml` beside this module, their names in the catalogs (topics.name.<slug>). A person's query
refers to one as `topic:energy`, so new words apply to everybody.
"""

from __future__ import annotations

from bot.domain.spelling import fold, words
from bot.domain.vocabulary import meaning_of

# Names of countries after `country:`, as `words` writes them (without accents and apostrophes), with their country.
COUNTRY_NAMES = {
    " ".join(words(name)): slug
    for slug, names in {
        "kazakhstan": "kz казахстан қазақстан qazaqstan казакстан qozogiston қозоғистон қазоқистон gazagystan",
        "kyrgyzstan": "kg кыргызстан киргизия киргизстан қырғызстан qirgiziston қирғизистон gyrgyzystan",
        "uzbekistan": "uz узбекистан ўзбекистон ozbekiston өзбекстан ӯзбекистон özbegistan",
        "tajikistan": "tj таджикистан тоҷикистон тәжікстан тажикстан tojikiston тожикистон täjigistan",
        "turkmenistan": "tm туркменистан туркмения түрікменстан түркмөнстан turkmaniston туркманистон",
        "afghanistan": "af афганистан ауғанстан ооганстан afgoniston афғонистон owganystan",
        "russia": "ru россия ресей орусия rossiya русия russiýa orsýet",
        "china": "cn китай қытай кытай xitoy хитой чин hytaý",
        "mongolia": "mn монголия моңғолия mongoliya mogʻuliston мўғулистон муғулистон",
        "azerbaijan": "az азербайджан әзербайжан әзірбайжан азербайжан ozarbayjon озарбайжон озарбойҷон azerbaýjan",
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


def country_of(name: str) -> str | None:
    """Return the country of a normalized name in any language and any form (`таджикистана`), or None."""
    if name in COUNTRY_NAMES:
        return COUNTRY_NAMES[name]
    kind, _, code = meaning_of(name).partition(":")
    return _COUNTRY_OF_PLACE.get(code) if kind == "place" else None


def query_of(slug: str) -> str:
    """Return a person's query for a curated topic."""
    return f"topic:{slug}"


def slug_of(typed: str, names: dict[str, str]) -> str | None:
    """Return the country for typed words, in any shipped language; `names`: normalized name -> slug.

    Only countries: a person who types a theme's word (`nuclear`) means that word, and chooses the theme by its button.
    """
    normalized = fold(typed).strip()
    slug = normalized if normalized in TOPICS else names.get(normalized) or country_of(normalized.replace("'", ""))
    return slug if slug in COUNTRIES else None
