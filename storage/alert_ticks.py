"""The alerts that a tick touches: read in pages by the partial indexes, and written back in batches.

A tick costs what it touches and not what is stored: four ranges on three indexes find the alerts of a pair and kind
that may fire or be armed again; `bot.domain.alerts.step` decides about each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Alert, AlertDay, Kind, Observation
from bot.domain.deliveries import PRIORITY
from bot.domain.events import EventContent, EventKind
from bot.domain.rates import Pair
from storage.alerts import COLUMNS, alert_of, state_columns
from storage.database import announce_queue
from storage.event_codec import encode
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow
from storage.types import LARGEST
from storage.upsert import insert

# Alerts that one range brings at a time. PostgreSQL takes 32,767 parameters in a statement.
PAGE = 1000

# Written into the statements, not bound: a partial index is used only by a statement that states its condition.
_ARMED, _FIRED = AlertRow.state == literal_column("'armed'"), AlertRow.state == literal_column("'fired'")
_NOW = bindparam("now", type_=AlertRow.created_at.type)
# A snoozed alert beyond its level would otherwise be read at each tick until it is due.
_DUE = and_(_ARMED, or_(AlertRow.snoozed_until.is_(None), AlertRow.snoozed_until <= _NOW))


def _page(name: str, column: Any, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement for a page of a range, from `<name>_from` and beyond the id `<name>_id` to `<name>_to`.

    The rows are locked, so that two transactions on PostgreSQL do not judge the same alert at once.
    """
    first = bindparam(f"{name}_from", type_=column.type)
    page = (
        select(*COLUMNS, literal_column(f"'{name}'").label("range"))
        .where(
            AlertRow.market == bindparam("market"),
            AlertRow.base == bindparam("base"),
            AlertRow.quote == bindparam("quote"),
            AlertRow.kind == bindparam("kind"),
            *conditions,
            column >= first,
            column <= bindparam(f"{name}_to", type_=column.type),
            tuple_(column, AlertRow.id) > tuple_(first, bindparam(f"{name}_id", type_=BigInteger)),
        )
        .order_by(column, AlertRow.id)
        .limit(literal_column(str(PAGE)))
        .with_for_update()
    )
    return select(page.subquery(name))


# The number of an alert by which each range is ordered.
_EDGES = {"above": "fires_above", "below": "fires_below", "back_down": "rearms_at", "back_up": "rearms_at"}
_TOUCHED = union_all(
    _page("above", AlertRow.fires_above, _DUE),
    _page("below", AlertRow.fires_below, _DUE),
    _page("back_down", AlertRow.rearms_at, _FIRED, AlertRow.side == literal_column("'above'")),
    _page("back_up", AlertRow.rearms_at, _FIRED, AlertRow.side == literal_column("'below'")),
)


async def touched(
    connection: AsyncConnection, observation: Observation, kind: Kind, now: dt.datetime
) -> AsyncIterator[list[Alert]]:
    """Yield pages of the alerts of a pair and kind that an observation at an instant (UTC) may fire or arm again.

    Rows that the caller writes between two pages are not read again.
    """
    reading, pair = observation.readings[kind], observation.rate.pair
    ranges: dict[str, tuple[Decimal | None, Decimal | None]] = {
        "above": (-LARGEST, reading.up),
        "below": (reading.down, LARGEST),
        "back_down": (reading.back_down, LARGEST),
        "back_up": (-LARGEST, reading.back_up),
    }
    given: dict[str, Any] = {"market": pair.market, "base": pair.base, "quote": pair.quote, "kind": kind, "now": now}
    for name, (first, last) in ranges.items():
        given |= {f"{name}_from": first, f"{name}_to": last, f"{name}_id": 0}
    while rows := (await connection.execute(_TOUCHED, given)).all():
        alerts = [alert_of(row) for row in rows]
        yield alerts
        for name, edge in _EDGES.items():
            page = [alert for row, alert in zip(rows, alerts, strict=True) if row.range == name]
            if len(page) == PAGE:
                given[f"{name}_from"], given[f"{name}_id"] = max((getattr(alert, edge), alert.id) for alert in page)
            else:
                given[f"{name}_to"] = None  # no row compares with NULL: the range is done
        if all(given[f"{name}_to"] is None for name in _EDGES):
            return


