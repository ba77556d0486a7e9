"""/alert and /alerts: lines under and over a rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain import links
from bot.domain.alerts import (
    EXTREME_DAYS,
    EXTREMES,
    Kind,
    Line,
    LineProblem,
    Observation,
    Side,
    Threshold,
    ThresholdState,
    UnknownCurrency,
    beyond,
    canonical,
    check,
    distance,
    fired,
    observe,
    parse_wish,
    rearmed,
    resolve,
)
from bot.domain.alerts import draw as drawn
from bot.domain.alerts.request import canonical_pair
from bot.domain.book import Book
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import D, NotANumber
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.domain.times import at_local
from bot.ingest.crossings import is_pegged, look
from bot.views import alerts as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import crossings, rates, thresholds

# A person with more lines than this has a trading system, not a wish to be called.
MAX_THRESHOLDS = 50
MONDAY_MORNING = 9 * 60
# The kind of what a message can make, by which an edit of the message finds it again.
ALERT = "alert"
# How far ahead of the current value the offered levels lie, and the moves offered, as shares.
LEVELS_AHEAD = (D("0.005"), D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"))
MOVES = (D("0.01"), D("0.02"), D("0.03"), D("0.05"), D("0.10"), D("0.15"))
# Longer than the number of any line on a button.
_MAX_NUMBER = 24


async def draw(turn: Turn) -> None:
    """Answer /alert: draw the line that was typed, or build one by buttons."""
    if not turn.arguments:
        await build(turn)
        return
    known: Sequence[str] = ()
    try:
        known = await _known(turn)
        wish = parse_wish(turn.arguments, code_of)
        rate, book = await _rate(turn, canonical_pair(wish))
        await _draw(turn, resolve(wish, rate), rate, book, once=wish.once)
    except UnknownCurrency as error:
        await turn.say(views.unknown_currency(turn.t, error.word, nearest(error.word), known))
    except LineProblem as error:
        await turn.say(views.problem(turn.t, error, known))


async def _known(turn: Turn) -> list[str]:
    async with turn.database.read() as connection:
        return [line.code for line in await rates.board(connection, turn.now)]


async def _rate(turn: Turn, pair: Pair) -> tuple[Rate, Book]:
    """Return the current rate of a pair, and the book it is from; LineProblem if there is no way to it."""
    async with turn.database.read() as connection:
        book = await rates.book(connection, turn.now)
    priced = book.price(pair)
    if priced is None:
        raise LineProblem("alerts.error.pair")
    return priced.rate, book


async def _seen(turn: Turn, threshold: Threshold, book: Book) -> Observation | None:
    """Return what is to be seen of a line's pair now, as the next tick will see it."""
    async with turn.database.read() as connection:
        seen = await look(connection, book, book, {threshold.pair: {threshold.kind}})
    return seen[0] if seen else None


def _check(line: Line, rate: Rate) -> None:
    if line.kind is Kind.PEG and not is_pegged(line.pair):
        raise LineProblem("alerts.error.peg")
    check(line, rate)


async def _draw(turn: Turn, line: Line, rate: Rate, book: Book, *, once: bool = False) -> None:
    """Store a line and confirm it; a line the rate is beyond already is asked about first."""
    _check(line, rate)
    threshold = drawn(line, turn.chat.id, turn.thread_id, rate, once=once)
    seen = await _seen(turn, threshold, book)
    replaced = await _take_back(turn)
    if seen is not None and beyond(threshold, seen):
        await turn.show(views.replacing(turn.t, views.already(turn.t, line, rate, once=once), replaced))
        return
    await _store(turn, threshold, rate, replaced=replaced)


async def _take_back(turn: Turn) -> list[Line]:
    """Delete the alerts that the message made before it was edited; returns what they were on."""
    gone = []
    for number in turn.take_back(ALERT):
        async with turn.database.write() as connection:
            found = await thresholds.get(connection, number)
            if found is not None and await thresholds.remove(connection, turn.chat.id, number):
                gone.append(found.line)
    return gone


