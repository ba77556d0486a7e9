"""Alerts: created, listed, built by buttons, fired."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, RuleChoice, Side, create_alert, offered_rules
from bot.domain.events import AlertFired
from bot.domain.rates import Pair, Rate
from bot.views import alerts, fired_alerts
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, DAY, HOUR, KZT, NOW, RATES

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


LISTED = [
    stored(ABOVE, 1),
    stored(RULES["below"], 2, snoozed_until=NOW + DAY),
    stored(RULES["move, both"], 3, state=AlertState.FIRED, last_fired_at=NOW - HOUR, changed_at=NOW - HOUR),
    stored(RULES["highest"], 4, state=AlertState.PAUSED, once=True),
    stored(RULES["above"], 5, state=AlertState.DONE),
]
DISTANCES = {1: Decimal("0.0069"), 2: Decimal("-0.0115"), 3: Decimal("0.0199")}


def event(rule: AlertRule, **more: object) -> AlertFired:
    """An alert that fired."""
    fields = {"before": Decimal("0.001925"), "rearms_at": Decimal("0.001938")} | more
    return AlertFired(1, rule, False, replace(KZT.inverted, value=Decimal("0.001922")), NOW, **fields)  # type: ignore[arg-type]


SAMPLES = (
    *(sample(alerts.created, about, stored(rule), current(rule)) for about, rule in RULES.items()),
    sample(alerts.created, "once", stored(ABOVE, once=True), current(ABOVE)),
    sample(alerts.created, "the rate is there already", stored(ABOVE, state=AlertState.FIRED), current(ABOVE)),
    sample(alerts.replacing, "after an edit", Lazy(lambda t: alerts.created(t, stored(ABOVE), current(ABOVE))), [RULES["below"]]),
    sample(alerts.already, "", replace(ABOVE, level=Decimal(510)), KZT, once=False),
    sample(alerts.listing, "none", [], {}, NOW, ALMATY),
    sample(alerts.listing, "", LISTED, DISTANCES, NOW, ALMATY),
    sample(alerts.snoozing, "", stored(ABOVE)),
    sample(alerts.build_currency, "", ["KZT", "KGS", "UZS", "TJS", "TMT", "RUB"]),
    sample(alerts.build_side, "", KZT, pegged=False),
    sample(alerts.build_side, "a fixed rate", RATES["TMT"][0], pegged=True),
    *(sample(alerts.build_level, choice, KZT, offered_rules(KZT, choice)) for choice in RuleChoice),
    sample(alerts.type_level, "", "KZT"),
    sample(alerts.deleted, "", ABOVE),
    sample(fired_alerts.fired, "", event(ABOVE), ALMATY, ARTICLES[:2]),
    sample(fired_alerts.fired, "perhaps a repetition", event(ABOVE), ALMATY, repeat=True),
    sample(fired_alerts.fired, "a day's change", event(RULES["day, both"], share=Decimal("-0.021")), ALMATY),
    sample(fired_alerts.fired, "a week's change", event(RULES["week, both"], share=Decimal("-0.021")), ALMATY),
    sample(fired_alerts.fired, "a fixed rate", event(RULES["fixed rate"], share=Decimal("0.034")), ALMATY),
    sample(fired_alerts.brief, "", event(ABOVE)),
    sample(fired_alerts.capped, "", NOW, 24, ALMATY),
)  # fmt: skip
