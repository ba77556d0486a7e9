"""Excerpts: removes a dateline, and finds the part of a text with the searched words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from bot.domain.articles import clean_text

# An excerpt, not the article: the text belongs to its publisher.
SNIPPET_LENGTH = 200
# Characters before the first searched word, so that it is shown in a sentence.
_BEFORE = 60
# Only this much of a text is searched for the best excerpt; the longest article is shorter.
_MAX_SCANNED = 40_000

# Pieces of text in order; True marks the searched words. Joined they are the shown text.
Excerpt = tuple[tuple[str, bool], ...]
# Returns the key under which a word of a text was searched, or None.
Wanted = Callable[[str], str | None]

# A word as printed: letters and digits, their accents, apostrophes within.
_WORD = re.compile("[^\\W_]+(?:['’‘ʼʻ`´\u0300-\u036f]+[^\\W_]+|[\u0300-\u036f]+)*")
_SPACES = re.compile(r"\s+")
# Capital letters of all Latin and Cyrillic alphabets, for a set in a pattern.
CAPITALS = "".join(chr(code) for code in range(0x530) if chr(code).isupper() and not 0x370 <= code < 0x400)
# Capitals or an agency in brackets, and a dash: `DUSHANBE (TCA) — `, `Astana, December 8 (TCA) - `, `ӨСКЕМЕН – `. An
# agency alone after the first full stop: `АСТАНА. ҚазАқпарат – `. An agency in brackets or between slashes, and a full
# stop: `AŞGABAT, 8-nji dekabr (TDH). `, `ДУШАНБЕ, 29.09.2025 /АМИТ «Ховар»/. `.
_PLACE = f"[{CAPITALS}][{CAPITALS} .,'’‘ʻʼ-]+"
_AGENCY = rf"\([{CAPITALS}]{{2,10}}\)"
_DATELINE = re.compile(
    rf"^(?:(?:{_PLACE}(?:\([^()\n]{{2,20}}\)|\d{{1,2}}[\w .-]{{1,15}}\s)?"
    rf"|[{CAPITALS}][\w .,'’-]{{1,60}}{_AGENCY}|[{CAPITALS}]{{3,}}\. [{CAPITALS}]\w+)"
    rf"\s*[—–-]\s+|[{CAPITALS}]{{2,}}[\w .,'’‘ʻʼ-]{{0,40}}{_AGENCY}\s*[.:]\s+"
    rf"|[{CAPITALS}][\w .,'’‘ʻʼ-]{{1,40}}/[^/\n]{{2,30}}/\s*[.:—–-]*\s+)"
)


def without_dateline(text: str) -> str:
    """Return a text without the place and agency at its start."""
    return _DATELINE.sub("", text)


def marked(text: str, wanted: Wanted) -> Excerpt:
    """Return a whole text with the searched words marked."""
    text = clean_text(text)
    return _split(text, [found.span() for found in _WORD.finditer(text) if wanted(found[0]) is not None])


def _split(text: str, spans: list[tuple[int, int]]) -> Excerpt:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple(piece for piece in (*pieces, (text[at:], False)) if piece[0])


def excerpt(text: str, wanted: Wanted, length: int = SNIPPET_LENGTH) -> Excerpt | None:
    """Return the `length` characters of a text with the most different searched words, or None without any.

    It begins and ends at words, with ellipses where text is cut off, which count as characters too.
    """
    text = _SPACES.sub(" ", clean_text(text[:_MAX_SCANNED])).strip()
    found = [
        (match.start(), match.end(), key) for match in _WORD.finditer(text) if (key := wanted(match[0])) is not None
    ]
    found = [one for one in found if one[1] - one[0] <= length - 2]
    if not found:
        return None
    before = min(_BEFORE, length // 3)
    if len(text) <= length:
        start, end = 0, len(text)
    else:
        start = _begin(text, _best(found, length - before - 2), before)
        # Two characters are for the ellipses.
        end = min(len(text), start + length - 2)
        if end < len(text) and not text[end].isspace():
            last = max((stop for _, stop, _ in found if start < stop <= end), default=start)
            end = max(text.rfind(" ", start, end), last)
    shown = text[start:end]
    spans = [(begin - start, stop - start) for begin, stop, _ in found if start <= begin and stop <= end]
    pieces = _split(shown, spans)
    head = (("…", False),) if start else ()
    tail = (("…", False),) if end < len(text) else ()
    return (*head, *pieces, *tail)


def _best(found: list[tuple[int, int, str]], length: int) -> int:
    """Return the start of the window with the most different keys, the first of equals."""
    keys: Counter[str] = Counter()
    most, best, last = 0, found[0][0], 0
    for first, (start, _, key) in enumerate(found):
        while last < len(found) and found[last][1] - start <= length:
            keys[found[last][2]] += 1
            last += 1
        if len(keys) > most:
            most, best = len(keys), start
        if last > first:
            keys[key] -= 1
            if not keys[key]:
                del keys[key]
        else:
            last = first + 1
    return best


def _begin(text: str, at: int, before: int) -> int:
    """Return a start that leaves some words before the one at `at`."""
    if at <= before:
        return 0
    start = text.find(" ", at - before, at)
    return start + 1 if start >= 0 else at
