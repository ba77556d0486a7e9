"""/banks and /send: what a person gets or pays at a bank, with its source and time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.intents import understand
from bot.domain.offers import Channel
from bot.i18n import Translator
from bot.services.settings import digest_now
from bot.views.digest import digest
from bot.views.message import View, plain_text
from handlers.convert import convert
from handlers.offers import AMOUNT, banks, banks_intent, read_amount, send
from storage.database import Database
from tests.handlers.bank_offers import AT, CASH, DUSHANBE, TRANSFER, offer, publish_offers
from tests.handlers.conftest import NOW, Conversation, print_rates

TODAY = NOW.date()
NO_TABLE = (
    "No official table of bank rates is published for USD → KZT. The National Bank of Tajikistan has one, for the "
    "dollar, the euro and the ruble."
)


@pytest.fixture
async def tables(database: Database) -> None:
    """Official rates, and the offers of some providers; one lies, one is unknown and hostile."""
    await print_rates(database, "nbt", TODAY, USDTJS="9.2500", RUBTJS="0.1100")
    await print_rates(database, "nbk", TODAY, USDKZT="478.77", RUBKZT="5.9000")
    await publish_offers(
        database,
        offer("alif", "USDTJS", CASH, "9.1800", "9.2800"),
        offer("eskhata", "USDTJS", CASH, "9.2000", "9.2700"),
        offer("<b>Bank</b> & Co", "USDTJS", CASH, "9.1000", "9.3500"),
        offer("humo", "USDTJS", CASH, "9.9000", "9.1000"),
        *(offer(f"small {n}", "USDTJS", CASH, f"9.0{n}00", "9.4000") for n in range(7)),
    )
    await publish_offers(
        database,
        offer("alif", "RUBTJS", TRANSFER, "0.1089", "0.1120"),
        offer("humo", "RUBTJS", TRANSFER, "0.1095", "0.1110"),
        offer("matin", "RUBTJS", TRANSFER, "0.1070", "0.1130"),
    )


@pytest.fixture
def dushanbe(conversation: Conversation) -> Conversation:
    conversation.chat = replace(conversation.chat, timezone="Asia/Dushanbe")
    return conversation


def lines(view: View) -> list[str]:
    return plain_text(view.text).split("\n")


def data_of(view: View) -> dict[str, str | None]:
    return {button.label: button.data for row in view.buttons for button in row}


@pytest.mark.usefixtures("tables")
async def test_banks_ranks_the_dollar_in_the_country_of_the_chat(dushanbe: Conversation) -> None:
    view = await dushanbe.say(banks)
    shown = lines(view)
    assert shown[:5] == [
        "🇺🇸🇹🇯 1 USD → TJS",
        "Cash. You get, best first:",
        "1. 9.20 TJS ▼0.5% · Bank Eskhata",
        "2. 9.18 TJS ▼0.8% · Alif Bank",
        "3. 9.10 TJS ▼1.6% · <b>Bank</b> & Co",
    ]
    assert shown[9].startswith("8. ")
    assert shown[10] == "At the official rate: 9.25 TJS (National Bank of Tajikistan)"
    assert shown[11].startswith("As published 8 Dec 10:00 by the National Bank of Tajikistan;")
    assert "&lt;b&gt;Bank&lt;/b&gt; &amp; Co" in view.text
    assert '<a href="https://www.nbt.tj/tj/kurs/kurs_kommer_bank.php">National Bank of Tajikistan</a>' in view.text
    assert "Humo" not in view.text, "an offer that sells below its own purchase price is shown"
    assert data_of(view) == {
        "All: 10": "v1:banks:show:USD:TJS:cash:1:USD:1",
        "🔔 Alert me": "r1:alerts:pair:USD:TJS.cash.buy",
        "📈 Chart": "r1:banks:chart:USD:TJS.cash.buy:90d",
        "Card": "v1:banks:show:USD:TJS:card:1:USD:0",
        "Transfer": "v1:banks:show:USD:TJS:transfer:1:USD:0",
        "E-wallet": "v1:banks:show:USD:TJS:wallet:1:USD:0",
        "Non-cash": "v1:banks:show:USD:TJS:noncash:1:USD:0",
        "⇄ TJS → USD": "v1:banks:show:TJS:USD:cash:1:USD:0",
        "Another amount": "v1:banks:amount:USD:TJS:cash:1:USD",
    }


@pytest.mark.usefixtures("tables")
async def test_in_a_group_the_best_three_are_shown_with_one_button(dushanbe: Conversation) -> None:
    dushanbe.chat = replace(dushanbe.chat, kind="supergroup")
    view = await dushanbe.say(banks)
    assert [line[:2] for line in lines(view)[2:-2]] == ["1.", "2.", "3."]
    assert data_of(view) == {"All: 10": "v1:banks:show:USD:TJS:cash:1:USD:1"}
    assert lines(view)[-1].startswith("As published 8 Dec 10:00 by the National Bank of Tajikistan")
    assert (await dushanbe.say(banks, "usd tjs wallet")).buttons == ()


@pytest.mark.usefixtures("tables")
async def test_a_button_shows_all_and_another_one_the_other_direction(dushanbe: Conversation) -> None:
    ctx = await dushanbe.press("v1:banks:show:USD:TJS:cash:1:USD:1")
    shown = lines(ctx.views[0])
    assert shown[11].startswith("10. ")
    assert shown[12] == "Not counted, sells for less than it buys: Humo 9.90 TJS"
    assert ctx.edited == 1
    ctx = await dushanbe.press("v1:banks:show:TJS:USD:cash:1:USD:0")
    assert lines(ctx.views[0])[:3] == [
        "🇹🇯🇺🇸 TJS → 1 USD",
        "Cash. You pay, best first:",
        "1. 9.27 TJS ▲0.2% · Bank Eskhata",
    ]
    ctx = await dushanbe.press("v1:banks:show:USD:TJS:card:1:USD:0")
    assert lines(ctx.views[0])[1:] == [
        "Card.",
        "There are no bank rates for this way of payment now.",
        "At the official rate: 9.25 TJS (National Bank of Tajikistan)",
    ]


@pytest.mark.usefixtures("tables")
async def test_an_offer_of_an_older_day_is_shown_with_it(dushanbe: Conversation, database: Database) -> None:
    at = AT - dt.timedelta(days=3)  # a Friday
    await publish_offers(
        database,
        offer("alif", "EURTJS", CASH, "10.10", "10.30"),
        offer("humo", "EURTJS", CASH, "10.20", "10.35", at),
    )
    await print_rates(database, "nbt", TODAY, EURTJS="10.2000")
    shown = lines(await dushanbe.say(banks, "eur"))
    assert shown[2:4] == ["1. 10.20 TJS · Humo · 5 Dec", "2. 10.10 TJS ▼1.0% · Alif Bank"]
    assert shown[-1].startswith("As published 8 Dec 10:00")
    view = await dushanbe.say(convert, "1 eur tjs")
    assert "Best bank, cash: 10.20 TJS (Humo; as published 5 Dec 10:00 by" in plain_text(view.text)


async def test_a_source_that_stands_in_for_the_bank_is_not_called_official(
    dushanbe: Conversation, database: Database
) -> None:
    await print_rates(database, "frankfurter", TODAY, USDTJS="9.2500")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.18", "9.28"))
    shown = lines(await dushanbe.say(banks))
    assert shown[2:4] == [
        "1. 9.18 TJS · Alif Bank",
        "There is no fresh official rate. Frankfurter bank average: 9.25 TJS",
    ]
    assert "official" not in shown[4]


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("timezone", "typed", "first"),
    [
        ("Asia/Almaty", "tjs", "🇺🇸🇹🇯 1 USD → TJS"),
        ("Asia/Almaty", "100 tjs", "🇹🇯🇺🇸 100 TJS → USD"),
        ("Asia/Dushanbe", "tjs", "🇺🇸🇹🇯 1 USD → TJS"),
        ("Asia/Dushanbe", "100 tjs", "🇹🇯🇺🇸 100 TJS → USD"),
        ("Asia/Dushanbe", "buy 100 tjs", "🇺🇸🇹🇯 USD → 100 TJS"),
    ],
)
async def test_somoni_alone_are_exchanged_for_the_dollar(
    conversation: Conversation, timezone: str, typed: str, first: str
) -> None:
    conversation.chat = replace(conversation.chat, timezone=timezone)
    assert lines(await conversation.say(banks, typed))[0] == first


@pytest.mark.usefixtures("tables")
async def test_the_buttons_of_a_pair_without_a_table_keep_the_amount(dushanbe: Conversation) -> None:
    view = await dushanbe.say(send, "10000 rub kzt")
    assert data_of(view) == {
        "USD → TJS": "v1:banks:show:USD:TJS:cash:1:USD:0",
        "EUR → TJS": "v1:banks:show:EUR:TJS:cash:1:EUR:0",
        "RUB → TJS": "v1:banks:show:RUB:TJS:transfer:10000:RUB:0",
    }


@pytest.mark.usefixtures("tables")
async def test_a_number_alone_is_of_the_persons_own_money(dushanbe: Conversation) -> None:
    dushanbe.chat = replace(dushanbe.chat, currencies=("RUB", "TJS", "USD"))
    assert lines(await dushanbe.say(send, "5000"))[0] == "🇷🇺🇹🇯 5,000 RUB → TJS"
    assert lines(await dushanbe.say(banks, "5000 наличными"))[:2] == ["🇷🇺🇹🇯 5,000 RUB → TJS", "Cash."]
    assert "one amount" in (await dushanbe.say(send, "5000 6000")).text
    assert "one amount" in (await dushanbe.say(send, "-5")).text


@pytest.mark.parametrize("typed", ["abc", "0", "-5 rub tjs", "1e99 rub tjs", "10000", "0.001 rub tjs"])
async def test_an_unreadable_transfer_is_answered_with_the_form_of_the_command(
    dushanbe: Conversation, typed: str
) -> None:
    view = await dushanbe.say(send, typed)
    assert plain_text(view.text) == "Please send one amount and two currencies: /send 10000 rub tjs."
    assert view.buttons == ()


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("typed", "first", "row"),
    [
        ("rub tjs", "🇷🇺🇹🇯 1,000 RUB → TJS", "1. 109.50 TJS ▼0.5% · Humo"),
        ("rub", "🇷🇺🇹🇯 1,000 RUB → TJS", "1. 109.50 TJS ▼0.5% · Humo"),
        ("10000 rub tjs transfer", "🇷🇺🇹🇯 10,000 RUB → TJS", "1. 1,095 TJS ▼0.5% · Humo"),
        ("tjs rub", "🇹🇯🇷🇺 TJS → 1,000 RUB", "1. 111 TJS ▲0.9% · Humo"),
        ("111 tjs rub", "🇹🇯🇷🇺 111 TJS → RUB", "1. 1,000.00 RUB ▼0.9% · Humo"),
        ("buy 100 usd", "🇹🇯🇺🇸 TJS → 100 USD", "1. 927 TJS ▲0.2% · Bank Eskhata"),
        ("200 usd перевод", "🇺🇸🇹🇯 200 USD → TJS", "There are no bank rates for this way of payment now."),
        ("500 долларов наличными", "🇺🇸🇹🇯 500 USD → TJS", "1. 4,600 TJS ▼0.5% · Bank Eskhata"),
    ],
)
async def test_currencies_amounts_and_ways_are_typed_in_any_order(
    dushanbe: Conversation, typed: str, first: str, row: str
) -> None:
    shown = lines(await dushanbe.say(banks, typed))
    assert (shown[0], shown[2]) == (first, row)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("qwerty", "I don't understand “qwerty”. Examples: /banks usd, /banks 10000 rub tjs transfer."),
        ("10000", "Please send one amount and its currency: /banks 10000 rub tjs transfer."),
        ("5% usd", "Please send one amount and its currency: /banks 10000 rub tjs transfer."),
        ("-5 usd", "I can't convert “-5”. Send one positive number: 1500 usd kzt or 1.5 mln soum in rubles."),
    ],
)
async def test_an_input_of_no_use_is_answered_with_examples(dushanbe: Conversation, typed: str, answer: str) -> None:
    assert lines(await dushanbe.say(banks, typed)) == [answer]


@pytest.mark.usefixtures("tables")
async def test_a_country_without_a_table_gets_the_official_rate(conversation: Conversation) -> None:
    view = await conversation.say(banks)
    assert lines(view)[:2] == [
        NO_TABLE,
        "Official rate: $1 = 478.77\u00a0₸",
    ]
    assert "National Bank of Kazakhstan, rate for 8 December" in view.text
    assert list(data_of(view)) == ["USD → TJS", "EUR → TJS", "RUB → TJS"]


async def test_before_the_first_table_there_is_nothing_to_show(dushanbe: Conversation) -> None:
    assert lines(await dushanbe.say(banks))[1:] == ["Cash.", "There are no bank rates for this way of payment now."]


async def test_a_stale_table_is_dated_and_not_ranked(database: Database, dushanbe: Conversation) -> None:
    await print_rates(database, "nbt", TODAY, USDTJS="9.2500")
    await publish_offers(database, offer("alif", "USDTJS", CASH, "9.1800", "9.2800", at=AT - dt.timedelta(days=7)))
    assert lines(await dushanbe.say(banks))[2:] == [
        "The newest table of the National Bank of Tajikistan is of 1 Dec 10:00: too old to compare banks by it.",
        "At the official rate: 9.25 TJS (National Bank of Tajikistan)",
    ]
    assert "9.18" not in (await dushanbe.say(send, "100 usd tjs")).text
    assert "Best bank" not in (await dushanbe.say(convert, "100 usd tjs")).text


async def test_an_offer_far_from_the_official_rate_is_named_as_not_counted(
    database: Database, dushanbe: Conversation
) -> None:
    await print_rates(database, "nbt", TODAY, RUBTJS="0.1100")
    await publish_offers(
        database,
        offer("orienbonk", "RUBTJS", CASH, "0.0800", "0.1150"),
        offer("alif", "RUBTJS", CASH, "0.1080", "0.1120"),
    )
    view = await dushanbe.say(banks, "rub cash")
    assert lines(view)[2:5] == [
        "1. 108 TJS ▼1.8% · Alif Bank",
        "Not counted, far from the official rate: Orienbank 80 TJS",
        "At the official rate: 110 TJS (National Bank of Tajikistan)",
    ]
    # Its other price is not far off: the provider is named without it.
    assert lines(await dushanbe.say(banks, "tjs rub cash"))[3] == "Not counted, far from the official rate: Orienbank"


async def test_where_no_offer_is_counted_the_reason_is_shown(database: Database, dushanbe: Conversation) -> None:
    await print_rates(database, "nbt", TODAY, RUBTJS="0.1100")
    await publish_offers(
        database,
        offer("orienbonk", "RUBTJS", CASH, "0.0800", "0.1150"),
        offer("humo", "RUBTJS", Channel.CARD, "0.1095", "0.1120"),
    )
    shown = lines(await dushanbe.say(banks, "rub cash"))
    assert shown[1:4] == [
        "Cash.",
        "Not counted, far from the official rate: Orienbank 80 TJS",
        "At the official rate: 110 TJS (National Bank of Tajikistan)",
    ]
    assert shown[4].startswith("As published 8 Dec 10:00 by the National Bank of Tajikistan;")
    assert "Best bank" not in (await dushanbe.say(convert, "1000 rub tjs")).text


@pytest.mark.usefixtures("tables")
async def test_send_shows_the_best_the_median_and_the_worst_transfer(conversation: Conversation) -> None:
    view = await conversation.say(send, "10000 rub tjs")
    shown = lines(view)
    assert shown[:6] == [
        "🇷🇺🇹🇯 10,000 RUB → TJS",
        "By transfer, you get:",
        "Best: 1,095 TJS ▼0.5% · Humo",
        "Median: 1,089 TJS ▼1.0%",
        "Worst: 1,070 TJS ▼2.7% · Matin",
        "At the official rate: 1,100 TJS (National Bank of Tajikistan)",
    ]
    assert shown[-1] == "Fees of the sender's bank are not included."
    assert data_of(view) == {"All: 3": "v1:banks:show:RUB:TJS:transfer:10000:RUB:0"}


async def test_send_without_words_shows_how_to_use_it(conversation: Conversation) -> None:
    assert "/send 10000 rub tjs" in (await conversation.say(send)).text


@pytest.mark.usefixtures("tables")
async def test_a_conversion_has_the_best_published_offer_beside_the_official_result(
    conversation: Conversation,
) -> None:
    assert (await conversation.say(convert, "10000 rub tjs")).text.count(
        "Best bank, transfer: <b>1,095 TJS</b> (Humo;"
    ) == 1
    assert "Best bank, cash: <b>100 USD</b> (Bank Eskhata;" in (await conversation.say(convert, "927 tjs usd")).text
    assert "Best bank" not in (await conversation.say(convert, "100 usd kzt")).text
    assert "Best bank" not in (await conversation.say(convert, "100 usd")).text


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("200", "🇹🇯🇺🇸 TJS → 200 USD"),
        ("200 долларов", "🇹🇯🇺🇸 TJS → 200 USD"),
        ("500 сомони", "🇹🇯🇺🇸 500 TJS → USD"),
        ("500 евро", None),
        ("-5", None),
        ("0.001", None),
        ("1e5", None),
    ],
)
async def test_another_amount_is_of_the_money_that_is_named_or_was_asked_for(
    dushanbe: Conversation, typed: str, first: str | None
) -> None:
    ctx = await dushanbe.press("v1:banks:amount:TJS:USD:cash:100:USD")
    assert plain_text(ctx.views[0].text) == "Send an amount in USD, for example 10000."
    answer = dushanbe.ctx(typed)
    answer.answered_prompt = ctx.chat.awaiting
    await read_amount(answer)
    shown = lines(answer.views[0])
    if first is None:
        assert shown == ["Please send one positive number: 10000.", "Send an amount in USD, for example 10000."]
    else:
        assert shown[0] == first


@pytest.mark.usefixtures("tables")
async def test_another_amount_is_asked_for_and_read(dushanbe: Conversation) -> None:
    ctx = await dushanbe.press("v1:banks:amount:RUB:TJS:transfer:1000:RUB")
    assert plain_text(ctx.views[0].text) == "Send an amount in RUB, for example 10000."
    assert ctx.chat.awaiting == f"{AMOUNT} RUB:TJS:transfer:1000:RUB"
    for typed, first in (
        ("20 000", "🇷🇺🇹🇯 20,000 RUB → TJS"),
        ("many", "Please send one positive number: 10000."),
        ("0", "Please send one positive number: 10000."),
        ("9" * 20, "“99999999999999999999” is too large. The limit is 1,000,000,000,000,000."),
    ):
        answer = dushanbe.ctx(typed)
        answer.answered_prompt = ctx.chat.awaiting
        await read_amount(answer)
        assert lines(answer.views[0])[0] == first


@pytest.mark.usefixtures("tables")
async def test_a_sentence_is_answered_as_the_command_is(dushanbe: Conversation) -> None:
    for language, text in (("ru", "где выгоднее рубль"), ("uz", "kurs rubl bank"), ("en", "best ruble rate in banks")):
        ctx = dushanbe.ctx()
        await banks_intent(ctx, understand(text, language))
        assert lines(ctx.views[0])[2] == "1. 109.50 TJS ▼0.5% · Humo"


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (("RUB", "TJS"), ["🇷🇺🇹🇯 1,000 RUB → TJS", "Best bank, transfer: 109.50 TJS (Humo; as published 8 Dec 10:00"]),
        (("TJS", "RUB"), ["🇹🇯🇷🇺 TJS → 1,000 RUB", "Best bank, transfer: 111 TJS (Humo; as published 8 Dec 10:00"]),
        (("USD", "TJS"), []),
        ((), []),
    ],
)
async def test_the_digest_of_people_with_rubles_and_somoni_has_the_best_transfer(
    database: Database, dushanbe: Conversation, own: tuple[str, ...], expected: list[str]
) -> None:
    content = await digest_now(database, replace(dushanbe.chat, currencies=own), NOW)
    shown = lines(digest(Translator("en"), content, NOW, DUSHANBE))
    place = next((n for n, line in enumerate(shown) if line.startswith("Best bank")), None)
    found = [] if place is None else shown[place - 1 : place + 1]
    assert [line.partition(" by the")[0] for line in found] == expected
