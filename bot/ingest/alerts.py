"""One tick of the alerts: each watched pair is observed, the alerts that it touches are judged and written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.alerts import (
    EXTREME_DAYS,
    EXTREMES,
    SPANS,
    Alert,
    AlertDay,
    Crossing,
    Kind,
    Observation,
    cap,
    observe,
    step,
    with_extremes,
    with_peg,
    with_span,
)
from bot.domain.events import AlertFired, AlertsCapped, EventKind
from bot.domain.rate_graph import OLDEST_TABLE, PEG, PEG_PAIR, RateGraph, ResolvedRate, compose
from bot.domain.rates import Pair, Rate
from bot.ingest import markets
from storage import alert_ticks, rates
from storage.database import Connection

# The fixed rate itself, and a blend of other sources' rates.
NOT_INDEPENDENT = (PEG, "frankfurter")
# Changed alerts that are held in memory and written together.
BATCH = 1000


async def evaluate(connection: Connection, before: RateGraph, graph: RateGraph, now: dt.datetime) -> int:
    """Judge the alerts on every watched pair at an instant (UTC); returns the number of deliveries written.

    Pairs whose rate has not changed are observed too: a snooze may have ended beyond a level, and the change within a
    day or a week moves with the day.
    """
    kinds = await alert_ticks.watched(connection)
    if any(pair.market for pair in kinds):
        graph = await markets.with_markets(connection, graph, now)
    return await judge(connection, await observations(connection, before, graph, kinds), now)


@dataclass(frozen=True, slots=True)
class WatchedMarkets:
    """The pairs of other markets that have alerts, with the kinds of these, and the rates before a new table."""

    kinds: Mapping[Pair, set[Kind]]
    before: RateGraph


async def watched_markets(connection: Connection, now: dt.datetime) -> WatchedMarkets | None:
    """Return what `evaluate_markets` needs of the time before a new table at an instant (UTC).

    None if no alert is on another market than the official one.
    """
    kinds = {pair: found for pair, found in (await alert_ticks.watched(connection)).items() if pair.market}
    if not kinds:
        return None
    return WatchedMarkets(kinds, await markets.with_markets(connection, RateGraph((), (), now), now))


async def evaluate_markets(connection: Connection, watched: WatchedMarkets | None, now: dt.datetime) -> int:
    """Judge the alerts on the markets whose rate a new table has changed or confirmed, at once.

    Returns the number of deliveries written. Other reasons to fire, such as the end of a snooze, wait for the tick of
    the official rates.
    """
    if watched is None:
        return 0
    graph = await markets.with_markets(connection, RateGraph((), (), now), now)
    kinds = {
        pair: found for pair, found in watched.kinds.items() if graph.resolve(pair) != watched.before.resolve(pair)
    }
    return await judge(connection, await observations(connection, watched.before, graph, kinds), now)


async def judge(connection: Connection, observed: Sequence[Observation], now: dt.datetime) -> int:
    """Apply observations of an instant (UTC) to the alerts that they touch; returns the number of deliveries written.

    Only a page of alerts and a batch of changes are in memory at a time, however many alerts fire.
    """
    written, changes = 0, list[tuple[Alert, Crossing | None]]()
    for observation in observed:
        if not observation.rate.confirmed:
            continue
        for kind in observation.readings:
            async for alerts in alert_ticks.touched(connection, observation, kind, now):
                changes += [step(alert, observation, now) for alert in alerts]
                if len(changes) >= BATCH:
                    written += await _write(connection, changes, now)
                    changes = []
    return written + await _write(connection, changes, now)


async def judge_one(connection: Connection, alert: Alert, observation: Observation, now: dt.datetime) -> None:
    """Apply the observation of an instant (UTC) to one stored alert; the other alerts on its pair wait for the tick.

    Their rows are not locked, which the transaction of a person must not do after it has locked the person's chat.
    """
    await _write(connection, [step(alert, observation, now)], now)


async def _write(connection: Connection, changes: Sequence[tuple[Alert, Crossing | None]], now: dt.datetime) -> int:
    """Write changed alerts, and the events and deliveries of those that fired; returns the number of deliveries."""
    fired = {_key("crossing", alert.id, now): (alert, crossing) for alert, crossing in changes if crossing is not None}
    contents = {key: AlertFired.of(crossing, alert) for key, (alert, crossing) in fired.items()}
    events = await alert_ticks.insert_events(connection, contents, now)
    # An alert that a person re-armed at the very instant at which it had fired has its event already.
    repeated = {fired[key][0].id for key in fired if key not in events}
    await alert_ticks.save_states(connection, [alert for alert, _ in changes if alert.id not in repeated])
    return await _deliver(
        connection, sorted(((event, fired[key][0]) for key, event in events.items()), key=_event), now
    )


async def _deliver(connection: Connection, fired: Sequence[tuple[int, Alert]], now: dt.datetime) -> int:
    """Write the deliveries of alerts that fired, by their events, up to the daily cap of each chat."""
    by_chat = defaultdict[int, list[tuple[int, Alert]]](list)
    for event, alert in fired:
        by_chat[alert.chat_id].append((event, alert))
    days, sent, unsent = dict[int, AlertDay](), list[tuple[int, Alert]](), dict[str, Alert]()
    for chat_id, day in (await alert_ticks.alert_days(connection, by_chat)).items():
        capped = cap(day, len(by_chat[chat_id]), now)
        days[chat_id] = capped.day
        sent += by_chat[chat_id][: capped.sent]
        if capped.summary:
            unsent[_key("capped", chat_id, now)] = by_chat[chat_id][capped.sent][1]
    await alert_ticks.save_alert_days(connection, days)
    summaries = await alert_ticks.insert_events(connection, {key: AlertsCapped() for key in unsent}, now)
    await alert_ticks.insert_deliveries(connection, EventKind.CROSSING, sorted(sent, key=_event), now)
    await alert_ticks.insert_deliveries(
        connection, EventKind.CAPPED, [(event, unsent[key]) for key, event in summaries.items()], now
    )
    return len(sent) + len(summaries)


def _key(what: str, number: int, now: dt.datetime) -> str:
    return f"{what}:{number}:{int(now.timestamp() * 1_000_000)}"


def _event(delivery: tuple[int, Alert]) -> int:
    return delivery[0]


async def observations(
    connection: Connection, before: RateGraph, graph: RateGraph, kinds: Mapping[Pair, set[Kind]]
) -> list[Observation]:
    """Return the observations of canonical pairs, each with the readings that the kinds of its alerts need."""
    found = []
    for pair, needed in kinds.items():
        resolved, earlier = graph.resolve(pair), before.resolve(pair)
        if resolved is None:
            continue
        observation = observe(resolved.rate, earlier.rate.value if earlier else None)
        if pair.market:
            found.append(await _of_market(connection, observation, resolved.legs[0], needed))
            continue
        for kind, days in SPANS.items():
            if kind in needed:
                day = resolved.rate.valid_on - dt.timedelta(days=days)
                [then] = await rates.rates_on(connection, [resolved], day)
                observation = with_span(observation, kind, then) if then else observation
        if needed.intersection(EXTREMES):
            observation = with_extremes(observation, await _history(connection, resolved))
        if Kind.PEG in needed and is_pegged(pair):
            observation = with_peg(observation, await _other_sources(connection, graph, resolved.rate))
        readings = {kind: reading for kind, reading in observation.readings.items() if kind in needed}
        found.append(replace(observation, readings=readings))
    return found


async def _of_market(
    connection: Connection, observation: Observation, published: Rate, needed: set[Kind]
) -> Observation:
    """Return the observation of another market with its past; `published` has the direction of its table."""
    pair = observation.rate.pair
    for kind in needed.intersection(SPANS):
        then = await markets.rate_before(connection, published, SPANS[kind])
        if then is not None:
            observation = with_span(observation, kind, then if then.pair == pair else then.inverted)
    if needed.intersection(EXTREMES):
        past = await markets.history(connection, published, max(EXTREME_DAYS) + 1)
        observation = with_extremes(observation, [one if one.pair == pair else one.inverted for one in past])
    readings = {kind: reading for kind, reading in observation.readings.items() if kind in needed}
    return replace(observation, readings=readings, provider=await markets.provider_of(connection, published))


def is_pegged(pair: Pair) -> bool:
    """Return whether a pair is officially fixed, in either direction."""
    return pair in (PEG_PAIR, PEG_PAIR.inverted)


async def _other_sources(connection: Connection, graph: RateGraph, fixed: Rate) -> list[Rate]:
    """Return the newest rate of each bank and the ticker for a fixed rate's pair, by its own dollar if need be.

    Rates that were held back count: a rate off a fixed one is always held, whichever source prints it.
    """
    pegged = PEG_PAIR.quote
    found = []
    for rate in await rates.seen_lately(connection, pegged, fixed.valid_on - OLDEST_TABLE):
        if rate.source in NOT_INDEPENDENT:
            continue
        other = rate.pair.quote if rate.pair.base == pegged else rate.pair.base
        legs: tuple[Rate, ...] = (rate,)
        if other != "USD":
            dollar = graph.seen_by(rate.source, Pair(other, "USD"))
            if dollar is None:
                continue
            legs = (rate, *dollar.legs)
        implied = compose(Pair(pegged, "USD"), legs)
        if implied is not None:
            found.append(implied if fixed.pair.base == pegged else implied.inverted)
    return found


async def _history(connection: Connection, resolved: ResolvedRate) -> list[Rate]:
    """Return a rate's history by its own path, one rate for each valid day, oldest first; as long as any extreme needs.

    On a path of several legs, a day on which one leg has no rate takes that leg's last rate before it.
    """
    until = resolved.rate.valid_on
    since = until - dt.timedelta(days=max(EXTREME_DAYS) + 1)
    series = [await rates.series(connection, leg.pair, leg.source, since, until) for leg in resolved.legs]
    return _joined(resolved.rate.pair, series)


def _joined(pair: Pair, series: Sequence[Sequence[Rate]]) -> list[Rate]:
    days = sorted({rate.valid_on for one in series for rate in one})
    by_day = [{rate.valid_on: rate for rate in one} for one in series]
    current: list[Rate | None] = [None] * len(series)
    joined = []
    for day in days:
        current = [known.get(day, last) for known, last in zip(by_day, current, strict=True)]
        legs = [rate for rate in current if rate is not None]
        whole = compose(pair, legs) if len(legs) == len(series) else None
        if whole is not None:
            joined.append(replace(whole, valid_on=day, bounds=(whole.low, whole.high)))
    return joined
