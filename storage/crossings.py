"""One look at many pairs: which lines it arms again and which it fires, in a handful of statements for all of them.

The observations travel as one JSON parameter and are joined with the thresholds: each is one range on an index, so a
tick costs what it touches and not what is stored. Events, deliveries and the lines' new state are written by
INSERT … SELECT and UPDATE … FROM; no list of lines or people passes through Python. What a line becomes is the rule
of `bot.domain.thresholds.step`, and a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.events import PRIORITY, EventKind
from bot.domain.numbers import D
from bot.domain.rates import Pair
from bot.domain.thresholds import (
    CRIES_A_DAY,
    EXTREMES,
    HYSTERESIS,
    Kind,
    Line,
    Observation,
    Side,
    come_back,
    move_lines,
    on_grain,
)
from storage.models import ChatRow, DeliveryRow, EventRow, ThresholdRow
from storage.types import SCALE
from storage.upsert import insert


def _sql(text: str) -> ColumnElement[Any]:
    """Return a piece of SQL as it is."""
    return literal_column(text)


# Written into the statements, not bound: a partial index serves only who names its condition.
_ARMED, _FIRED, _BOTH = _sql("'armed'"), _sql("'fired'"), _sql("'both'")
_MOVE = _sql("'move'")
# Lines that stand on a value: firing changes their state and nothing else of them.
_ON_VALUE = {Kind.LEVEL, Kind.MOVE}
_EXTREMES = [_sql(f"'{kind}'") for kind in EXTREMES]
_EMPTY = _sql("''")
_KEY = "crossing:"
# PostgreSQL's planner must not turn the ranges into one big join: a LIMIT keeps them apart. Never reached.
_NO_LIMIT = 2**40
_NUMBERS = ("up", "down", "back_down", "back_up", "value", "extreme_back_above", "extreme_back_below")


def _scaled(value: Decimal | None) -> int | None:
    """Return a number as its column keeps it: an integer of grains."""
    return None if value is None else int(on_grain(value).scaleb(SCALE))


def _parameter(observations: Sequence[Observation], now: dt.datetime) -> str:
    """Return all readings as the one JSON parameter of the statements; `seen` is what a message needs of them."""
    rows = []
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
            rows.append(
                {
                    "base": rate.pair.base,
                    "quote": rate.pair.quote,
                    "kind": kind,
                    "up": _scaled(reading.up),
                    "down": _scaled(reading.down),
                    "back_down": _scaled(reading.back_down),
                    "back_up": _scaled(reading.back_up),
                    "value": _scaled(value),
                    "extreme_back_above": _scaled(come_back(value, Side.ABOVE)),
                    "extreme_back_below": _scaled(come_back(value, Side.BELOW)),
                    "seen": seen if share is None else {**seen, "share": str(share)},
                }
            )
    return json.dumps(rows)


def _observed(connection: AsyncConnection) -> CTE:
    """Return the parameter `observed` as a table: a row for each pair and kind."""
    given = bindparam("observed", type_=Text())
    names = ("base", "quote", "kind")
    if connection.dialect.name == "sqlite":
        each = func.json_each(given).table_valued("value", name="each_observed")
        # What JSON gives has no type of its own here; the numbers are compared with integers as they are.
        columns: list[ColumnElement[Any]] = [
            func.json_extract(each.c.value, _sql(f"'$.{name}'"), type_=BigInteger()).label(name)
            for name in (*names, *_NUMBERS, "seen")
        ]
        rows = select(*columns)
    else:
        table = (
            func.json_to_recordset(cast(given, JSON))
            .table_valued(
                *(column(name, Text()) for name in names),
                *(column(name, BigInteger()) for name in _NUMBERS),
                column("seen", JSON()),
                name="each_observed",
            )
            .render_derived(with_types=True)
        )
        rows = select(*table.c)
    return rows.cte("observed").prefix_with("MATERIALIZED")


_LINES = ThresholdRow.__table__.c
_NOW = bindparam("now", type_=ThresholdRow.created_at.type)


def _touched(
    connection: AsyncConnection, observed: CTE, ranged: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> tuple[FromClause, Any]:
    """Return the observations joined with the lines that they touch, and the columns of these lines.

    The conditions name the state and a range of the column `ranged`: one index range for each observation.
    """
    same = (_LINES.base == observed.c.base, _LINES.quote == observed.c.quote, _LINES.kind == observed.c.kind)
    if connection.dialect.name == "sqlite":
        return observed.join(ThresholdRow.__table__, and_(*same, *conditions)), _LINES
    lines = select(*_LINES).where(*same, *conditions).order_by(ranged).limit(_sql(str(_NO_LIMIT)))
    lateral = lines.lateral("lines")
    return observed.join(lateral, true()), lateral.c


async def watched(connection: AsyncConnection) -> dict[Pair, set[Kind]]:
    """Return the pairs, in canonical direction, and the kinds of the lines that wait or rest on them.

    Each next one is found by the index, past all the lines of the one before: the cost is of pairs, not of lines.
    """
    found: dict[Pair, set[Kind]] = {}
    for state in (_ARMED, _FIRED):
        for row in await connection.execute(_distinct(state)):
            found.setdefault(Pair(row.base, row.quote), set()).add(Kind(row.kind))
    return found


def _distinct(state: ColumnElement[str]) -> Select[Any]:
    table = ThresholdRow.__table__
    key = (table.c.base, table.c.quote, table.c.kind)
    first = select(table.c.id).where(table.c.state == state).order_by(*key).limit(_sql("1")).scalar_subquery()
    seen = select(first.label("id")).cte("seen", recursive=True)
    last, later = table.alias("last"), table.alias("later")
    later_key = (later.c.base, later.c.quote, later.c.kind)
    following = (
        select(later.c.id)
        .where(later.c.state == state, tuple_(*later_key) > tuple_(last.c.base, last.c.quote, last.c.kind))
        .order_by(*later_key)
        .limit(_sql("1"))
        .scalar_subquery()
    )
    seen = seen.union_all(select(following).select_from(seen.join(last, last.c.id == seen.c.id)))
    return select(*key).join(seen, seen.c.id == table.c.id)


async def settle(connection: AsyncConnection, observations: Sequence[Observation], now: dt.datetime) -> int:
    """Arm and fire every line that the observations of an instant (UTC) touch; returns how many deliveries follow."""
    given = {"observed": _parameter(observations, now), "now": now}
    await _rearm(connection, given)
    newest = (await connection.execute(select(func.coalesce(func.max(EventRow.id), 0)))).scalar_one()
    stamp = f":{int(now.timestamp() * 1_000_000)}"
    fired = await _happen(connection, given, stamp)
    if not fired:
        return 0
    fresh = _fresh(newest, stamp)
    heard = await _address(connection, fresh, fired, now)
    if any(Kind.MOVE in observation.readings for observation in observations):
        await _measure_anew(connection, observations, fresh)
    await _rest(connection, given, fresh)
    if any(observation.readings.keys() - _ON_VALUE for observation in observations):
        await _rest_by_reading(connection, given, fresh)
    return heard


async def _rearm(connection: AsyncConnection, given: dict[str, Any]) -> None:
    """Arm the fired lines that are back: two ranges, above and below."""
    observed = _observed(connection)
    older = or_(_LINES.changed_at.is_(None), _LINES.changed_at < _NOW)
    ids = []
    for side, back in (
        (Side.ABOVE, _LINES.rearms_at >= observed.c.back_down),
        (Side.BELOW, _LINES.rearms_at <= observed.c.back_up),
    ):
        waits = (_LINES.state == _FIRED, _LINES.side == _sql(f"'{side}'"), back, older)
        join, line = _touched(connection, observed, _LINES.rearms_at, *waits)
        ids.append(select(line.id).select_from(join))
    both = ThresholdRow.asked_side == _BOTH
    await connection.execute(
        update(ThresholdRow)
        .where(ThresholdRow.id.in_(union_all(*ids)))
        .values(
            state=_ARMED,
            changed_at=_NOW,
            side=case((both, _BOTH), else_=ThresholdRow.side),
            rearms_at=case((both, null()), else_=ThresholdRow.rearms_at),
        ),
        given,
    )


async def _happen(connection: AsyncConnection, given: dict[str, Any], stamp: str) -> int:
    """Write an event for every line that is crossed; returns how many."""
    observed = _observed(connection)
    awake = or_(_LINES.snoozed_until.is_(None), _LINES.snoozed_until <= _NOW)
    older = or_(_LINES.changed_at.is_(None), _LINES.changed_at <= _NOW)
    crossed = []
    for ranged, reached in (
        (_LINES.fires_above, _LINES.fires_above <= observed.c.up),
        (_LINES.fires_below, _LINES.fires_below >= observed.c.down),
    ):
        join, line = _touched(connection, observed, ranged, _LINES.state == _ARMED, reached, awake, older)
        key = _sql(f"'{_KEY}'").concat(cast(line.id, Text)).concat(bindparam("stamp", type_=Text()))
        crossed.append(
            select(
                _sql("'crossing'").label("kind"),
                key.label("key"),
                _payload(connection, line, observed).label("payload"),
                _NOW.label("created_at"),
            )
            .select_from(join)
            .where(true())  # else SQLite takes ON CONFLICT for a part of the join
        )
    names = ["kind", "key", "payload", "created_at"]
    written = await connection.execute(
        insert(connection, EventRow)
        # Inside, for the driver counts rows only of statements that begin with INSERT.
        .from_select(names, union_all(*crossed).add_cte(observed, nest_here=True), include_defaults=False)
        .on_conflict_do_nothing(),
        {**given, "stamp": stamp},
    )
    return max(written.rowcount, 0)


def _payload(connection: AsyncConnection, line: Any, observed: CTE) -> ColumnElement[Any]:
    """Return the JSON of a crossing: the line as it was typed, and what was seen of its pair."""
    parts = {
        "threshold_id": line.id,
        "base": line.asked_base,
        "quote": line.asked_quote,
        "side": line.asked_side,
        "level": line.asked_level,
        "move": line.asked_move,
        "days": line.asked_days,
        "kind": line.kind,
        "once": line.once,
    }
    named = [part for name, value in parts.items() for part in (_sql(f"'{name}'"), value)]
    seen = _sql("'seen'")
    if connection.dialect.name == "sqlite":
        return type_coerce(func.json_object(*named, seen, func.json(observed.c.seen)), Text)
    return type_coerce(func.json_build_object(*named, seen, observed.c.seen), JSON)


def _fresh(newest: int, stamp: str) -> Subquery:
    """Return (event_id, threshold_id) of the crossings just written: those after the newest event before them."""
    length = func.length(EventRow.key) - _sql(str(len(_KEY) + len(stamp)))
    number = func.substr(EventRow.key, _sql(str(len(_KEY) + 1)), length)
    ours = (EventRow.id > newest, EventRow.kind == _sql("'crossing'"), EventRow.key.endswith(stamp))
    return select(EventRow.id.label("event_id"), cast(number, BigInteger).label("threshold_id")).where(*ours).subquery()


async def _address(connection: AsyncConnection, fresh: Subquery, fired: int, now: dt.datetime) -> int:
    """Count the crossings of each chat's day and write their deliveries, as many as the day may still bring."""
    hearers = fresh.join(ThresholdRow, ThresholdRow.id == fresh.c.threshold_id).join(
        ChatRow, and_(ChatRow.id == ThresholdRow.chat_id, ChatRow.state == _sql("'active'"))
    )
    zones = await connection.execute(select(ChatRow.timezone).select_from(hearers).distinct())
    today = _today([row.timezone for row in zones], now)
    mine = (
        select(ThresholdRow.chat_id, func.count().label("cries"))
        .select_from(hearers)
        .group_by(ThresholdRow.chat_id)
        .subquery()
    )
    before = case((ChatRow.cries_on == today, ChatRow.cries), else_=0)
    await connection.execute(
        update(ChatRow).where(ChatRow.id == mine.c.chat_id).values(cries=before + mine.c.cries, cries_on=today)
    )
    row = (fresh.c.event_id, ThresholdRow.chat_id, ThresholdRow.thread_id)
    within = select(*row).select_from(hearers).where(ChatRow.cries <= CRIES_A_DAY)
    heard = await _deliver(connection, within, EventKind.CROSSING, now)
    if heard < fired:  # someone is over the cap, or does not listen any more
        heard += await _address_capped(connection, fresh, hearers, now)
    return heard


