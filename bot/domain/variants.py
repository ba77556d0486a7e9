"""Names that the region spells in several ways: one reviewed table.

A row holds the spellings of one name, normalized as `fold` does it (ё is е).
Russian cases are made from the Cyrillic forms. Add a row only for a name that is no other word in any of them.
"""

from __future__ import annotations

ROWS = (
    # Leaders
    "tokayev tokaev токаев тоқаев toqayev toqaev",
    "nazarbayev nazarbaev назарбаев",
    "mirziyoyev mirziyoev mirziyayev мирзиеев",
    "japarov zhaparov жапаров",
    "rahmon rakhmon рахмон раҳмон",
    "berdimuhamedov berdymukhamedov berdimuhamedow berdymuhamedov бердымухамедов",
    "putin путин",
    "aliyev aliev алиев",
    # Capitals and large cities
    "astana астана",
    "almaty алматы",
    "bishkek бишкек",
    "tashkent toshkent ташкент тошкент",
    "dushanbe душанбе",
    "ashgabat ashkhabad asgabat ашхабад ашгабат ашғабат",
    "samarkand samarqand самарканд самарқанд",
    "bukhara buxoro бухара бухоро",
    "fergana fargona фергана фарғона",
    "shymkent chimkent шымкент чимкент",
    "aktau aqtau актау ақтау",
    "khujand khojand xojand худжанд хуҷанд",
    # Countries
    "kazakhstan qazaqstan kazakstan qozogiston казахстан қазақстан қозоғистон",
    "kyrgyzstan qirgiziston кыргызстан киргизстан қирғизистон",
    "uzbekistan ozbekiston узбекистан ўзбекистон өзбекстан",
    "tajikistan tojikiston таджикистан тожикистон тоҷикистон",
    "turkmenistan turkmaniston туркменистан туркманистон",
    # Money
    "tenge тенге теңге",
)
# Pairs of words that are one name; each with the spelling of the row that it belongs to.
_PAIRS = {
    ("алма", "ата"): "almaty",
    ("alma", "ata"): "almaty",
    ("nur", "sultan"): "astana",
    ("нур", "султан"): "astana",
}


def _cases(name: str) -> set[str]:
    """Return a Cyrillic name in its Russian cases; another one unchanged, with an English possessive."""
    if name.isascii():
        return {name, name + "s"}
    if name.endswith("а"):
        return {name, *(name[:-1] + ending for ending in ("ы", "и", "е", "у", "ой"))}
    if name[-1] in "еоуыи":
        return {name}
    return {name, *(name + ending for ending in ("а", "у", "ом", "ым", "е"))}


# Each known spelling with the first of its row.
VARIANTS = {form: row.split()[0] for row in ROWS for name in row.split() for form in _cases(name)}
# Each known pair of words with the first of its row.
PAIRS = {pair: VARIANTS[name] for pair, name in _PAIRS.items()}
# The first words of these pairs.
PAIR_BEGINNINGS = frozenset(first for first, _ in PAIRS)
