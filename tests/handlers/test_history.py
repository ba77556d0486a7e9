import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.intents import Intent, IntentKind
from bot.domain.periods import Period
from bot.services import history as feature
from bot.views.rates import TABLE_WIDTH
from handlers.command import Handler
from handlers.history import history, history_intent
from storage.database import Database
from tests.handlers.conftest import Conversation, print_rates

OLD = ["This button is out of date. Please send the command again."]


@pytest.fixture
async def december(database: Database) -> None:
    """Some days of the National Bank of Kazakhstan around the turn of a month."""
    for month, day, printed in ((10, 31, "530.10"), (11, 28, "516.90"), (12, 1, "514.00"), (12, 2, "514.05"), (12, 8, "505.00")):  # fmt: skip
        await print_rates(database, "nbk", dt.date(2025, month, day), USDKZT=printed)


@pytest.mark.usefixtures("december")
async def test_a_month_is_a_table_of_days_with_their_changes(conversation: Conversation) -> None:
    view = await conversation.say(history, "kzt 2025-12")
    assert view.text == (
        "🇰🇿 <b>Kazakh tenge, December 2025</b>\n1 USD in KZT, and the change from the row above:\n"
        "<pre>1 Dec 514.00 ▼0.56%\n2 Dec 514.05 ▲0.01%\n8 Dec 505.00 ▼1.76%</pre>\n"
        "<i>National Bank of Kazakhstan. Days without a rate are left out.</i>"
    )
    assert [[button.label for button in row] for row in view.buttons] == [
        ["◀ November 2025"],
        ["2025", "📈 Chart"],
        ["CSV 2025-12", "CSV, all"],
    ]
    assert view == await conversation.say(history, "тенге")


@pytest.mark.usefixtures("december")
async def test_a_year_is_a_table_of_its_months_ends(conversation: Conversation) -> None:
    view = await conversation.say(history, "usd/kzt 2025")
    assert "<pre>31 Oct 530.10      ·\n28 Nov 516.90 ▼2.49%\n 8 Dec 505.00 ▼2.30%</pre>" in view.text


