"""Each kind of alert has its texts, in each language."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import SPANS, AlertRule, Kind, RuleChoice
from bot.domain.events import AlertFired
from bot.domain.numbers import short
from bot.domain.rates import Pair
from bot.i18n import LANGUAGES, Translator
from bot.views import actions
from bot.views.alerts import build_side, describe
from bot.views.buttons import parse_data
from bot.views.fired_alerts import fired
from bot.views.message import View
from tests.domain.alerts.strategies import T0, rate, rules


def texts(view: View) -> str:
    return "\n".join([view.text, *(button.label for row in view.buttons for button in row)])


@pytest.mark.parametrize("language", LANGUAGES)
@given(rule=rules(), once=st.booleans())
def test_a_rule_and_its_message_have_texts(language: str, rule: AlertRule, once: bool) -> None:
    t = Translator(language)
    share = Decimal("0.02") if rule.kind in SPANS or rule.kind is Kind.PEG else None
    event = AlertFired(1, rule, once, rate("0.00195"), T0, Decimal("0.0019"), share)
    for text in (describe(t, rule, once=once), texts(fired(t, event, ZoneInfo("Asia/Almaty")))):
        assert "alerts." not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_of_rules_has_texts(language: str) -> None:
    view = build_side(Translator(language), rate("520", "0.005", Pair("USD", "KZT")), pegged=True)
    assert sum(len(row) for row in view.buttons) == len(RuleChoice) + 1
    assert "alerts." not in texts(view)


@given(rule=rules(), once=st.booleans())
def test_a_rule_is_carried_by_its_button(rule: AlertRule, once: bool) -> None:
    if rule.level is not None:
        rule = replace(rule, level=short(rule.level))
    assert parse_data(actions.ALERTS_CREATE(rule, once)) == (actions.ALERTS_CREATE, (rule, once))
