"""The cached answer to /rates: the most frequent request."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Hashable

from bot.domain.rate_graph import RateTableRow
from bot.i18n import Translator
from bot.services import Database, rates
from bot.views import rates as views
from bot.views.message import View
from handlers.batch_loader import BatchLoader


class RatesViewCache:
    """Keeps the current table of rates and its view in each language; ages in it are correct to the minute.

    Each request checks the version of the table with one statement instead of the forty that make the table.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._versions = database, BatchLoader(self._load_versions)
        self._version: Hashable = None
        self._rows: list[RateTableRow] = []
        self._views: dict[tuple[str, bool], View] = {}
        self._making = asyncio.Lock()

    async def view(self, t: Translator, now: dt.datetime, *, per_dollar: bool) -> View:
        """Return the table in a language, with rates per dollar or in dollars."""
        version = await self._versions.get(now.replace(second=0, microsecond=0))
        if version != self._version:
            async with self._making:
                if version != self._version:
                    self._rows = await rates.rates_table(self._database, now)
                    self._version, self._views = version, {}
        key = t.language, per_dollar
        if key not in self._views:
            self._views[key] = views.rate_table(t, self._rows, now, per_dollar=per_dollar)
        return self._views[key]

    async def _load_versions(self, minutes: Collection[dt.datetime]) -> dict[dt.datetime, Hashable]:
        version = await rates.rates_version(self._database)
        return {minute: (minute, *version) for minute in minutes}