async def _address_capped(connection: AsyncConnection, fresh: Subquery, hearers: FromClause, now: dt.datetime) -> int:
    """Write what the day may still bring to the chats that this look takes over the cap, and one summary for each."""
    row = (
        select(
            fresh.c.event_id,
            ThresholdRow.chat_id,
            ThresholdRow.thread_id,
            ChatRow.cries_on,
            (
                ChatRow.cries
                - func.count().over(partition_by=ThresholdRow.chat_id)
                + func.row_number().over(partition_by=ThresholdRow.chat_id, order_by=fresh.c.event_id)
            ).label("place"),
        )
        .select_from(hearers)
        .where(ChatRow.cries > CRIES_A_DAY)
        .subquery()
    )
    told = select(row.c.event_id, row.c.chat_id, row.c.thread_id).where(row.c.place <= CRIES_A_DAY)
    heard = await _deliver(connection, told, EventKind.CROSSING, now)
    # The first one over the cap brings the summary; its key lets a day bring only one.
    key = _sql("'capped:'").concat(cast(row.c.chat_id, Text)).concat(_sql("':'"))
    first = (
        select(row.c.chat_id, row.c.thread_id, key.concat(cast(row.c.cries_on, Text)).label("key"))
        .where(row.c.place == CRIES_A_DAY + 1)
        .subquery()
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


def _today(zones: Sequence[str], now: dt.datetime) -> ColumnElement[Any]:
    """Return the local date of a chat: at one instant the world has three of them at most."""
    dates: dict[dt.date, list[str]] = {}
    for zone in zones:
        dates.setdefault(now.astimezone(ZoneInfo(zone)).date(), []).append(zone)
    most = max(dates, key=lambda date: len(dates[date]), default=now.date())
    others = [(ChatRow.timezone.in_(names), literal(date, Date)) for date, names in dates.items() if date != most]
    return case(*others, else_=literal(most, Date)) if others else literal(most, Date)


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
    return max(written.rowcount, 0)


async def _measure_anew(connection: AsyncConnection, observations: Sequence[Observation], fresh: Subquery) -> None:
    """Draw the two lines of every move that cried around the value it cried: a statement for each different move."""
    ours = ThresholdRow.id.in_(select(fresh.c.threshold_id))
    asked = (ThresholdRow.asked_base, ThresholdRow.asked_quote, ThresholdRow.asked_side, ThresholdRow.asked_move)
    moves = select(ThresholdRow.base, ThresholdRow.quote, *asked).where(ours, ThresholdRow.kind == _MOVE).distinct()
    values = {observation.rate.pair: on_grain(observation.rate.value) for observation in observations}
    changes = []
    for base, quote, asked_base, asked_quote, side, move in await connection.execute(moves):
        pair = Pair(base, quote)
        line = Line(Pair(asked_base, asked_quote), Side(side), move=D(move or 0), kind=Kind.MOVE)
        above, below = move_lines(values[pair], line, pair)
        which = {"its_base": base, "its_quote": quote, "its_asked_base": asked_base, "its_side": side, "its_move": move}
        changes.append({**which, "above": above, "below": below, "anew": values[pair]})
    if not changes:
        return
    number = ThresholdRow.anchor.type
    await connection.execute(
        update(ThresholdRow)
        .where(
            ours,
            ThresholdRow.base == bindparam("its_base"),
            ThresholdRow.quote == bindparam("its_quote"),
            ThresholdRow.kind == _MOVE,
            ThresholdRow.asked_base == bindparam("its_asked_base"),
            ThresholdRow.asked_side == bindparam("its_side"),
            ThresholdRow.asked_move == bindparam("its_move"),
        )
        .values(
            anchor=bindparam("anew", type_=number),
            fires_above=bindparam("above", type_=number),
            fires_below=bindparam("below", type_=number),
        ),
        changes,
    )


async def _rest(connection: AsyncConnection, given: dict[str, Any], fresh: Subquery) -> None:
    """Let the lines on a value that cried rest, or be done; a move goes on."""
    await connection.execute(
        update(ThresholdRow)
        .where(
            ThresholdRow.id.in_(select(fresh.c.threshold_id)),
            ThresholdRow.kind.concat(_EMPTY).in_([_sql(f"'{kind}'") for kind in _ON_VALUE]),
        )
        .values(
            state=case((ThresholdRow.once, _sql("'done'")), (ThresholdRow.kind == _MOVE, _ARMED), else_=_FIRED),
            last_fired_at=_NOW,
            changed_at=_NOW,
            snoozed_until=null(),
        ),
        given,
    )


async def _rest_by_reading(connection: AsyncConnection, given: dict[str, Any], fresh: Subquery) -> None:
    """Let the other lines that cried rest, or be done; a share's and an extreme's way back begins where it cried."""
    observed = _observed(connection)
    is_extreme = ThresholdRow.kind.in_(_EXTREMES)
    both = ThresholdRow.asked_side == _BOTH
    upward = ThresholdRow.fires_above <= observed.c.up
    share, zero = _sql(str(_scaled(HYSTERESIS))), _sql("0")
    above = type_coerce(ThresholdRow.fires_above, BigInteger) - share
    below = type_coerce(ThresholdRow.fires_below, BigInteger) + share
    number = ThresholdRow.rearms_at.type
    back = case(
        (
            is_extreme,
            case(
                (ThresholdRow.side == _sql("'above'"), observed.c.extreme_back_above),
                else_=observed.c.extreme_back_below,
            ),
        ),
        (and_(both, upward), case((above > zero, above), else_=zero)),
        (both, case((below < zero, below), else_=zero)),
        else_=type_coerce(ThresholdRow.rearms_at, BigInteger),
    )
    await connection.execute(
        update(ThresholdRow)
        .where(
            # By their numbers; the empty string keeps the planner from reading all lines of a pair for it.
            ThresholdRow.id == fresh.c.threshold_id,
            ThresholdRow.state.concat(_EMPTY) == _ARMED,
            ThresholdRow.kind.concat(_EMPTY).not_in([_sql(f"'{kind}'") for kind in _ON_VALUE]),
            ThresholdRow.base.concat(_EMPTY) == observed.c.base,
            ThresholdRow.quote.concat(_EMPTY) == observed.c.quote,
            ThresholdRow.kind.concat(_EMPTY) == observed.c.kind,
        )
        .values(
            state=case((ThresholdRow.once, _sql("'done'")), else_=_FIRED),
            side=case(
                (and_(both, upward), _sql("'above'")),
                (both, _sql("'below'")),
                else_=ThresholdRow.side,
            ),
            anchor=case((is_extreme, type_coerce(observed.c.value, number)), else_=ThresholdRow.anchor),
            rearms_at=type_coerce(back, number),
            last_fired_at=_NOW,
            changed_at=_NOW,
            snoozed_until=null(),
        ),
        given,
    )
