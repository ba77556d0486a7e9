"""Currencies by code, sign, flag, and the words that people type for them. Their names are in the catalogs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair
from bot.domain.spelling import fold
from bot.i18n import Translator

# code: (sign, flag, words for it). Telegram's fonts show these signs everywhere; where a currency's own sign changes
# the direction of the line (Arabic ones) or is ambiguous, the code is used. An empty sign is a word: it is in the
# catalogs, in the letters of each language. Words in any case and in six languages:
# English, Russian in all its cases, Kazakh, Kyrgyz, Uzbek in both scripts, Tajik, Turkmen. `som` alone is the Kyrgyz
# one, `sum` the Uzbek; `manat` the Turkmen; `¥` the Chinese. `m` is not a word for any: people mean millions by it.
_TABLE: dict[str, tuple[str, str, str]] = {
    "KZT": (
        "₸",
        "🇰🇿",
        "₸ tenge tenges tenga тенге теньге тенгех теңге теңгеге теңгемен теңгені теңгенің танга тг tg тнг",
    ),
    "KGS": (
        "",
        "🇰🇬",
        "som soms сом сома сомы сомов сому сомах сомам сомами сомом соме сомго сомду сомдун сомдо",
    ),
    "UZS": (
        "",
        "🇺🇿",
        """so'm so'mga so'mda so'mni so'mlik sum sums soum soums сум сума сумы сумов суму сумах сумам
        сумами сумом суме сўм сўмга сўмда сўмни""",
    ),
    "TJS": (
        "",
        "🇹🇯",
        "somoni somonis сомони сомонях сомоний сомонӣ сомониро smn смн",
    ),
    "TMT": (
        "TMT",
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
_SIGNS = {code: own for code, (own, _, _) in _TABLE.items()}
# Signs that English puts before the number.
_BEFORE = frozenset("$€£¥₩₹₺₨")
FLAGS = {code: flag for code, (_, flag, _) in _TABLE.items()}
_WORDS = {fold(code): code for code in CODES} | {
    fold(word): code for code, (_, _, words) in _TABLE.items() for word in words.split()
}
# A word below this similarity (of difflib) is a different word, not a typing error.
_LIKENESS = 0.6
# The likeness and the length in letters of a word that is a typing error even beside a known currency.
_VERY_LIKE, _LONG = 0.75, 4
# A text of more words names no currencies; a longer word is none.
MAX_WORDS, MAX_WORD = 12, 20
_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼʻ`´][^\W\d_]+)*|[$¢-¥֏\u20a0-\u20cf]")


def sign(t: Translator, code: str) -> str:
    """Return the short sign of a currency in a language (`₸`, `сом`), or its code."""
    return _SIGNS.get(code, code) or t.plain(f"currencies.sign.{code}")


def money(t: Translator, amount: str, code: str) -> str:
    """Return a formatted number with the sign of its currency, on one line: `$1`, `100 ₽`, in Russian `1 $`."""
    mark = sign(t, code)
    return f"{mark}{amount}" if t.language == "en" and mark in _BEFORE else f"{amount}\u00a0{mark}"


def name(t: Translator, code: str) -> str:
    """Return a currency's name in a language, or its code."""
    return t.plain(f"currencies.name.{code}") if code in _TABLE else code


def names(t: Translator, pair: Pair) -> str:
    """Return the names of a pair's currencies, `Russian ruble → Tajik somoni`."""
    base = name(t, pair.base)
    return f"{base[:1].upper()}{base[1:]} → {name(t, pair.quote)}"


def flags(pair: Pair) -> str:
    """Return the flags of a pair; of one with the dollar that of the other currency."""
    return "".join(FLAGS.get(code, "") for code in (pair.base, pair.quote) if code != "USD")


def code_of(word: str) -> str | None:
    """Return the code for a word (`kzt`, `тенге`, `so‘m`, `$`), or None."""
    return _WORDS.get(fold(word.strip()))


def nearest(word: str) -> str | None:
    """Return the code that an unknown word may have meant (`kgz` -> KGS), or None."""
    return code_of(nearest_word(word) or "")


def nearest_word(word: str, likeness: float = _LIKENESS) -> str | None:
    """Return the known word that an unknown one is most like (`тенгэ` -> тенге, `kgz` -> KGS), or None.

    Of equally similar words, the one with more letters in the same places is chosen, then the first.
    """
    normalized = fold(word.strip())
    if not normalized:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(normalized)
    likest, best = None, (likeness, 0)
    for known in _WORDS:
        matcher.set_seq1(known)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            found = (matcher.ratio(), sum(map(str.__eq__, known, normalized)))
            if found > best:
                likest, best = known, found
    return likest.upper() if likest and likest.upper() in CODES else likest


@dataclass(frozen=True, slots=True)
class CurrencyWords:
    """The different currencies that a text names, in order; its misspelt words with their meaning; its other words."""

    codes: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def read_currencies(text: str) -> CurrencyWords:
    """Read the currencies of a text: `rub tjs`, `RUB/TJS`, `рубли в сомони`, `тенгэ`.

    Beside a currency a word must be long and very like another one to be read as it: most other words are small talk.
    """
    words = _WORD.findall(text)[:MAX_WORDS]
    codes = {word: code for word in words if (code := code_of(word))}
    corrections = {}
    for word in words:
        longest = word[:MAX_WORD]
        if word not in codes and (not codes or len(longest) >= _LONG):
            known = nearest_word(longest, _VERY_LIKE if codes else _LIKENESS)
            if known is not None:
                corrections[word] = known
    meant = codes | {word: code_of(known) or "" for word, known in corrections.items()}
    return CurrencyWords(
        tuple(dict.fromkeys(meant[word] for word in words if word in meant)),
        tuple(corrections.items()),
        tuple(word[:MAX_WORD] for word in words if word not in meant),
    )


def correction(t: Translator, typed: str, meant: str) -> str:
    """Return the note about a word that was read as another one."""
    return t("currencies.corrected", typed=typed, meant=meant)
