"""Characters that no database stores: unpaired surrogates and NUL. Pure."""

from __future__ import annotations

import re
from typing import Any

# A numeric reference of XML, HTML or a text inside JSON: `&#128200;`, `&#x1F4C8;`.
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_SURROGATES = range(0xD800, 0xE000)


def storable(text: str) -> str:
    """Return text that SQLite, PostgreSQL and UTF-8 accept: surrogate pairs are joined, unpaired ones become U+FFFD.

    NUL is dropped: PostgreSQL does not accept it in a text, and it is invisible.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def without_bad_references(text: str) -> str:
    """Return a document whose numeric references name characters that can be stored.

    Old editors write an emoji as a reference for each surrogate (`&#55357;&#56520;`): the pair is joined. A reference
    to an unpaired surrogate becomes U+FFFD, one to NUL is dropped; an XML parser would refuse the whole document for
    either.
    """

    def mended(found: re.Match[str]) -> str:
        point = int(found[1], 16) if found[1] else int(found[2])
        if point in _SURROGATES:
            return chr(point)
        return "" if point == 0 else found[0]

    return storable(_REFERENCE.sub(mended, text))


def storable_data(value: Any) -> tuple[Any, int]:
    """Return parsed JSON with all its texts and keys storable, and how many of them were changed."""
    if isinstance(value, str):
        kept = storable(value)
        return kept, int(kept != value)
    if isinstance(value, list):
        items = [storable_data(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        members = {storable(str(name)): storable_data(item) for name, item in value.items()}
        changed = sum(count for _, count in members.values()) + sum(name not in members for name in value)
        return {name: item for name, (item, _) in members.items()}, changed
    return value, 0
