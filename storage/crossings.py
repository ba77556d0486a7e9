"""One look at many pairs: which lines it arms again and which it fires, written in a handful of statements.

For each observation two ranges on an index find the lines to fire and two those to arm, so a tick costs what it touches
and not what is stored. Events, deliveries and the lines' new state are written by INSERT … SELECT and UPDATE in the
database; no list of lines or people passes through Python. Each statement is prepared once and carried out for all
observations: joined with a table of them, neither planner keeps to the indexes. What a line becomes is the rule of
`bot.domain.alerts.step`, and a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import (
    A_DAY,
    EXTREMES,
    HYSTERESIS,
    MAX_ALERTS_A_DAY,
    SPANS,
    AlertRule,
    Kind,
    Observation,
    Side,
    move_levels,
    on_grain,
    rearm_value,
)
from bot.domain.events import PRIORITY, EventKind
from bot.domain.numbers import D
from bot.domain.rates import Pair
from storage.database import announce_queue
from storage.models import AlertRow, ChatRow, DeliveryRow, EventRow
from storage.upsert import insert


def _sql(text: str) -> ColumnElement[Any]:
    """Return a piece of SQL as it is."""
    return literal_column(text)


# Written into the statements, not bound: a partial index serves only who names its condition.
_ARMED, _FIRED, _BOTH = _sql("'armed'"), _sql("'fired'"), _sql("'both'")
_MOVE = _sql("'move'")
_KEY = "crossing:"
_NOW = bindparam("now", type_=AlertRow.created_at.type)
_NUMBER = AlertRow.fires_above.type
_ABOVE, _BELOW = _sql("'above'"), _sql("'below'")


def _given(name: str) -> ColumnElement[Any]:
    """Return a number of the observation that a statement is carried out for."""
    return bindparam(name, type_=_NUMBER)


# The names differ from those of columns, which an UPDATE would take for what is to be set.
_ON_ITS_PAIR = (
    AlertRow.base == bindparam("its_base"),
    AlertRow.quote == bindparam("its_quote"),
    AlertRow.kind == bindparam("its_kind"),
)


def _looks(observations: Sequence[Observation], now: dt.datetime, stamp: str) -> list[dict[str, Any]]:
    """Return the parameters of the statements, for each pair and kind; `seen` is what a message needs of them."""
    looks = []
    for observation in observations:
        rate = observation.rate
        if not rate.confirmed:
            continue
        seen = {
            "base": rate.pair.base,
            "quote": rate.pair.quote,
            "before": None if observation.before is None else str(observation.before),
            "now": str(rate.value),
            "low": str(rate.low),
            "high": str(rate.high),
            "source": rate.source,
            "valid_on": rate.valid_on.isoformat(),
            "at": now.isoformat(),
        }
        value = on_grain(rate.value)
        for kind, reading in observation.readings.items():
            share = observation.shares.get(kind)
            looks.append(
                {
                    "its_base": rate.pair.base,
                    "its_quote": rate.pair.quote,
                    "its_kind": kind,
                    "up": reading.up,
                    "down": reading.down,
                    "back_down": reading.back_down,
                    "back_up": reading.back_up,
                    "value": value,
                    "extreme_back_above": rearm_value(value, Side.ABOVE),
                    "extreme_back_below": rearm_value(value, Side.BELOW),
                    "seen": json.dumps(seen if share is None else {**seen, "share": str(share)}),
                    "now": now,
                    "stamp": stamp,
                }
            )
    return looks


async def _for_each(
    connection: AsyncConnection, statement: Any, looks: Sequence[Mapping[str, Any]], *names: str
) -> None:
    """Carry out a statement for every look, with those of its parameters that are named."""
    if looks:
        names = ("its_base", "its_quote", "its_kind", *names)
        await connection.execute(statement, [{name: look[name] for name in names} for look in looks])


async def watched(connection: AsyncConnection) -> dict[Pair, set[Kind]]:
    """Return the pairs, in canonical direction, and the kinds of the lines that wait or rest on them.

    Each next one is found by the index, past all the lines of the one before: the cost is of pairs, not of lines.
    """
    found: dict[Pair, set[Kind]] = {}
    table = AlertRow.__table__
    wanted: tuple[Callable[[Any], ColumnElement[bool]], ...] = (
        lambda of: and_(of.state == _ARMED, of.fires_above.is_not(None)),
        lambda of: and_(of.state == _ARMED, of.fires_below.is_not(None)),
        lambda of: of.state == _FIRED,
    )
    for one in wanted:
        for row in await connection.execute(_distinct(table, one)):
            found.setdefault(Pair(row.base, row.quote), set()).add(Kind(row.kind))
    return found


def _distinct(table: FromClause, wanted: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    key = (table.c.base, table.c.quote, table.c.kind)
    first = select(table.c.id).where(wanted(table.c)).order_by(*key).limit(_sql("1")).scalar_subquery()
    seen = select(first.label("id")).cte("seen", recursive=True)
    last, later = table.alias("last"), table.alias("later")
    later_key = (later.c.base, later.c.quote, later.c.kind)
    following = (
        select(later.c.id)
        .where(wanted(later.c), tuple_(*later_key) > tuple_(last.c.base, last.c.quote, last.c.kind))
        .order_by(*later_key)
        .limit(_sql("1"))
        .scalar_subquery()
    )
    seen = seen.union_all(select(following).select_from(seen.join(last, last.c.id == seen.c.id)))
    return select(*key).join(seen, seen.c.id == table.c.id)


async def evaluate(connection: AsyncConnection, observations: Sequence[Observation], now: dt.datetime) -> int:
    """Arm and fire every line that the observations of an instant (UTC) touch; returns how many deliveries follow."""
    stamp = f":{int(now.timestamp() * 1_000_000)}"
    looks = _looks(observations, now, stamp)
    await _rearm(connection, looks)
    newest = (await connection.execute(select(func.coalesce(func.max(EventRow.id), _sql("0"))))).scalar_one()
    await _happen(connection, looks)
    written = _fresh(newest, None, stamp)
    statement = select(func.count(), func.max(written.c.event_id))
    fired, last = (await connection.execute(statement)).one()
    if not fired:
        return 0
    fresh = _fresh(newest, last, stamp)
    heard = await _address(connection, fresh, fired, now, stamp)
    await _fire(connection, looks, fresh, now)
    return heard


async def _rearm(connection: AsyncConnection, looks: Sequence[Mapping[str, Any]]) -> None:
    """Arm the fired lines that are back, above and below."""
    both = AlertRow.asked_side == _BOTH
    older = or_(AlertRow.changed_at.is_(None), AlertRow.changed_at < _NOW)
    for side, edge, back in (
        (_ABOVE, "back_down", AlertRow.rearms_at >= _given("back_down")),
        (_BELOW, "back_up", AlertRow.rearms_at <= _given("back_up")),
    ):
        statement = (
            update(AlertRow)
            .where(*_ON_ITS_PAIR, AlertRow.state == _FIRED, AlertRow.side == side, back, older)
            .values(
                state=_ARMED,
                changed_at=_NOW,
                side=case((both, _BOTH), else_=AlertRow.side),
                rearms_at=case((both, null()), else_=AlertRow.rearms_at),
            )
        )
        await _for_each(connection, statement, looks, edge, "now")


async def _happen(connection: AsyncConnection, looks: Sequence[Mapping[str, Any]]) -> None:
    """Write an event for every line that is crossed, above and below."""
    awake = or_(AlertRow.snoozed_until.is_(None), AlertRow.snoozed_until <= _NOW)
    older = or_(AlertRow.changed_at.is_(None), AlertRow.changed_at <= _NOW)
    key = _sql(f"'{_KEY}'").concat(cast(AlertRow.id, Text)).concat(bindparam("stamp", type_=Text()))
    names = ["kind", "key", "payload", "created_at"]
    for edge, reached in (
        ("up", AlertRow.fires_above <= _given("up")),
        ("down", AlertRow.fires_below >= _given("down")),
    ):
        crossed = select(
            _sql("'crossing'").label("kind"),
            key.label("key"),
            _payload(connection).label("payload"),
            _NOW.label("created_at"),
        ).where(*_ON_ITS_PAIR, AlertRow.state == _ARMED, reached, awake, older)
        statement = (
            insert(connection, EventRow).from_select(names, crossed, include_defaults=False).on_conflict_do_nothing()
        )
        await _for_each(
            connection, statement, [look for look in looks if look[edge] is not None], edge, "now", "seen", "stamp"
        )


def _payload(connection: AsyncConnection) -> ColumnElement[Any]:
    """Return the JSON of a crossing: the line as it was typed, and what was seen of its pair."""
    parts = {
        "alert_id": AlertRow.id,
        "base": AlertRow.asked_base,
        "quote": AlertRow.asked_quote,
        "side": AlertRow.asked_side,
        "level": AlertRow.asked_level,
        "move": AlertRow.asked_move,
        "days": AlertRow.asked_days,
        "kind": AlertRow.kind,
        "once": AlertRow.once,
    }
    named = [part for name, value in parts.items() for part in (_sql(f"'{name}'"), value)]
    seen = bindparam("seen", type_=Text())
    if connection.dialect.name == "sqlite":
        return type_coerce(func.json_object(*named, _sql("'seen'"), func.json(seen)), Text)
    return type_coerce(func.json_build_object(*named, _sql("'seen'"), cast(seen, JSON)), JSON)


def _fresh(newest: int, last: int | None, stamp: str) -> Subquery:
    """Return (event_id, alert_id) of the crossings just written: those after the newest event before them.

    With the last of them known the planner expects few, and looks up their lines and chats instead of reading all.
    """
    length = func.length(EventRow.key) - _sql(str(len(_KEY) + len(stamp)))
    number = func.substr(EventRow.key, _sql(str(len(_KEY) + 1)), length)
    ours = [EventRow.id > newest, EventRow.kind == _sql("'crossing'"), EventRow.key.endswith(stamp)]
    if last is not None:
        ours.append(EventRow.id <= last)
    return select(EventRow.id.label("event_id"), cast(number, BigInteger).label("alert_id")).where(*ours).subquery()


async def _address(connection: AsyncConnection, fresh: Subquery, fired: int, now: dt.datetime, stamp: str) -> int:
    """Count the crossings of each chat's day and write their deliveries, as many as the day may still bring.

    A day is the 24 hours after its first crossing, so that no statement has to know what date it is where.
    """
    recipients = fresh.join(AlertRow, AlertRow.id == fresh.c.alert_id).join(
        ChatRow, and_(ChatRow.id == AlertRow.chat_id, ChatRow.state == _sql("'active'"))
    )
    mine = (
        select(AlertRow.chat_id, func.count().label("alerts_today"))
        .select_from(recipients)
        .group_by(AlertRow.chat_id)
        .subquery()
    )
    running = ChatRow.alerts_since > now - A_DAY
    await connection.execute(
        update(ChatRow)
        .where(ChatRow.id == mine.c.chat_id)
        .values(
            alerts_today=case((running, ChatRow.alerts_today), else_=_sql("0")) + mine.c.alerts_today,
            alerts_since=case((running, ChatRow.alerts_since), else_=now),
        )
    )
    row = (fresh.c.event_id, AlertRow.chat_id, AlertRow.thread_id)
    within = select(*row).select_from(recipients).where(ChatRow.alerts_today <= MAX_ALERTS_A_DAY)
    heard = await _deliver(connection, within, EventKind.CROSSING, now)
    if heard < fired:  # someone is over the cap, or does not listen any more
        heard += await _address_capped(connection, fresh, recipients, now, stamp)
    return heard


async def _address_capped(
    connection: AsyncConnection, fresh: Subquery, recipients: FromClause, now: dt.datetime, stamp: str
) -> int:
    """Write what the day may still bring to the chats that this look takes over the cap, and one summary for each."""
    row = (
        select(
            fresh.c.event_id,
            AlertRow.chat_id,
            AlertRow.thread_id,
            (
                ChatRow.alerts_today
                - func.count().over(partition_by=AlertRow.chat_id)
                + func.row_number().over(partition_by=AlertRow.chat_id, order_by=fresh.c.event_id)
            ).label("place"),
        )
        .select_from(recipients)
        .where(ChatRow.alerts_today > MAX_ALERTS_A_DAY)
        .subquery()
    )
    told = select(row.c.event_id, row.c.chat_id, row.c.thread_id).where(row.c.place <= MAX_ALERTS_A_DAY)
    heard = await _deliver(connection, told, EventKind.CROSSING, now)
    # The first one over the cap brings the summary; a day has only one such place.
    key = _sql("'capped:'").concat(cast(row.c.chat_id, Text)).concat(literal(stamp, Text))
    first = (
        select(row.c.chat_id, row.c.thread_id, key.label("key")).where(row.c.place == MAX_ALERTS_A_DAY + 1).subquery()
    )
    event = select(
        _sql("'capped'").label("kind"),
        first.c.key,
        literal({}, JSON).label("payload"),
        literal(now, EventRow.created_at.type).label("created_at"),
    ).where(true())
    names = ["kind", "key", "payload", "created_at"]
    await connection.execute(
        insert(connection, EventRow).from_select(names, event, include_defaults=False).on_conflict_do_nothing()
    )
    summary = (
        select(EventRow.id.label("event_id"), first.c.chat_id, first.c.thread_id)
        .join(EventRow, EventRow.key == first.c.key)
        .where(EventRow.created_at == literal(now, EventRow.created_at.type))
    )
    return heard + await _deliver(connection, summary, EventKind.CAPPED, now)


async def _deliver(connection: AsyncConnection, rows: Select[Any], kind: EventKind, now: dt.datetime) -> int:
    """Write the deliveries of (event_id, chat_id, thread_id) rows; returns how many."""
    chosen = rows.add_columns(
        literal(int(PRIORITY[kind]), Integer).label("priority"),
        _sql("'pending'").label("state"),
        literal(False).label("silent"),
        _sql("0").label("attempts"),
        literal(False).label("repeat"),
        literal(now, DeliveryRow.created_at.type).label("created_at"),
    )
    names = ["event_id", "chat_id", "thread_id", "priority", "state", "silent", "attempts", "repeat", "created_at"]
    written = await connection.execute(
        insert(connection, DeliveryRow).from_select(names, chosen, include_defaults=False).on_conflict_do_nothing()
    )
    if written.rowcount:
        announce_queue(connection)
    return max(written.rowcount, 0)


async def _fire(
    connection: AsyncConnection, looks: Sequence[Mapping[str, Any]], fresh: Subquery, now: dt.datetime
) -> None:
    """Let the lines that cried rest, or be done; where a kind's way back begins at what it cried, keep that first."""
    ours = AlertRow.id.in_(select(fresh.c.alert_id))
    by_kind = {
        group: [look for look in looks if look["its_kind"] in kinds]
        for group, kinds in (("move", [Kind.MOVE]), ("extreme", EXTREMES), ("share", [*SPANS, Kind.PEG]))
    }
    if by_kind["move"]:
        await _measure_anew(connection, by_kind["move"], ours)
    above = AlertRow.side == _ABOVE
    extreme = {
        "anchor": _given("value"),
        "rearms_at": case((above, _given("extreme_back_above")), else_=_given("extreme_back_below")),
    }
    statement = update(AlertRow).where(ours, *_ON_ITS_PAIR).values(extreme)
    await _for_each(connection, statement, by_kind["extreme"], "value", "extreme_back_above", "extreme_back_below")
    # Of a change, it depends on the side it was crossed to; one that waits for both learns it now.
    upward, zero, back = AlertRow.fires_above <= _given("up"), literal(D(0), _NUMBER), literal(HYSTERESIS, _NUMBER)
    below_top, above_bottom = AlertRow.fires_above - back, AlertRow.fires_below + back
    share = {
        "side": case((upward, _ABOVE), else_=_BELOW),
        "rearms_at": case(
            (and_(upward, below_top > zero), below_top),
            (and_(not_(func.coalesce(upward, false())), above_bottom < zero), above_bottom),
            else_=zero,
        ),
    }
    either = AlertRow.asked_side == _BOTH
    statement = update(AlertRow).where(ours, either, *_ON_ITS_PAIR).values(share)
    await _for_each(connection, statement, by_kind["share"], "up")
    rests = case((AlertRow.once, _sql("'done'")), (AlertRow.kind == _MOVE, _ARMED), else_=_FIRED)
    await connection.execute(
        update(AlertRow)
        .where(ours, AlertRow.state == _ARMED)
        .values(state=rests, last_fired_at=now, changed_at=now, snoozed_until=None)
    )


