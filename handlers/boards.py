"""The board of all rates, made once for each state of the figures: what most people ask for most often."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.domain.book import BoardLine
from bot.i18n import Translator
from bot.views import rates as views
from bot.views.message import View
from storage import rates
from storage.database import Database


class Boards:
    """Keeps the newest board and how it reads in each language; the ages on it are true to the minute.

    Whether it is still the newest is asked of the database each time, which is one question instead of forty.
    """

    def __init__(self) -> None:
        self._state: rates.State | None = None
        self._lines: list[BoardLine] = []
        self._views: dict[tuple[str, bool], View] = {}
        self._making = asyncio.Lock()

    async def view(self, database: Database, t: Translator, now: dt.datetime, *, per_dollar: bool) -> View:
        """Return the board in a language, with figures per dollar or in dollars."""
        async with database.glance() as connection:
            state = await rates.state(connection, now)
        if state != self._state:
            async with self._making:
                if state != self._state:
                    async with database.read() as connection:
                        self._lines = await rates.board(connection, now)
                    self._state, self._views = state, {}
        key = t.language, per_dollar
        if key not in self._views:
            self._views[key] = views.board(t, self._lines, now, per_dollar=per_dollar)
        return self._views[key]