async def _store(
    turn: Turn, threshold: Threshold, rate: Rate, seen: Observation | None = None, replaced: Sequence[Line] = ()
) -> None:
    """Store a new line, if there is room for it, and show it; `seen`: and let this look fire it at once."""
    async with turn.database.write() as connection:
        full = await thresholds.count_of_chat(connection, turn.chat.id) >= MAX_THRESHOLDS
        if not full:
            threshold = replace(threshold, id=await thresholds.add(connection, threshold, turn.now))
        if seen is not None and not full:
            await crossings.settle(connection, [seen], turn.now)
    if full:
        await turn.show(views.too_many(turn.t, MAX_THRESHOLDS))
        return
    turn.made.append((ALERT, threshold.id))
    await turn.show(views.replacing(turn.t, views.drawn(turn.t, threshold, rate), replaced))


def _line(base: str, quote: str, kind: str, side: str, number: str, once: str) -> tuple[Line, bool]:
    """Return the line that a button names; LineProblem or ValueError for what no button of ours says."""
    if not {base, quote} <= set(CURRENCIES) or base == quote or len(number) > _MAX_NUMBER or once not in ("0", "1"):
        raise LineProblem("alerts.error.form")
    asked = Line(Pair(base, quote), Side(side), kind=Kind(kind))
    if asked.kind is Kind.PEG:
        return replace(asked, side=Side.BOTH), once == "1"
    value = D(number)
    if value <= 0 or (asked.side is Side.BOTH and asked.kind in (Kind.LEVEL, *EXTREMES)):
        raise LineProblem("alerts.error.form")
    if asked.kind in EXTREMES:
        return replace(asked, days=int(value)), once == "1"
    return (replace(asked, level=value) if asked.kind is Kind.LEVEL else replace(asked, move=value)), once == "1"


async def _press(turn: Turn, typed: tuple[str, ...], then: str) -> None:
    try:
        line, once = _line(*typed)
        rate, book = await _rate(turn, canonical(line)[0])
        if then == "draw":
            await _draw(turn, line, rate, book, once=once)
            return
        _check(line, rate)
        threshold = drawn(line, turn.chat.id, turn.thread_id, rate, once=once)
        seen = await _seen(turn, threshold, book)
        if then == "next":
            await _store(turn, _resting(threshold, seen), rate)
        else:
            await _store(turn, threshold, rate, seen)
    except LineProblem as error:
        if error.key == "alerts.error.form":
            await turn.old_button()
        else:
            await turn.say(views.problem(turn.t, error, await _known(turn)))
    except (NotANumber, ValueError, ZeroDivisionError):
        await turn.old_button()


def _resting(threshold: Threshold, seen: Observation | None) -> Threshold:
    """Return a line that waits for the next crossing: where it is beyond now, as if it had cried that already."""
    side = beyond(threshold, seen) if seen else None
    if seen is None or side is None:
        return threshold
    rests = fired(replace(threshold, once=False), side, seen.rate.value, seen.rate.observed_at)
    was = threshold.last_fired_at, threshold.changed_at
    return replace(rests, once=threshold.once, last_fired_at=was[0], changed_at=was[1])


