import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.gold import BarPrice, PriceList
from bot.domain.intents import Intent, IntentKind
from bot.ingest.gold import store_price_lists
from bot.views.message import View
from bot.views.rates import TABLE_WIDTH
from handlers.gold import gold, gold_intent
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button
from tests.handlers.stub_drawer import StubDrawer

OLD = "This button is out of date. Please send the command again."
TODAY = NOW.date()


def prices(source: str, day: dt.date, *bars: tuple[str, str, str | None]) -> PriceList:
    found = (BarPrice(Decimal(w), Decimal(sale), None if back is None else Decimal(back)) for w, sale, back in bars)
    return PriceList(source, day, tuple(found))


async def store(database: Database, *lists: PriceList) -> None:
    async with database.write() as connection:
        for one in lists:
            await store_price_lists(connection, [one], NOW)


@pytest.fixture
async def both(database: Database) -> None:
    """The lists of both banks: real prices of 5 January 2026 and of 18 December 2024."""
    await store(
        database,
        prices("cbu", TODAY - dt.timedelta(days=30), ("10", "17000000", None)),
        prices("cbu", TODAY, ("10", "17469000", "16791000"), ("100", "174694000", "167910000")),
        prices("nbkr", TODAY, ("10", "76020.50", "75649"), ("31.1035", "235546.50", "232065.50")),
    )


def with_own(conversation: Conversation, *codes: str, zone: str = "Asia/Almaty") -> Conversation:
    return replace(conversation, chat=replace(conversation.chat, currencies=codes, timezone=zone))


def labels(view: View) -> list[str]:
    return [button.label for row in view.buttons for button in row]


async def test_before_the_first_poll_there_are_no_prices(conversation: Conversation) -> None:
    assert "No gold prices yet" in (await conversation.say(gold)).text


@pytest.mark.usefixtures("both")
async def test_a_bank_s_list_has_the_price_the_buyback_the_gram_and_the_loss(conversation: Conversation) -> None:
    view = await conversation.say(gold, "uzs")
    assert view.text == (
        "🇺🇿 <b>Gold bars, prices in Uzbek soum</b>\n"
        "<pre>  g     you pay     you get\n 10  17,469,000  16,791,000\n100 174,694,000 167,910,000</pre>\n"
        "<pre>  g  per gram you lose\n 10 1,746,900     3.9%\n100 1,746,940     3.9%</pre>\n"
        "<i>As published on 8 December 2025: Central Bank of Uzbekistan</i>\n"
        "“You get” is the price at which the bank buys an undamaged bar back. “You lose” is the difference if you sell "
        "the bar back at once."
    )
    assert labels(view) == ["📈 Chart", "🔔 Alert me", "🇰🇬 KGS"]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("words", ["kgs", "nbkr", "kyrgyzstan", "кыргызстан", "Бишкек"])
async def test_a_bank_is_named_by_its_country_currency_or_name(conversation: Conversation, words: str) -> None:
    view = await conversation.say(gold, words)
    assert "31.1035 235,546.50 232,065.50" in view.text
    assert "Uzbekistan" not in view.text


@pytest.mark.usefixtures("both")
async def test_the_country_of_the_chat_comes_from_its_currencies_then_from_its_zone(conversation: Conversation) -> None:
    for chat, bank in (
        (with_own(conversation, "RUB", "UZS"), "Central Bank of Uzbekistan"),
        (with_own(conversation, zone="Asia/Tashkent"), "Central Bank of Uzbekistan"),
        (with_own(conversation, "KGS", zone="Asia/Tashkent"), "National Bank of the Kyrgyz Republic"),
    ):
        text = (await chat.say(gold)).text
        assert bank in text
        assert text.count("As published on") == 1


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Almaty", "The National Bank of Kazakhstan publishes no price list"),
        ("Asia/Dushanbe", "The price list of the National Bank of Tajikistan isn't available here yet"),
    ],
)
async def test_a_country_without_a_list_gets_both_lists_and_the_reason(
    conversation: Conversation, zone: str, said: str
) -> None:
    view = await with_own(conversation, zone=zone).say(gold)
    assert view.text.startswith(said)
    assert view.text.count("As published on") == 2
    assert labels(view) == ["📈 🇺🇿 UZS", "📈 🇰🇬 KGS", "🔔 🇺🇿 UZS", "🔔 🇰🇬 KGS"]


