"""Alerts on the best offer of a channel: typed, built by buttons, fired, listed, shared."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.domain.alerts import AlertRule, Kind, Side, Span
from bot.domain.events import AlertFired
from bot.domain.gold import BarPrice, PriceList
from bot.domain.intents import understand
from bot.domain.numbers import D
from bot.domain.offers import Channel
from bot.domain.rates import Pair
from bot.domain.shares import Setup, SharedAlert, ShareKind
from bot.i18n import Translator
from bot.ingest.alerts import evaluate
from bot.ingest.gold import store_price_lists
from bot.services.alert_list import alert_list, snooze_alert
from bot.views.fired_alerts import fired
from bot.views.message import View, plain_text
from handlers import inline
from handlers.alert_list import show_alerts
from handlers.alert_prompts import LEVEL, answer_level
from handlers.alerts import create, create_asked
from handlers.shares import take
from storage import alerts, personal_data, rates, shares
from storage.database import Database
from storage.event_codec import decode
from storage.models import EventRow
from tests.handlers.bank_offers import AT, CASH, DUSHANBE, TRANSFER, offer, publish_offers
from tests.handlers.conftest import NOW, Conversation, press_button, print_rates

T = Translator("en")
TRANSFERS, NEEDED = Pair("RUB", "TJS", "transfer:buy"), Pair("USD", "TJS", "cash:sell")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
async def tables(database: Database) -> None:
    await print_rates(database, "nbt", NOW.date(), USDTJS="9.2500", RUBTJS="0.1100")
    await transfers(database, "0.1089", "0.1095")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.1800", "9.2800"))


async def transfers(database: Database, alif: str, humo: str, at: dt.datetime = AT) -> int:
    """Publish what two providers pay for a ruble by transfer; returns the number of messages."""
    each = (("alif", alif), ("humo", humo))
    return await publish_offers(database, *(offer(name, "RUBTJS", TRANSFER, buy, "0.1130", at) for name, buy in each))


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
    assert "RUB/TJS (best bank, transfer, you get) above 0.11" in answer
    assert await tick(database, NOW) == 0
    assert await transfers(database, "0.1089", "0.1101", NOW - HOUR / 2) == 1
    assert await tick(database, NOW + 2 * HOUR) == 0, "an alert fires once for a crossing"
    [message] = await messages(database)
    assert "RUB/TJS (best bank, transfer, you get)" in message
    assert "0.1101" in message
    assert "Bank: Humo" in message
    assert "National Bank of Tajikistan" in message


async def test_an_alert_on_offers_and_one_on_the_rate_do_not_touch_each_other(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "rub tjs > 0.111")
    await conversation.say(create, "rub tjs transfer > 0.111")
    assert len(await pairs(database)) == 2, "one is taken for a duplicate of the other"
    assert await transfers(database, "0.1089", "0.1120", NOW - HOUR / 2) == 1
    await conversation.say(create, "rub tjs transfer > 0.111")
    assert len(await pairs(database)) == 2, "a duplicate was stored"
    listed = text(await conversation.say(show_alerts))
    assert "RUB/TJS (best bank, transfer, you get) above 0.111" in listed
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
    assert len(await pairs(database)) == 2
    assert await transfers(database, "0.1089", "0.1110", NOW - HOUR / 2) == 2
    for message in await messages(database):
        assert "Bank: Humo" in message


async def test_the_button_of_a_ranking_builds_an_alert_with_round_levels(
    database: Database, conversation: Conversation
) -> None:
    ctx = await conversation.press("r1:alerts:pair:RUB:TJS.transfer.buy")
    [view] = ctx.views
    assert "RUB/TJS (best bank, transfer, you get)" in view.text
    level = view.buttons[0][0].data
    assert level is not None
    assert level.startswith("v1:alerts:draw:RUB:TJS.t.b:level:above:")
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


async def test_without_a_level_the_builder_offers_levels_of_the_best_offer(
    database: Database, conversation: Conversation
) -> None:
    for answer in (
        await conversation.say(create, "rub tjs transfer"),
        await conversation.say(lambda ctx: create_asked(ctx, understand("оповещение рубль переводом", "ru"))),
    ):
        assert "RUB/TJS (best bank, transfer, you get) is 0.1095. Alert me when it is:\nAs published " in text(answer)
        assert text(answer).endswith(": National Bank of Tajikistan")
        assert (answer.buttons[0][0].data or "").startswith("v1:alerts:draw:RUB:TJS.t.b:level:above:0.11:")
    assert text(await conversation.say(create, "eur tjs card")).startswith("No bank has a current offer")


async def test_a_new_table_fires_with_the_value_before(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "rub tjs transfer > 0.11")
    await transfers(database, "0.1089", "0.1101", NOW - HOUR / 2)
    [message] = await messages(database)
    assert message.splitlines() == [
        "🔔 RUB/TJS (best bank, transfer, you get) 0.1101 ▲, above your 0.11",
        "Before: 0.1095 (▲0.5%)",
        "Bank: Humo",
        "As published 8 Dec 10:30: National Bank of Tajikistan",
    ]
    assert await tick(database, NOW + HOUR) == 0, "the tick of the rates fires it again"


async def test_another_table_of_the_source_does_not_judge_the_pair_again(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "rub tjs transfer > 0.11")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.1900", "9.2900", NOW - HOUR / 2))
    assert await messages(database) == []


async def test_a_snoozed_alert_on_offers_fires_with_the_tick_of_the_rates(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "rub tjs transfer > 0.11")
    [one] = await alert_list(database, 1, NOW)
    await snooze_alert(database, 1, one.alert.id, Span.HOUR, NOW, DUSHANBE)
    await transfers(database, "0.1089", "0.1101", NOW - HOUR / 2)
    assert await messages(database) == []
    assert await tick(database, NOW + 2 * HOUR) == 1
    assert "Before" not in (await messages(database))[0]


@pytest.mark.parametrize(
    "typed",
    ["usd tjs noncash < 10.1234567", "rub tjs interbank > 0.14234567", "rub tjs transfer > 0.142345678"],
)
async def test_a_long_level_fits_its_buttons(database: Database, conversation: Conversation, typed: str) -> None:
    channel = typed.split()[2]
    await publish_offers(
        database,
        offer(
            "alif",
            typed[:7].upper().replace(" ", ""),
            Channel(channel),
            *(("9.1", "9.3") if "usd" in typed else ("0.1", "0.102")),
            NOW,
        ),
    )
    view = await conversation.say(create, typed)
    assert view.buttons
    await conversation.press(view.buttons[0][0].data)
    assert len(await pairs(database)) == 1


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("rub tjs transfer > 0.12", "🔔 Alert: <b>RUB/TJS (best bank, transfer, you get) above 0.12</b>"),
        ("рубль сомони переводом выше 0,12", "🔔 Alert: <b>RUB/TJS (best bank, transfer, you get) above 0.12</b>"),
        ("gold uzs > 1900000", "🔔 Alert: <b>Gold per gram, UZS (you pay) above 1,900,000</b>"),
    ],
)
async def test_an_alert_that_is_asked_for_in_another_chat_is_a_card_to_copy(
    database: Database, conversation: Conversation, words: str, begins: str
) -> None:
    bar = BarPrice(D(10), D(17469000))
    async with database.write() as connection:
        await store_price_lists(connection, [PriceList("cbu", NOW.date(), (bar,))], NOW)
    ctx = conversation.ctx()
    ctx.bot = SimpleNamespace(username="JarchiBot")  # type: ignore[assignment]
    for card in ((await inline.cards(ctx, words)).cards[0], await inline.best(ctx, words)):
        assert card is not None
        assert card.view.text == begins
        [[copy]] = card.view.buttons
        parameter = (copy.url or "").partition("?start=set_")[2]
        taker = conversation.ctx()
        await take(taker, parameter)
        assert text(taker.views[0]) in ("Done, it's set up.", "You already have this.")
    assert len(await pairs(database)) == 1


async def test_an_alert_on_offers_is_shared_by_its_button(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "rub tjs transfer > 0.12")
    [one] = await alert_list(database, 1, NOW)
    ctx = conversation.ctx()
    ctx.bot = SimpleNamespace(username="JarchiBot")  # type: ignore[assignment]
    await press_button(ctx, f"v1:shares:alert:{one.alert.id}")
    assert text(ctx.views[0]).startswith("🔔 Alert: RUB/TJS (best bank, transfer, you get) above 0.12\nhttps://t.me/")
