"""Currencies by code, sign, flag, and the words that people type for them. Their names are in the catalogs."""

from __future__ import annotations

from difflib import SequenceMatcher

from bot.domain.currencies import CURRENCIES
from bot.domain.spelling import fold
from bot.i18n import Translator

# code: (sign, flag, words for it). Telegram's fonts show these signs everywhere; where a currency's own sign changes
# the direction of the line (Arabic ones) or is ambiguous, the code is used. Words in any case and in six languages:
# English, Russian in all its cases, Kazakh, Kyrgyz, Uzbek in both scripts, Tajik, Turkmen. `som` alone is the Kyrgyz
# one, `sum` the Uzbek; `manat` the Turkmen; `¥` the Chinese. `m` is not a word for any: people mean millions by it.
_TABLE: dict[str, tuple[str, str, str]] = {
    "KZT": (
        "₸",
        "🇰🇿",
        "₸ tenge tenges tenga тенге теньге тенгех теңге теңгеге теңгемен теңгені теңгенің танга тг tg тнг",
    ),
    "KGS": (
        "сом",
        "🇰🇬",
        "som soms сом сома сомы сомов сому сомах сомам сомами сомом соме сомго сомду сомдун сомдо",
    ),
    "UZS": (
        "so‘m",
        "🇺🇿",
        """so'm so'mga so'mda so'mni so'mlik sum sums soum soums сум сума сумы сумов суму сумах сумам
        сумами сумом суме сўм сўмга сўмда сўмни""",
    ),
    "TJS": (
        "смн",
        "🇹🇯",
        "somoni somonis сомони сомонях сомоний сомонӣ сомониро smn смн",
    ),
    "TMT": (
        "m",
        "🇹🇲",
        "manat manats manata manady manatda манат маната манаты манатов манату манатах манатам манатами манатом манате",
    ),
    "USD": (
        "$",
        "🇺🇸",
        """$ dollar dollars dollarga dollarda dollara dollary buck bucks доллар доллара доллары долларов
        доллару долларах долларам долларами долларом долларе долларга долларда долларды долларро долл
        дол бакс бакса баксы баксов баксах баксам""",
    ),
    "EUR": (
        "€",
        "🇪🇺",
        "€ euro euros yevro yewro ewro евро еуро еврога",
    ),
    "RUB": (
        "₽",
        "🇷🇺",
        """₽ ruble rubles rouble roubles rubl rubli rublga rublda рубль рубля рубли рублей рублю рублях
        рублям рублями рублем рубле рубл рублга рублди рублро руб р""",
    ),
    "CNY": (
        "¥",
        "🇨🇳",
        "¥ yuan yuans renminbi rmb юань юаня юани юаней юаню юанях юаням юанями юанем юане yuanga юанга",
    ),
    "TRY": (
        "₺",
        "🇹🇷",
        "₺ lira liras лира лиры лир лиру лире лирах лирам лирами лирой",
    ),
    "GBP": (
        "£",
        "🇬🇧",
        "£ pound pounds sterling фунт фунта фунты фунтов фунту фунтах фунтам фунтами фунтом фунте",
    ),
    "AED": (
        "AED",
        "🇦🇪",
        "dirham dirhams дирхам дирхама дирхамы дирхамов дирхаму дирхамах дирхамам дирхамами дирхамом дирхаме",
    ),
    "KRW": (
        "₩",
        "🇰🇷",
        "₩ won вона воны вон вону воне вонах вонам вонами воной",
    ),
    "JPY": (
        "JP¥",
        "🇯🇵",
        "yen иена иены иен иену иене иенах иенам иенами йена йены йен йену йене йенах",
    ),
    "CHF": (
        "CHF",
        "🇨🇭",
        "franc francs франк франка франки франков франку франках франкам франками франком франке",
    ),
    "INR": (
        "₹",
        "🇮🇳",
        "₹ rupee rupees рупия рупии рупий рупию рупиях рупиям рупиями рупией",
    ),
    "PLN": (
        "zł",
        "🇵🇱",
        "zł zloty zlotys złoty злотый злотого злотые злотых злотому злотым злотыми злотом",
    ),
    "AZN": (
        "₼",
        "🇦🇿",
        "₼",
    ),
    "GEL": (
        "₾",
        "🇬🇪",
        "₾ lari лари",
    ),
    "AMD": (
        "֏",
        "🇦🇲",
        "֏ dram drams драм драма драмы драмов драму драмах драмам драмами драмом драме",
    ),
    "BYN": (
        "Br",
        "🇧🇾",
        "",
    ),
    "UAH": (
        "₴",
        "🇺🇦",
        "₴ hryvnia hryvnias hryvna гривна гривны гривен гривну гривне гривнах гривнам гривнами гривной грн",
    ),
    "MNT": (
        "₮",
        "🇲🇳",
        "₮ tugrik tugriks togrog тугрик тугрика тугрики тугриков тугрику тугриках тугрикам тугриками тугриком тугрике",
    ),
    "AFN": (
        "AFN",
        "🇦🇫",
        "afghani afghanis афгани",
    ),
    "PKR": (
        "₨",
        "🇵🇰",
        "",
    ),
    "IRR": (
        "IRR",
        "🇮🇷",
        "rial rials риал риала риалы риалов риалу риалах риалам риалами риалом риале",
    ),
}
CODES = CURRENCIES
FLAGS = {code: flag for code, (_, flag, _) in _TABLE.items()}
_WORDS = {fold(code): code for code in CODES} | {
    fold(word): code for code, (_, _, words) in _TABLE.items() for word in words.split()
}
# A word below this similarity (of difflib) is a different word, not a typing error.
_LIKENESS = 0.6


def sign(code: str) -> str:
    """Return the short sign of a currency, or its code."""
    return _TABLE[code][0] if code in _TABLE else code


def name(t: Translator, code: str) -> str:
    """Return a currency's name in a language, or its code."""
    return t.plain(f"currencies.name.{code}") if code in _TABLE else code


def code_of(word: str) -> str | None:
    """Return the code for a word (`kzt`, `тенге`, `so‘m`, `$`), or None."""
    return _WORDS.get(fold(word.strip()))


def nearest(word: str) -> str | None:
    """Return the code that an unknown word may have meant (`kgz` -> KGS), or None.

    Of equally similar words, the one with more letters in the same places is chosen, then the first.
    """
    normalized = fold(word.strip())
    if not normalized:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(normalized)
    likest, best = "", (_LIKENESS, 0)
    for known in _WORDS:
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            likeness = (matcher.ratio(), sum(map(str.__eq__, known, normalized)))
            if likeness > best:
                likest, best = known, likeness
    return _WORDS.get(likest)