@pytest.mark.usefixtures("both")
async def test_another_country_gets_both_lists(conversation: Conversation) -> None:
    view = await with_own(conversation, zone="Europe/Berlin").say(gold)
    assert view.text.startswith("🇺🇿")
    assert view.text.count("As published on") == 2


@pytest.mark.usefixtures("both")
async def test_a_word_without_gold_prices_is_answered(conversation: Conversation) -> None:
    for words in ("<b>brick</b>", "usd", "x" * 4000):
        text = (await conversation.say(gold, words)).text
        assert text.startswith("There are no gold prices for “")
        assert len(text) < 200
        assert "<b>" not in text


async def test_a_list_without_a_buyback_shows_a_dash(database: Database, conversation: Conversation) -> None:
    await store(database, prices("cbu", TODAY, ("10", "17469000", None)))
    view = await conversation.say(gold, "uzs")
    assert "10 17,469,000       —" in view.text
    assert labels(view) == ["📈 Chart", "🔔 Alert me"]


@pytest.mark.usefixtures("both")
async def test_no_line_of_a_table_is_wider_than_a_phone(conversation: Conversation) -> None:
    for language in ("en", "ru"):
        reader = replace(conversation, chat=replace(conversation.chat, language=language))
        for words in ("uzs", "kgs"):
            text = (await reader.say(gold, words)).text
            assert all(
                len(line) <= TABLE_WIDTH
                for part in text.split("<pre>")[1:]
                for line in part.split("</pre>")[0].split("\n")
            )


@pytest.mark.usefixtures("both")
async def test_a_sentence_asks_for_gold_in_a_country(conversation: Conversation) -> None:
    ctx = conversation.ctx()
    await gold_intent(ctx, Intent(IntentKind.GOLD, currencies=("KGS",)))
    assert "Kyrgyz" in ctx.views[0].text


@pytest.mark.usefixtures("both")
async def test_gold_that_is_turned_off_is_said_to_be_off(conversation: Conversation) -> None:
    ctx = conversation.ctx()
    ctx.services.settings = ctx.services.settings.model_copy(update={"gold": ()})
    await gold(ctx)
    assert ctx.views == [View("Gold prices are turned off in this bot.")]


@pytest.mark.usefixtures("both")
async def test_the_other_bank_is_shown_in_place(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:gold:show:nbkr")
    assert ctx.edited == 1
    assert "Kyrgyz" in ctx.views[0].text
    assert labels(ctx.views[0]) == ["📈 Chart", "🔔 Alert me", "🇺🇿 UZS"]


async def test_buttons_of_prices_that_are_gone_are_expired(conversation: Conversation) -> None:
    for data in ("v1:gold:show:nbkr", "v1:gold:chart:cbu:10:90d"):
        assert (await conversation.press(data)).callback_answers == [OLD]


async def chart(conversation: Conversation, drawer: StubDrawer, data: str) -> RecordedContext:
    ctx = conversation.ctx()
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await press_button(ctx, data)
    return ctx


@pytest.mark.usefixtures("both")
async def test_a_chart_has_the_gram_of_a_bar_and_buttons_for_the_others(conversation: Conversation) -> None:
    drawer = StubDrawer()
    ctx = await chart(conversation, drawer, "v1:gold:chart:cbu:10:90d")
    [picture] = drawer.pictures
    assert (picture.title, picture.last) == ("Gold, 10 g", "1,746,900\u00a0soʻm")
    assert picture.official == ((TODAY - dt.timedelta(days=30), 1_700_000.0), (TODAY, 1_746_900.0))
    [view] = ctx.views
    assert view.text == (
        "🇺🇿 <b>Gold bar, 10 g</b>: 1,746,900\u00a0soʻm per gram\nSince 8 Nov (no earlier data): ▲2.8%\n"
        "<i>As published on 8 December 2025: Central Bank of Uzbekistan</i>"
    )
    assert labels(view) == ["30 d", "✓ 90 d", "1 y", "max", "✓ 10 g", "100 g"]
    again = await chart(conversation, drawer, "v1:gold:chart:cbu:10:90d")
    assert again.photos == ["file-3"]
    assert len(drawer.pictures) == 1


@pytest.mark.usefixtures("both")
async def test_in_a_group_the_prices_of_the_bars_are_shown_alone(conversation: Conversation) -> None:
    group = replace(conversation, chat=replace(conversation.chat, kind="supergroup"))
    view = await group.say(gold, "uzs")
    assert "per gram" not in view.text
    assert view.text.endswith("Central Bank of Uzbekistan</i>")
    assert labels(view) == ["📈 Chart", "🇰🇬 KGS"]
