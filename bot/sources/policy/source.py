"""The description of a source of a policy rate, one poll of it, and the time of the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.numbers import NotANumber, parse_number
from bot.domain.policy_calendar import calendars
from bot.domain.policy_rates import PrintedPolicyRate
from bot.domain.snapshot import NotAPage
from bot.sources.banks import mirrored
from bot.sources.fetch import Fetcher, Post

# A decision is printed some minutes or hours after its announcement; on other days nothing changes.
PERIOD, PERIOD_AFTER_DECISION = dt.timedelta(days=1), dt.timedelta(hours=1)
# No central bank has had such a rate (percent a year): a number beyond it is another column.
ABOVE, BELOW = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """The rates of an answer. `warnings` are English lines for the operator: the parts that were left out."""

    rates: tuple[PrintedPolicyRate, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicySource:
    """A source of a central bank's policy rate, a row of `POLICY`.

    `name` is that of the source in the health of sources, where the bank itself is another one. `read` reads the bytes
    of an answer and raises NotAPage if they hold no rate. `post` gives the request of a day; None: a page is fetched.
    """

    name: str
    bank: str
    url: str
    read: Callable[[bytes], PolicyTable]
    post: Callable[[dt.date], Post] | None = None


async def ask(fetcher: Fetcher, source: PolicySource, now: dt.datetime, mirror: str) -> PolicyTable:
    """Fetch and read the rates of a source; raises FetchError and NotAPage. `now` is UTC."""
    post = source.post(now.date()) if source.post else None
    fetched = await fetcher.fetch(mirrored(source.url, mirror, source.bank), post=post)
    return source.read(fetched.body)


def next_poll(bank: str, now: dt.datetime) -> dt.datetime:
    """Return when (UTC) to poll the rate of a bank again: daily, at its decision, and hourly after it on that day."""
    calendar = calendars()[bank]
    if calendar.is_decided_today(now):
        return now + PERIOD_AFTER_DECISION
    decision = calendar.next_decision(now)
    return min(now + PERIOD, decision.at.astimezone(dt.UTC)) if decision else now + PERIOD


def percent_of(text: str) -> Decimal | None:
    """Return a printed rate (`16,75`, `14.00 %`); None for what is no number of percent between 0 and 100."""
    try:
        percent = parse_number(text.strip().removesuffix("%"))
    except NotANumber:
        return None
    return percent if ABOVE < percent < BELOW else None


def table_of(found: list[PrintedPolicyRate], unreadable: int, what: str) -> PolicyTable:
    """Return the rates found, without the days that are printed with different rates; NotAPage if none is left."""
    by_day: dict[tuple[dt.date, bool], set[Decimal]] = {}
    for one in found:
        by_day.setdefault((one.day, one.announced), set()).add(one.percent)
    kept = tuple(
        PrintedPolicyRate(day, percents.pop(), announced)
        for (day, announced), percents in by_day.items()
        if len(percents) == 1
    )
    if not kept:
        raise NotAPage(f"no readable {what}")
    warnings = []
    if unreadable:
        warnings.append(f"{unreadable} rows with a rate that cannot be read")
    if len(kept) < len(by_day):
        warnings.append(f"{len(by_day) - len(kept)} days with two different rates")
    return PolicyTable(kept, tuple(warnings))
