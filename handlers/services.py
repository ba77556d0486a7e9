"""The parts of the application that handlers use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.delivery.drawing import Drawer
from bot.domain.intents import IntentKind
from bot.domain.typed import Typed
from bot.ingest.matching import Matcher
from bot.services.stats import StatsReader
from bot.sources.fetch import Fetcher
from handlers.command import Command, IntentHandler
from handlers.offers_view_cache import OffersViewCache
from handlers.rates_view_cache import RatesViewCache

if TYPE_CHECKING:
    from handlers.context import Context


@dataclass(slots=True)
class Services:
    """The parts of the application that handlers use; made once. Without a fetcher no source can be tested.

    `commands` and `intents` are the tables of all features (handlers/features.py), and `on_request` answers a text
    (handlers/routing.py); the dispatcher sets them. `flood_pause` returns the seconds for which all messages pause
    because of a flood limit.
    """

    settings: Settings
    matcher: Matcher
    started_at: dt.datetime
    drawer: Drawer
    rates_views: RatesViewCache
    commands: tuple[Command, ...] = ()
    intents: Mapping[IntentKind, IntentHandler] = field(default_factory=dict)
    on_request: Callable[[Context, Typed], Awaitable[None]] | None = None
    fetcher: Fetcher | None = None
    flood_pause: Callable[[], float] = lambda: 0.0
    stats: StatsReader | None = None  # made when an operator first asks
    offers_views: OffersViewCache | None = None  # made with the first request for offers
