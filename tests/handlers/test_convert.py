import re
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.amounts import ConvertError
from bot.domain.intents import Intent
from bot.views.buttons import is_under_record
from bot.views.convert import how
from bot.views.message import View, plain_text
from handlers.convert import INTENTS, convert
from storage import sources
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates

TODAY = NOW.date()


@pytest.fixture
async def banks(database: Database) -> None:
    """Real rates of real banks, as of one day."""
    await print_rates(database, "nbk", TODAY, USDKZT="478.77", KGSKZT="5.47", UZSKZT="0.0393")
    await print_rates(database, "nbkr", TODAY, USDKGS="87.4500", EURKGS="101.5076")
    await print_rates(database, "cbu", TODAY, USDUZS="12142.10", RUBUZS="150.53")
    await print_rates(database, "nbt", TODAY, USDTJS="9.3450")
    await print_rates(database, "cbr", TODAY, USDRUB="81.1291", EURRUB="94.2000")


def labels(view: View) -> list[list[str]]:
    return [[button.label for button in row] for row in view.buttons]


@pytest.mark.usefixtures("banks")
async def test_an_amount_is_converted_by_the_banks_own_rate(conversation: Conversation) -> None:
    view = await conversation.say(convert, "1500 usd kzt")
    assert plain_text(view.text).split("\n") == [
        "1,500 USD = 718,155 KZT",
        "US dollar → Kazakh tenge",
        "$1 = 478.77\u00a0₸",
        "National Bank of Kazakhstan, rate for 8 December. Checked: 05:00.",
        "Official rate: transfers and exchange offices usually give less.",
    ]
    [copy, reverse], [chart, alert], [refresh, share, every] = view.buttons
    assert (copy.label, copy.copy) == ("Copy 718,155", "718155")
    assert (reverse.label, reverse.data) == ("⇄ 1,500 KZT → USD", "r1:convert:ask:1500:KZT:USD")
    assert (chart.data, alert.data) == ("r1:charts:show:USD:KZT:90d", "r1:alerts:pair:USD:KZT")
    assert (refresh.data, every.data) == ("v1:convert:ask:1500:USD:KZT", "r1:rates:all")
    assert share.share == "1500 usd kzt"


@pytest.mark.usefixtures("banks")
async def test_the_rate_is_said_in_the_direction_in_which_the_money_goes(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:convert:ask:1500:KZT:USD")
    [view] = ctx.views
    assert view.text.split("\n")[:3] == [
        "1,500 KZT = <b>3.13 USD</b>",
        "<i>Kazakh tenge → US dollar</i>",
        "1,000\u00a0₸ = $2.0887",
    ]
    assert ctx.edited == 1


@pytest.mark.usefixtures("banks")
async def test_buttons_under_a_conversion_are_about_its_own_pair(conversation: Conversation) -> None:
    view = await conversation.say(convert, "10000 руб в сомони")
    data = {button.label: button.data for row in view.buttons for button in row}
    assert data["📈 Chart"] == "r1:charts:show:RUB:TJS:90d"
    assert data["🔔 Alert me"] == "r1:alerts:pair:RUB:TJS"
    assert "\n100\u00a0₽ = 11.52\u00a0TJS\n" in view.text


@pytest.mark.usefixtures("banks")
async def test_a_conversion_is_a_record(conversation: Conversation) -> None:
    for words in ("100 usd kzt", "100 usd"):
        view = await conversation.say(convert, words)
        labels_in_place = [
            button.label for row in view.buttons for button in row if button.data and not is_under_record(button.data)
        ]
        assert labels_in_place == (["↻ Refresh"] if words == "100 usd kzt" else [])


@pytest.mark.usefixtures("banks")
async def test_a_misspelt_currency_is_converted_with_a_note(conversation: Conversation) -> None:
    ctx = conversation.ctx("10000 рублей в самони")
    await convert(ctx)
    assert ctx.views[0].text.startswith("10,000 RUB = <b>1,151.87 TJS</b>")
    assert ctx.notes == ["<i>(самони → сомони)</i>"]


@pytest.mark.usefixtures("banks")
async def test_a_sentence_with_an_amount_is_answered(conversation: Conversation) -> None:
    [(kind, answer)] = INTENTS
    ctx = conversation.ctx()
    await answer(ctx, Intent(kind, amount=Decimal(1500), currencies=("USD", "KZT")))
    assert ctx.views[0].text.startswith("1,500 USD = <b>718,155 KZT</b>")
    with pytest.raises(ConvertError):
        await answer(conversation.ctx(), Intent(kind, problem=ConvertError("convert.error.same")))
    for incomplete in (Intent(kind), Intent(kind, currencies=("USD",)), Intent(kind, amount=Decimal(5))):
        ctx = conversation.ctx()
        await answer(ctx, incomplete)
        assert ctx.views == [how(ctx.t)]


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("100 usd in som", "100 USD = <b>8,745.00 KGS</b>"),
        ("200$ kgs", "200 USD = <b>17,490.00 KGS</b>"),
        ("500 мың теңге usd", "500,000 KZT = <b>1,044.34 USD</b>"),
        ("1 manat usd", "1 TMT = <b>0.286 USD</b>"),
        ("0.01 usd tmt", "0.01 USD = <b>0.035 TMT</b>"),
        ("1 soum $", "1 UZS = <b>0.0000824 USD</b>"),
        ("5 kgs kzt", "5 KGS ≈ <b>27.35 KZT</b>"),
    ],
)
async def test_an_amount_is_read_in_words_of_the_region(conversation: Conversation, text: str, first: str) -> None:
    view = await conversation.say(convert, text)
    assert view.text.split("\n")[0] == first


