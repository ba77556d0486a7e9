"""Alerts: created, listed, built by buttons, fired."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, Side, create_alert
from bot.domain.events import AlertFired
from bot.domain.rates import Pair, Rate
from bot.views import alert_builder, alert_list, alerts, fired_alerts
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, DAY, HOUR, KZT, NOW, RATES, RUB_TJS, rate

PAIR = Pair("USD", "KZT")
ABOVE = AlertRule(PAIR, Side.ABOVE, level=Decimal(520))
RULES = {
    "above": ABOVE,
    "below": AlertRule(PAIR, Side.BELOW, level=Decimal("510.5")),
    **{f"{kind}, {side}": AlertRule(PAIR, side, move=Decimal("0.02"), kind=kind) for kind in (Kind.MOVE, Kind.DAY, Kind.WEEK) for side in Side},
    "highest": AlertRule(PAIR, Side.ABOVE, kind=Kind.HIGH, days=30),
    "lowest": AlertRule(PAIR, Side.BELOW, kind=Kind.LOW, days=365),
    "fixed rate": AlertRule(Pair("USD", "TMT"), Side.BOTH, kind=Kind.PEG),
}  # fmt: skip


def current(rule: AlertRule) -> Rate:
    """The rate that a rule is compared with, in its canonical direction."""
    return (RATES["TMT"][0] if rule.kind is Kind.PEG else KZT).inverted


def stored(rule: AlertRule, n: int = 1, **changes: object) -> Alert:
    """A stored alert with a rule."""
    alert = create_alert(rule, 1, 0, current(rule))
    if rule.kind in (Kind.HIGH, Kind.LOW):
        alert = replace(alert, anchor=KZT.inverted.value)
    return replace(alert, id=n, **changes)  # type: ignore[arg-type]


PER_HUNDRED = replace(create_alert(AlertRule(RUB_TJS.pair, Side.ABOVE, level=Decimal("0.12")), 1, 0, RUB_TJS), id=6)
LISTED = [
    (stored(RULES["move, both"], 3), KZT.inverted),
    (PER_HUNDRED, RUB_TJS),
    (stored(ABOVE, 1, state=AlertState.FIRED, last_fired_at=NOW - HOUR), KZT.inverted),
    (stored(RULES["below"], 2, snoozed_until=NOW + DAY), KZT.inverted),
    (stored(RULES["highest"], 4, state=AlertState.PAUSED, once=True), KZT.inverted),
]
MANY = [*LISTED, (stored(ABOVE, 5, state=AlertState.DONE), KZT.inverted), (stored(RULES["day, above"], 7), None)]
PAUSED = [(stored(rule, n, state=AlertState.PAUSED), KZT.inverted) for n, rule in enumerate((ABOVE, RULES["below"]), 1)]


def event(rule: AlertRule, now: str = "520.04", before: str = "519.34", **more: object) -> AlertFired:
    """An alert that fired at a rate of the dollar."""
    code = rule.pair.quote
    source = "peg" if rule.kind is Kind.PEG else "nbk"
    fired_at, earlier = rate(code, now, source).inverted, rate(code, before, source).inverted
    return AlertFired(1, rule, False, fired_at, NOW, before=earlier.value, **more)  # type: ignore[arg-type]


SAMPLES = (
    *(sample(alerts.created, about, stored(rule), current(rule)) for about, rule in RULES.items()),
    sample(alerts.created, "once", stored(ABOVE, once=True), current(ABOVE)),
    sample(alerts.created, "the rate is there already", stored(replace(ABOVE, level=Decimal(510)), state=AlertState.FIRED), current(ABOVE)),
    sample(alerts.replacing, "after an edit", Lazy(lambda t: alerts.created(t, stored(ABOVE), current(ABOVE))), [RULES["below"]]),
    sample(alerts.created, "by a sentence", stored(ABOVE), current(ABOVE), undo=True),
    sample(alerts.created, "of small money", PER_HUNDRED, RUB_TJS),
    sample(alerts.duplicate, "", stored(ABOVE), current(ABOVE)),
    sample(alerts.duplicate, "paused", stored(ABOVE, state=AlertState.PAUSED), current(ABOVE)),
    sample(alerts.already, "", replace(ABOVE, level=Decimal(510)), KZT, once=False),
    sample(alerts.far, "", replace(ABOVE, level=Decimal(750)), KZT, Decimal("0.452"), once=False, alert_id=None),
    sample(alerts.which_currency, "", [replace(ABOVE, pair=Pair("USD", code)) for code in ("KZT", "RUB")], once=False),
    sample(alerts.which_currency, "below", [replace(RULES["below"], pair=Pair("USD", code)) for code in ("KZT", "RUB")], once=False),
    sample(alerts.which_currency, "a move", [replace(RULES["move, both"], pair=Pair("USD", code)) for code in ("KZT", "RUB")], once=False),
    *(sample(alerts.again, about, stored(RULES[about]), current(RULES[about])) for about in ("above", "move, both", "day, both", "highest")),
    sample(alert_list.listing, "none", [], NOW, ALMATY),
    sample(alert_list.listing, "", LISTED, NOW, ALMATY),
    sample(alert_list.listing, "by pair", MANY, NOW, ALMATY),
    sample(alert_list.listing, "all paused", PAUSED, NOW, ALMATY),
    *(sample(alert_list.card, f"place {n} of the list", *one, NOW, ALMATY) for n, one in enumerate(LISTED, 1)),
    sample(alert_list.card, "fired at some time", stored(ABOVE, state=AlertState.FIRED), KZT.inverted, NOW, ALMATY),
    sample(alert_list.deleted, "", stored(ABOVE)),
    sample(alert_builder.choose_currency, "", ("RUB", "TJS"), ["KZT", "KGS", "UZS", "TJS", "TMT", "RUB"]),
    sample(alert_builder.choose_level, "", KZT, ALMATY),
    sample(alert_builder.choose_level, "of small money", RUB_TJS, ALMATY),
    sample(alert_builder.choose_percent, "", KZT, ALMATY),
    sample(alert_builder.choose_percent, "a fixed rate", RATES["TMT"][0], ALMATY),
    *(sample(alert_builder.type_level, side, KZT, side) for side in Side),
    sample(alert_builder.type_change, "", stored(ABOVE), KZT.inverted),
    sample(alert_builder.type_change, "a per cent", stored(RULES["day, above"]), KZT.inverted),
    sample(alert_builder.cancelled),
    sample(fired_alerts.fired, "", event(ABOVE), NOW, ALMATY, ARTICLES[:2]),
    sample(fired_alerts.fired, "perhaps a repetition", event(ABOVE), NOW, ALMATY, repeat=True),
    *(sample(fired_alerts.fired, about, event(RULES[about], "510.04", "511.20"), NOW, ALMATY) for about in ("below", "lowest")),
    *(sample(fired_alerts.fired, about, event(RULES[about]), NOW, ALMATY) for about in ("move, both", "highest")),
    sample(fired_alerts.fired, "a day's change", event(RULES["day, both"], share=Decimal("-0.021")), NOW, ALMATY),
    sample(fired_alerts.fired, "a week's change", event(RULES["week, both"], share=Decimal("-0.021")), NOW, ALMATY),
    sample(fired_alerts.fired, "a fixed rate", event(RULES["fixed rate"], "3.5", "3.5", share=Decimal("0.034")), NOW, ALMATY),
    sample(fired_alerts.brief, "", event(ABOVE)),
    sample(fired_alerts.capped, "", NOW, 24, ALMATY),
)  # fmt: skip
