"""Time zones by common names: cities and countries in the region's languages, and offsets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from rapidfuzz import fuzz, process

from bot.domain.spelling import fold
from bot.domain.zones import MOSCOW, offset_at, read_offset, several, steady_zone, written
from bot.i18n import cities

# Languages whose names of cities and countries are supported, from the Unicode CLDR in Babel; later ones win.
LOCALES = ("en", "tk", "uz", "uz_Cyrl", "tg", "ky", "kk", "ru")
# Cities without a zone of their own, by zone: GeoNames (docs/decisions/0054).
_CITIES = Path(__file__).with_name("cities.tsv")
# The number of suggestions for a mistyped name, and their minimum similarity (per cent).
NEAR, ALIKE = 3, 72
# A longer text is not the name of a place.
LONGEST = 60
# A word of this many letters within a text is a candidate for the name of a place; also in another grammatical case
# ("по Москве"), with this similarity (per cent).
_A_NAME = 4
_ALIKE_AMONG_OTHERS = 80

# Names that neither list has: short names, old names, and abbreviations in their local meaning (EST is New York's time,
# in summer too).
_WORDS = {
    "UTC": "zulu universal greenwich uct гринвич etc/utc etc/uct etc/zulu etc/universal etc/greenwich",
    "Europe/Moscow": "moskova мск msk moskau московское спб питер ленинград spb piter",
    "Asia/Yekaterinburg": "екб екат ебург yekt",
    "Asia/Novosibirsk": "нск новосиб novt",
    "Asia/Bishkek": "ош osh ўш oʻsh фрунзе kgt",
    "Asia/Almaty": "алмаата алматы қаласы almaata olmaota олмаота нурсултан целиноград almt",
    "Asia/Tashkent": "uzt",
    "Asia/Dushanbe": "ленинабад tjt",
    "Asia/Ashgabat": "туркмения туркменистон tmt",
    "Europe/Istanbul": "турция turkey trt tr",
    "Asia/Baku": "bakı",
    "Asia/Shanghai": "pekin",
    "Asia/Kabul": "kobul",
    "Asia/Seoul": "корея korea koreya кореяи ҷанубӣ kst",
    "Asia/Dubai": "эмираты оаэ uae bae gst",
    "Europe/London": "londra londres англия england britain великобритания британия uk angliya bst",
    "America/New_York": "est edt et nyc ny нью йорк",
    "America/Chicago": "cdt",
    "America/Denver": "mst mdt",
    "America/Los_Angeles": "pst pdt la",
    "Europe/Berlin": "cet cest mez mesz",
    "Europe/Helsinki": "eet eest",
    "Europe/Lisbon": "wet west",
    "Asia/Tokyo": "jst",
    "Asia/Kolkata": "ist",
    "Europe/Warsaw": "warszawa",
}
_COUNTRIES = {
    "RU": "рф ru rossiya",
    "US": "сша америка usa us america aqsh ақш",
    "KZ": "qazaqstan kazakstan",
    "UZ": "ozbekstan",
    "KG": "qyrgyzstan kirgizstan kirgizia",
    "TJ": "tadjikistan tadzhikistan",
}
# The city for a country with several zones and one time; for Russia and the United States, one of each.
_MAIN = {
    "KZ": ("Asia/Almaty",),
    "UZ": ("Asia/Tashkent",),
    "UA": ("Europe/Kyiv",),
    "DE": ("Europe/Berlin",),
    "CN": ("Asia/Shanghai",),
    "MY": ("Asia/Kuala_Lumpur",),
    "RU": (
        *(
            "Europe/Moscow",
            "Europe/Kaliningrad",
            "Europe/Samara",
            "Asia/Yekaterinburg",
            "Asia/Omsk",
            "Asia/Novosibirsk",
        ),
        *("Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka"),
    ),
    "US": (
        *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
        *("America/Anchorage", "Pacific/Honolulu"),
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The time zone that was typed, or several to choose from.

    `choices` are zones of a `country` with more than one time, or those with a name similar to the typed one. `offset`
    (minutes) is set if an offset was typed; without a zone, no zone has it.
    """

    zone: str | None = None
    choices: tuple[str, ...] = ()
    country: bool = False
    offset: int | None = None


def key(text: str) -> str:
    """Return the normalized spelling of a place: the same for New York, NEW-YORK and new_york."""
    return "".join(filter(str.isalnum, fold(text).translate(_PLAIN)))


# Letters that keyboards of another language lack, with their usual replacements.
_PLAIN = str.maketrans("қғңөұүіһҳәҷўı", "кгноууиххажуi")


