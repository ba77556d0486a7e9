"""Uzbek texts in Latin letters rewritten in Cyrillic ones: the catalog uz_cyrl is made of the catalog uz. Pure.

The letters follow rules; loanwords and names that do not are in one table, `EXCEPTIONS`. The result is meant for the
texts of our catalogs and for names and dates in Uzbek, not for texts of articles.
"""

from __future__ import annotations

import re

from bot.domain.currencies import CURRENCIES

# The languages whose texts are made from those of another one, letter by letter.
MADE_FROM = {"uz_cyrl": "uz"}

# Words that the rules would spell wrongly, each with its spelling. `*` at the end of a key stands for any suffix: the
# rest of the word follows the rules. Without it only the word without suffixes is meant, for a soft sign is not written
# before a suffix (рубль, рублга). A key with a capital letter applies only to words that are written so; all others
# apply to every case. Words that are equal to their spelling stay in Latin letters.
EXCEPTIONS = {
    # Months.
    "yanvar": "январь",
    "fevral": "февраль",
    "aprel": "апрель",
    "iyun": "июнь",
    "iyul": "июль",
    "sentabr": "сентябрь",
    "sentabr*": "сентябр",
    "oktabr": "октябрь",
    "oktabr*": "октябр",
    "noyabr": "ноябрь",
    "dekabr": "декабрь",
    # Currencies, countries, cities.
    "rubl": "рубль",
    "Belarus": "Беларусь",
    "Belgiya*": "Бельгия",
    "fransiya*": "Франция",
    "fransuz*": "француз",
    "Nyu": "Нью",
    "polsha*": "Польша",
    "shveysariya*": "Швейцария",
    "York*": "Йорк",
    # A soft vowel that the newer Latin spelling does not show.
    "inflatsiya*": "инфляция",
    "valuta*": "валюта",
    # A soft or a hard sign within the word.
    "albom*": "альбом",
    "film*": "фильм",
    "intervyu*": "интервью",
    "kalkulyator*": "калькулятор",
    "kompyuter*": "компьютер",
    "obyekt*": "объект",
    "premyer*": "премьер",
    "subyekt*": "субъект",
    # A soft sign at the end of the word.
    "avtomobil": "автомобиль",
    "Kreml": "Кремль",
    "model": "модель",
    "neft": "нефть",
    "nol": "ноль",
    "rol": "роль",
    # ц that is written s or ts; -tsiya and -tsion follow the rules.
    "aksiya*": "акция",
    "funksiya*": "функция",
    "konferensiya*": "конференция",
    "litsenziya*": "лицензия",
    "protsent*": "процент",
    "protsess*": "процесс",
    "sement*": "цемент",
    "sirk*": "цирк",
    # Names of products and publishers, and abbreviations that are read in Latin letters.
    "Asia": "Asia",
    "Central": "Central",
    "CSV": "CSV",
    "Feed": "Feed",
    "Frankfurter": "Frankfurter",
    "ID": "ID",
    "Jarchi": "Jarchi",
    "JSON": "JSON",
    "of": "of",
    "RSS": "RSS",
    "Telegram": "Telegram",
    "The": "The",
    "Times": "Times",
    "UTC": "UTC",
    # Words of commands and queries, which people type in Latin letters.
    "now": "now",
    "off": "off",
    "OR": "OR",
    "peg": "peg",
    "country": "country",
    "source": "source",
    "tag": "tag",
    "title": "title",
    "topic": "topic",
    # Languages by their own names.
    "Dil": "Dil",
    "Language": "Language",
}

# Parts of a text that are no words of it: a placeholder, a tag, an entity of HTML, an address, a command, a word of the
# query language (with its value where that is a code, as after `topic:`), a length like `30d`, the code of a currency.
_KEPT = re.compile(
    r"\{[^{}]*\}"
    r"|</?[a-z][^<>]*>"
    r"|&#?\w+;"
    r"|https?://[^\s<>]+"
    r"|@\w+"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b(?:/[^\s<>]*)?"
    r"|(?<![\w/])/[a-z][a-z0-9_]*"
    r"|\b(?:country|lang|source|strict|topic):[^\s<>]*"
    r"|\b(?:since|tag|title|until):"
    r"|\b\d+[a-z]\b"
    rf"|\b(?i:{'|'.join(CURRENCIES)})\b(?![ʻʼ])"
)
_WORD = re.compile(r"[A-Za-zʻʼ]+")
_QUOTES = str.maketrans("“”", "«»")

# Sounds of several Latin letters, the longest first. `ts` is ц only in the endings of loanwords: in `qaytsa` it is not.
_SOUNDS = (
    ("tsion", "цион"),
    ("tsiya", "ция"),
    ("yoʻ", "йў"),
    ("sʼh", "сҳ"),
    ("oʻ", "ў"),
    ("gʻ", "ғ"),
    ("sh", "ш"),
    ("ch", "ч"),
    ("ya", "я"),
    ("ye", "е"),
    ("yo", "ё"),
    ("yu", "ю"),
)
_LETTERS = {
    **dict(zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True)),
    "ʼ": "ъ",
    "c": "ц",
    "w": "в",
}
_VOWELS = "аоуиэеёюяў"


def cyrillic(text: str) -> str:
    """Return a text of the Uzbek catalog in Cyrillic letters, with « » for “ ”.

    Placeholders, tags, entities, addresses, commands, words of the query language and currency codes stay as they are.
    """
    parts = []
    end = 0
    for kept in _KEPT.finditer(text):
        parts += [_words(text[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join((*parts, _words(text[end:])))


def _words(text: str) -> str:
    return _WORD.sub(lambda found: _word(found[0]), text).translate(_QUOTES)


def _word(word: str) -> str:
    """Return one word in Cyrillic letters: by the table, or by the rules."""
    for spelt in (word, word.lower()):
        if spelt in EXCEPTIONS:
            return _as_written(EXCEPTIONS[spelt], word)
        for length in range(len(spelt), 0, -1):
            stem = EXCEPTIONS.get(spelt[:length] + "*")
            if stem is not None:
                return _as_written(stem, word) + _spelt(word[length:], within=True)
    return _spelt(word)


def _as_written(spelling: str, word: str) -> str:
    """Return a spelling of the table with the capital letters of the word."""
    if len(word) > 1 and word.isupper():
        return spelling.upper()
    return spelling[:1].upper() + spelling[1:] if word[:1].isupper() else spelling


def _spelt(word: str, *, within: bool = False) -> str:
    """Return letters in Cyrillic by the rules; `within`: they are no beginning of a word."""
    lower, spelt, at = word.lower(), "", 0
    while at < len(word):
        latin, letters = next(
            ((latin, letters) for latin, letters in _SOUNDS if lower.startswith(latin, at)),
            (lower[at], _LETTERS.get(lower[at], lower[at])),
        )
        if latin == "e" and (spelt[-1:].lower() in _VOWELS if spelt else not within):
            letters = "э"
        piece = word[at : at + len(latin)]
        if piece.isupper():
            letters = letters.upper()
        elif piece[:1].isupper():
            letters = letters[:1].upper() + letters[1:]
        spelt += letters
        at += len(latin)
    return spelt
