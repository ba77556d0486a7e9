"""The cached answers to /banks."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Collection, Hashable
from zoneinfo import ZoneInfo

from bot.domain.offer_ranking import OfferRanking, OfferRequest
from bot.i18n import Translator
from bot.services import Database
from bot.services import offers as services
from bot.views import offers as views
from bot.views.message import View
from handlers.batch_loader import BatchLoader

# Views of one version of the offers: they differ by request, language and time zone.
MAX_VIEWS = 256


class OffersViewCache:
    """Keeps the current official rates and offers, and the views that were made of them.

    Each request checks their version with two statements, which requests at the same time share, instead of reading
    some hundred rows.
    """

    def __init__(self, database: Database) -> None:
        self._database, self._versions = database, BatchLoader(self._load_versions)
        self._version: Hashable = None
        self._published: services.PublishedOffers | None = None
        self._views: dict[Hashable, View] = {}
        self._reading = asyncio.Lock()

    async def view(
        self,
        t: Translator,
        request: OfferRequest,
        now: dt.datetime,
        zone: ZoneInfo,
        *,
        whole: bool = False,
        private: bool = True,
    ) -> View:
        """Return the ranking for a request as it is shown; not `whole`: its first rows; not `private`: in a group."""
        published = await self._renewed(now)
        key, known = (request, t.language, zone.key, whole, private), self._views
        if key not in known:
            view = views.answer(t, published.ranking(request, now), now, zone, whole=whole, private=private)
            if request.table is None:
                return view  # it has the time at which the rate was checked, in the words of the day
            if len(known) >= MAX_VIEWS:
                known.clear()
            known[key] = view
        return known[key]

    async def ranking(self, request: OfferRequest, now: dt.datetime) -> OfferRanking:
        """Return the current offers for a request, best first; without any if no official table has its pair."""
        return (await self._renewed(now)).ranking(request, now)

    async def _renewed(self, now: dt.datetime) -> services.PublishedOffers:
        """Read the offers again if they have changed."""
        version = await self._versions.get(now)
        async with self._reading:
            if self._published is None or version != self._version:
                self._published = await services.published_offers(self._database, now)
                self._version, self._views = version, {}
            return self._published

    async def _load_versions(self, times: Collection[dt.datetime]) -> dict[dt.datetime, Hashable]:
        version = await services.offers_version(self._database, max(times))
        return dict.fromkeys(times, version)
