"""The JSON of banks: a list of objects, with its numbers kept as printed."""

from __future__ import annotations

from typing import Any

from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
from bot.sources.json_text import find_json

# A year of all currencies from Frankfurter is some 10,000 rows; this many block the process for half a second.
MOST_ROWS = 50_000


def objects(content: bytes) -> list[dict[str, Any]]:
    """Return the objects of a JSON list with every number as text; any other item becomes an empty object.

    Junk before and after the list is left out. Raises NotAPage for anything but a list.
    """
    try:
        found = find_json(decode(content))
    except ValueError:
        raise NotAPage("not JSON, or cut off") from None
    if not isinstance(found, list):
        raise NotAPage("JSON, but no list of rates")
    if len(found) > MOST_ROWS:
        raise NotAPage("more rows than any table has")
    return [item if isinstance(item, dict) else {} for item in found]


def text(item: dict[str, Any], name: str) -> str | None:
    """Return a member of an object as text; None where it is missing or not a scalar."""
    value = item.get(name)
    return value if isinstance(value, str) else None
