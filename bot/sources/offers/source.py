"""The description of a source of offers: its endpoints, its office hours, and the time of its next poll."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.offers import OfferTable
from bot.sources.banks.bank import WORKDAYS

# Reads the bytes of an answer; raises NotAPage if they hold no table of offers.
ReadOffers = Callable[[bytes], OfferTable]
OfferEndpoint = tuple[str, ReadOffers]

# In office hours a table may be published at any time, once or twice a day: a person does not open the page more often.
OFFICE_PERIOD = dt.timedelta(hours=1)
# Outside of them a table that was published late is found before the next morning.
SELDOM = dt.timedelta(hours=6)
# Seconds between two requests for history, beside the pause that the fetcher makes at each host.
PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class OfferSource:
    """One source of offers, a row of `OFFER_SOURCES`.

    `name` is that of its offers and of the setting OFFERS; `state_name` that of its polling state, its mirror and its
    texts: a bank of the same name has its own, and no id of a news site has an underscore. `home` is its public page.

    `newest()` gives the endpoints of its newest tables, one for each pair, `day(day)` those of a past day. It publishes
    on working days within `hours` (local, from the first to before the second). `pause` is in seconds, between two
    requests for history.
    """

    name: str
    state_name: str
    home: str
    zone: str
    hours: tuple[int, int]
    newest: Callable[[], tuple[OfferEndpoint, ...]]
    day: Callable[[dt.date], tuple[OfferEndpoint, ...]]
    pause: float = PAUSE

    def awaited(self, now: dt.datetime) -> dt.date:
        """Return the working day whose table must be there at an instant: today's from the end of its hours on."""
        local = now.astimezone(ZoneInfo(self.zone))
        day = local.date() if local.hour >= self.hours[1] else local.date() - dt.timedelta(days=1)
        while day.weekday() not in WORKDAYS:
            day -= dt.timedelta(days=1)
        return day


def next_poll(source: OfferSource, now: dt.datetime) -> dt.datetime:
    """Return when (UTC) to poll a source again: hourly in its office hours, seldom outside of them."""
    zone = ZoneInfo(source.zone)
    today = now.astimezone(zone).date()
    opens, closes = (dt.datetime.combine(today, dt.time(hour), zone) for hour in source.hours)
    if today.weekday() in WORKDAYS and opens <= now < closes:
        return now + OFFICE_PERIOD
    openings = (dt.datetime.combine(today + dt.timedelta(days=n), opens.time(), zone) for n in range(8))
    following = next(at for at in openings if at > now and at.weekday() in WORKDAYS)
    return min(now + SELDOM, following).astimezone(dt.UTC)
