"""Names that the region spells in several ways: one reviewed table.

A row holds the spellings of one name, normalized as `fold` does it (ё is е).
Cases are made from them: Russian and Turkic ones of Cyrillic forms, Turkic ones of Latin forms. Add a row only for a
name that is no other word in any of them.
"""

from __future__ import annotations

# Letters of Kazakh, Kyrgyz, Uzbek and Tajik, with the Russian letters that replace them.
RUSSIAN_LETTERS = str.maketrans("қғңөұүіһҳәҷў", "кгноууиххажу")

ROWS = (
    # Leaders
    "tokayev tokaev токаев тоқаев toqayev toqaev tokayew",
    "nazarbayev nazarbaev назарбаев nazarboyev nazarbayew назарбоев",
    "mirziyoyev mirziyoev mirziyayev мирзиеев mirziyoyew mirzoyoyev",
    "japarov zhaparov жапаров japarow",
    "rahmon rakhmon рахмон раҳмон",
    "berdimuhamedov berdymukhamedov berdimuhamedow berdymuhamedov бердымухамедов",
    "putin путин",
    "aliyev aliev алиев әлиев aliyew",
    # Capitals and large cities
    "astana астана",
    "almaty алматы",
    "bishkek бишкек бішкек biskek",
    "tashkent toshkent ташкент тошкент daskent тошканд",
    "dushanbe душанбе dusanbe",
    "ashgabat ashkhabad asgabat ашхабад ашгабат ашғабат",
    "samarkand samarqand самарканд самарқанд",
    "bukhara buxoro бухара бухоро",
    "fergana fargona фергана фарғона",
    "shymkent chimkent шымкент чимкент",
    "aktau aqtau актау ақтау",
    "khujand khojand xojand худжанд хуҷанд",
    # Countries
    "kazakhstan qazaqstan kazakstan qozogiston казахстан қазақстан қозоғистон казакстан gazagystan қазоқистон",
    "kyrgyzstan qirgiziston кыргызстан киргизстан қирғизистон қырғызстан gyrgyzystan",
    "uzbekistan ozbekiston узбекистан ўзбекистон өзбекстан ozbegistan узбекистон",
    "tajikistan tojikiston таджикистан тожикистон тоҷикистон тәжікстан тажикстан tajigistan",
    "turkmenistan turkmaniston туркменистан туркманистон түрікменстан түркмөнстан turkmenstan",
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


# The endings of names in the Turkic languages, in Russian letters where these are similar, and in Tajik.
_VOWELS = "аеиоуыэюяәөүұіaeiouy"
_ENDINGS = {
    "cyrillic": """ны ни ну ды ди ду ты ти ту нын нин нун дын дин дун тын тин тун нинг га ге го ка ке ко да де до та те
        то дан ден дон тан тен тон нан нен мен бен пен дагы деги догу тагы теги даги ро и""",
    "latin": "s ni ny ning nin nyn ga ge qa ka da de dan den dagi daky daki y yn i in ta te tan ten",
}
_AFTER_CONSONANT = ("и", "y", "yn", "i", "in")


def _cases(name: str) -> set[str]:
    """Return a name with its endings; a Cyrillic one in its Russian cases, a Latin one with an English possessive."""
    vowel = name[-1] in _VOWELS
    endings = _ENDINGS["latin" if name.isascii() else "cyrillic"].split()
    cases = {name, *(name + ending for ending in endings if not (vowel and ending in _AFTER_CONSONANT))}
    if name.isascii():
        return cases
    if name.endswith("а"):
        return cases | {name[:-1] + ending for ending in ("ы", "и", "е", "у", "ой")}
    if name[-1] in "еоуыи":
        return cases
    return cases | {name + ending for ending in ("а", "у", "ом", "ым", "е")}


# Each known spelling, in Russian letters where these are similar, with the first of its row.
VARIANTS = {
    form.translate(RUSSIAN_LETTERS): row.split()[0] for row in ROWS for name in row.split() for form in _cases(name)
}
# Each known pair of words with the first of its row.
PAIRS = {pair: VARIANTS[name] for pair, name in _PAIRS.items()}
# The first words of these pairs.
PAIR_BEGINNINGS = frozenset(first for first, _ in PAIRS)
