"""The screens on which an alert is built by buttons, and the questions for a typed level."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.alerts import (
    EXTREMES,
    Alert,
    AlertRule,
    Kind,
    Side,
    counted_per,
    percent_rules,
    round_levels,
)
from bot.domain.gold import gold_of
from bot.domain.own_rates import own_pairs
from bot.domain.rate_series import per_units
from bot.domain.rates import Pair, Rate
from bot.i18n import Html, Translator
from bot.views import actions
from bot.views.alerts import (
    as_asked,
    describe,
    list_button,
    now_text,
    pair_name,
    percents,
    plain,
    stated,
)
from bot.views.currencies import code_label
from bot.views.gold_actions import GOLD_ALERT
from bot.views.market_text import published, source_line
from bot.views.message import Button, View, rows
from bot.views.rate_text import number

# The widest label of a button in a row of three (a phone of 320 px).
WIDEST = 12


def choose_currency(t: Translator, own: Sequence[str], codes: Sequence[str], *, gold: bool = False) -> View:
    """Ask for the pair: the person's own ones, then currencies against the dollar, then gold if it has a price."""
    mine = [pair for pair in own_pairs(own) if "USD" not in (pair.base, pair.quote)]
    pairs = (Button(str(pair), data=actions.ALERTS_PAIR(pair)) for pair in mine)
    ordered = [code for code in own if code in codes] + [code for code in codes if code not in own]
    against_dollar = (Button(code_label(code), data=actions.ALERTS_PAIR(Pair("USD", code))) for code in ordered)
    back = Button(t.plain("alerts.button_to_list"), data=actions.ALERTS_LIST(0))
    below = [*([Button(t.plain("alerts.button_gold"), data=GOLD_ALERT())] if gold else []), back]
    return View(t("alerts.choose_currency"), (*rows(pairs, 2), *rows(against_dollar, 3), tuple(below)))


def choose_gold(t: Translator, pairs: Sequence[Pair]) -> View:
    """Ask for the currency of an alert on gold."""
    found = (Button(code_label(pair.quote), data=actions.ALERTS_PAIR(pair)) for pair in pairs)
    return View(t("alerts.choose_gold"), (*rows(found, 3), (list_button(t),)))


def choose_level(t: Translator, rate: Rate, zone: ZoneInfo, other: Pair | None = None) -> View:
    """Offer round levels on a pair; `rate` is in the direction that was asked for.

    `other` is the same gold with the bank's other price, if it has one.
    """
    above, below = round_levels(rate)
    switch = []
    if other is not None and (gold := gold_of(other)) is not None:
        switch.append(Button(t.plain(f"alerts.button_gold_{gold[1]}"), data=actions.ALERTS_PAIR(other)))
    return View(
        "\n".join((_title(t, "alerts.choose_level", rate), *published(t, rate, zone))),
        (
            *((_row(t, rules)) for rules in (above, below) if rules),
            (
                Button(t.plain("alerts.button_type"), data=actions.ALERTS_TYPE(rate.pair)),
                Button(t.plain("alerts.button_percent"), data=actions.ALERTS_PERCENT(rate.pair)),
            ),
            *((tuple(switch),) if switch else ()),
            (Button(t.plain("alerts.button_back"), data=actions.ALERTS_BUILD()),),
        ),
    )


def choose_percent(t: Translator, rate: Rate, zone: ZoneInfo) -> View:
    """Offer moves, extremes and the end of a fixed rate; `rate` is in the direction that was asked for."""
    back = Button(t.plain("alerts.button_back"), data=actions.ALERTS_PAIR(rate.pair))
    title = "\n".join((_title(t, "alerts.choose_percent", rate), *published(t, rate, zone)))
    return View(title, (*(_row(t, rules) for rules in percent_rules(rate)), (back,)))


def _title(t: Translator, key: str, rate: Rate) -> str:
    unit = counted_per(rate.pair, rate.value)
    shown = stated(t, per_units(rate, unit))
    if unit == 1 or rate.pair.market:
        said = t("alerts.rate", pair=pair_name(t, rate.pair), rate=stated(t, rate))
    else:
        base, quote = rate.pair.base, rate.pair.quote
        said = t("alerts.rate_per", unit=number(t, Decimal(unit)), base=base, rate=shown, quote=quote)
    return t(key, rate=Html(said))


def _row(t: Translator, rules: Sequence[AlertRule]) -> tuple[Button, ...]:
    return tuple(Button(_label(t, rule), data=actions.ALERTS_CREATE(rule, False)) for rule in rules)


def _label(t: Translator, rule: AlertRule) -> str:
    if rule.level is not None:
        # As the title states the rate: that of another market is stated for one unit.
        unit = 1 if rule.pair.market else counted_per(rule.pair, rule.level)
        level = number(t, plain(rule.level * unit))
        label = t.plain(f"alerts.button_{rule.side}", level=level)
        return label if len(label) <= WIDEST else f"{'>' if rule.side is Side.ABOVE else '<'} {level}"
    if rule.kind in EXTREMES:
        return t.plain(f"alerts.button_{rule.kind}", span=t.plain(f"alerts.short_{rule.days}"))
    if rule.kind is Kind.PEG:
        return t.plain("alerts.button_peg")
    return t.plain(f"alerts.button_{rule.kind}", share=percents(t, rule.move or Decimal(0)))


def type_level(t: Translator, rate: Rate, side: Side) -> View:
    """Ask for a typed level on a side (both: on the side that it is on); `rate` is as asked for."""
    example = _example(rate, side)
    text = t(
        f"alerts.type_{side}",
        pair=pair_name(t, example.pair),
        rate=now_text(t, example, rate),
        example=_typed(example),
    )
    return View("\n".join((text, *source_line(t, rate))), _cancel(t))


def type_change(t: Translator, alert: Alert, rate: Rate) -> View:
    """Ask for another level, or another per cent, of an alert; `rate` is canonical."""
    rule = alert.rule
    if rule.level is None:
        return View(t("alerts.type_change_move", line=describe(t, rule)), _cancel(t))
    example = _example(as_asked(rate, rule.pair), rule.side)
    text = t("alerts.type_change", line=describe(t, rule), rate=now_text(t, example, rate), example=_typed(example))
    return View("\n".join((text, *source_line(t, rate))), _cancel(t))


def _example(rate: Rate, side: Side) -> AlertRule:
    """Return a rule whose level a person might type."""
    above, below = round_levels(rate)
    found = (below if side is Side.BELOW else above) or above
    return found[min(1, len(found) - 1)]


def _typed(rule: AlertRule) -> str:
    """Return a level as a person types it: without separators of thousands, which could be read as a decimal sign."""
    return format((rule.level or Decimal(0)).normalize(), "f")


def _cancel(t: Translator) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t.plain("alerts.button_cancel"), data=actions.ALERTS_CANCEL()),),)


def cancelled(t: Translator) -> View:
    """Confirm that a question was closed."""
    return View(t("alerts.cancelled"), ((list_button(t),),))
