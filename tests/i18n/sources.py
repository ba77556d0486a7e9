"""Which English texts a file of a catalog was translated from: the header X-Source has their hash.

`python -m tests.i18n.sources kk` (`make translated CODE=kk`) records that the catalog is translated from the English
texts as they are now; `python -m tests.i18n.sources kk rates alerts` only those subjects.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

import bot.i18n
from bot.domain.languages import TABLE

FOLDER = Path(bot.i18n.__file__).parent
HEADER = "X-Source"
_LINE = re.compile(rf'^"{HEADER}: (.*)\\n"\n', re.MULTILINE)
_LANGUAGE = re.compile(r'^"Language: .*\n', re.MULTILINE)


def source_hash(subject: str) -> str:
    """Return the hash of the English texts of a subject; comments and their order in the file do not change it."""
    with (FOLDER / "en" / f"{subject}.po").open("rb") as file:
        texts = sorted((str(one.id), str(one.string)) for one in read_po(file) if one.id)
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:12]


def recorded(language: str, subject: str) -> str | None:
    """Return the hash that a file records; None if it has none."""
    found = _LINE.search((FOLDER / language / f"{subject}.po").read_text(encoding="utf-8"))
    return found[1] if found else None


def translated() -> list[tuple[str, str]]:
    """Return the files that are translated from English: language and subject."""
    folders = (FOLDER / one.code for one in TABLE if one.code != "en")
    return [(path.parent.name, path.stem) for folder in folders for path in sorted(folder.glob("*.po"))]


def stale() -> list[str]:
    """Return the files whose English texts have changed since they were translated."""
    return [f"{one}/{subject}.po" for one, subject in translated() if recorded(one, subject) != source_hash(subject)]


def record(language: str, subject: str) -> None:
    """Write the hash of the English texts into the header of a file."""
    path = FOLDER / language / f"{subject}.po"
    text = _LINE.sub("", path.read_text(encoding="utf-8"), count=1)
    line = f'"{HEADER}: {source_hash(subject)}\\n"\n'
    path.write_text(_LANGUAGE.sub(lambda found: found[0] + line, text, count=1), encoding="utf-8")


if __name__ == "__main__":
    wanted, *subjects = sys.argv[1:]
    for code, name in translated():
        if code == wanted and (not subjects or name in subjects):
            record(code, name)