async def _measure_anew(
    connection: AsyncConnection, looks: Sequence[Mapping[str, Any]], ours: ColumnElement[bool]
) -> None:
    """Draw the two lines of every move that cried around the value it cried: a statement for each different move."""
    asked = (AlertRow.asked_base, AlertRow.asked_quote, AlertRow.asked_side, AlertRow.asked_move)
    moves = select(AlertRow.base, AlertRow.quote, *asked).where(ours, AlertRow.kind == _MOVE).distinct()
    values = {Pair(look["its_base"], look["its_quote"]): look["value"] for look in looks}
    changes = []
    for base, quote, asked_base, asked_quote, side, move in await connection.execute(moves):
        pair = Pair(base, quote)
        rule = AlertRule(Pair(asked_base, asked_quote), Side(side), move=D(move or 0), kind=Kind.MOVE)
        above, below = move_levels(values[pair], rule, pair)
        which = {"its_base": base, "its_quote": quote, "its_kind": Kind.MOVE, "its_asked_base": asked_base}
        lines = {"above": above, "below": below, "value": values[pair]}
        changes.append({**which, **lines, "its_side": side, "its_move": move})
    statement = (
        update(AlertRow)
        .where(
            ours,
            *_ON_ITS_PAIR,
            AlertRow.asked_base == bindparam("its_asked_base"),
            AlertRow.asked_side == bindparam("its_side"),
            AlertRow.asked_move == bindparam("its_move"),
        )
        .values(anchor=_given("value"), fires_above=_given("above"), fires_below=_given("below"))
    )
    await _for_each(connection, statement, changes, "its_asked_base", "its_side", "its_move", "value", "above", "below")