def find(typed: str, now: dt.datetime) -> Found:
    """Return the zone that was typed, or similar ones."""
    if (zone := _iana(typed)) is not None:
        return Found(zone)
    name = key(typed[:LONGEST])
    if name in _places():
        return Found(_places()[name])
    if name in _countries():
        return _clocks_of(_countries()[name], now)
    offset = read_offset(typed[:LONGEST])
    if offset is not None:
        minutes, beside = offset.minutes, _places().get(key(offset.words))
        if beside == "UTC":
            beside = None  # "Greenwich +5": the base of the offset
        if beside == "Europe/Moscow" and not offset.named and minutes != MOSCOW:
            minutes += MOSCOW  # "Moscow +2" is how Russians write two hours ahead of Moscow
        elif beside is not None:
            return Found(beside)
        return Found(steady_zone(minutes, now), offset=minutes)
    words = typed[:LONGEST].replace(",", " ").replace("/", " ").split()  # "Tashkent, Uzbekistan", "Moscow time"
    names = [key(word) for word in words if len(word) >= _A_NAME]
    if "/" in typed and words:
        names.insert(0, key(words[-1]))  # "Asia/Osh", which is no name of the tz database
    for one in names:
        if one in _places():
            return Found(_places()[one])
    return Found(choices=_alike(name, names))


def _alike(name: str, words: list[str]) -> tuple[str, ...]:
    """Return the zones of the places whose names are most similar to the typed one, or to one of its words."""
    least_likeness = dict.fromkeys(words, _ALIKE_AMONG_OTHERS) | {name: ALIKE}
    found = [
        (score, match)
        for word, least in least_likeness.items()
        for match, score, _ in process.extract(word, _places().keys(), scorer=fuzz.ratio, limit=50, score_cutoff=least)
    ]
    found.sort(key=lambda one: -one[0])
    return tuple(dict.fromkeys(_places()[match] for _, match in found))[:NEAR]


def known(zone: str) -> bool:
    """Return whether this is the name of a zone that a chat may have."""
    return zone == "UTC" or zone.casefold() in _zones()


def city(zone: str, language: str) -> str:
    """Return the name of a zone's city in a language."""
    if zone == "UTC":
        return zone
    return cities.city(zone, language)


def described(zone: str, now: dt.datetime, language: str) -> str:
    """Return a zone's city with its offset: "Tashkent, UTC+05:00"; never a name with the opposite sign."""
    offset = written(offset_at(ZoneInfo(zone), now))
    return offset if zone == "UTC" or zone.casefold().startswith("etc/") else f"{city(zone, language)}, {offset}"


def _clocks_of(country: str, now: dt.datetime) -> Found:
    known = _zones()
    zones = [zone for zone in get_global("territory_zones").get(country, ()) if zone.casefold() in known]
    cities = _MAIN.get(country) or several(zones, now)
    return Found(cities[0]) if len(cities) == 1 else Found(choices=cities, country=True)


def _iana(typed: str) -> str | None:
    """Return the tz database's name that was typed in any case; of several the current one."""
    zone = _zones().get("_".join(typed.casefold().split()))
    return get_global("zone_aliases").get(zone, zone) if zone else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """Return the names with a place in them, by their lower case."""
    return {name.casefold(): name for name in available_timezones() if "/" in name and not name.startswith("Etc/")}


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Return zones by the keys of all names; more important names overwrite others."""
    zones = _zones().values()
    named: dict[str, str] = {}
    for line in _CITIES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            zone, _, cities = line.partition("\t")
            named |= dict.fromkeys(cities.split("|"), zone)
    named |= {key(name): zone for name, zone in get_global("zone_aliases").items() if "/" not in name}  # Japan, GB
    named |= {key(zone.rpartition("/")[2]): zone for zone in sorted(zones)}
    for locale in map(Locale.parse, LOCALES):
        named |= {
            key(names["city"]): zone for zone, names in locale.time_zones.items() if "city" in names and "/" in zone
        }
    now = dt.datetime.now(dt.UTC)
    for name, country in _countries().items():
        if (only := _clocks_of(country, now).zone) is not None:
            named[name] = only
    for zone, words in _WORDS.items():
        named |= dict.fromkeys(map(key, words.split()), zone)
    present = get_global("zone_aliases")
    return {
        name: zone if zone == "UTC" else present.get(zone, zone)
        for name, zone in named.items()
        if name and not zone.startswith("Etc/")
    }


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Return the codes of countries by the keys of their names."""
    named: dict[str, str] = {}
    for locale in map(Locale.parse, LOCALES):
        named |= {key(name): code for code, name in locale.territories.items() if code in get_global("territory_zones")}
    for code, words in _COUNTRIES.items():
        named |= dict.fromkeys(map(key, words.split()), code)
    named.pop("", None)
    return named
