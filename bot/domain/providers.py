"""The providers of offers: a reviewed table of their names, found by any usual spelling (providers.tsv)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.domain.articles import clean_text

# Longer than any name in the table (57 letters with its legal form); the rest of a longer one is cut off.
MAX_NAME = 80
_FILE = Path(__file__).with_name("providers.tsv")
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
# Latin letters that look like Cyrillic ones: the site writes `OАО` with a Latin O.
_SEEMS = str.maketrans("aceopxykmthbi", "асеорхукмтнви")
# Letters of Tajik that keyboards without them replace.
_PLAIN = str.maketrans("ёӣӯҳқғҷ", "еиухкгч")
# Legal forms and kinds of organisations in Tajik, Russian and English, spelled as `_words` spells them.
_FORMS = frozenset(
    "чск чсп чдмм такх квд ба чт бсст лолс оао зао ооо ао гуп сб рт пэбт мдо мко мкф ojsc cjsc jsc llc sue oao zao ooo "  # noqa: SIM905
    "mdo mco mlo банк банки bank of".split()
)
# Languages whose readers write with Russian letters get the Russian name, the others the English one.
_NAMES_OF = {"tg": "tg", "ru": "ru", "kk": "ru", "ky": "ru", "uz_cyrl": "ru"}


@cache
def _names() -> dict[str, dict[str, str]]:
    return {key: dict(zip(("tg", "ru", "en"), names, strict=True)) for key, names, _ in _rows()}


@cache
def _spellings() -> dict[tuple[str, ...], str]:
    return {_words(name): key for key, names, others in _rows() for name in (key, *names, *others)}


def _rows() -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield (key, names in Tajik, Russian and English, other spellings) of the file."""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, tg, ru, en, others = line.split("\t")
            yield key, [tg, ru, en], [name for name in others.split("|") if name]


def provider_of(printed: str) -> str:
    """Return the key of the provider that a source names, or the printed name of an unknown one, on one line.

    Quotes, legal forms, the word for a bank, case and look-alike letters do not matter. The name is outside text: it is
    cleaned and limited to `MAX_NAME` letters here, and views escape it.
    """
    name = " ".join(clean_text(printed).split())[:MAX_NAME].strip()
    return _spellings().get(_words(name), name)


def display_name(provider: str, language: str) -> str:
    """Return the name of a provider by its key in a language of the bot; that of an unknown one as it was printed."""
    names = _names().get(provider)
    return names[_NAMES_OF.get(language, "en")] if names else provider


def _words(name: str) -> tuple[str, ...]:
    """Return the words that distinguish a name."""
    found = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", name).casefold()):
        if _CYRILLIC.search(word):
            word = word.translate(_SEEMS).translate(_PLAIN).replace("бонк", "банк")
        else:
            word = word.replace("bonk", "bank")
        found.append(word)
    return tuple(word for word in found if word not in _FORMS) or tuple(found)
