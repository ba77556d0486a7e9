"""Alerts on the price of a gram of gold: typed, built by buttons, fired by a new price list, listed, restored, shared."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete, select

from bot.domain.alerts import Kind, Side
from bot.domain.events import AlertFired
from bot.domain.gold import BarPrice, PriceList
from bot.domain.intents import understand
from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.ingest.gold import store_price_lists
from bot.services.alert_list import Current, alert_list
from bot.views.fired_alerts import fired
from bot.views.message import View, plain_text
from handlers.alert_list import show_alerts
from handlers.alert_prompts import answer_change, answer_level
from handlers.alerts import create, create_asked
from handlers.gold import gold
from storage import deliveries
from storage.database import Database
from storage.event_codec import decode
from storage.models import EventRow, GoldPriceRow
from tests.handlers.bank_offers import DUSHANBE
from tests.handlers.conftest import NOW, Conversation, print_rates

T = Translator("en")
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
TODAY = NOW.date()
SALE, BUYBACK, KYRGYZ = Pair("XAU", "UZS", "cbu:sell"), Pair("XAU", "UZS", "cbu:buy"), Pair("XAU", "KGS", "nbkr:sell")


@pytest.fixture(autouse=True)
async def lists(database: Database) -> None:
    await print_rates(database, "cbu", TODAY, USDUZS="12142.10")
    await publish(database, "cbu", "17469000", "16791000")
    await publish(database, "nbkr", "76020.50", "75649.00")


async def publish(
    database: Database, bank: str, sale: str, buyback: str | None, day: dt.date = TODAY, now: dt.datetime = NOW
) -> int:
    """Store the price of a bar of 10 g at a bank; returns the number of messages."""
    bar = BarPrice(Decimal(10), Decimal(sale), None if buyback is None else Decimal(buyback))
    async with database.write() as connection:
        return await store_price_lists(connection, [PriceList(bank, day, (bar,))], now)


async def messages(database: Database) -> list[str]:
    async with database.read() as connection:
        found = [decode(row) for row in await connection.execute(select(EventRow.__table__).order_by(EventRow.id))]
    return [text(fired(T, one, NOW, DUSHANBE)) for one in found if isinstance(one, AlertFired)]


def text(view: View) -> str:
    return plain_text(view.text)


def labels(view: View) -> list[str]:
    return [button.label for row in view.buttons for button in row]


async def stored(database: Database) -> list[Current]:
    return await alert_list(database, 1, NOW)


@pytest.mark.parametrize(
    ("typed", "pair", "kind", "side", "level"),
    [
        ("gold > 1900000", SALE, Kind.LEVEL, Side.ABOVE, "1900000"),
        ("gold 1,900,000", SALE, Kind.LEVEL, Side.ABOVE, "1900000"),
        ("gold > 8000", KYRGYZ, Kind.LEVEL, Side.ABOVE, "8000"),
        ("gold uzs < 1600000.5", SALE, Kind.LEVEL, Side.BELOW, "1600000.5"),
        ("gold > 7999.12345678901", KYRGYZ, Kind.LEVEL, Side.ABOVE, "7999.123"),
        ("gold buyback > 1700000", BUYBACK, Kind.LEVEL, Side.ABOVE, "1700000"),
        ("золото 10 грамм выше 18 млн", SALE, Kind.LEVEL, Side.ABOVE, "1800000"),
        ("gold uzs 2%", SALE, Kind.MOVE, Side.BOTH, None),
        ("gold uzs +3% week", SALE, Kind.WEEK, Side.ABOVE, None),
        ("gold kyrgyzstan high 90", KYRGYZ, Kind.HIGH, Side.ABOVE, None),
    ],
)
async def test_an_alert_on_gold_is_typed(
    database: Database, conversation: Conversation, typed: str, pair: Pair, kind: Kind, side: Side, level: str | None
) -> None:
    answer = text(await conversation.say(create, typed))
    [one] = await stored(database)
    rule = one.alert.rule
    assert (rule.pair, rule.kind, rule.side, rule.level) == (pair, kind, side, level and Decimal(level))
    assert one.alert.pair == pair, "gold is the base in storage too: the inverse of its price has too few digits"
    assert answer.startswith("🔔 Alert set: Gold per gram, ")
    assert "Source: " in answer


async def test_without_a_level_and_a_country_the_currency_is_asked_for(
    database: Database, conversation: Conversation
) -> None:
    assert labels(await conversation.say(create, "gold 2%")) == ["🇺🇿 UZS", "🇰🇬 KGS"]
    view = await conversation.say(create, "gold")
    assert (text(view), labels(view)[:2]) == ("🔔 New alert on gold. In which currency?", ["🇺🇿 UZS", "🇰🇬 KGS"])
    at_home = replace(conversation, chat=replace(conversation.chat, timezone="Asia/Bishkek"))
    assert "Gold per gram, KGS (you pay) is 7,602.05" in text(await at_home.say(create, "gold"))
    await at_home.say(create, "gold 2%")
    assert [one.alert.pair for one in await stored(database)] == [KYRGYZ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("gold > 18000000", "A level of gold is for one gram"),
        ("gold > 9500000", "A level of gold is for one gram"),
        ("gold > 100", "A level of gold is for one gram"),
        ("gold kzt > 900000", "There are no gold prices for “KZT”"),
        ("gold > 3000000", "72% away. Set the alert anyway?"),
        ("gold > 1700000", "Already true: Gold per gram, UZS (you pay) above 1,700,000 (now 1,746,900)"),
        ("gold uzs 0.05%", "Smallest: 0.1%"),
        ("gold uzs kgs > 100", "I didn't understand"),
    ],
)
async def test_a_level_that_cannot_be_meant_is_answered(
    database: Database, conversation: Conversation, typed: str, said: str
) -> None:
    assert said in text(await conversation.say(create, typed))
    assert await stored(database) == []


async def test_an_old_price_list_makes_no_alert_and_fires_none(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "gold kgs > 8000")
    async with database.write() as connection:
        await connection.execute(delete(GoldPriceRow))
    assert await publish(database, "nbkr", "90000.00", None, TODAY - 20 * DAY) == 0
    for typed in ("gold > 10000", "gold", "gold uzs 5%"):
        assert text(await conversation.say(create, typed)) == "There are no current gold prices. See /gold."
    assert "no data now" in text(await conversation.say(show_alerts))


async def test_a_new_price_list_fires_the_alert_at_once(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "gold > 1900000")
    await conversation.say(create, "gold buyback > 1900000")
    assert await publish(database, "cbu", "19001000", "18300000", TODAY + DAY, NOW + DAY) == 1
    [message] = await messages(database)
    assert message.splitlines() == [
        "🔔 Gold per gram, UZS (you pay) 1,900,100 ▲, above your 1,900,000",
        "Before: 1,746,900 (▲8.8%)",
        "As published on 9 December 2025: Central Bank of Uzbekistan (10 g bar)",
    ]
    assert await publish(database, "cbu", "19001000", "18300000", TODAY + DAY, NOW + DAY + HOUR) == 0, "fires once"
    assert await publish(database, "cbu", "18800000", "18200000", TODAY + 2 * DAY, NOW + 2 * DAY) == 0
    assert await publish(database, "cbu", "19100000", "19000100", TODAY + 3 * DAY, NOW + 3 * DAY) == 2, "armed again"
    assert "Gold per gram, UZS (you get) 1,900,010" in " ".join(await messages(database))


async def test_a_price_that_the_bank_corrects_is_judged_too(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "gold uzs > 1900000")
    assert await publish(database, "cbu", "19001000", None, TODAY, NOW + HOUR) == 1


async def test_a_level_is_met_exactly_beyond_it(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "gold uzs > 1900000")
    assert await publish(database, "cbu", "19000000", None, TODAY + DAY, NOW + DAY) == 0
    assert await publish(database, "cbu", "19000010", None, TODAY + 2 * DAY, NOW + 2 * DAY) == 1


async def test_moves_and_extremes_are_measured_on_the_stored_lists(
    database: Database, conversation: Conversation
) -> None:
    for days in range(40, 0, -1):
        await publish(database, "cbu", str(17_000_000 + days), None, TODAY - days * DAY)
    await publish(database, "cbu", "16900000", None)
    for typed in ("gold uzs 5%", "gold uzs +7% week", "gold uzs high 30", "gold uzs +9% day", "gold uzs +10% day"):
        await conversation.say(create, typed)
    assert await publish(database, "cbu", "18500000", None, TODAY + DAY, NOW + DAY) == 4
    said = " | ".join(await messages(database))
    assert "1,850,000 ▲, moved 5%" in said
    assert "highest in 30 days" in said
    assert "in a week (your alert: 7%)" in said


async def test_gold_and_the_currency_of_its_price_do_not_touch_each_other(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "usd uzs > 13000")
    await conversation.say(create, "gold uzs > 1900000")
    await conversation.say(create, "gold uzs > 1900000")
    await conversation.say(create, "gold uzs buyback > 1900000")
    assert len(await stored(database)) == 3, "a duplicate was stored, or none for another price"
    assert await publish(database, "nbkr", "90000.00", None, TODAY + DAY, NOW + DAY) == 0
    listed = text(await conversation.say(show_alerts))
    assert "Gold per gram, UZS (you pay) above 1,900,000 · now 1,746,900, 8.8% away" in listed
    assert "Gold per gram, UZS (you get) above 1,900,000" in listed


async def test_a_stale_bank_of_rates_does_not_concern_an_alert_on_gold(
    database: Database, conversation: Conversation
) -> None:
    await conversation.say(create, "gold uzs > 1900000")
    async with database.read() as connection:
        assert await deliveries.watchers(connection, "cbu", ("UZS",)) == []
    await conversation.say(create, "usd uzs > 13000")
    async with database.read() as connection:
        assert await deliveries.watchers(connection, "cbu", ("UZS",)) == [(1, 0)]


async def test_the_button_under_gold_builds_an_alert(database: Database, conversation: Conversation) -> None:
    view = await conversation.say(gold, "uzs")
    [button] = [one for row in view.buttons for one in row if one.label == "🔔 Alert me"]
    assert button.data == "r1:alerts:pair:XAU:UZS.cbu.sell"
    [screen] = (await conversation.press(button.data)).views
    assert text(screen) == (
        "🔔 Gold per gram, UZS (you pay) is 1,746,900. Alert me when it is:\n"
        "As published on 8 December 2025: Central Bank of Uzbekistan (10 g bar)"
    )
    assert [one.label for one in screen.buttons[0]] == ["> 1,750,000", "> 1,760,000", "> 1,770,000"]
    [[other]] = [row for row in screen.buttons if row[0].label == "Price you get for a bar"]
    assert other.data is not None
    [screen] = (await conversation.press(other.data)).views
    assert "Gold per gram, UZS (you get) is 1,679,100" in text(screen)
    level = screen.buttons[0][0].data
    assert level == "v1:alerts:draw:XAU:UZS.cbu.b:level:above:1690000:0"
    await conversation.press(level)
    [percent] = (await conversation.press("v1:alerts:percent:XAU:UZS.cbu.sell")).views
    await conversation.press(percent.buttons[0][0].data or "")
    assert {one.alert.rule.pair for one in await stored(database)} == {SALE, BUYBACK}


async def test_the_builder_begins_with_a_currency_or_with_gold(database: Database, conversation: Conversation) -> None:
    view = await conversation.say(create)
    [button] = [one for row in view.buttons for one in row if one.label == "Gold"]
    [screen] = (await conversation.press(button.data)).views
    assert text(screen) == "🔔 New alert on gold. In which currency?"
    async with database.write() as connection:
        await connection.execute(delete(GoldPriceRow))
    assert "Gold" not in labels(await conversation.say(create))
    answers = (await conversation.press(button.data)).callback_answers
    assert answers == ["There are no current gold prices. See /gold."]


async def test_a_bank_without_a_buyback_offers_no_alert_on_it(database: Database, conversation: Conversation) -> None:
    await publish(database, "cbu", "17469000", None, TODAY + DAY)
    [screen] = (await conversation.press("v1:alerts:pair:XAU:UZS.cbu.sell")).views
    assert "Price you get for a bar" not in labels(screen)
    assert (await conversation.press("v1:alerts:pair:XAU:UZS.cbu.buy")).callback_answers


@pytest.mark.parametrize(
    "data",
    [
        "v1:alerts:pair:XAU:UZS", "v1:alerts:pair:XAU:KGS.cbu.sell", "v1:alerts:pair:XAU:UZS.cbu.up",
        "v1:alerts:pair:USD:UZS.cbu.sell", "v1:alerts:draw:XAU:UZS:level:above:1900000:0",
        "v1:alerts:draw:UZS:XAU.cbu.s:level:above:1900000:0", "v1:charts:show:XAU:UZS:90d",
    ],
)  # fmt: skip
async def test_forged_buttons_about_gold_are_expired(database: Database, conversation: Conversation, data: str) -> None:
    assert (await conversation.press(data)).callback_answers
    assert await stored(database) == []


async def test_a_level_is_typed_for_the_price_that_was_asked_about(
    database: Database, conversation: Conversation
) -> None:
    ctx = await conversation.press("v1:alerts:type:XAU:UZS.cbu.buy")
    answer = conversation.ctx("1.7 mln")
    answer.answered_prompt = ctx.chat.awaiting
    await answer_level(answer)
    [one] = await stored(database)
    assert (one.alert.rule.pair, one.alert.rule.level) == (BUYBACK, Decimal(1_700_000))
    ctx = await conversation.press(f"v1:alerts:change:{one.alert.id}")
    for typed, level in (("1750000", 1_750_000), ("gold > 2000000", 2_000_000), ("usd kzt > 600", 2_000_000)):
        changing = conversation.ctx(typed)
        changing.answered_prompt = ctx.chat.awaiting
        await answer_change(changing)
        [one] = await stored(database)
        assert one.alert.rule.level == level
    assert "This alert is about another price" in text(changing.views[-1])


async def test_a_sentence_makes_an_alert_on_gold(database: Database, conversation: Conversation) -> None:
    ctx = conversation.ctx()
    await create_asked(ctx, understand("сообщи когда золото станет дешевле 1600000 сум", "ru"))
    await create_asked(ctx, understand("alert me on gold in uzbekistan"))
    assert [(one.alert.rule.pair, one.alert.rule.side) for one in await stored(database)] == [(SALE, Side.BELOW)]
    assert "Alert me when it is:" in text(ctx.views[-1])


async def test_an_alert_is_paused_deleted_and_restored(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "gold > 1900000")
    [one] = await stored(database)
    number = one.alert.id
    await conversation.press(f"v1:alerts:pause:{number}")
    assert await publish(database, "cbu", "19500000", None, TODAY + DAY, NOW + DAY) == 0
    [card] = (await conversation.press(f"v1:alerts:resume:{number}")).views
    assert "As published on 9 December 2025: Central Bank of Uzbekistan (10 g bar)" in text(card)
    chart = [button.data for row in card.buttons for button in row if button.label == "📈 Chart"]
    assert chart == ["v1:gold:chart:cbu:10:90d"]
    [gone] = (await conversation.press(f"v1:alerts:delete:{number}")).views
    assert text(gone) == "Deleted: Gold per gram, UZS (you pay) above 1,900,000"
    assert await publish(database, "cbu", "17000000", None, TODAY + 2 * DAY, NOW + 2 * DAY) == 0
    restore = next(
        button.data for row in gone.buttons for button in row if (button.data or "").startswith("v1:alerts:restore")
    )
    await conversation.press(restore or "")
    assert len(await stored(database)) == 1


async def test_a_dear_gram_has_no_alerts_rather_than_one_that_cannot_be_stored(
    database: Database, conversation: Conversation
) -> None:
    for days, price in enumerate(("26000000", "38000000", "46000000"), start=1):
        await publish(database, "cbu", price, None, TODAY + days * DAY)
    assert text(await conversation.say(create, "gold uzs 50%")) == "There are no current gold prices. See /gold."
    await publish(database, "cbu", "44000000", None, TODAY + 4 * DAY)
    await conversation.say(create, "gold uzs 50%")
    await conversation.say(create, "gold uzs > 8900000")
    assert len(await stored(database)) == 1
