"""A person's own currencies: the choice of them, and their rate in the direction in which the money goes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.domain.alerts import AlertRule, Kind, Side
from bot.domain.charts import DEFAULT_RANGE
from bot.domain.own_rates import BEST_DAYS, MAX_OWN, OFFERS, OwnRate
from bot.domain.rate_series import per_units, shown_units
from bot.domain.rates import Rate
from bot.i18n import FALLBACK, Translator
from bot.views import actions
from bot.views.buttons import under_record
from bot.views.convert import result
from bot.views.currencies import money, sign
from bot.views.message import Button, View, rows
from bot.views.rate_card import statement
from bot.views.rate_text import between, change, equals, number, short, short_day

# The second amount of the block is so many times the first one: wages rather than a unit.
LARGER = 100


def offers(t: Translator) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of the first choice: the pairs that speakers of the language need most, and any other."""
    offered = OFFERS.get(t.language, OFFERS[FALLBACK])
    each = [Button(f"{sign(t, pair.base)} → {sign(t, pair.quote)}", data=actions.OWN_SET(pair)) for pair in offered]
    return (*rows(each, 2), (Button(t.plain("own.button_other"), data=actions.OWN_OTHER()),))


def ask(t: Translator, chosen: Sequence[str]) -> View:
    """Ask for the own currencies, showing the chosen ones."""
    text = [t("own.ask")]
    buttons = list(offers(t))
    if chosen:
        text.append(t("own.chosen", currencies=arrow(chosen)))
        buttons.append((Button(t.plain("own.button_none"), data=actions.OWN_NONE()),))
    return View("\n".join(text), (*buttons, _back(t)))


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.plain("own.button_back"), data=actions.SETTINGS_ALL()),)


def arrow(currencies: Sequence[str]) -> str:
    """Return own currencies as text: `RUB → TJS, UZS`."""
    return f"{currencies[0]} → {', '.join(currencies[1:])}" if len(currencies) > 1 else ", ".join(currencies)


def prompt(t: Translator, *, missed: bool = False) -> View:
    """Ask for the own currencies in words; `missed`: the last answer named fewer than two."""
    cancel = Button(t.plain("own.button_cancel"), data=actions.OWN_ASK())
    return View(t("own.missed" if missed else "own.type", most=MAX_OWN), ((cancel,),))


def saved(t: Translator, currencies: Sequence[str], own: Sequence[OwnRate]) -> View:
    """Confirm the own currencies, with their rates."""
    if not currencies:
        return View(t("own.none"), (_back(t),))
    text = [t("own.saved", currencies=arrow(currencies)), *own_lines(t, own)]
    if not own:
        text.append(t("rates.none"))
    change_them = Button(t.plain("own.button_change"), data=actions.OWN_ASK())
    return View("\n".join(text), (*(own_buttons(t, own[0]) if own else ()), (change_them,)))


def own_lines(t: Translator, own: Sequence[OwnRate]) -> list[str]:
    """Return the block of own rates: the first pair in full, a line for each other; nothing without rates."""
    if not own:
        return []
    first, *others = own
    lines = [_now(t, first), _larger(t, first.resolved.rate), *_best(t, first)]
    return [*lines, *(_now(t, one) for one in others)]


def _now(t: Translator, own: OwnRate) -> str:
    rate = own.resolved.rate
    line = statement(t, rate, bold=True)
    if own.fixed or own.week_ago is None:
        return line
    moved = change(t, own.week_ago, rate)
    return f"{line} {t('own.week_same') if moved == '=' else t('own.week', change=moved)}"


def _larger(t: Translator, rate: Rate) -> str:
    """Return the line about the larger amount; cents do not matter in it."""
    amount = Decimal(shown_units(rate) * LARGER)
    value, *more = result(amount, rate)
    shown = number(t, value.quantize(Decimal(1)) if value >= LARGER else value)
    return t(
        "rates.statement",
        amount=money(t, number(t, amount), rate.pair.base),
        equals=equals(rate),
        rate=money(t, between(t, value, more[0]) if more else shown, rate.pair.quote),
        interval="",
    )


def _best(t: Translator, own: OwnRate) -> list[str]:
    """Return the line about the best rate of the last days, if there is a past to choose from."""
    if own.best is None or own.since is None or own.since >= own.resolved.rate.valid_on:
        return []
    value = short(t, per_units(own.best, shown_units(own.resolved.rate)))
    day, since = short_day(own.best.valid_on, t), short_day(own.since, t)
    if own.whole:
        return [t("own.at_best") if own.at_best else t("own.best", rate=value, best_day=day)]
    return [
        t("own.at_best_since", day=since) if own.at_best else t("own.best_since", day=since, rate=value, best_day=day)
    ]


def own_buttons(t: Translator, own: OwnRate) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under the block, for its first pair; their answers are new messages."""
    pair = own.pair
    amount = Decimal(shown_units(own.resolved.rate) * LARGER)
    convert = Button(
        t.plain("own.button_convert"), data=under_record(actions.CONVERT_ASK(amount, pair.base, pair.quote))
    )
    chart = Button(t.plain("rates.button_chart"), data=under_record(actions.CHARTS_SHOW(pair, DEFAULT_RANGE)))
    if own.fixed:
        return ((convert, chart),)
    better = AlertRule(pair, Side.ABOVE, kind=Kind.HIGH, days=BEST_DAYS)
    alert = Button(t.plain("own.button_better"), data=under_record(actions.ALERTS_CREATE(better, False)))
    return ((alert,), (convert, chart))