@pytest.mark.usefixtures("december")
async def test_months_are_paged_in_place(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:history:show:USD:KZT:2025-11")
    [view] = ctx.views
    assert ctx.edited == 1
    assert [button.data for button in view.buttons[0]] == [
        "v1:history:show:USD:KZT:2025-10",
        "v1:history:show:USD:KZT:2025-12",
    ]
    [empty] = (await conversation.press("v1:history:show:USD:KZT:2024-05")).views
    assert empty.text == "No USD/KZT rates for May 2024."
    assert [button.data for button in empty.buttons[0]] == [
        "v1:history:show:USD:KZT:2024-04",
        "v1:history:show:USD:KZT:2024-06",
    ]


@pytest.mark.usefixtures("december")
async def test_no_line_of_a_table_is_wider_than_a_phone(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "cbu", dt.date(2025, 12, 1), USDUZS="12142.10")
    await print_rates(database, "cbu", dt.date(2025, 12, 2), USDUZS="12194.21")
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    for text in ("uzs 12.2025", "kzt декабрь 2025", "uzs 2025"):
        view = await russian.say(history, text)
        table = view.text[view.text.index("<pre>") + 5 : view.text.index("</pre>")]
        assert max(map(len, table.split("\n"))) <= TABLE_WIDTH
        assert "▲" in table or "·" in table


@pytest.mark.usefixtures("december")
async def test_a_file_holds_the_rates_as_printed(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:history:csv:USD:KZT:2025-12")
    assert ctx.files == [
        (
            "usd-kzt-2025-12.csv",
            "date,pair,value,source\n2025-12-01,USD/KZT,514,nbk\n2025-12-02,USD/KZT,514.05,nbk\n2025-12-08,USD/KZT,505,nbk\n",
            "USD/KZT, 2025-12-01 – 2025-12-08. Days: 3",
        )
    ]


@pytest.mark.usefixtures("december")
async def test_a_file_of_too_many_days_holds_the_newest(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature, "MAX_CSV_ROWS", 2)
    [(_, content, _)] = (await conversation.press("v1:history:csv:USD:KZT:all")).files
    assert [line.split(",")[0] for line in content.split("\n")[1:-1]] == ["2025-12-02", "2025-12-08"]


async def test_a_file_without_rates_is_answered_with_the_reason(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:history:csv:USD:KZT:all")
    assert (ctx.files, ctx.callback_answers) == ([], ["No history for USD/KZT."])


async def test_the_ticker_alone_is_shown_in_tenge_a_dollar(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "ticker", dt.date(2025, 12, 5), KZTUSD="0.00196", UZSUSD="0.00008")
    assert "<pre>5 Dec 510 ·</pre>" in (await conversation.say(history, "kzt")).text
    assert "<pre>5 Dec 11,765–13,333 ·</pre>" in (await conversation.say(history, "uzs")).text


async def test_another_source_stands_in_for_a_bank_that_was_never_read(
    database: Database, conversation: Conversation
) -> None:
    await print_rates(database, "frankfurter", dt.date(2025, 12, 5), USDCNY="7.0800", USDKGS="87.45")
    assert "Frankfurter" in (await conversation.say(history, "cny")).text
    assert "Frankfurter" in (await conversation.say(history, "kgs")).text


@pytest.mark.usefixtures("december")
async def test_the_manat_is_fixed(conversation: Conversation) -> None:
    view = await conversation.say(history, "tmt 2025")
    assert view.text.startswith("Turkmen manat: fixed by the state. 1 USD = 3.5 TMT since 2015.")


@pytest.fixture
async def rubles(database: Database) -> None:
    """Three days of the Bank of Russia and of the National Bank of Tajikistan, each with a day that it leaves out."""
    for day, printed in ((28, "80.0000"), (29, "81.0000"), (30, "82.0000")):
        await print_rates(database, "cbr", dt.date(2025, 11, day), USDRUB=printed)
    for month, day, printed in ((11, 28, "9.2000"), (11, 30, "9.3000"), (12, 1, "9.4000")):
        await print_rates(database, "nbt", dt.date(2025, month, day), USDTJS=printed)


@pytest.mark.usefixtures("rubles")
async def test_the_history_of_a_cross_rate_is_computed_from_its_legs_which_it_names(conversation: Conversation) -> None:
    view = await conversation.say(history, "rub tjs 2025-11")
    assert view.text == (
        "🇷🇺🇹🇯 <b>RUB/TJS, November 2025</b>\n100 RUB in TJS, and the change from the row above:\n"
        "<pre>28 Nov 11.50      ·\n29 Nov 11.36 ▼1.23%\n30 Nov 11.34 ▼0.15%</pre>\n"
        "<i>Calculated from USD/RUB (Bank of Russia) and USD/TJS (National Bank of Tajikistan). "
        "Days without a rate are left out.</i>"
    )
    data = [button.data for row in view.buttons for button in row]
    assert all("RUB:TJS" in one for one in data if one)
    inverted = await conversation.say(history, "сомони рубль 11.2025")
    assert "1 TJS in RUB" in inverted.text
    assert "<pre>28 Nov 8.6957      ·" in inverted.text
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    assert "Рассчитано: USD/RUB (Банк России) и USD/TJS" in (await russian.say(history, "rub tjs 2025")).text


@pytest.mark.usefixtures("rubles")
async def test_a_file_of_a_cross_rate_has_the_rates_of_its_legs(conversation: Conversation) -> None:
    [(name, content, caption)] = (await conversation.press("v1:history:csv:RUB:TJS:all")).files
    assert (name, caption) == ("rub-tjs-all.csv", "RUB/TJS, 2025-11-28 – 2025-12-01. Days: 4")
    assert content == (
        "date,pair,value,source,cbr USD/RUB,nbt USD/TJS\n"
        "2025-11-28,RUB/TJS,0.11500000,cross,80,9.2\n"
        "2025-11-29,RUB/TJS,0.11358025,cross,81,9.2\n"
        "2025-11-30,RUB/TJS,0.11341463,cross,82,9.3\n"
        "2025-12-01,RUB/TJS,0.11463415,cross,82,9.4\n"
    )


@pytest.mark.usefixtures("december")
async def test_a_pair_is_shown_in_the_direction_in_which_it_is_named(
    database: Database, conversation: Conversation
) -> None:
    assert "1,000 KZT in USD" in (await conversation.say(history, "kzt usd 2025-12")).text
    assert "8 Dec 1.9802 ▲1.79%" in (await conversation.say(history, "kzt usd 2025-12")).text
    # a currency alone is shown against the dollar in the direction in which its rate is at least one
    await print_rates(database, "ecb", dt.date(2025, 12, 5), EURUSD="1.0800")
    assert "1 EUR in USD" in (await conversation.say(history, "eur")).text
    assert "100 USD in EUR" in (await conversation.say(history, "usd eur")).text


@pytest.mark.usefixtures("december")
async def test_a_sentence_that_asks_for_the_past_gets_its_month(conversation: Conversation) -> None:
    def asks(*currencies: str, period: Period | None = None) -> Handler:
        return lambda ctx: history_intent(ctx, Intent(IntentKind.HISTORY, currencies=currencies, period=period))

    view = await conversation.say(asks("KZT", period=Period(2025, 11)))
    assert "Kazakh tenge, November 2025" in view.text
    assert "28 Nov 516.90" in view.text
    which = await conversation.say(asks("USD"))
    assert which.text == "US dollar, December 2025. In which currency?"
    assert "v1:history:show:USD:KZT:2025-12" in [button.data for row in which.buttons for button in row]
    assert (await conversation.say(asks("KZT", period=Period(2026, 1)))).text.startswith("That date is in the future.")


@pytest.mark.usefixtures("december")
async def test_a_sentence_about_a_day_gets_the_rate_of_that_day(conversation: Conversation) -> None:
    def on(day: dt.date, *currencies: str) -> Handler:
        intent = Intent(IntentKind.HISTORY, currencies=currencies, period=Period(day.year, day.month), day=day)
        return lambda ctx: history_intent(ctx, intent)

    view = await conversation.say(on(dt.date(2025, 12, 2), "KZT"))
    assert view.text == (
        "<b>Rates on 2 December 2025</b>\n🇰🇿 $1 = 514.05\u00a0₸ (▲0.01%)\n<i>National Bank of Kazakhstan.</i>"
    )
    assert [[button.data for button in row] for row in view.buttons] == [["v1:history:show:USD:KZT:2025-12"]]
    between = await conversation.say(on(dt.date(2025, 12, 7), "USD", "KZT"))
    assert "🇰🇿 $1 = 514.05\u00a0₸ (2 Dec)" in between.text  # no rate of its own
    first = await conversation.say(on(dt.date(2025, 12, 1), "KZT"))
    assert "🇰🇿 $1 = 514.00\u00a0₸ (▼0.56%)" in first.text  # the change from the month before
    asked = Intent(IntentKind.HISTORY, amount=Decimal(100), currencies=("USD", "KZT"), period=Period(2025, 12))
    asked = replace(asked, day=dt.date(2025, 12, 2))
    amount = await conversation.say(lambda ctx: history_intent(ctx, asked))
    assert amount.text.splitlines()[1:3] == ["100 USD = <b>51,405 KZT</b>", "🇰🇿 $1 = 514.05\u00a0₸ (▲0.01%)"]
    dollar = await conversation.say(on(dt.date(2025, 12, 8), "USD"))
    assert "🇰🇿 $1 = 505.00\u00a0₸ (▼1.76%)" in dollar.text
    assert "In which currency" not in dollar.text
    early = await conversation.say(on(dt.date(2024, 12, 8), "KZT"))
    assert "🇰🇿 USD/KZT: no rate" in early.text
    assert (await conversation.say(on(dt.date(2025, 12, 9), "KZT"))).text.startswith("That date is in the future.")


@pytest.mark.usefixtures("december")
async def test_the_chat_s_own_pair_is_meant_where_none_is_named(conversation: Conversation) -> None:
    own = replace(conversation, chat=replace(conversation.chat, currencies=("USD", "KZT")))
    for text in ("2025-12", "usd 2025-12"):
        assert "Kazakh tenge, December 2025" in (await own.say(history, text)).text
    assert (await own.say(history)).buttons[0][0].data == "v1:history:now:USD:KZT"


@pytest.mark.usefixtures("december")
async def test_headings_begin_with_a_capital_letter_in_russian_too(conversation: Conversation) -> None:
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    assert "<b>Казахстанский тенге, декабрь 2025</b>" in (await russian.say(history, "kzt 2025-12")).text
    assert "<b>Казахстанский тенге, 2025 год</b>" in (await russian.say(history, "kzt 2025")).text
    assert "Декабрь 2025" in [
        button.label for row in (await russian.say(history, "kzt 2025")).buttons for button in row
    ]
    assert (await russian.say(history, "kzt 2020")).text == "За 2020 год курсов USD/KZT нет."
    assert (await russian.say(history, "tmt")).text.startswith("Туркменский манат: курс установлен государством.")


@pytest.mark.usefixtures("december")
async def test_a_misspelt_currency_and_words_for_a_month_are_understood(conversation: Conversation) -> None:
    ctx = conversation.ctx("тегне в прошлом месяце")
    await history(ctx)
    assert "Kazakh tenge, November 2025" in ctx.views[0].text
    assert ctx.notes == ["<i>(тегне → тенге)</i>"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "Send one or two currencies, and a month or a year"),
        ("qqqqqqqq", "Unknown currency “qqqqqqqq”. Example: <code>/history"),
        ("2025-12", "Send one or two currencies. Example: <code>/history"),
        ("usd 2025-12", "US dollar, December 2025. In which currency?"),
        ("kzt kgs rub", "Send one or two currencies. Example: <code>/history"),
        ("kzt 2025-13", "I don't understand “2025-13”. Send a month or a year"),
        ("kzt 2025-00", "I don't understand “2025-00”."),
        ("kzt 1234", "I don't understand “1234”."),
        ("kzt 99999999999999999999", "I don't understand “99999999999999999999”."),
        ("kzt ٢٠٢٥", "I don't understand “٢٠٢٥”."),
        ("kzt 2026-01", "That date is in the future. Example: <code>/history"),
        ("kzt 9999", "That date is in the future."),
        ("kgs", "No history for USD/KGS."),
        ("kgs uzs", "No history for KGS/UZS."),
        ("<qq> 2025", "Unknown currency “qq”."),
    ],
)
async def test_a_history_that_cannot_be_shown_is_answered_kindly(
    conversation: Conversation, text: str, answer: str
) -> None:
    view = await conversation.say(history, text)
    assert view.text.startswith(answer)
    assert view.buttons


@pytest.mark.parametrize(
    "data",
    [
        "show:USD:KZT:2026-01",
        "show:USD:2025",
        "show:XXX:USD:2025",
        "show:USD:KZT:x",
        "csv:KZT:USD:x",
        "csv:USD:USD:all",
        "now:QQQ",
    ],
)
async def test_a_forged_button_is_an_expired_one(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(f"v1:history:{data}")
    assert (ctx.views, ctx.files, ctx.callback_answers) == ([], [], OLD)