@pytest.mark.usefixtures("banks")
async def test_a_cross_shows_its_path(conversation: Conversation) -> None:
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    view = await russian.say(convert, "100 сомони в рублях")
    assert "868,16" in view.text.split("\n")[0]
    assert "Расчёт: TJS → USD → RUB. Источники: Национальный банк Таджикистана, Банк России (8 декабря)." in view.text
    assert "переводы и обменники обычно дают меньше" in view.text


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("text", "own", "codes"),
    [
        ("$200", (), ["EUR", "RUB", "KZT", "KGS", "UZS", "TJS", "TMT"]),
        ("1000 сомони", (), ["USD", "EUR", "RUB", "KZT", "KGS", "UZS", "TMT"]),
        ("10 000 рублей", (), ["USD", "EUR", "KZT", "KGS", "UZS", "TJS", "TMT"]),
        ("1000 сомони", ("RUB", "TJS"), ["RUB", "USD", "EUR"]),
        ("$200", ("RUB", "TJS", "UZS"), ["RUB", "TJS", "UZS", "EUR"]),
        ("5 rub uzs", ("RUB", "TJS"), []),
    ],
)
async def test_without_a_target_the_own_currencies_are_first_then_three_common_ones(
    conversation: Conversation, text: str, own: tuple[str, ...], codes: list[str]
) -> None:
    person = replace(conversation, chat=replace(conversation.chat, currencies=own))
    view = await person.say(convert, text)
    assert re.findall(r"</b> ([A-Z]{3})$", view.text, re.MULTILINE) == codes


@pytest.mark.usefixtures("banks")
async def test_several_currencies_have_a_line_each(conversation: Conversation) -> None:
    view = await conversation.say(convert, "200 usd kzt kgs tmt")
    assert plain_text(view.text).split("\n") == [
        "🇺🇸 200 USD",
        "🇰🇿 = 95,754 KZT",
        "🇰🇬 = 17,490.00 KGS",
        "🇹🇲 = 700 TMT",
        (
            "Sources: National Bank of Kazakhstan, National Bank of the Kyrgyz Republic (8 December); "
            "official rate, fixed since 2015. Checked: 05:00."
        ),
        "Official rate: transfers and exchange offices usually give less.",
    ]
    assert view.buttons[0][0].data == "r1:convert:ask:200:USD:KZT"


async def test_a_coarse_ticker_gives_the_two_ends(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "ticker", TODAY, UZSUSD="0.00008", KZTUSD="0.00194")
    view = await conversation.say(convert, "100 usd uzs")
    assert view.text.startswith("100 USD ≈ <b>1.18–1.33 mln UZS</b>\n")
    assert "$1 ≈ 11,765–13,333\u00a0soʻm" in view.text
    assert "The source rounds so much that only this range is known." in view.text
    assert "Official rate" not in view.text
    assert (await conversation.say(convert, "100 usd kzt")).text.startswith("100 USD ≈ <b>51,546 KZT</b>")


@pytest.mark.usefixtures("banks")
async def test_a_stale_source_is_shown(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        state = await sources.get(connection, "nbt", "https://www.nbt.tj/")
        await sources.save(connection, replace(state, stale_since=NOW))
    view = await conversation.say(convert, "10 rub tjs")
    shown = "⚠️ National Bank of Tajikistan isn't updating. Showing its last rate."
    assert [line for line in view.text.split("\n") if "⚠️" in line] == [shown]  # the Bank of Russia is not blamed
    view = await conversation.say(convert, "10 rub")
    assert [line for line in view.text.split("\n") if "⚠️" in line] == [shown]


async def test_without_any_rate_it_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(convert, "10 usd tjs")).text.startswith("No rates yet.")


@pytest.mark.usefixtures("banks")
async def test_without_a_rate_of_this_pair_it_says_so(conversation: Conversation) -> None:
    assert (await conversation.say(convert, "10 usd jpy")).text == "No rate for USD → JPY now."
    view = await conversation.say(convert, "10 usd kzt jpy")
    assert "= <b>4,787.7</b> KZT" in view.text
    assert view.text.endswith("No rate for USD → JPY now.")


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


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("100 usd kzz", "100 USD = <b>47,877 KZT</b>"),
        ("100 qqqqqqqq", "No rate for “qqqqqqqq”."),
        ("100", "Please send one amount and two currencies"),
        ("1 2 usd", "Please send one amount and two currencies"),
        ("-5 usd", "I can't convert “-5”"),
        ("0 usd", "I can't convert “0”"),
        ("1e999 usd", "I can't convert “1e999”"),
        ("1" * 30 + " usd", "I can't convert “" + "1" * 20 + "”"),
        ("2000000 mlrd usd", "“2000000” is too large. The limit is 1,000,000,000,000,000."),
        ("5 usd usd", "Both currencies are the same."),
        ("<b>5 usd", "No rate for “&lt;”."),
        ("usd " * 500, "Please send one amount and two currencies"),
    ],
)
async def test_an_amount_that_cannot_be_converted_is_answered_kindly(
    conversation: Conversation, text: str, answer: str
) -> None:
    view = await conversation.say(convert, text)
    assert view.text.startswith(answer)
    assert view.buttons


@pytest.mark.parametrize(
    "data",
    ["ask:0:USD:KZT", "ask:-1:USD:KZT", "ask:x:USD:KZT", "ask:1:USD:USD", "ask:1:usd:KZT", "ask:1:USD:", "ask:9999999999999999:USD:KZT"],
)  # fmt: skip
async def test_a_forged_button_is_an_expired_one(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(f"v1:convert:{data}")
    assert ctx.views == []
    assert len(ctx.callback_answers) == 1
