"""The cached answer to /rates: the most frequent request."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Hashable, Sequence
from zoneinfo import ZoneInfo

from bot.domain.chats import Chat
from bot.domain.own_rates import OwnRate
from bot.domain.rate_graph import RateTableRow
from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.services import Database, rates
from bot.views import rates as views
from bot.views.message import View
from handlers.batch_loader import BatchLoader

# Views of one version of the table: they differ by language, direction, time zone and the order of own currencies.
MAX_VIEWS = 256


class RatesViewCache:
    """Keeps the current table of rates, its views, and the rates of own pairs.

    Each request checks the version of the table with one statement instead of the forty that make the table.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._versions = database, BatchLoader(self._load_versions)
        self._version: Hashable = None
        self._rows: list[RateTableRow] = []
        self._views: dict[Hashable, View] = {}
        self._own: dict[Pair, OwnRate | None] = {}
        self._making = asyncio.Lock()

    async def view(self, t: Translator, now: dt.datetime, chat: Chat, *, whole: bool = True) -> View:
        """Return the table for a chat: in its language, direction and zone, its own currencies first.

        Not `whole`: the first rates of it.
        """
        await self._renew(now)
        zone, listed = ZoneInfo(chat.timezone), {row.code for row in self._rows}
        own = tuple(code for code in chat.currencies if code in listed)
        key = (t.language, chat.per_dollar, chat.private, whole, chat.timezone, now.astimezone(zone).date(), own)
        if key not in self._views:
            if len(self._views) >= MAX_VIEWS:
                self._views.clear()
            order = {code: place for place, code in enumerate(own)}
            ordered = sorted(self._rows, key=lambda row: order.get(row.code, len(own)))
            self._views[key] = views.rate_table(
                t, ordered, now, zone, per_dollar=chat.per_dollar, private=chat.private, whole=whole
            )
        return self._views[key]

    async def own_rates(self, pairs: Sequence[Pair], now: dt.datetime) -> list[OwnRate]:
        """Return the rates of own pairs, in order; a pair without a rate is left out. Each is read once a version."""
        if not pairs:
            return []
        await self._renew(now)
        own = self._own
        if missing := [pair for pair in pairs if pair not in own]:
            found = {rate.pair: rate for rate in await rates.own_rates(self._database, missing, now)}
            own |= {pair: found.get(pair) for pair in missing}
        return [rate for pair in pairs if (rate := own[pair])]

    async def _renew(self, now: dt.datetime) -> None:
        """Read the table again if it has changed; the rates of a week ago change with the day (UTC)."""
        version = await self._versions.get(now.date())
        if version == self._version:
            return
        async with self._making:
            if version != self._version:
                self._rows = await rates.rates_table(self._database, now)
                self._version, self._views, self._own = version, {}, {}

    async def _load_versions(self, days: Collection[dt.date]) -> dict[dt.date, Hashable]:
        version = await rates.rates_version(self._database)
        return {day: (day, *version) for day in days}
