"""The offer to write in a forum's General instead of a topic that is closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.events import TopicClosed
from bot.domain.status import Flood, SourceKind, SourceStatus, Status
from bot.i18n import Translator
from bot.views.status import status, topic_closed
from storage import topics
from tests.handlers.conftest import NOW, Conversation


async def test_deliveries_of_a_closed_topic_come_to_general_by_a_press(conversation: Conversation) -> None:
    async with conversation.database.write() as connection:
        query = await topics.ensure_query(connection, "nuclear")
        await topics.subscribe(connection, conversation.chat.id, 7, query.id, "instant", NOW)
    ((button,),) = topic_closed(conversation.ctx().t, TopicClosed(conversation.chat.id, 7)).buttons
    ctx = await conversation.press(button.data)
    assert ctx.edited == 1
    async with conversation.database.read() as connection:
        assert [one.thread_id for one in await topics.of_chat(connection, conversation.chat.id)] == [0]


@pytest.mark.parametrize("data", ["v1:status:here:x", "v1:status:here:-1"])
async def test_a_forged_topic_moves_nothing(conversation: Conversation, data: str) -> None:
    assert (await conversation.press(data)).views == []


def test_fresh_sources_are_one_line_and_only_problems_are_listed() -> None:
    t = Translator("en")
    seconds_ago = NOW - dt.timedelta(seconds=5)
    fresh = [SourceStatus(name, seconds_ago, 0, None) for name in ("nbk", "nbkr", "cbu")]
    lines = status(t, Status(fresh, 0, {}), "1", NOW, operator=False).text.split("\n")
    assert lines[1:3] == ["✅ All sources are fresh: 3", "Last update: 5 seconds ago"]
    failing = SourceStatus("nbt", NOW - dt.timedelta(hours=2), 4, "the site answered 503")
    shown = status(
        t, Status([*fresh, failing, SourceStatus("cbr", None, 1, None)], 0, {}), "1", NOW, operator=True
    ).text
    assert shown.split("\n")[1:5] == [
        "✅ Fresh sources: 3 of 5",
        "⚠️ National Bank of Tajikistan: last updated 2 hours ago, now failing",
        "<i>the site answered 503</i>",
        "⚠️ Bank of Russia: no data yet",
    ]
    assert "Kazakhstan" not in shown


def test_rates_offers_gold_and_policy_rates_have_a_line_each() -> None:
    named = (
        ("nbk", SourceKind.RATES),
        ("cbu", SourceKind.RATES),
        ("offers_nbt", SourceKind.OFFERS),
        ("gold_cbu", SourceKind.GOLD),
        ("nbk_policy", SourceKind.POLICY),
        ("kabar", SourceKind.NEWS),
    )
    sources = [SourceStatus(name, NOW, 0, None, kind=kind) for name, kind in named]
    sources[1] = replace(sources[1], failures=2)
    sources[2] = replace(sources[2], stale=True)
    shown = status(Translator("en"), Status(sources, 0, {}), "1", NOW, operator=False).text
    assert shown.split("\n")[2:6] == [
        "Official rates: 1/2",
        "Rates of banks: 0/1",
        "Gold prices: 1/1",
        "Policy rates: 1/1",
    ]


@pytest.mark.parametrize(("operator", "seen"), [(True, True), (False, False)])
async def test_items_that_a_source_left_out_are_shown_to_operators(operator: bool, seen: bool) -> None:
    line = SourceStatus("nbk", NOW, 0, None, problem="2 rows without a currency's code were left out")
    shown = status(Translator("en"), Status([line], 0, {}), "1", NOW, operator=operator).text
    assert ("ℹ️ National Bank of Kazakhstan: <i>left out: 2 rows" in shown) is seen
    failing = SourceStatus("nbk", NOW, 1, "no readable rate of KZT", problem="old")
    shown = status(Translator("en"), Status([failing], 0, {}), "1", NOW, operator=operator).text
    assert ("no readable rate" in shown, "now failing" in shown, "left out" in shown) == (seen, True, False)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_operators_see_the_chats_that_a_flood_limit_holds_up(language: str) -> None:
    flood = Flood(3, NOW, 4.6)
    shown = [
        status(Translator(language), Status([], 0, {}, flood), "1.0", NOW, operator=operator).text
        for operator in (True, False)
    ]
    assert ["<tg-time" in text and "Telegram" in text and " 5 " in text for text in shown] == [True, False]
