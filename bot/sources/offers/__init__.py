"""The sources of offers, one row each. A new source needs a module, a row here, and a captured answer as a test."""

from __future__ import annotations

from bot.sources.offers import nbt
from bot.sources.offers.asking import OfferAnswer, ask_newest, ask_past
from bot.sources.offers.source import OfferEndpoint, OfferSource, next_poll

__all__ = ["OFFER_SOURCES", "OfferAnswer", "OfferEndpoint", "OfferSource", "ask_newest", "ask_past", "next_poll"]

# The hours are the local office hours, in which the sources publish.
_ROWS = (
    OfferSource(
        "nbt",
        "offers_nbt",
        "https://www.nbt.tj/tj/kurs/kurs_kommer_bank.php",
        "Asia/Dushanbe",
        (9, 18),
        nbt.endpoints,
        nbt.day_endpoints,
    ),
)
OFFER_SOURCES = {source.name: source for source in _ROWS}
