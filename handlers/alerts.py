"""/alert and /alerts: lines under and over a rate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.lines import UnknownCurrency, canonical_pair, parse_wish, resolve
from bot.domain.numbers import NotANumber, parse_number
from bot.domain.rates import Pair, Rate, meaningful_digits
from bot.domain.thresholds import Line, LineProblem, Side, Threshold, ThresholdState, canonical, check, is_beyond
from bot.domain.times import at_local
from bot.views import alerts as views
from bot.views.currencies import code_of, nearest
from bot.views.message import View
from handlers.turn import Command, Press, Turn
from storage import rates, thresholds

# A person with more lines than this has a trading system, not a wish to be called.
MAX_THRESHOLDS = 50
MONDAY_MORNING = 9 * 60
# How far ahead of the current value the offered levels lie, and the moves offered, in per cent.
LEVELS_AHEAD = (Decimal("0.005"), Decimal("0.01"), Decimal("0.02"), Decimal("0.03"), Decimal("0.05"), Decimal("0.10"))
MOVES = (Decimal(1), Decimal(2), Decimal(3), Decimal(5), Decimal(10), Decimal(15))


async def draw(turn: Turn) -> None:
    """Answer /alert: draw the line that was typed, or build one by buttons."""
    if not turn.arguments:
        await build(turn)
        return
    known: Sequence[str] = ()
    try:
        known = await _known(turn)
        wish = parse_wish(turn.arguments, code_of)
        rate = await _rate(turn, canonical_pair(wish))
        await _draw(turn, resolve(wish, rate), rate)
    except UnknownCurrency as error:
        await turn.say(views.unknown_currency(turn.t, error.word, nearest(error.word), known))
    except LineProblem as error:
        await turn.say(views.problem(turn.t, error, known))


async def _known(turn: Turn) -> list[str]:
    async with turn.database.read() as connection:
        return [line.code for line in await rates.board(connection, turn.now)]


async def _rate(turn: Turn, pair: Pair) -> Rate:
    """Return the current figure of a pair; LineProblem if there is no source for it."""
    async with turn.database.read() as connection:
        priced = (await rates.book(connection, turn.now)).price(pair)
    if priced is None:
        raise LineProblem("alerts.error.pair")
    return priced.rate


def _threshold(turn: Turn, line: Line, rate: Rate) -> Threshold:
    pair, side, level = canonical(line)
    anchor = rate.value if line.move is not None else None
    return Threshold(0, turn.chat.id, turn.thread_id, pair, side, line, level, anchor)


async def _draw(turn: Turn, line: Line, rate: Rate, *, beyond_is_fine: bool = False) -> None:
    """Store a line and confirm it; a line the rate is beyond already is asked about first."""
    check(line, rate)
    threshold = _threshold(turn, line, rate)
    if is_beyond(threshold, rate):
        if not beyond_is_fine:
            await turn.say(views.already(turn.t, line, rate))
            return
        threshold = replace(threshold, state=ThresholdState.FIRED)
    async with turn.database.write() as connection:
        if await thresholds.count_of_chat(connection, turn.chat.id) >= MAX_THRESHOLDS:
            stored = None
        else:
            stored = replace(threshold, id=await thresholds.add(connection, threshold, rate.tick * 2, turn.now))
    await turn.show(views.drawn(turn.t, stored, rate) if stored else views.too_many(turn.t, MAX_THRESHOLDS))


async def draw_next(turn: Turn, base: str, quote: str, side: str, level: str) -> None:
    """Draw a line that is crossed already: it is armed when the rate has come back."""
    try:
        if code_of(base) != base or code_of(quote) != quote or base == quote or "USD" not in (base, quote):
            raise LineProblem("alerts.error.form")
        line = Line(Pair(base, quote), Side.ABOVE if side == "a" else Side.BELOW, level=parse_number(level))
        rate = await _rate(turn, canonical(line)[0])
        await _draw(turn, line, rate, beyond_is_fine=True)
    except (LineProblem, NotANumber, ZeroDivisionError):
        await turn.old_button()


async def show_alerts(turn: Turn) -> None:
    """Answer /alerts with the chat's lines."""
    async with turn.database.read() as connection:
        found = await thresholds.of_chat(connection, turn.chat.id)
    view = views.listing(turn.t, found[:MAX_THRESHOLDS], turn.now, ZoneInfo(turn.chat.timezone))
    await turn.show(view)


async def _own(turn: Turn, threshold_id: str) -> Threshold | None:
    """Return the chat's own line of this id; otherwise answer for an old button and return None."""
    found = None
    if threshold_id.isascii() and threshold_id.isdigit() and len(threshold_id) < 19:
        async with turn.database.read() as connection:
            found = await thresholds.get(connection, int(threshold_id))
    if found is None or found.chat_id != turn.chat.id:
        await turn.old_button()
        return None
    return found


