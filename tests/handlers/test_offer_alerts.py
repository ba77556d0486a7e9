"""Alerts on the best offer of a channel: typed, built by buttons, fired, listed, shared."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from bot.domain.alerts import AlertRule, Kind, Side
from bot.domain.events import AlertFired
from bot.domain.numbers import D
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, ShareKind
from bot.i18n import Translator
from bot.ingest.alerts import evaluate
from bot.services.alert_list import alert_list
from bot.views.fired_alerts import fired
from bot.views.message import View, plain_text
from handlers.alert_list import show_alerts
from handlers.alert_prompts import LEVEL, answer_level
from handlers.alerts import create
from storage import alerts, personal_data, rates, shares
from storage.database import Database
from storage.event_codec import decode
from storage.models import EventRow
from tests.handlers.bank_offers import AT, CASH, DUSHANBE, TRANSFER, offer, publish_offers
from tests.handlers.conftest import NOW, Conversation, print_rates

T = Translator("en")
TRANSFERS, NEEDED = Pair("RUB", "TJS", "transfer:buy"), Pair("USD", "TJS", "cash:sell")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
async def tables(database: Database) -> None:
    await print_rates(database, "nbt", NOW.date(), USDTJS="9.2500", RUBTJS="0.1100")
    await transfers(database, "0.1089", "0.1095")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.1800", "9.2800"))


async def transfers(database: Database, alif: str, humo: str, at: dt.datetime = AT) -> None:
    """Publish what two providers pay for a ruble by transfer."""
    each = (("alif", alif), ("humo", humo))
    await publish_offers(database, *(offer(name, "RUBTJS", TRANSFER, buy, "0.1130", at) for name, buy in each))


async def tick(database: Database, now: dt.datetime) -> int:
    async with database.write() as connection:
        graph = await rates.graph(connection, now)
        return await evaluate(connection, graph, graph, now)


async def messages(database: Database) -> list[str]:
    async with database.read() as connection:
        found = [decode(row) for row in await connection.execute(select(EventRow.__table__).order_by(EventRow.id))]
    return [text(fired(T, one, NOW, DUSHANBE)) for one in found if isinstance(one, AlertFired)]


def text(view: View) -> str:
    return plain_text(view.text)


async def pairs(database: Database) -> list[tuple[Pair, Kind, Side]]:
    return [
        (one.alert.rule.pair, one.alert.rule.kind, one.alert.rule.side) for one in await alert_list(database, 1, NOW)
    ]


@pytest.mark.parametrize(
    ("typed", "pair", "kind"),
    [
        ("rub tjs transfer > 0.111", TRANSFERS, Kind.LEVEL),
        ("rub transfer > 0.111", TRANSFERS, Kind.LEVEL),
        ("рубль сомони переводом выше 0,111", TRANSFERS, Kind.LEVEL),
        ("rub tjs transfer 2%", TRANSFERS, Kind.MOVE),
        ("rub tjs transfer high 90", TRANSFERS, Kind.HIGH),
        ("rub tjs transfer 1% week", TRANSFERS, Kind.WEEK),
        ("tjs usd cash < 9.2", NEEDED, Kind.LEVEL),
        ("buy usd tjs cash < 9.2", NEEDED, Kind.LEVEL),
        ("usd tjs > 9.3", Pair("USD", "TJS"), Kind.LEVEL),
    ],
)
async def test_a_channel_makes_an_alert_one_on_its_best_offer(
    database: Database, conversation: Conversation, typed: str, pair: Pair, kind: Kind
) -> None:
    await conversation.say(create, typed)
    [(found, found_kind, _)] = await pairs(database)
    assert (found, found_kind) == (pair, kind)


async def test_the_message_names_the_market_the_bank_and_the_source(
    database: Database, conversation: Conversation
) -> None:
    answer = text(await conversation.say(create, "rub tjs transfer > 0.11"))
    assert "RUB/TJS (best bank, Transfer, you get) above 0.11" in answer
    assert await tick(database, NOW) == 0
    await transfers(database, "0.1089", "0.1101", NOW - HOUR / 2)
    assert await tick(database, NOW + HOUR) == 1
    assert await tick(database, NOW + 2 * HOUR) == 0, "an alert fires once for a crossing"
    [message] = await messages(database)
    assert "RUB/TJS (best bank, Transfer, you get)" in message
    assert "0.1101" in message
    assert "Bank: Humo" in message
    assert "National Bank of Tajikistan" in message


async def test_an_alert_on_offers_and_one_on_the_rate_do_not_touch_each_other(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "rub tjs > 0.111")
    await conversation.say(create, "rub tjs transfer > 0.111")
    assert len(await pairs(database)) == 2, "one is taken for a duplicate of the other"
    await transfers(database, "0.1089", "0.1120", NOW - HOUR / 2)
    assert await tick(database, NOW + HOUR) == 1
    await conversation.say(create, "rub tjs transfer > 0.111")
    assert len(await pairs(database)) == 2, "a duplicate was stored"
    listed = text(await conversation.say(show_alerts))
    assert "RUB/TJS (best bank, Transfer, you get) above 0.111" in listed
    assert "RUB/TJS above 0.111" in listed


async def test_stale_offers_fire_nothing_and_no_alert_is_made_on_them(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "rub tjs transfer < 0.1")
    async with database.read() as connection:
        [stored] = await alerts.of_chat(connection, 1)
    assert stored.pair.market == "transfer:buy"
    assert await tick(database, NOW + 200 * HOUR) == 0
    answer = text(await conversation.say(create, "eur tjs cash > 10"))
    assert answer == "No bank has a current offer for this way of payment. See /banks."


async def test_extremes_and_changes_are_measured_on_the_past_of_the_best_offer(
    database: Database, conversation: Conversation
) -> None:
    for days in range(40, 0, -1):
        await transfers(database, "0.1000", "0.1100", AT - dt.timedelta(days=days))
    await conversation.say(create, "rub tjs transfer high 30")
    await conversation.say(create, "rub tjs transfer +0.5% week")
    await transfers(database, "0.1089", "0.1110", NOW - HOUR / 2)
    assert len(await pairs(database)) == 2
    assert await tick(database, NOW + HOUR) == 2
    for message in await messages(database):
        assert "Bank: Humo" in message


async def test_the_button_of_a_ranking_builds_an_alert_with_round_levels(
    database: Database, conversation: Conversation
) -> None:
    ctx = await conversation.press("r1:alerts:pair:RUB:TJS.transfer.buy")
    [view] = ctx.views
    assert "RUB/TJS (best bank, Transfer, you get)" in view.text
    level = view.buttons[0][0].data
    assert level is not None
    assert level.startswith("v1:alerts:draw:RUB:TJS.transfer.buy:level:above:")
    await conversation.press(level)
    assert await pairs(database) == [(TRANSFERS, Kind.LEVEL, Side.ABOVE)]


async def test_a_level_is_typed_for_the_market_that_was_asked_about(
    database: Database, conversation: Conversation
) -> None:
    ctx = await conversation.press("v1:alerts:type:USD:TJS.cash.sell")
    assert ctx.chat.awaiting == f"{LEVEL} USD:TJS.cash.sell"
    answer = conversation.ctx("9.2")
    answer.answered_prompt = ctx.chat.awaiting
    await answer_level(answer)
    assert await pairs(database) == [(NEEDED, Kind.LEVEL, Side.BELOW)]


async def test_a_shared_alert_and_the_data_of_a_person_keep_the_market(
    database: Database, conversation: Conversation
) -> None:
    rule = AlertRule(TRANSFERS, Side.ABOVE, level=D("0.12"))
    setup = Setup(ShareKind.ALERT, (SharedAlert(rule),))
    await conversation.say(create, "rub tjs transfer > 0.12")
    async with database.write() as connection:
        number = await shares.add(connection, setup, NOW, NOW + HOUR)
        assert await shares.get(connection, number) == setup
        data = await personal_data.everything(connection, 1)
    assert data["alerts"][0]["market"] == "transfer:buy"
