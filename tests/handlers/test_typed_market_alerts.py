"""Odd requests for alerts on offers and gold: ways of payment without a table, weights, numbers that are none."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from bot.domain.gold import BarPrice, PriceList
from bot.domain.intents import IntentKind, understand
from bot.domain.rates import Pair
from bot.ingest.gold import store_price_lists
from bot.services.alert_list import alert_list
from bot.views.message import View, plain_text
from handlers import inline
from handlers.alerts import create, create_asked
from storage.database import Database
from tests.handlers.bank_offers import CASH, TRANSFER, offer, publish_offers
from tests.handlers.conftest import NOW, Conversation, print_rates

SALE = Pair("XAU", "UZS", "cbu:sell")
NO_TABLE = "No official table of bank rates has this pair. Alerts on it use the official rate."


@pytest.fixture(autouse=True)
async def prices(database: Database) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="516.20")
    await print_rates(database, "nbt", NOW.date(), USDTJS="9.2500", RUBTJS="0.1100")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.1800", "9.2800"))
    await publish_offers(database, offer("alif", "RUBTJS", TRANSFER, "0.1089", "0.1130"))
    bars = {"cbu": "17469000", "nbkr": "76020.50"}
    lists = [PriceList(bank, NOW.date(), (BarPrice(Decimal(10), Decimal(sale)),)) for bank, sale in bars.items()]
    async with database.write() as connection:
        await store_price_lists(connection, lists, NOW)


def text(view: View) -> str:
    return plain_text(view.text)


async def rules(database: Database) -> list[tuple[Pair, Decimal | None]]:
    return [(one.alert.rule.pair, one.alert.rule.level) for one in await alert_list(database, 1, NOW)]


@pytest.mark.parametrize("typed", ["usd kzt cash > 520", "usd kzt cash 2%", "usd kzt cash", "usd kzt cash > 900"])
async def test_an_alert_by_a_way_without_a_table_says_that_it_is_on_the_official_rate(
    conversation: Conversation, typed: str
) -> None:
    ctx = conversation.ctx(typed)
    await create(ctx)
    assert ctx.notes == [NO_TABLE]


@pytest.mark.parametrize("said", ["tell me when the dollar in cash is above 520 tenge", "alert on usd kzt in cash"])
async def test_a_sentence_with_a_way_without_a_table_says_so_too(conversation: Conversation, said: str) -> None:
    ctx = conversation.ctx(said)
    await create_asked(ctx, understand(said))
    assert ctx.notes == [NO_TABLE]


@pytest.mark.parametrize("typed", ["usd kzt > 520", "rub tjs transfer > 0.12"])
async def test_other_requests_say_nothing_of_tables(conversation: Conversation, typed: str) -> None:
    ctx = conversation.ctx(typed)
    await create(ctx)
    assert ctx.notes == []


@pytest.mark.parametrize("typed", ["рубль сомони перевод > 0,12", "перевод рубля выше 0,12"])
async def test_the_russian_word_on_the_button_means_a_transfer(
    database: Database, conversation: Conversation, typed: str
) -> None:
    await conversation.say(create, typed)
    assert await rules(database) == [(Pair("RUB", "TJS", "transfer:buy"), Decimal("0.12"))]


@pytest.mark.parametrize(
    "said",
    ["оповести когда перевод рубля выше 0,12", "перевод рубля выше 0,12", "перевод рубля > 0,12 сомони"],
)
async def test_a_sentence_may_name_a_transfer_so(database: Database, conversation: Conversation, said: str) -> None:
    intent = understand(said, "ru")
    await conversation.say(lambda ctx: create_asked(ctx, intent), said)
    assert await rules(database) == [(Pair("RUB", "TJS", "transfer:buy"), Decimal("0.12"))]


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        ("gold 1kg above 1.9 bln", "1900000"),
        ("gold 1 kilogram > 1.9 bln", "1900000"),
        ("золото 1 кг дороже 1,9 млрд", "1900000"),
        ("gold 10g above 19 mln", "1900000"),
        ("золото 10 г выше 19 млн", "1900000"),
        ("gold > 1,900 mln uzs", "1900000"),
        ("gold kgs > 7,900", "7900"),
        ("gold > 8000 kg", "8000"),
        ("gold kgs > 7.900", "7900"),
    ],
)
async def test_weights_and_grouped_levels_of_gold(
    database: Database, conversation: Conversation, typed: str, level: str
) -> None:
    answer = text(await conversation.say(create, typed))
    [(pair, found)] = await rules(database)
    assert (pair.base, found) == ("XAU", Decimal(level)), answer


@pytest.mark.parametrize("typed", ["gold 0", "gold > -1", "gold 5 6", "gold uzs > 0"])
async def test_a_wrong_price_of_gold_gets_an_example_of_gold(conversation: Conversation, typed: str) -> None:
    assert "one positive price of a gram, for example /alert gold > 1900000" in text(
        await conversation.say(create, typed)
    )


async def test_a_tiny_level_of_gold_is_far_off(conversation: Conversation) -> None:
    assert "A level of gold is for one gram" in text(await conversation.say(create, "gold > 0.0000001"))


@pytest.mark.parametrize("said", ["перевод 10000 рублей в сомони", "перевод больше 10000 рублей в сомони"])
def test_an_amount_that_is_sent_is_no_level(said: str) -> None:
    assert understand(said, "ru").kind is not IntentKind.ALERT


async def test_the_short_word_for_cash_is_known(database: Database, conversation: Conversation) -> None:
    await conversation.say(create, "доллар сомони нал > 9,3")
    assert await rules(database) == [(Pair("USD", "TJS", "cash:buy"), Decimal("9.3"))]


@pytest.mark.parametrize(
    ("typed", "source"), [("rub tjs transfer", "National Bank of Tajikistan"), ("gold uzs", "(10 g bar)")]
)
async def test_the_question_for_a_level_names_the_source_of_its_price(
    conversation: Conversation, typed: str, source: str
) -> None:
    levels = await conversation.say(create, typed)
    [other] = [one for row in levels.buttons for one in row if one.label == "✎ Other level"]
    asked = await conversation.press(other.data)
    assert source in asked.views[-1].text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("10000 рублей переводом в сомони", "1,089 TJS"),
        ("где выгоднее рубль в сомони", "National Bank of Tajikistan"),
        ("золото", "Central Bank of Uzbekistan"),
        ("gold in kyrgyzstan", "76,020.50"),
    ],
)
async def test_offers_and_prices_are_answered_in_other_chats(conversation: Conversation, asked: str, said: str) -> None:
    ctx = conversation.ctx()
    ctx.bot = SimpleNamespace(username="JarchiBot")  # type: ignore[assignment]
    for card in ((await inline.cards(ctx, asked)).cards[0], await inline.best(ctx, asked)):
        assert card is not None
        assert said in text(card.view)
        assert card.view.buttons == (), "its buttons would be pressed in a chat of others"


async def test_a_level_of_other_money_than_the_somoni_is_explained(conversation: Conversation) -> None:
    said = text(await conversation.say(create, "usd cash > 520"))
    assert said.startswith("That's more than ten times off the best bank rate for USD/TJS.")


async def test_the_chosen_currency_of_gold_is_no_other_one(conversation: Conversation) -> None:
    ctx = conversation.ctx("gold > 1900000")
    await create(ctx)
    assert ctx.notes == ["No currency was named. Chosen: UZS."]
