"""Bank of Russia: the key rate by SOAP, a row for each working day (`KR` with `DT` and `Rate`, decimal point).

Names may have any prefix and namespace. The table has the days and not the decisions, so a decision that keeps the
rate cannot be seen in it.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.policy_rates import PrintedPolicyRate
from bot.domain.snapshot import NotAPage
from bot.sources.decode import decode
from bot.sources.fetch import Post
from bot.sources.policy.source import PolicyTable, percent_of, table_of
from bot.sources.xml import check_prolog, parse_strictly, start_of

URL = "https://www.cbr.ru/DailyInfoWebServ/DailyInfo.asmx"
# The first day that is asked for, always the same: the day of the first change after it does not move. The rate has
# changed many times since; a hundred bytes for each day are a few hundred kilobytes after ten years.
_FIRST = dt.date(2023, 1, 1)
# The table may have the next working days.
_AHEAD = dt.timedelta(days=14)
_ZONE = ZoneInfo("Europe/Moscow")
_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"http://web.cbr.ru/KeyRateXML"'}


def post(day: dt.date) -> Post:
    """Return the request for all rates up to the days after a day."""
    return Post(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        '<KeyRateXML xmlns="http://web.cbr.ru/">'
        f"<fromDate>{_FIRST}T00:00:00</fromDate><ToDate>{day + _AHEAD}T00:00:00</ToDate>"
        "</KeyRateXML></soap:Body></soap:Envelope>".encode(),
        _HEADERS,
    )


def read(content: bytes) -> PolicyTable:
    """Read the days on which the rate changed; raises NotAPage if there is none, or if the document is cut off.

    The first day of the table is left out: nothing shows that its rate is of that day.
    """
    text = decode(content)
    start = start_of(text, "Envelope")
    if start is None:
        raise NotAPage("not an answer of the SOAP service")
    check_prolog(text[: start.start()])
    found, unreadable = [], 0
    for row in parse_strictly(text[start.start() :].rstrip()).iter("{*}KR"):
        values = {str(child.tag).rpartition("}")[2]: "".join(child.itertext()) for child in row}
        day, percent = _day(values.get("DT", "")), percent_of(values.get("Rate", ""))
        if day is None or percent is None:
            unreadable += 1
        else:
            found.append(PrintedPolicyRate(day, percent))
    table = table_of(found, unreadable, "key rate")
    days = sorted(table.rates, key=lambda one: one.day)
    changes = [one for before, one in pairwise(days) if one.percent != before.percent]
    if not changes:
        raise NotAPage("a key rate that never changes")
    return PolicyTable(tuple(changes), table.warnings)


def _day(text: str) -> dt.date | None:
    """Return the day in Moscow of `2026-07-27T00:00:00`, with or without an offset from UTC."""
    try:
        at = dt.datetime.fromisoformat(text.strip())
        return (at.astimezone(_ZONE) if at.tzinfo else at).date()
    except (ValueError, OverflowError):  # the zone moves the first and the last day out of the calendar
        return None
