"""Each kind of alert has its texts, in each language, and each screen fits a phone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import SPANS, Alert, AlertRule, AlertState, Kind, Side, create_alert
from bot.domain.events import AlertFired
from bot.domain.numbers import short
from bot.domain.rates import Pair, Rate
from bot.i18n import LANGUAGES, Translator
from bot.views import actions, alert_builder, alert_list
from bot.views import alerts as views
from bot.views.buttons import parse_data
from bot.views.fired_alerts import fired, fired_buttons
from bot.views.message import View, plain_text
from tests.domain.alerts.strategies import T0, alerts, rate, rules

ZONE = ZoneInfo("Asia/Almaty")
# The longest label that a phone shows whole, by the number of buttons in its row.
WIDTHS = {1: 36, 2: 20, 3: 12, 4: 12, 5: 12}
LONGEST_CALLBACK_ANSWER = 200
RATES = [
    rate("516.43", "0.005", Pair("USD", "KZT")),
    rate("12142.10", "0.005", Pair("USD", "UZS")),
    rate("12500", "780", Pair("USD", "UZS")),
    rate("3.5", "0", Pair("USD", "TMT")),
    rate("0.1141", "0.00001", Pair("RUB", "TJS")),
    rate("0.0066", "0.0000001", Pair("UZS", "RUB")),
    rate("42100", "0.5", Pair("USD", "IRR")),
    rate("1.159", "0.0005", Pair("EUR", "USD")),
]


def texts(view: View) -> str:
    return "\n".join([view.text, *(button.label for row in view.buttons for button in row)])


def assert_complete(view: View) -> None:
    """Assert that a view has all its texts, and labels that a phone shows whole."""
    assert "alerts." not in texts(view)
    assert "{" not in texts(view)
    for row in view.buttons:
        assert row
        for button in row:
            assert len(button.label) <= WIDTHS[len(row)], button.label
            if button.data:
                parse_data(button.data)


@pytest.mark.parametrize("language", LANGUAGES)
@given(rule=rules(), once=st.booleans())
def test_a_rule_and_its_message_have_texts(language: str, rule: AlertRule, once: bool) -> None:
    t = Translator(language)
    share = Decimal("0.02") if rule.kind in SPANS or rule.kind is Kind.PEG else None
    event = AlertFired(1, rule, once, rate("0.00195"), T0, Decimal("0.0019"), share)
    assert "alerts." not in views.describe(t, rule, once=once)
    assert_complete(fired(t, event, T0, ZONE))


@pytest.mark.parametrize("language", LANGUAGES)
@given(alert=alerts(), state=st.sampled_from(actions.RESTORED), snoozed=st.booleans(), other=rules())
def test_an_alert_has_a_confirmation_a_card_and_buttons(
    language: str, alert: Alert, state: AlertState, snoozed: bool, other: AlertRule
) -> None:
    t, now = Translator(language), rate("0.00195")
    until = T0 + dt.timedelta(days=3) if snoozed else None
    alert = replace(alert, id=2**62, state=state, snoozed_until=until, last_fired_at=T0)
    assert_complete(views.created(t, alert, now, undo=True))
    assert_complete(views.duplicate(t, alert, now))
    assert_complete(alert_list.card(t, alert, now, T0, ZONE))
    assert_complete(alert_list.card(t, alert, None, T0, ZONE))
    assert_complete(alert_list.deleted(t, alert))
    assert_complete(View("", fired_buttons(t, alert, T0, ZONE)))
    assert len(views.again(t, alert, now)) <= LONGEST_CALLBACK_ANSWER
    more = [replace(create_alert(other, 1, 0, now), id=n) for n in range(1, 8)]
    for listed in ([alert], [alert, *more]):
        assert_complete(alert_list.listing(t, [(one, now) for one in listed], T0, ZONE))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", RATES, ids=str)
def test_the_screens_of_the_builder_fit_a_phone(language: str, one: Rate) -> None:
    t = Translator(language)
    codes = ["KZT", "KGS", "UZS", "TJS", "RUB"]
    assert_complete(alert_builder.choose_currency(t, ("RUB", "TJS", "UZS"), codes, gold=True))
    assert_complete(alert_builder.choose_level(t, one, ZONE))
    assert_complete(alert_builder.choose_percent(t, one, ZONE))
    for side in Side:
        assert_complete(alert_builder.type_level(t, one, side))
    assert_complete(View("", alert_list.snooze_choice(t, 2**62)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_about_a_level_have_texts(language: str) -> None:
    t, one = Translator(language), RATES[0]
    rule = AlertRule(one.pair, Side.ABOVE, level=Decimal(900))
    for alert_id in (None, 2**62):
        assert_complete(views.far(t, rule, one, Decimal("0.7427"), once=False, alert_id=alert_id))
    assert "74%" in plain_text(views.far(t, rule, one, Decimal("0.7427"), once=False, alert_id=None).text)
    assert_complete(views.already(t, rule, one, once=True))
    others = [replace(rule, pair=Pair("USD", code)) for code in ("RUB", "KGS")]
    assert_complete(views.which_currency(t, others, once=False))
    assert_complete(views.which_currency(t, [rule, replace(rule, side=Side.BELOW)], once=False))


@given(rule=rules(), once=st.booleans())
def test_a_rule_is_carried_by_its_button(rule: AlertRule, once: bool) -> None:
    if rule.level is not None:
        rule = replace(rule, level=short(rule.level))
    assert parse_data(actions.ALERTS_CREATE(rule, once)) == (actions.ALERTS_CREATE, (rule, once))


def test_an_inverted_move_shows_its_levels_in_the_asked_direction() -> None:
    rule = AlertRule(Pair("USD", "KZT"), Side.BOTH, move=Decimal("0.02"), kind=Kind.MOVE)
    canonical = rate("516.43", "0.005", Pair("USD", "KZT")).inverted
    text = views.position(Translator("en"), create_alert(rule, 1, 0, canonical), canonical)
    assert text == "from 516.43, alert at 506.10 or 526.76"
