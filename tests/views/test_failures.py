"""The list of failed messages: local times, plain sentences, and a card with named buttons."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.domain.failures import FailedDelivery
from bot.i18n import Translator
from bot.views import actions, failures

NOW = dt.datetime(2026, 11, 28, 19, 25, tzinfo=dt.UTC)
FAILED = FailedDelivery(14, "article", 9, 102, NOW, 2, "BadRequest: chat not found")


@pytest.mark.parametrize(("zone", "shown"), [("Asia/Almaty", "29 Nov 00:25"), ("Europe/Moscow", "28 Nov 22:25")])
def test_times_are_those_of_the_operators_zone(zone: str, shown: str) -> None:
    t = Translator("en")
    assert f">{shown}<" in failures.listing(t, [FAILED], 1, 0, NOW, ZoneInfo(zone)).text
    assert (
        f'Last attempt: <tg-time unix="{int(NOW.timestamp())}" format="Dt">{shown}<'
        in failures.one(t, FAILED, 0, ZoneInfo(zone)).text
    )


def test_a_number_opens_a_card_whose_buttons_have_names() -> None:
    t, zone = Translator("en"), ZoneInfo("Asia/Almaty")
    listed = failures.listing(t, [FAILED] * 2, 2, 0, NOW, zone)
    assert [[button.label for button in row] for row in listed.buttons] == [["1", "2"], ["↻ Retry all", "🗑 Delete all"]]
    assert listed.buttons[0][0].data == actions.FAILURES_ONE(14, 0)
    card = failures.one(t, FAILED, 0, zone)
    assert [[button.label for button in row] for row in card.buttons] == [
        ["👁 Show message"],
        ["↻ Retry", "🗑 Delete"],
        ["‹ Back"],
    ]


def test_what_a_chat_would_get_is_said_in_a_plain_sentence() -> None:
    assert failures.heading(Translator("en"), 102).text == "Chat <code>102</code> would get:"


def test_of_one_failure_there_is_no_button_for_all() -> None:
    view = failures.listing(Translator("en"), [FAILED], 1, 0, NOW, ZoneInfo("UTC"))
    assert [[button.label for button in row] for row in view.buttons] == [["1"]]
