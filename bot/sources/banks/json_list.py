"""JSON answers of banks: a list of objects, its numbers kept as they are printed."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.snapshot import NotAPage


def objects(content: bytes) -> list[dict[str, Any]]:
    """Return the objects of a JSON list, numbers as strings; NotAPage for anything else."""
    try:
        found = json.loads(content, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise NotAPage("not the JSON of a bank's table") from None
    if not isinstance(found, list):
        raise NotAPage("JSON that is no list of rates")
    return [item for item in found if isinstance(item, dict)]
