import datetime as dt
from dataclasses import replace

import pytest

from bot.services import history as feature
from bot.views.rates import TABLE_WIDTH
from handlers.history import history
from storage.database import Database
from tests.handlers.conftest import Conversation, print_rates

OLD = ["That button is from an older message. Send the command again for a fresh one."]


@pytest.fixture
async def december(database: Database) -> None:
    """Some days of the National Bank of Kazakhstan around the turn of a month."""
    for month, day, printed in ((10, 31, "530.10"), (11, 28, "516.90"), (12, 1, "514.00"), (12, 2, "514.05"), (12, 8, "505.00")):  # fmt: skip
        await print_rates(database, "nbk", dt.date(2025, month, day), USDKZT=printed)


@pytest.mark.usefixtures("december")
async def test_a_month_is_a_table_of_days_with_their_changes(conversation: Conversation) -> None:
    view = await conversation.say(history, "kzt 2025-12")
    assert view.text == (
        "🇰🇿 <b>Kazakh tenge, December 2025</b>\n1 USD in KZT, and the change from the line above:\n"
        "<pre>1 Dec 514.00 ▼0.56%\n2 Dec 514.05 ▲0.01%\n8 Dec 505.00 ▼1.76%</pre>\n"
        "<i>National Bank of Kazakhstan; only days it has a figure of.</i>"
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
    assert empty.text == "I keep no figures of KZT for May 2024."
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
            "kzt-2025-12.csv",
            "date,pair,value,source\n2025-12-01,USD/KZT,514,nbk\n2025-12-02,USD/KZT,514.05,nbk\n2025-12-08,USD/KZT,505,nbk\n",
            "KZT: 3 days, 2025-12-01 to 2025-12-08",
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
    assert (ctx.files, ctx.callback_answers) == ([], ["I have no history of KZT."])


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
    assert view.text.startswith("The Turkmen manat is fixed by the state: 1 USD = 3.5 TMT")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", "Name a currency and a month or a year"),
        ("kzr 2025-12", "I do not know the currency “kzr”. Did you mean KZT?"),
        ("qqqqqqqq", "I do not know the currency “qqqqqqqq”. Say it"),
        ("2025-12", "I keep histories against the dollar"),
        ("usd 2025-12", "I keep histories against the dollar"),
        ("kzt kgs", "I keep histories against the dollar"),
        ("kzt 2025-13", "“2025-13” is no month"),
        ("kzt 2025-00", "“2025-00” is no month"),
        ("kzt 1234", "“1234” is no month"),
        ("kzt 99999999999999999999", "“99999999999999999999” is no month"),
        ("kzt ٢٠٢٥", "“٢٠٢٥” is no month"),
        ("kzt 2026-01", "That is yet to come"),
        ("kzt 9999", "That is yet to come"),
        ("kgs", "I have no history of KGS."),
        ("<b> 2025", "I do not know the currency “&lt;b&gt;”."),
    ],
)
async def test_a_history_that_cannot_be_shown_is_answered_kindly(
    conversation: Conversation, text: str, answer: str
) -> None:
    view = await conversation.say(history, text)
    assert view.text.startswith(answer)
    assert view.buttons


@pytest.mark.parametrize(
    "data", ["show:KZT:2026-01", "show:USD:2025", "show:XXX:2025", "show:KZT:x", "csv:KZT:x", "csv:USD:all", "now:QQQ"]
)
async def test_a_forged_button_is_an_expired_one(conversation: Conversation, data: str) -> None:
    ctx = await conversation.press(f"v1:history:{data}")
    assert (ctx.views, ctx.files, ctx.callback_answers) == ([], [], OLD)