async def draw_built(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Draw the line that was built."""
    await _press(turn, (base, quote, kind, side, number, once), "draw")


async def draw_next(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Draw a line that is crossed already: it is armed when the rate has come back."""
    await _press(turn, (base, quote, kind, side, number, once), "next")


async def draw_now(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Draw a line that is crossed already, and cry it at once."""
    await _press(turn, (base, quote, kind, side, number, once), "now")


async def show_alerts(turn: Turn, page: str = "0") -> None:
    """Answer /alerts with the chat's lines."""
    if not (page.isascii() and page.isdigit() and len(page) < 4):
        await turn.old_button()
        return
    async with turn.database.read() as connection:
        found = (await thresholds.of_chat(connection, turn.chat.id))[:MAX_THRESHOLDS]
        book = await rates.book(connection, turn.now)
    away: dict[int, Decimal] = {}
    for threshold in found:
        priced = book.price(threshold.pair)
        far = distance(threshold, priced.rate) if priced else None
        if far is not None:
            away[threshold.id] = far
    await turn.show(views.listing(turn.t, found, away, turn.now, ZoneInfo(turn.chat.timezone), int(page)))


async def _change(turn: Turn, threshold_id: str, become: Callable[[Threshold], Threshold] | None) -> Threshold | None:
    """Change (or with None: delete) the chat's own line of this id in one transaction; returns it as it was changed.

    For a line that is not there, or another chat's, the answer for an old button.
    """
    found = None
    if threshold_id.isascii() and threshold_id.isdigit() and len(threshold_id) < 19:
        async with turn.database.write() as connection:
            found = await thresholds.get(connection, int(threshold_id))
            if found is not None and found.chat_id != turn.chat.id:
                found = None
            if found is not None and become is None:
                await thresholds.remove(connection, turn.chat.id, found.id)
            elif found is not None and become is not None:
                found = become(found)
                await thresholds.save(connection, found)
    if found is None:
        await turn.old_button()
    return found


async def delete(turn: Turn, threshold_id: str) -> None:
    """Delete a line."""
    if threshold := await _change(turn, threshold_id, None):
        await turn.toast(views.deleted(turn.t, threshold.line))
        await show_alerts(turn)


async def pause(turn: Turn, threshold_id: str) -> None:
    """Silence a line until it is wanted again."""
    if await _change(turn, threshold_id, lambda one: replace(one, state=ThresholdState.PAUSED)):
        await show_alerts(turn)


async def resume(turn: Turn, threshold_id: str) -> None:
    """Arm a line now, whatever it was."""
    if await _change(turn, threshold_id, lambda one: replace(rearmed(one), snoozed_until=None)):
        await turn.toast(turn.t.plain("alerts.armed"))
        await show_alerts(turn)


async def sleep(turn: Turn, threshold_id: str) -> None:
    """Ask how long a line should sleep."""
    if threshold := await _change(turn, threshold_id, lambda one: one):
        await turn.show(views.snoozing(turn.t, threshold))


async def snooze(turn: Turn, threshold_id: str, span: str) -> None:
    """Let a line sleep for an hour, a day or until Monday morning; one that wakes beyond its line cries."""
    zone = ZoneInfo(turn.chat.timezone)
    today = turn.now.astimezone(zone).date()
    until = {
        "hour": turn.now + dt.timedelta(hours=1),
        "day": turn.now + dt.timedelta(days=1),
        "monday": at_local(today + dt.timedelta(days=7 - today.weekday()), MONDAY_MORNING, zone),
    }.get(span)
    if until is None:
        await turn.old_button()
    elif await _change(turn, threshold_id, lambda one: replace(rearmed(one), snoozed_until=until)):
        await turn.toast(turn.t.plain("alerts.snoozed"))


async def shift(turn: Turn, threshold_id: str, way: str) -> None:
    """Move a line up or down by 1 % of the value asked for; it waits for its next crossing from there."""
    if way not in views.SHIFTS:
        await turn.old_button()
        return
    async with turn.database.read() as connection:
        book = await rates.book(connection, turn.now)
    became: dict[str, Rate] = {}

    def moved(one: Threshold) -> Threshold:
        priced = book.price(one.pair)
        if one.line.level is None or priced is None:
            raise LineProblem("alerts.error.form")
        line = replace(one.line, level=views.short(one.line.level * views.SHIFTS[way]))
        check(line, priced.rate)
        became["rate"] = priced.rate
        fresh = drawn(line, one.chat_id, one.thread_id, priced.rate, once=one.once)
        fresh = replace(fresh, id=one.id, last_fired_at=one.last_fired_at, changed_at=one.changed_at)
        return _resting(fresh, observe(priced.rate))

    try:
        threshold = await _change(turn, threshold_id, moved)
    except LineProblem as error:
        if error.key == "alerts.error.form":
            await turn.old_button()
        else:
            await turn.say(views.problem(turn.t, error, ()))
        return
    if threshold:
        await turn.show(views.drawn(turn.t, threshold, became["rate"]))


async def build(turn: Turn) -> None:
    """First tap: which currency."""
    known = await _known(turn)
    await turn.show(views.build_currency(turn.t, known) if known else View(turn.t("rates.none")))


async def choose_currency(turn: Turn, code: str) -> None:
    """Second tap: which side."""
    if rate := await _current(turn, code):
        await turn.show(views.build_side(turn.t, rate, pegged=is_pegged(rate.pair)))


async def follow(turn: Turn, code: str) -> None:
    """Begin an alert from a link into this chat: on its currency, or choosing one."""
    await (choose_currency(turn, code) if code in await _known(turn) else build(turn))


async def _current(turn: Turn, code: str) -> Rate | None:
    """Return the rate USD/code; answer for an old button if there is none."""
    try:
        if code in CURRENCIES and code != "USD":
            return (await _rate(turn, Pair("USD", code)))[0]
    except LineProblem:
        pass
    await turn.old_button()
    return None


def offered(rate: Rate, side: str) -> dict[str, Line]:
    """Return the lines to offer on USD/code, by what tells them apart: only ones that the rate can serve."""
    kind = views.BUILT[side]
    if kind in EXTREMES:
        which = Side.ABOVE if kind is Kind.HIGH else Side.BELOW
        lines = [Line(rate.pair, which, kind=kind, days=days) for days in EXTREME_DAYS]
    elif kind is Kind.LEVEL:
        which = Side.ABOVE if side == "above" else Side.BELOW
        values = [rate.value * (1 + ahead if which is Side.ABOVE else 1 - ahead) for ahead in LEVELS_AHEAD]
        lines = [Line(rate.pair, which, level=views.short(meaningful_digits(v, rate.tick / 5))) for v in values]
    else:
        lines = [Line(rate.pair, Side.BOTH, move=move, kind=kind) for move in MOVES]
    usable = {}
    canonical_rate = rate if canonical(lines[0])[0] == rate.pair else rate.inverted
    for line in lines:
        try:
            check(line, canonical_rate)
        except LineProblem:
            continue
        usable[str(line.level or line.move or line.days)] = line
    return usable


async def choose_side(turn: Turn, code: str, side: str) -> None:
    """Third tap: which level, share or span."""
    if side not in views.BUILT:
        await turn.old_button()
    elif rate := await _current(turn, code):
        await turn.show(views.build_level(turn.t, rate, offered(rate, side), side))


async def ask_level(turn: Turn, code: str, side: str) -> None:
    """Ask for a typed level."""
    if side not in views.BUILT:
        await turn.old_button()
    elif await _current(turn, code):
        await turn.ask("alerts.level", views.type_level(turn.t, code))


COMMANDS = (
    Command("alert", draw, changes=True, description_key="alerts.command.alert"),
    Command("alerts", show_alerts, description_key="alerts.command.alerts"),
)
BUTTONS = {
    ("alerts", "list"): Press(show_alerts),
    ("alerts", "build"): Press(build, changes=True),
    ("alerts", "currency"): Press(choose_currency, changes=True),
    ("alerts", "side"): Press(choose_side, changes=True),
    ("alerts", "draw"): Press(draw_built, changes=True),
    ("alerts", "type"): Press(ask_level, changes=True),
    ("alerts", "next"): Press(draw_next, changes=True),
    ("alerts", "now"): Press(draw_now, changes=True),
    ("alerts", "delete"): Press(delete, changes=True),
    ("alerts", "pause"): Press(pause, changes=True),
    ("alerts", "resume"): Press(resume, changes=True),
    ("alerts", "sleep"): Press(sleep, changes=True),
    ("alerts", "snooze"): Press(snooze, changes=True),
    ("alerts", "shift"): Press(shift, changes=True),
}
ANSWERS = {"alerts.level": draw}
LINKS = {links.ALERT: Press(follow, changes=True)}