async def watched(connection: AsyncConnection) -> dict[Pair, set[Kind]]:
    """Return the pairs (canonical) that have armed or fired alerts, each with the kinds of these alerts.

    Each next pair and kind is found by the index, past all alerts of the one before: the cost grows with pairs only.
    """
    found: dict[Pair, set[Kind]] = {}
    table = AlertRow.__table__
    wanted: tuple[Callable[[Any], ColumnElement[bool]], ...] = (
        lambda of: and_(of.state == literal_column("'armed'"), of.fires_above.is_not(None)),
        lambda of: and_(of.state == literal_column("'armed'"), of.fires_below.is_not(None)),
        lambda of: of.state == literal_column("'fired'"),
    )
    for one in wanted:
        for row in await connection.execute(_distinct(table, one)):
            found.setdefault(Pair(row.base, row.quote, row.market), set()).add(Kind(row.kind))
    return found


def _distinct(table: FromClause, wanted: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    key = (table.c.market, table.c.base, table.c.quote, table.c.kind)
    one: ColumnElement[Any] = literal_column("1")
    first = select(table.c.id).where(wanted(table.c)).order_by(*key).limit(one).scalar_subquery()
    seen = select(first.label("id")).cte("seen", recursive=True)
    last, later = table.alias("last"), table.alias("later")
    later_key = (later.c.market, later.c.base, later.c.quote, later.c.kind)
    following = (
        select(later.c.id)
        .where(wanted(later.c), tuple_(*later_key) > tuple_(last.c.market, last.c.base, last.c.quote, last.c.kind))
        .order_by(*later_key)
        .limit(one)
        .scalar_subquery()
    )
    seen = seen.union_all(select(following).select_from(seen.join(last, last.c.id == seen.c.id)))
    return select(*key).join(seen, seen.c.id == table.c.id)


async def insert_events(
    connection: AsyncConnection, contents: Mapping[str, EventContent], now: dt.datetime
) -> dict[str, int]:
    """Write events by their keys; returns the ids by key of those that were not written before."""
    rows = [{**encode(content), "key": key, "created_at": now} for key, content in contents.items()]
    statement = insert(connection, EventRow).on_conflict_do_nothing().returning(EventRow.key, EventRow.id)
    return {row.key: row.id for row in await connection.execute(statement, rows)} if rows else {}


async def insert_deliveries(
    connection: AsyncConnection, kind: EventKind, events: Sequence[tuple[int, Alert]], now: dt.datetime
) -> None:
    """Write one delivery for each event, to the chat and thread of its alert."""
    if not events:
        return
    # All columns are given, so that SQLAlchemy need not compute defaults row by row.
    common = {
        "priority": int(PRIORITY[kind]),
        "state": "pending",
        "silent": False,
        "attempts": 0,
        "repeat": False,
        "lease_expirations": 0,
        "created_at": now,
    }
    rows = [
        {"event_id": event, "chat_id": alert.chat_id, "thread_id": alert.thread_id, **common} for event, alert in events
    ]
    await connection.execute(insert(connection, DeliveryRow), rows)
    announce_queue(connection)


async def save_states(connection: AsyncConnection, alerts: Sequence[Alert]) -> None:
    """Store the states of alerts that an observation changed."""
    if alerts:
        rows = [{"alert_id": alert.id, **state_columns(alert)} for alert in alerts]
        await connection.execute(update(AlertRow).where(AlertRow.id == bindparam("alert_id")), rows)


async def alert_days(connection: AsyncConnection, chat_ids: Collection[int]) -> dict[int, AlertDay]:
    """Return the day of alerts of each active chat among some, and lock these chats until the transaction ends."""
    rows = await connection.execute(
        select(ChatRow.id, ChatRow.alerts_since, ChatRow.alerts_today)
        .where(ChatRow.id.in_(chat_ids), ChatRow.state == "active")
        .order_by(ChatRow.id)
        .with_for_update()
    )
    return {row.id: AlertDay(row.alerts_since, row.alerts_today) for row in rows}


async def save_alert_days(connection: AsyncConnection, days: Mapping[int, AlertDay]) -> None:
    """Store the days of alerts by chat."""
    if days:
        rows = [{"chat": chat, "alerts_since": day.began, "alerts_today": day.alerts} for chat, day in days.items()]
        await connection.execute(update(ChatRow).where(ChatRow.id == bindparam("chat")), rows)
