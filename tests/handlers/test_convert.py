from dataclasses import replace

import pytest

from bot.domain.errors import InvalidInput
from bot.views.message import View
from handlers.convert import convert, convert_text
from handlers.errors import answer_error
from storage import sources
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates

TODAY = NOW.date()
OLD = ["This button is out of date. Please send the command again."]


@pytest.fixture
async def banks(database: Database) -> None:
    """Real rates of real banks, as of one day."""
    await print_rates(database, "nbk", TODAY, USDKZT="478.77", KGSKZT="5.47", UZSKZT="0.0393")
    await print_rates(database, "nbkr", TODAY, USDKGS="87.4500", EURKGS="101.5076")
    await print_rates(database, "cbu", TODAY, USDUZS="12142.10", RUBUZS="150.53")
    await print_rates(database, "nbt", TODAY, USDTJS="9.3450")
    await print_rates(database, "cbr", TODAY, USDRUB="81.1291", EURRUB="94.2000")


async def type_text(conversation: Conversation, text: str) -> list[View]:
    ctx = conversation.ctx(text)
    try:
        assert await convert_text(ctx) is bool(ctx.views)
    except InvalidInput as error:
        await answer_error(ctx, error)
    return ctx.views


def labels(view: View) -> list[list[str]]:
    return [[button.label for button in row] for row in view.buttons]


@pytest.mark.usefixtures("banks")
async def test_an_amount_is_converted_by_the_banks_own_rate(conversation: Conversation) -> None:
    view = await conversation.say(convert, "1500 usd kzt")
    assert view.text.split("\n") == [
        "1,500 USD = <b>718,155 KZT</b>",
        "<i>US dollar → Kazakhstani tenge</i>",
        "1 USD = 478.77 KZT",
        "<i>National Bank of Kazakhstan, for 8 December; seen 6 hours ago.</i>",
    ]
    [copy, ctx], [chart, alert] = view.buttons
    assert (copy.label, copy.copy) == ("Copy 718,155", "718155")
    assert (ctx.label, ctx.data) == ("⇄ 1,500 KZT → USD", "v1:convert:ask:1500:KZT:USD")
    assert (chart.data, alert.data) == ("v1:charts:show:USD:KZT:90d", "v1:alerts:pair:USD:KZT")


@pytest.mark.usefixtures("banks")
async def test_the_reverse_conversion_is_shown_in_place_with_the_same_rate(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:convert:ask:1500:KZT:USD")
    [view] = ctx.views
    assert view.text.split("\n")[:3] == [
        "1,500 KZT = <b>3.13 USD</b>",
        "<i>Kazakhstani tenge → US dollar</i>",
        "1 USD = 478.77 KZT",
    ]
    assert ctx.edited == 1


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("100 usd in som", "100 USD = <b>8,745.00 KGS</b>"),
        ("200$ kgs", "200 USD = <b>17,490.00 KGS</b>"),
        ("500 мың теңге", "500,000 KZT = <b>1,044.34 USD</b>"),
        ("1 manat", "1 TMT = <b>0.286 USD</b>"),
        ("0.01 usd tmt", "0.01 USD = <b>0.035 TMT</b>"),
        ("1 soum", "1 UZS = <b>0.0000824 USD</b>"),
        ("5 kgs kzt", "5 KGS ≈ <b>27.35 KZT</b>"),
    ],
)
async def test_words_alone_are_an_amount_in_the_own_chat(conversation: Conversation, text: str, first: str) -> None:
    [view] = await type_text(conversation, text)
    assert view.text.split("\n")[0] == first


@pytest.mark.usefixtures("banks")
async def test_a_cross_shows_its_path(conversation: Conversation) -> None:
    [view] = await type_text(
        replace(conversation, chat=replace(conversation.chat, language="ru")), "100 сомони в рублях"
    )
    assert "868,16" in view.text.split("\n")[0]
    assert "TJS → USD → RUB: Национальный банк Таджикистана, Банк России" in view.text


@pytest.mark.usefixtures("banks")
async def test_foreign_money_is_shown_in_the_own_five(conversation: Conversation) -> None:
    [view] = await type_text(conversation, "$200")
    lines = view.text.split("\n")
    assert lines[:6] == [
        "🇺🇸 <b>200 USD</b>",
        "🇰🇿 = <b>95,754</b> KZT",
        "🇰🇬 = <b>17,490.00</b> KGS",
        "🇺🇿 = <b>2,428,420</b> UZS",
        "🇹🇯 = <b>1,869.00</b> TJS",
        "🇹🇲 = <b>700</b> TMT",
    ]
    assert "Official rates of the central banks" in lines[6]
    assert view.buttons[0][0].data == "v1:convert:ask:200:USD:KZT"


