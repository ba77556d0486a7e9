"""Rates: the currencies that have one."""

from __future__ import annotations

import datetime as dt

from storage import rates
from storage.database import Database


async def known_currencies(database: Database, now: dt.datetime) -> list[str]:
    """Return the codes of the currencies that have a rate against the dollar."""
    async with database.read() as connection:
        return (await rates.graph(connection, now)).against_dollar
