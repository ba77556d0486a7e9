"""Alerts on the best offers of banks and on gold: created, listed, built by buttons, fired, shared."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.domain.alerts import Alert, AlertRule, AlertState, Kind, Side, create_alert
from bot.domain.events import AlertFired
from bot.domain.gold import gold_pair
from bot.domain.offers import Side as BankSide
from bot.domain.rates import Pair, Rate
from bot.domain.shares import Setup, SharedAlert, ShareKind
from bot.views import alert_builder, alert_list, alerts, fired_alerts, shares
from tests.golden.sample import sample
from tests.golden.values import ALMATY, DAY, HOUR, NOW


def rate(pair: Pair, value: str, source: str) -> Rate:
    """A published price: exact, of this morning."""
    return Rate(pair, Decimal(value), Decimal(0), source, NOW - HOUR, NOW - HOUR, NOW.date())


TRANSFER = rate(Pair("RUB", "TJS", "transfer:buy"), "0.1095", "nbt")
CASH = rate(Pair("USD", "TJS", "cash:sell"), "9.2810", "nbt")
SALE = rate(gold_pair("cbu", BankSide.SELL), "1746900", "cbu")
BUYBACK = rate(gold_pair("nbkr", BankSide.BUY), "7564.9", "nbkr")
# The rates of offers are stored in the direction of the dollar.
CURRENT = {one.pair: one for one in (TRANSFER, CASH.inverted, SALE, BUYBACK)}
RULES = {
    "an offer, above": AlertRule(TRANSFER.pair, Side.ABOVE, level=Decimal("0.12")),
    "an offer, below": AlertRule(CASH.pair, Side.BELOW, level=Decimal("9.2")),
    "an offer, a move": AlertRule(TRANSFER.pair, Side.BOTH, move=Decimal("0.02"), kind=Kind.MOVE),
    "an offer, highest": AlertRule(TRANSFER.pair, Side.ABOVE, kind=Kind.HIGH, days=90),
    "gold, above": AlertRule(SALE.pair, Side.ABOVE, level=Decimal(1900000)),
    "gold, below": AlertRule(BUYBACK.pair, Side.BELOW, level=Decimal("7300.5")),
    "gold, a move": AlertRule(SALE.pair, Side.BELOW, move=Decimal("0.05"), kind=Kind.MOVE),
    "gold, a week": AlertRule(BUYBACK.pair, Side.BOTH, move=Decimal("0.05"), kind=Kind.WEEK),
    "gold, highest": AlertRule(SALE.pair, Side.ABOVE, kind=Kind.HIGH, days=365),
}


def current(rule: AlertRule) -> Rate:
    """The rate that a rule is compared with, in its canonical direction."""
    return CURRENT.get(rule.pair) or CURRENT[rule.pair.inverted]


def stored(rule: AlertRule, n: int = 1, **changes: object) -> Alert:
    """A stored alert with a rule."""
    alert = create_alert(rule, 1, 0, current(rule))
    return replace(alert, id=n, **changes)  # type: ignore[arg-type]


def event(rule: AlertRule, now: str, before: str, provider: str = "", **more: object) -> AlertFired:
    """An alert that fired at a value, stated as the rule is."""
    seen = current(rule)
    found, earlier = (replace(seen, value=Decimal(value)) for value in (now, before))
    if rule.pair != seen.pair:
        found, earlier = (replace(CASH, value=Decimal(value)).inverted for value in (now, before))
    return AlertFired(1, rule, False, found, NOW, before=earlier.value, provider=provider, **more)  # type: ignore[arg-type]


LISTED = [(stored(rule, n), current(rule)) for n, rule in enumerate(RULES.values(), 1)]
FEW = [
    (stored(RULES["an offer, above"], 1), TRANSFER),
    (stored(RULES["gold, above"], 2, state=AlertState.FIRED, last_fired_at=NOW - HOUR), SALE),
    (stored(RULES["gold, below"], 3, snoozed_until=NOW + DAY), BUYBACK),
    (stored(RULES["an offer, below"], 4, state=AlertState.PAUSED), CASH.inverted),
    (stored(RULES["gold, a move"], 5), None),
]
SETUP = Setup(ShareKind.SETUP, (SharedAlert(RULES["an offer, above"]), SharedAlert(RULES["gold, above"], once=True)))

SAMPLES = (
    *(sample(alerts.created, about, stored(rule), current(rule)) for about, rule in RULES.items()),
    sample(alerts.duplicate, "an offer", stored(RULES["an offer, above"]), TRANSFER),
    sample(alerts.duplicate, "gold", stored(RULES["gold, above"]), SALE),
    sample(alerts.already, "an offer", RULES["an offer, above"], TRANSFER, once=False),
    sample(alerts.already, "gold", RULES["gold, above"], SALE, once=False),
    sample(alerts.far, "an offer", RULES["an offer, above"], TRANSFER, Decimal("0.096"), once=False, alert_id=None),
    sample(alerts.far, "gold", RULES["gold, above"], SALE, Decimal("0.352"), once=False, alert_id=2),
    sample(alerts.which_currency, "gold", [RULES["gold, a move"], RULES["gold, a week"]], once=False),
    sample(alerts.again, "gold", stored(RULES["gold, above"]), SALE),
    sample(alert_list.listing, "offers and gold", FEW, NOW, ALMATY),
    sample(alert_list.listing, "offers and gold by pair", LISTED, NOW, ALMATY),
    *(sample(alert_list.card, f"offers and gold, place {n}", *one, NOW, ALMATY) for n, one in enumerate(FEW, 1)),
    sample(alert_list.deleted, "gold", stored(RULES["gold, above"])),
    sample(alert_builder.choose_currency, "with gold", ("RUB", "TJS"), ["KZT", "UZS"], gold=True),
    sample(alert_builder.choose_gold, "", [SALE.pair, BUYBACK.pair]),
    sample(alert_builder.choose_level, "of an offer", TRANSFER, ALMATY),
    sample(alert_builder.choose_level, "of gold", SALE, ALMATY, gold_pair("cbu", BankSide.BUY)),
    sample(alert_builder.choose_level, "of the buyback of gold", BUYBACK, ALMATY, gold_pair("nbkr", BankSide.SELL)),
    sample(alert_builder.choose_percent, "of an offer", TRANSFER, ALMATY),
    sample(alert_builder.choose_percent, "of gold", SALE, ALMATY),
    sample(alert_builder.type_level, "of an offer", CASH, Side.BELOW),
    sample(alert_builder.type_level, "of gold", SALE, Side.BOTH),
    sample(alert_builder.type_change, "of gold", stored(RULES["gold, above"]), SALE),
    sample(
        fired_alerts.fired, "an offer, above", event(RULES["an offer, above"], "0.1203", "0.1195", "humo"), NOW, ALMATY
    ),
    sample(
        fired_alerts.fired, "an offer, below", event(RULES["an offer, below"], "9.1900", "9.2810", "alif"), NOW, ALMATY
    ),
    sample(
        fired_alerts.fired, "an offer, a move", event(RULES["an offer, a move"], "0.1120", "0.1095", "humo"), NOW, ALMATY
    ),
    sample(
        fired_alerts.fired, "an offer, highest", event(RULES["an offer, highest"], "0.112", "0.1095", "eskhata"), NOW, ALMATY
    ),
    sample(fired_alerts.fired, "gold, above", event(RULES["gold, above"], "1900100", "1886500"), NOW, ALMATY),
    sample(fired_alerts.fired, "gold, below", event(RULES["gold, below"], "7290.05", "7310.25"), NOW, ALMATY),
    sample(fired_alerts.fired, "gold, a move", event(RULES["gold, a move"], "1658000", "1746900"), NOW, ALMATY),
    sample(
        fired_alerts.fired, "gold, a week", event(RULES["gold, a week"], "7990.1", "7564.9", share=Decimal("0.0562")), NOW, ALMATY
    ),
    sample(fired_alerts.fired, "gold, highest", event(RULES["gold, highest"], "1900100", "1886500"), NOW, ALMATY),
    sample(fired_alerts.brief, "gold", event(RULES["gold, above"], "1900100", "1886500")),
    sample(fired_alerts.brief, "an offer", event(RULES["an offer, above"], "0.1203", "0.1195", "humo")),
    sample(shares.offer, "alerts on an offer and on gold", SETUP, "12_20261229_dGhpcyBpcyBhIGtl"),
)  # fmt: skip
