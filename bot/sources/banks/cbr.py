"""Bank of Russia: windows-1251, decimal comma, rubles for a nominal; dated tomorrow on most days."""

from __future__ import annotations

from bot.domain.snapshot import Table
from bot.sources.banks.valcurs import read_valcurs


def read(content: bytes) -> list[Table]:
    """Read the table of a day; `VunitRate` (sometimes in scientific notation) is not looked at."""
    return read_valcurs(content, "RUB", "%d.%m.%Y")