async def test_a_coarse_ticker_gives_the_two_ends(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "ticker", TODAY, UZSUSD="0.00008", KZTUSD="0.00194")
    view = await conversation.say(convert, "100 usd uzs")
    assert view.text.startswith("100 USD ≈ <b>1,176,471–1,333,333 UZS</b>\n")
    assert "1 USD ≈ 11,765–13,333 UZS" in view.text
    assert "The ticker cannot tell more than this range." in view.text
    assert view.buttons[0][0].copy == "1176471–1333333"
    assert (await conversation.say(convert, "100 usd kzt")).text.startswith("100 USD ≈ <b>51,546 KZT</b>")


@pytest.mark.usefixtures("banks")
async def test_a_stale_source_is_shown(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        state = await sources.get(connection, "nbt", "https://www.nbt.tj/")
        await sources.save(connection, replace(state, stale_since=NOW))
    view = await conversation.say(convert, "10 rub tjs")
    shown = "⚠️ National Bank of Tajikistan: silent, this is the last figure there was."
    assert [line for line in view.text.split("\n") if "⚠️" in line] == [shown]  # the Bank of Russia is not blamed
    view = await conversation.say(convert, "10 rub")
    assert [line for line in view.text.split("\n") if "⚠️" in line] == [shown]


async def test_without_any_rate_it_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(convert, "10 usd tjs")).text.startswith("I have no rates yet.")


@pytest.mark.usefixtures("banks")
async def test_without_a_rate_of_this_pair_it_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(convert, "10 usd jpy")).text == "I have no rate of USD in JPY now."
    view = await conversation.say(convert, "10 usd kzt jpy")
    assert "= <b>4,787.7</b> KZT" in view.text
    assert view.text.endswith("I have no rate of USD in JPY now.")


async def test_without_words_it_shows_how_to_ask(conversation: Conversation) -> None:
    view = await conversation.say(convert)
    assert "/convert 1500 usd kzt" in view.text
    assert labels(view) == [
        ["100 USD → KZT", "100 USD → KGS"],
        ["100 USD → UZS", "100 USD → TJS"],
        ["100 USD → TMT"],
    ]


@pytest.mark.usefixtures("banks")
async def test_a_pair_without_an_amount_is_of_one_unit(conversation: Conversation) -> None:
    assert (await conversation.say(convert, "usd kzt")).text.startswith("1 USD = <b>478.77 KZT</b>")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("100 usd kzz", "I do not know the currency “kzz”. Did you mean KZT?"),
        ("100 qqqqqqqq", "I do not understand “qqqqqqqq”."),
        ("100", "I need one amount with its currency"),
        ("1 2 usd", "I need one amount with its currency"),
        ("-5 usd", "“-5” is no amount that I can convert"),
        ("0 usd", "“0” is no amount that I can convert"),
        ("1e999 usd", "“1e999” is no amount that I can convert"),
        ("1" * 30 + " usd", "“" + "1" * 20 + "” is no amount that I can convert"),
        ("2000000 mlrd usd", "“2000000” is more money than there is. I convert up to 1,000,000,000,000,000."),
        ("5 usd usd", "That is one currency twice."),
        ("<b>5 usd", "I do not understand “&lt;”."),
        ("usd " * 500, "I need one amount with its currency"),
    ],
)
async def test_an_amount_that_cannot_be_converted_is_answered_kindly(
    conversation: Conversation, text: str, answer: str
) -> None:
    view = await conversation.say(convert, text)
    assert view.text.startswith(answer)
    assert view.buttons


@pytest.mark.parametrize("text", ["100 stories about oil", "usd", "пять", "", "Hello - 5 apples", "kzt usd", "🙂"])
async def test_plain_words_that_are_no_amount_are_left_to_others(conversation: Conversation, text: str) -> None:
    assert await type_text(conversation, text) == []


async def test_an_impossible_amount_is_answered_without_a_command_too(conversation: Conversation) -> None:
    [view] = await type_text(conversation, "-5 usd kzt")
    assert view.text.startswith("“-5” is no amount")
    [view] = await type_text(conversation, "5 usd dollars")
    assert view.text.startswith("That is one currency twice.")


@pytest.mark.parametrize(
    "data",
    ["ask:0:USD:KZT", "ask:-1:USD:KZT", "ask:x:USD:KZT", "ask:1:USD:USD", "ask:1:usd:KZT", "ask:1:USD:", "ask:9999999999999999:USD:KZT"],
)  # fmt: skip
async def test_a_forged_button_is_an_expired_one(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(f"v1:convert:{data}")
    assert (ctx.views, ctx.callback_answers) == ([], OLD)
