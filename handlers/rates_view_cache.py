"""The board of all rates, made once for each state of the figures: what most people ask for most often."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection

from bot.domain.rate_graph import RateTableRow
from bot.i18n import Translator
from bot.views import rates as views
from bot.views.message import View
from storage import rates
from storage.batch_loader import BatchLoader
from storage.database import Database


class RatesViewCache:
    """Keeps the newest board and how it reads in each language; the ages on it are true to the minute.

    Whether it is still the newest is asked of the database each time, which is one question instead of forty.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._states = database, BatchLoader(self._ask)
        self._state: rates.State | None = None
        self._lines: list[RateTableRow] = []
        self._views: dict[tuple[str, bool], View] = {}
        self._making = asyncio.Lock()

    async def view(self, t: Translator, now: dt.datetime, *, per_dollar: bool) -> View:
        """Return the board in a language, with figures per dollar or in dollars."""
        state = await self._states.get(now.replace(second=0, microsecond=0))
        if state != self._state:
            async with self._making:
                if state != self._state:
                    async with self._database.read() as connection:
                        self._lines = await rates.rate_table(connection, now)
                    self._state, self._views = state, {}
        key = t.language, per_dollar
        if key not in self._views:
            self._views[key] = views.rate_table(t, self._lines, now, per_dollar=per_dollar)
        return self._views[key]

    async def _ask(self, minutes: Collection[dt.datetime]) -> dict[dt.datetime, rates.State]:
        async with self._database.autocommit() as connection:
            figures = await rates.state(connection)
        return {minute: (minute, *figures) for minute in minutes}
