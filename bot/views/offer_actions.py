"""The actions of the buttons under charts of offers (see bot/views/actions.py)."""

from __future__ import annotations

from bot.domain.charts import RANGES
from bot.domain.offer_ranking import PUBLISHED, WAYS
from bot.domain.offers import channel_of
from bot.domain.rates import Pair
from bot.views.button_offers import PAIR
from bot.views.buttons import Argument, action, choice


def _published(text: str) -> Pair:
    """Return a pair of a market that an official table has: `RUB:TJS.transfer.buy`; ValueError for another one."""
    pair = PAIR.read(text)
    channel, _ = channel_of(pair.market)
    if Pair(pair.base, pair.quote) not in PUBLISHED or channel not in WAYS:
        raise ValueError(text)
    return pair


# The pair with its market, and the range.
OFFERS_CHART = action("banks:chart", Argument(_published, PAIR.write, parts=2), choice(RANGES))
