"""National Bank of Tajikistan: like the Bank of Russia's table, with points and ISO dates.

A wrong date silently gets today's table: the date in the answer counts, not the one that was asked for.
"""

from __future__ import annotations

from bot.domain.snapshot import Table
from bot.sources.banks.valcurs import read_valcurs


def read(content: bytes) -> list[Table]:
    """Read the table of a day."""
    return read_valcurs(content, "TJS", "%Y-%m-%d")