async def delete(turn: Turn, threshold_id: str) -> None:
    """Delete a line."""
    if threshold := await _own(turn, threshold_id):
        async with turn.database.write() as connection:
            await thresholds.remove(connection, turn.chat.id, threshold.id)
        await turn.toast(views.deleted(turn.t, threshold.line))
        await show_alerts(turn)


async def _become(turn: Turn, threshold: Threshold) -> None:
    async with turn.database.write() as connection:
        priced = (await rates.book(connection, turn.now)).price(threshold.pair)
        await thresholds.save(connection, threshold, priced.rate.tick * 2 if priced else Decimal(0))


async def pause(turn: Turn, threshold_id: str) -> None:
    """Silence a line until it is wanted again."""
    if threshold := await _own(turn, threshold_id):
        await _become(turn, replace(threshold, state=ThresholdState.PAUSED))
        await show_alerts(turn)


async def resume(turn: Turn, threshold_id: str) -> None:
    """Listen to a line again."""
    if threshold := await _own(turn, threshold_id):
        await _become(turn, replace(threshold, state=ThresholdState.ARMED, snoozed_until=None))
        await show_alerts(turn)


async def sleep(turn: Turn, threshold_id: str) -> None:
    """Ask how long a line should sleep."""
    if threshold := await _own(turn, threshold_id):
        await turn.show(views.snoozing(turn.t, threshold))


async def snooze(turn: Turn, threshold_id: str, span: str) -> None:
    """Let a line sleep for an hour, a day or until Monday morning; awake it is armed."""
    zone = ZoneInfo(turn.chat.timezone)
    today = turn.now.astimezone(zone).date()
    until = {
        "hour": turn.now + dt.timedelta(hours=1),
        "day": turn.now + dt.timedelta(days=1),
        "monday": at_local(today + dt.timedelta(days=7 - today.weekday()), MONDAY_MORNING, zone),
    }.get(span)
    if until is None:
        await turn.old_button()
    elif threshold := await _own(turn, threshold_id):
        await _become(turn, replace(threshold, state=ThresholdState.ARMED, snoozed_until=until))
        await turn.toast(turn.t.plain("alerts.snoozed"))


async def build(turn: Turn) -> None:
    """First tap: which currency."""
    known = await _known(turn)
    await turn.show(views.build_currency(turn.t, known) if known else View(turn.t("rates.none")))


async def choose_currency(turn: Turn, code: str) -> None:
    """Second tap: which side."""
    if rate := await _current(turn, code):
        await turn.show(views.build_side(turn.t, rate))


async def _current(turn: Turn, code: str) -> Rate | None:
    try:
        if code_of(code) == code:
            return await _rate(turn, Pair(code, "USD"))
    except LineProblem:
        pass
    await turn.old_button()
    return None


def offered(rate: Rate, side: str) -> list[Decimal]:
    """Return the levels to offer (units per dollar, or per cents for a move): only ones that can be told apart."""
    if side == "move":
        return [move for move in MOVES if move / 100 >= rate.coarseness]
    turned, levels = rate.inverted, []
    for ahead in LEVELS_AHEAD:
        value = turned.value * (1 + ahead if side == "above" else 1 - ahead)
        level = meaningful_digits(value, turned.tick / 5)
        line = Line(turned.pair, Side.ABOVE if side == "above" else Side.BELOW, level=level)
        try:
            check(line, rate)
        except LineProblem:
            continue
        if level not in levels:
            levels.append(level)
    return levels


async def choose_side(turn: Turn, code: str, side: str) -> None:
    """Third tap: which level."""
    if side not in ("above", "below", "move"):
        await turn.old_button()
    elif rate := await _current(turn, code):
        await turn.show(views.build_level(turn.t, rate, side, offered(rate, side)))


async def choose_level(turn: Turn, code: str, side: str, level: str) -> None:
    """Draw the line that was built."""
    rate = await _current(turn, code)
    if rate is None:
        return
    try:
        value = parse_number(level)
        if side == "move":
            line = Line(rate.pair.inverted, Side.BOTH, move=value / 100)
        else:
            line = Line(rate.pair.inverted, Side.ABOVE if side == "above" else Side.BELOW, level=value)
        await _draw(turn, line, rate)
    except (NotANumber, ZeroDivisionError):
        await turn.old_button()
    except LineProblem as error:
        await turn.say(views.problem(turn.t, error, await _known(turn)))


async def ask_level(turn: Turn, code: str, side: str) -> None:
    """Ask for a typed level."""
    if side not in ("above", "below", "move"):
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
    ("alerts", "level"): Press(choose_level, changes=True),
    ("alerts", "type"): Press(ask_level, changes=True),
    ("alerts", "next"): Press(draw_next, changes=True),
    ("alerts", "delete"): Press(delete, changes=True),
    ("alerts", "pause"): Press(pause, changes=True),
    ("alerts", "resume"): Press(resume, changes=True),
    ("alerts", "sleep"): Press(sleep, changes=True),
    ("alerts", "snooze"): Press(snooze, changes=True),
}
ANSWERS = {"alerts.level": draw}
