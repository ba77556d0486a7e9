"""The chart of the best and the median offers: by a button, a command and a sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.alerts import AlertRule, Side, create_alert
from bot.domain.intents import understand
from bot.domain.rates import Pair, Rate
from bot.views.message import plain_text
from handlers.charts import chart_intent, show_chart
from storage import alerts
from storage.database import Database
from tests.handlers.bank_offers import AT, CASH, TRANSFER, offer, publish_offers
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button, print_rates
from tests.handlers.stub_drawer import StubDrawer

OLD = "This button is out of date. Please send the command again."
DATA = "v1:banks:chart:RUB:TJS.transfer.buy:90d"
TODAY = NOW.date()
# The days before today with a table; 8 December 2025 is a Monday. No table was there for the two weeks between.
TABLES = (0, 3, 4, 20, 21, 24)


@pytest.fixture
def drawer() -> StubDrawer:
    return StubDrawer()


@pytest.fixture(autouse=True)
async def tables(database: Database) -> None:
    """Four weeks of official rates, and transfers of two providers on some days; one offer is held back."""
    for ago in range(25):
        await print_rates(database, "nbt", TODAY - dt.timedelta(days=ago), RUBTJS=f"0.11{ago:02}")
    for ago in sorted(TABLES, reverse=True):
        at = AT - dt.timedelta(days=ago)
        await publish_offers(
            database,
            offer("alif", "RUBTJS", TRANSFER, f"0.10{ago:02}", "0.1150", at),
            offer("humo", "RUBTJS", TRANSFER, f"0.11{ago:02}", "0.1160", at),
            offer("matin", "RUBTJS", TRANSFER, "0.2000", "0.2100", at),
            offer("alif", "RUBTJS", CASH, "0.1050", "0.1150", at),
        )


@pytest.fixture
def dushanbe(conversation: Conversation) -> Conversation:
    conversation.chat = replace(conversation.chat, timezone="Asia/Dushanbe")
    return conversation


async def ask(conversation: Conversation, drawer: StubDrawer, words: str) -> RecordedContext:
    ctx = conversation.ctx(words)
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await show_chart(ctx)
    return ctx


async def press(conversation: Conversation, drawer: StubDrawer, data: str) -> RecordedContext:
    ctx = conversation.ctx()
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await press_button(ctx, data)
    return ctx


async def test_a_chart_has_the_best_the_median_and_the_official_rate_with_their_names(
    dushanbe: Conversation, drawer: StubDrawer
) -> None:
    ctx = await press(dushanbe, drawer, DATA)
    [picture] = drawer.pictures
    best, median = picture.lines
    assert (best.name, median.name, picture.official_name) == ("Best", "Median", "Official rate")
    assert (picture.title, picture.last, len(picture.official)) == ("RUB/TJS", "11 TJS", 25)
    assert picture.subtitle.startswith("Transfer: you get for 100\u00a0₽ · since 14 Nov")
    assert picture.note == "National Bank of Tajikistan, published 8 Dec"
    assert best.points[-1] == (TODAY, pytest.approx(11.00))
    assert median.points[-1] == (TODAY, pytest.approx(10.50))
    text = plain_text(ctx.views[0].text)
    assert "🇷🇺🇹🇯 RUB/TJS. Transfer: you get for 100\u00a0₽: 11 TJS\nMedian: 10.50 TJS\n" in text
    assert (
        "At the official rate: 11 TJS (National Bank of Tajikistan)\nAs published 8 Dec 10:00 by the National Bank of Tajikistan."
        in text
    )
    assert [button.label for button in ctx.views[0].buttons[0]] == ["30 d", "✓ 90 d", "1 y", "max"]
    assert [(button.label, button.data) for button in ctx.views[0].buttons[1]] == [
        ("🔔 Alert me", "r1:alerts:pair:RUB:TJS.transfer.buy"),
        ("All banks", "r1:banks:show:RUB:TJS:transfer:1000:RUB:0"),
    ]


async def test_days_without_a_table_are_a_gap_and_a_weekend_is_none(dushanbe: Conversation, drawer: StubDrawer) -> None:
    await press(dushanbe, drawer, DATA)
    for line in drawer.pictures[0].lines:
        ends = [[(TODAY - day).days for day, _ in stretch] for stretch in line.stretches]
        assert ends == [[24, 21, 20], [4, 3, 0]]


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("rub tjs transfer", "Transfer: you get for"),
        ("rub transfer 30d", "Transfer: you get for"),
        ("tjs rub transfer", "Transfer: you pay for"),
        ("рубль сомони перевод", "Transfer: you get for"),
        ("rub tjs banks", "Transfer: you get for"),
        ("rub tjs cash", "Cash: you get for"),
        ("buy rub cash", "Cash: you pay for"),
    ],
)
async def test_a_way_of_payment_in_the_command_makes_it_a_chart_of_offers(
    dushanbe: Conversation, drawer: StubDrawer, words: str, way: str
) -> None:
    await ask(dushanbe, drawer, words)
    [picture] = drawer.pictures
    assert (picture.title, picture.subtitle.startswith(way)) == ("RUB/TJS", True)


async def test_without_a_way_of_payment_it_stays_the_official_rate(dushanbe: Conversation, drawer: StubDrawer) -> None:
    await ask(dushanbe, drawer, "rub tjs")
    assert drawer.pictures[0].lines == ()


@pytest.mark.parametrize(
    ("language", "sentence", "span"),
    [
        ("ru", "график переводов рубля", "since"),
        ("ru", "график рубля переводом за месяц", "30 days"),
        ("en", "chart of ruble transfers", "since"),
        ("tg", "графики интиқоли рубл", "since"),
        ("uz", "rubl o'tkazma grafigi", "since"),
        ("ru", "график рубля в банках", "since"),
    ],
)
async def test_a_sentence_asks_for_it(
    dushanbe: Conversation, drawer: StubDrawer, language: str, sentence: str, span: str
) -> None:
    ctx = dushanbe.ctx()
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await chart_intent(ctx, understand(sentence, language, timezone="Asia/Dushanbe"))
    [picture] = drawer.pictures
    assert (len(picture.lines), span in picture.subtitle) == (2, True)


async def test_the_same_picture_is_drawn_once_and_sent_again_by_its_file_id(
    database: Database, dushanbe: Conversation, drawer: StubDrawer
) -> None:
    first, again = await press(dushanbe, drawer, DATA), await press(dushanbe, drawer, DATA)
    assert (first.photos, again.photos) == ([b"png"], ["file-3"])
    await publish_offers(database, offer("humo", "RUBTJS", TRANSFER, "0.1111", "0.1160", NOW))
    await press(dushanbe, drawer, DATA)
    assert len(drawer.pictures) == 2


async def test_alerts_on_these_offers_are_in_the_picture_and_those_on_the_rate_are_not(
    database: Database, dushanbe: Conversation, drawer: StubDrawer
) -> None:
    for pair, level in ((Pair("RUB", "TJS", "transfer:buy"), "0.111"), (Pair("RUB", "TJS"), "0.112")):
        rule = AlertRule(pair, Side.ABOVE, Decimal(level))
        rate = Rate(pair, Decimal("0.11"), Decimal(0), "nbt", NOW, NOW, TODAY)
        async with database.write() as connection:
            await alerts.add(connection, create_alert(rule, dushanbe.chat.id, 0, rate), NOW)
    await press(dushanbe, drawer, DATA)
    assert [level.number for level in drawer.pictures[0].levels] == ["11.1"]


async def test_where_nothing_was_published_or_no_table_exists_that_is_said(
    conversation: Conversation, dushanbe: Conversation, drawer: StubDrawer
) -> None:
    ctx = await ask(dushanbe, drawer, "eur card")
    assert ctx.views[0].text == "No bank has published this way of payment in this period."
    ctx = await ask(conversation, drawer, "usd kzt cash")
    assert ctx.views[0].text.startswith("No official table of bank rates is published for USD → KZT.")
    assert drawer.pictures == []


async def test_where_pictures_are_forbidden_the_banks_are_offered(dushanbe: Conversation, drawer: StubDrawer) -> None:
    ctx = dushanbe.ctx("rub tjs transfer")
    ctx.services.drawer = drawer  # type: ignore[assignment]
    ctx.no_photos = True
    await show_chart(ctx)
    assert ctx.views[0].text.endswith("Meanwhile: <code>/banks rub tjs</code>")


@pytest.mark.parametrize(
    "data",
    [
        "v1:banks:chart:RUB:TJS:90d",
        "v1:banks:chart:RUB:TJS.interbank.buy:90d",
        "v1:banks:chart:RUB:KZT.cash.buy:90d",
        "v1:banks:chart:TJS:RUB.cash.buy:90d",
        "v1:banks:chart:RUB:TJS.cash.buy:2d",
        "v1:banks:chart:RUB:TJS.cash.hold:90d",
    ],
)
async def test_forged_buttons_are_expired_ones(dushanbe: Conversation, drawer: StubDrawer, data: str) -> None:
    ctx = await press(dushanbe, drawer, data)
    assert (ctx.callback_answers, ctx.photos) == ([OLD], [])
