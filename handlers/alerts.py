"""/alert: creation of alerts on rates; the tables of the whole feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain import links
from bot.domain.alerts import (
    EXTREMES,
    MAX_THRESHOLDS,
    Kind,
    Line,
    LineProblem,
    Observation,
    Side,
    Threshold,
    UnknownCurrency,
    beyond,
    canonical,
    check,
    parse_wish,
    resolve,
    resting,
)
from bot.domain.alerts import draw as drawn
from bot.domain.alerts.request import canonical_pair
from bot.domain.book import Book
from bot.domain.currencies import CURRENCIES
from bot.domain.numbers import D, NotANumber
from bot.domain.rates import Pair, Rate
from bot.ingest.crossings import is_pegged, look
from bot.views import alerts as views
from bot.views.currencies import code_of, nearest
from handlers.alert_builder import (
    ask_level,
    build,
    choose_currency,
    choose_side,
    current_rate,
    follow,
    known_currencies,
)
from handlers.alert_list import delete, pause, resume, shift, show_alerts, sleep, snooze
from handlers.turn import Command, Press, Turn
from storage import crossings, thresholds

# The kind under which an alert is remembered for the message that created it, in case the message is edited.
ALERT = "alert"
# Longer than the number of any rule on a button.
_MAX_NUMBER = 24


async def draw(turn: Turn) -> None:
    """Answer /alert: create the alert that was typed, or begin to build one by buttons."""
    if not turn.arguments:
        await build(turn)
        return
    known: Sequence[str] = ()
    try:
        known = await known_currencies(turn)
        wish = parse_wish(turn.arguments, code_of)
        rate, book = await current_rate(turn, canonical_pair(wish))
        await _draw(turn, resolve(wish, rate), rate, book, once=wish.once)
    except UnknownCurrency as error:
        await turn.say(views.unknown_currency(turn.t, error.word, nearest(error.word), known))
    except LineProblem as error:
        await turn.say(views.problem(turn.t, error, known))


async def _seen(turn: Turn, threshold: Threshold, book: Book) -> Observation | None:
    """Return the current observation of an alert's pair, as at the next tick."""
    async with turn.database.read() as connection:
        seen = await look(connection, book, book, {threshold.pair: {threshold.kind}})
    return seen[0] if seen else None


def _check(line: Line, rate: Rate) -> None:
    if line.kind is Kind.PEG and not is_pegged(line.pair):
        raise LineProblem("alerts.error.peg")
    check(line, rate)


async def _draw(turn: Turn, line: Line, rate: Rate, book: Book, *, once: bool = False) -> None:
    """Store an alert and confirm it; ask first if its rule is met already."""
    _check(line, rate)
    threshold = drawn(line, turn.chat.id, turn.thread_id, rate, once=once)
    seen = await _seen(turn, threshold, book)
    replaced = await _take_back(turn)
    if seen is not None and beyond(threshold, seen):
        await turn.show(views.replacing(turn.t, views.already(turn.t, line, rate, once=once), replaced))
        return
    await _store(turn, threshold, rate, replaced=replaced)


async def _take_back(turn: Turn) -> list[Line]:
    """Delete the alerts that the message created before it was edited; returns their rules."""
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
    """Store a new alert within the limit, and show it; an observation `seen` is applied to it at once."""
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
    """Return the rule of a button's arguments; LineProblem or ValueError for forged ones."""
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
        rate, book = await current_rate(turn, canonical(line)[0])
        if then == "draw":
            await _draw(turn, line, rate, book, once=once)
            return
        _check(line, rate)
        threshold = drawn(line, turn.chat.id, turn.thread_id, rate, once=once)
        seen = await _seen(turn, threshold, book)
        if then == "next":
            await _store(turn, resting(threshold, seen), rate)
        else:
            await _store(turn, threshold, rate, seen)
    except LineProblem as error:
        if error.key == "alerts.error.form":
            await turn.old_button()
        else:
            await turn.say(views.problem(turn.t, error, await known_currencies(turn)))
    except (NotANumber, ValueError, ZeroDivisionError):
        await turn.old_button()


async def draw_built(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create the alert that was built."""
    await _press(turn, (base, quote, kind, side, number, once), "draw")


async def draw_next(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    await _press(turn, (base, quote, kind, side, number, once), "next")


async def draw_now(turn: Turn, base: str, quote: str, kind: str, side: str, number: str, once: str) -> None:
    """Create an alert whose rule is met already, and fire it at once."""
    await _press(turn, (base, quote, kind, side, number, once), "now")


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
