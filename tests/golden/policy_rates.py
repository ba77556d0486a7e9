"""Policy rates: the message about a decision, and the lines of cards and digests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.domain.events import PolicyDecided
from bot.domain.policy_calendar import Decision, calendars
from bot.domain.policy_rates import PolicyStanding
from bot.views import policy_rates
from tests.golden.sample import sample
from tests.golden.values import ARTICLES, NOW

DAY = NOW.date()
TOMORROW = DAY + dt.timedelta(days=1)


def standing(bank: str, percent: str, day: dt.date, following: tuple[dt.date, Decimal] | None = None) -> PolicyStanding:
    """The rate of a bank whose next decision is on a day."""
    calendar = calendars()[bank]
    at = dt.datetime.combine(day, calendar.time, calendar.zone)
    since = DAY - dt.timedelta(days=120)
    return PolicyStanding(bank, Decimal(percent), since, following, Decision(bank, at))


NBK, CBR = standing("nbk", "16.75", TOMORROW), standing("cbr", "14", TOMORROW)
CHANGING = PolicyStanding("cbr", Decimal(14), dt.date(DAY.year - 1, 7, 27), (TOMORROW, Decimal("13.5")))
TODAY = standing("nbk", "16.75", DAY)
DECIDED = PolicyDecided("nbk", Decimal("16.75"), Decimal(17), TOMORROW)

SAMPLES = (
    sample(policy_rates.decided, "lowered, with related articles", DECIDED, ARTICLES[:2]),
    sample(policy_rates.decided, "raised", PolicyDecided("cbr", Decimal("14.5"), Decimal(14), TOMORROW)),
    sample(policy_rates.decided, "announced", PolicyDecided("nbk", Decimal("16.75"), Decimal(17))),
    sample(policy_rates.decided, "kept", PolicyDecided("nbk", Decimal(17), Decimal(17), TOMORROW)),
)
