"""The languages of the bot: one table. How to add one, or to review one: docs/translating.md."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.spelling import APOSTROPHES


@dataclass(frozen=True, slots=True)
class Language:
    """A shipped language.

    `endonym` is its own name for itself, `short` the one for a narrow button; `locale` is Babel's. `menu` is the code
    of Telegram's command menu, None where Telegram knows no such language. `fallback` has the languages of a missing
    text, in order. `aliases` are what people type after /language, in lower case. `letters` are those that no other
    shipped language has: people who write one read this language. `country` is the money of the country that people
    name a language by (`казахский`), `zones` are its time zones. `beta`: no reader of the language has reviewed its
    texts yet.
    """

    code: str
    endonym: str
    short: str
    locale: str
    menu: str | None
    fallback: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    letters: str = ""
    country: str = ""
    zones: tuple[str, ...] = ()
    beta: bool = False


_UZBEKISTAN = ("Asia/Tashkent", "Asia/Samarkand")
TABLE = (
    Language(
        "en", "English", "English", "en", "en", country="GBP",
        aliases=(
            "английский", "eng", "inglizcha", "инглизча", "ағылшынша", "англисче", "англисӣ", "iňlisçe",
        ),
    ),
    Language(
        "ru", "Русский", "Русский", "ru", "ru", ("en",), country="RUB",
        aliases=(
            "russian", "русский язык", "rus", "ruscha", "русча", "орусча", "орус тили", "орысша", "орыс тілі", "русӣ",
            "rusça", "rus dili", "rus tili",
        ),
    ),
    Language(
        "kk", "Қазақша", "Қазақша", "kk", "kk", ("ru", "en"), country="KZT", letters="әіұһ", beta=True,
        aliases=(
            "kz", "kaz", "kazakh", "qazaqsha", "kazaksha", "казахский", "казакша", "қазақ", "қазақ тілі", "казакча",
            "qozoqcha", "қозоқча", "қазоқӣ", "gazakça",
        ),
        zones=(
            "Asia/Almaty", "Asia/Qyzylorda", "Asia/Qostanay", "Asia/Aqtobe", "Asia/Aqtau", "Asia/Atyrau", "Asia/Oral",
        ),
    ),
    Language(
        "ky", "Кыргызча", "Кыргызча", "ky", "ky", ("ru", "en"), country="KGS", beta=True,
        aliases=(
            "kg", "kgz", "kyrgyz", "kirghiz", "kyrgyzcha", "кыргыз", "киргизский", "кыргызский", "кыргыз тили",
            "қырғызша", "qirgʻizcha", "қирғизча", "қирғизӣ", "gyrgyzça",
        ),
        zones=("Asia/Bishkek",),
    ),
    Language(
        "uz", "Oʻzbekcha", "Oʻzbekcha", "uz", "uz", ("ru", "en"), country="UZS", zones=_UZBEKISTAN, beta=True,
        aliases=(
            "uzb", "uzbek", "uzbekcha", "o'zbek", "o'zbekcha", "o'zbek tili", "ozbekcha", "ozbek", "узбекский",
            "узбекский латиница", "uz latin", "uz-latn", "özbekçe",
        ),
    ),
    Language(
        "uz_cyrl", "Ўзбекча", "Ўзбекча", "uz_Cyrl", None, ("uz", "ru", "en"), letters="ў", zones=_UZBEKISTAN, beta=True,
        aliases=(
            "uz-cyrl", "uz cyrillic", "uzbek cyrillic", "ўзбек", "ўзбек тили", "узбекча", "узбекский кириллица",
            "узбекский (кириллица)", "өзбекше", "өзбекче", "ӯзбекӣ",
        ),
    ),
    Language(
        "tg", "Тоҷикӣ", "Тоҷикӣ", "tg", "tg", ("ru", "en"), country="TJS", letters="ҷӣӯ", beta=True,
        aliases=(
            "tj", "taj", "tajik", "tojiki", "tojikcha", "точики", "тоҷик", "таджикский", "тожикча", "забони тоҷикӣ",
            "тәжікше", "тажикче", "täjikçe",
        ),
        zones=("Asia/Dushanbe",),
    ),
    Language(
        "tk", "Türkmençe", "Türkmençe", "tk", "tk", ("ru", "en"), country="TMT", letters="ňýž", beta=True,
        aliases=(
            "tm", "tkm", "turkmen", "turkmence", "turkmenche", "türkmen", "türkmen dili", "туркменский", "туркманча",
            "turkmancha", "түрікменше", "түркмөнчө", "туркманӣ",
        ),
        zones=("Asia/Ashgabat",),
    ),
)  # fmt: skip
BY_CODE = {language.code: language for language in TABLE}
# The languages that are named by a country, by its money.
BY_COUNTRY = {language.country: language.code for language in TABLE if language.country}
# The language of last resort, whose catalog has every text.
FALLBACK = "en"
# Languages of clients that are not shipped, whose readers understand one that is.
_TO_RUSSIAN = "ab av az ba be ce chm crh cv gag hy inh ka kbd krc kum kv lez mn myv nog os sah tt tyv udm uk"
NEAREST = dict.fromkeys(_TO_RUSSIAN.split(), "ru") | {"kaa": "uz"}
# Letters of several shipped languages.
SHARED = {
    **dict.fromkeys("ңүө", ("kk", "ky")),
    **dict.fromkeys("қғ", ("kk", "uz_cyrl", "tg")),
    "ҳ": ("uz_cyrl", "tg"),
    **dict.fromkeys("şçö", ("tk", "uz")),
    **dict.fromkeys("äü", ("tk",)),
}
# Letters of other languages, which have `і` and `ў` too.
_OTHERS = frozenset("їєґ")
_OTHER_CLIENTS = frozenset(("be", "uk"))
# The Uzbek o and g with a sign, as people type them; `o'clock` and the money's name are in English sentences too.
_SIGNED = re.compile(rf"\b(?![Ss]o.m|[Oo].clock)[A-Za-z]*[OoGg][{APOSTROPHES}](?!s\b)[a-z]+")
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))


def language_of(typed: str) -> str | None:
    """Return the code of a language by its code, its own name or another name that people type; None if unknown."""
    return _NAMES.get(_written(typed))


def _written(name: str) -> str:
    return " ".join(name.casefold().replace("_", "-").translate(_ONE_APOSTROPHE).split())


_NAMES = {
    _written(name): language.code
    for language in reversed(TABLE)
    for name in (*language.aliases, language.short, language.endonym, language.code)
}


def closest(language_code: str | None, default: str) -> str:
    """Return the shipped language nearest to a Telegram client's code (`ru-RU`, `uz-Cyrl`, `be`), else the default.

    Clients in other languages of the region get Russian.
    """
    parts = (language_code or "").casefold().replace("_", "-").split("-")
    if parts[0] == "uz" and "cyrl" in parts[1:]:
        return "uz_cyrl"
    return parts[0] if parts[0] in BY_CODE else NEAREST.get(parts[0], default)


def zone_of(code: str, default: str) -> str:
    """Return the time zone of a new chat in a language: the default, or that of the language's country if it differs.

    Bishkek is an hour ahead of Almaty: a digest at eight has to come at eight there.
    """
    zones = BY_CODE[code].zones
    return default if not zones or default in zones else zones[0]


def written_in(text: str, client: str | None = None, timezone: str | None = None) -> str | None:
    """Return the language that the letters of a text are of, if they say which one; None otherwise.

    A letter of several languages (`қ`) is of the one whose own letters the text has too; without one, of the language
    of the Telegram client, or of that of the time zone.
    """
    letters = set(text.casefold())
    foreign = bool(letters & _OTHERS) or (client or "")[:2].casefold() in _OTHER_CLIENTS
    client = closest(client, "")
    own = [one.code for one in TABLE if letters.intersection(one.letters) and not (foreign and one.letters)]
    if _SIGNED.search(text):
        own.append("uz")
    if own:
        return own[0] if len(own) == 1 else _likeliest(own, client, timezone)
    shared = [set(SHARED[letter]) for letter in letters if letter in SHARED]
    common = set.intersection(*shared) if shared else set()
    if len(common) == 1 and common not in shared:
        return common.pop()  # `ңғ`: no other language has both
    return _likeliest(common, client, timezone)


def _likeliest(codes: Collection[str], client: str, timezone: str | None) -> str | None:
    if client in codes:
        return client
    local = [code for code in codes if timezone in BY_CODE[code].zones]
    return local[0] if len(local) == 1 else None
