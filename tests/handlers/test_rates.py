"""/rates names its sources correctly, whichever of them is missing or stale."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.amounts import ConvertError
from bot.domain.intents import Intent, IntentKind
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from bot.views.buttons import is_under_record
from handlers.rates import INTENTS, show_rates
from storage import sources
from storage.database import Database
from storage.sources import SourceState
from tests.handlers.conftest import NOW, Conversation, print_rates
from tests.stored import record_rate

DAY = NOW.date()
# The rates of each source for the same day; the ticker comes first, as the coarsest.
SAID = {
    "ticker": ("KZT/USD", "0.00209", "0.000005"),
    "cbr": ("KZT/RUB", "0.168473", "0.0000005"),
    "frankfurter": ("USD/KZT", "478.79", "0.005"),
    "nbk": ("USD/KZT", "478.77", "0.005"),
}


async def say(database: Database, source: str, day: dt.date = DAY, value: str | None = None) -> None:
    pair, usual, tick = SAID[source]
    base, _, quote = pair.partition("/")
    quotes = [Quote(Pair(base, quote), Decimal(value or usual), Decimal(tick))]
    if source == "cbr":
        quotes.append(Quote(Pair("USD", "RUB"), Decimal("80.6613"), Decimal("0.00005")))
    async with database.write() as connection:
        if source == "ticker":
            await record_rate(connection, source, quotes[0], NOW, day)
        else:
            await store_history(connection, source, [Table(day, tuple(quotes))])


async def make_stale(database: Database, source: str) -> None:
    name = "page" if source == "ticker" else source
    async with database.write() as connection:
        await sources.save(connection, SourceState(name, "https://bank.example/", stale_since=NOW))


def rates(text: str) -> dict[str, str]:
    table = re.search(r"<pre>(.*)</pre>", text, re.DOTALL)
    assert table is not None
    return {line.split()[0]: line.split()[1] for line in table[1].splitlines()[1:]}


async def test_each_source_may_be_stale_and_the_answer_names_the_one_that_is_not(
    database: Database, conversation: Conversation
) -> None:
    for source in SAID:
        await say(database, source)
    shown = []
    for stale in ("", "nbk", "frankfurter", "cbr"):
        if stale:
            await make_stale(database, stale)
        text = (await conversation.say(show_rates, "kzt")).text
        rate = re.search(r"\$1 = <b>([\d.]+)\u00a0₸</b>", text)
        source = re.search(r"<i>(National Bank of Kazakhstan|Frankfurter)\b.*, rate for 8 December", text)
        path = re.search(r"Calculated: (.*?)\.", text)
        assert rate is not None
        shown.append((rate[1], source and source[1], path and path[1], "isn't updating" in text))
    assert shown == [
        ("478.77", "National Bank of Kazakhstan", None, False),
        ("478.79", "Frankfurter", None, False),
        ("478.78", None, "USD → RUB → KZT", False),
        ("478.77", "National Bank of Kazakhstan", None, True),
    ]


async def test_a_stale_rate_is_marked_in_the_table_and_its_source_named(
    database: Database, conversation: Conversation
) -> None:
    await say(database, "nbk")
    assert rates((await conversation.say(show_rates)).text)["KZT"] == "478.77"
    await make_stale(database, "nbk")
    text = (await conversation.say(show_rates)).text
    assert rates(text)["KZT!"] == "478.77"
    assert "⚠️ National Bank of Kazakhstan isn't updating" in text


async def test_the_ticker_alone_is_named_and_its_coarseness_shown(
    database: Database, conversation: Conversation
) -> None:
    await say(database, "ticker")
    text = (await conversation.say(show_rates)).text
    assert rates(text) == {"KZT": "≈478", "TMT": "3.5"}
    assert re.search(r"KZT: The Times of Central Asia.*, 8 December\.", text)
    assert "≈ rounded by the source" in text
    assert "Official rates" not in text


async def test_another_source_is_explained_only_where_a_national_bank_is_asked(
    database: Database, conversation: Conversation
) -> None:
    await print_rates(database, "frankfurter", DAY, USDKZT="478.79", USDTRY="42.58")
    assert "The national bank has no fresh rate" in (await conversation.say(show_rates, "kzt")).text
    assert "national bank" not in (await conversation.say(show_rates, "try")).text


async def test_the_legend_is_shown_only_with_its_sign(database: Database, conversation: Conversation) -> None:
    await say(database, "nbk")
    text = (await conversation.say(show_rates)).text
    assert "≈" not in text


async def test_each_bank_has_the_day_of_its_own_table(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "nbk", DAY, USDKZT="478.77")
    await print_rates(database, "cbr", DAY, USDRUB="80.6613")
    await print_rates(database, "nbt", DAY - dt.timedelta(days=2), USDTJS="9.3450")
    text = (await conversation.say(show_rates)).text
    assert "Official rates of the central banks for 8 December." in text
    assert "TJS: official rate for 6 December." in text


async def test_the_instant_of_the_last_check_is_absolute(database: Database, conversation: Conversation) -> None:
    await say(database, "nbk")
    for words in ("", "kzt"):
        text = (await conversation.say(show_rates, words)).text
        seen = int(dt.datetime.combine(DAY, dt.time(), dt.UTC).timestamp())
        assert f'Checked: <tg-time unix="{seen}" format="t">05:00</tg-time>' in text
        assert "ago" not in text


async def test_the_fixed_rate_of_the_manat_is_called_fixed(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "ticker", DAY, TMTUSD="0.28570")
    assert re.search(r"TMT +3\.5 +fixed", (await conversation.say(show_rates)).text)
    text = (await conversation.say(show_rates, "tmt")).text
    assert "$1 = <b>3.5\u00a0TMT</b>" in text
    assert "fixed since 2015" in text
    assert "Change" not in text


async def test_a_column_without_any_value_is_left_out(database: Database, conversation: Conversation) -> None:
    await say(database, "nbk")
    head = re.search(r"<pre>(.*)\n", (await conversation.say(show_rates)).text)
    assert head is not None
    assert head[1].split() == ["per", "$1", "week"]  # only the fixed rate has a word in it
    await say(database, "nbk", DAY - dt.timedelta(days=1), "470.00")
    head = re.search(r"<pre>(.*)\n", (await conversation.say(show_rates)).text)
    assert head is not None
    assert head[1].split() == ["per", "$1", "day", "week"]


async def test_one_currency_shows_its_changes_and_the_rates_of_other_sources(
    database: Database, conversation: Conversation
) -> None:
    for back, value in ((365, "520.00"), (30, "500.00"), (7, "470.00"), (1, "480.90")):
        await say(database, "nbk", DAY - dt.timedelta(days=back), value)
    for source in SAID:
        await say(database, source)
    text = (await conversation.say(show_rates, "tenge")).text
    assert "Change: ▼0.4% (7 December: 480.90)" in text
    assert "Week: ▲1.9% · Month: ▼4.2% · Year: ▼7.9%" in text
    others = text.partition("Other sources</b>")[2].strip().splitlines()
    assert [(line.split()[1].rstrip(","), line.partition(": ")[2]) for line in others] == [
        ("Bank", "478.78 ✓"),
        ("Frankfurter", "478.79 ✓"),
        ("The", "≈ 478 ✓"),
    ]


async def test_a_coarse_rate_is_shown_with_its_interval(database: Database, conversation: Conversation) -> None:
    await say(database, "ticker")
    text = (await conversation.say(show_rates, "kzt")).text
    assert "$1 ≈ <b>478\u00a0₸</b> (477.3 to 479.6)" in text
    assert "1,000\u00a0₸ ≈ $2.09 (2.085 to 2.095)" in text
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    assert "1\u00a0$ ≈ <b>478\u00a0₸</b> (от 477,3 до 479,6)" in (await russian.say(show_rates, "kzt")).text


async def test_the_table_reverses_its_rates_and_remembers_it(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "nbk", DAY, USDKZT="478.77")
    await print_rates(database, "cbu", DAY, USDUZS="12142.10")
    ctx = await conversation.press("v1:rates:turn:unit")
    text = ctx.views[0].text
    assert re.search(r"1,000 KZT +2\.0887", text)
    assert re.search(r"10,000 UZS +0\.8236", text)
    assert ctx.chat.per_dollar is False


@pytest.fixture
async def banks(database: Database) -> None:
    """The rates of three banks, today, a day and a week ago."""
    for back, tjs, rub in ((0, "9.3450", "81.0000"), (1, "9.3000", "81.0000"), (7, "9.2000", "81.0000")):
        day = DAY - dt.timedelta(days=back)
        await print_rates(database, "nbt", day, USDTJS=tjs)
        await print_rates(database, "cbr", day, USDRUB=rub)
        await print_rates(database, "nbk", day, USDKZT="478.77")


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize("words", ["rub tjs", "RUB/TJS", "рубль сомони", "курс рубля к сомони", "rub to tjs"])
async def test_any_pair_has_a_card_that_says_how_it_is_calculated(conversation: Conversation, words: str) -> None:
    view = await conversation.say(show_rates, words)
    lines = view.text.split("\n")
    assert lines[:6] == [
        "🇷🇺🇹🇯 <b>RUB/TJS</b>",
        "<i>Russian ruble → Tajik somoni</i>",
        "100\u00a0₽ = <b>11.54\u00a0TJS</b>",
        "1\u00a0TJS = 8.6677\u00a0₽",
        "Change: ▲0.5% (7 December: 11.48)",
        "Week: ▲1.6%",
    ]
    assert lines[6].startswith("<i>Calculated: RUB → USD → TJS. Sources: Bank of Russia, National Bank of Tajikistan")
    data = {button.label: button for row in view.buttons for button in row}
    assert data["📈 Chart"].data == "r1:charts:show:RUB:TJS:90d"
    assert data["🔔 Alert me"].data == "r1:alerts:pair:RUB:TJS"
    assert data["⇄ TJS/RUB"].data == "r1:rates:pair:TJS:RUB"
    assert data["Copy 11.54"].copy == "11.54"
    assert data["↗ Share"].share == "rub tjs"
    assert data["All rates"].data == "r1:rates:all"


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("usd", "<b>One US dollar is</b>"),
        ("доллар", "<b>One US dollar is</b>"),
        ("курс доллара", "<b>One US dollar is</b>"),
        ("usd usd", "<b>One US dollar is</b>"),
        ("usd tjs", "🇹🇯 <b>USD/TJS</b>"),
        ("сомони", "🇹🇯 <b>USD/TJS</b>"),
        ("доллар в рублях", "🇷🇺 <b>USD/RUB</b>"),
        ("eur kzt", "No rate for EUR → KZT now."),
        ("usd tjs rub", "🇺🇸 <b>1 USD</b>"),
        ("100 usd tjs", "100 USD = <b>934.50 TJS</b>"),
        ("2025 usd", "🇺🇸 <b>2,025 USD</b>"),
        ("-5 usd tjs", "I can't convert “-5”."),
        ("0 usd", "I can't convert “0”."),
        ("1e999 usd", "I can't convert “1e999”."),
        ("5 usd usd", "Both currencies are the same."),
        ("2 usd 3 tjs", "🇹🇯 <b>USD/TJS</b>"),
    ],
)
async def test_the_dollar_is_a_currency_and_its_price_is_the_table(
    conversation: Conversation, words: str, start: str
) -> None:
    assert (await conversation.say(show_rates, words)).text.startswith(start)


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("тенгэ", "<i>(тенгэ → тенге)</i>"),
        ("тенгэ тенгэ", "<i>(тенгэ → тенге)</i>"),
        ("kz", ""),
        ("kzr", ""),
    ],
)
async def test_a_misspelt_currency_is_answered_with_a_note(conversation: Conversation, words: str, note: str) -> None:
    ctx = conversation.ctx(words)
    await show_rates(ctx)
    assert ctx.views[0].text.startswith("🇰🇿 <b>USD/KZT</b>")
    assert not note or ctx.notes == [note]


@pytest.mark.usefixtures("banks")
async def test_sentences_about_rates_are_answered(conversation: Conversation) -> None:
    answers = dict(INTENTS)
    for kind, currencies, start in (
        (IntentKind.RATES, (), "<b>One US dollar is</b>"),
        (IntentKind.RATE, ("USD",), "<b>One US dollar is</b>"),
        (IntentKind.RATE, ("KZT",), "🇰🇿 <b>USD/KZT</b>"),
        (IntentKind.PAIR, ("RUB", "TJS"), "🇷🇺🇹🇯 <b>RUB/TJS</b>"),
    ):
        ctx = conversation.ctx()
        await answers[kind](ctx, Intent(kind, currencies=currencies))
        assert ctx.views[0].text.startswith(start)
    with pytest.raises(ConvertError):
        await answers[IntentKind.PAIR](
            conversation.ctx(), Intent(IntentKind.PAIR, problem=ConvertError("convert.error.same"))
        )


@pytest.mark.usefixtures("banks")
async def test_a_card_is_a_record_that_only_its_refresh_changes(conversation: Conversation) -> None:
    for words in ("kzt", "rub tjs"):
        view = await conversation.say(show_rates, words)
        data = [button.data for row in view.buttons for button in row if button.data]
        assert [one for one in data if not is_under_record(one)] == [
            button.data for row in view.buttons for button in row if button.label == "↻ Refresh"
        ]
    ctx = await conversation.press("v1:rates:pair:RUB:TJS")
    assert ctx.edited == 1
    assert ctx.callback_answers == ["These are the latest rates."]


@pytest.mark.usefixtures("banks")
async def test_the_table_stays_when_a_currency_or_an_alert_is_chosen_in_it(conversation: Conversation) -> None:
    view = await conversation.say(show_rates)
    in_place = [
        button.label for row in view.buttons for button in row if button.data and not is_under_record(button.data)
    ]
    assert in_place == ["⇄ In dollars", "↻ Refresh"]


@pytest.mark.usefixtures("banks")
async def test_in_a_group_the_table_has_one_button(conversation: Conversation) -> None:
    group = replace(conversation, chat=replace(conversation.chat, kind="supergroup", currencies=("RUB", "TJS")))
    view = await group.say(show_rates)
    assert [button.label for row in view.buttons for button in row] == ["All rates"]
    assert view.text.startswith("100\u00a0₽ = <b>11.54\u00a0TJS</b>")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("<b>", "No rate for “b”. Available: USD, KZT, TMT\nExample:"),
        ("<>", "No rate for “&lt;&gt;”. Available: USD, KZT, TMT"),
        ("vnd", "No rate for “vnd”."),
        ("-5", "No rate for “-5”."),
        ("tjs", "No rate for “TJS”."),
        ("rub tjs", "No rate for RUB → TJS now."),
    ],
)
async def test_a_currency_without_a_rate_gets_a_helpful_answer(
    database: Database, conversation: Conversation, words: str, answer: str
) -> None:
    await say(database, "ticker")
    assert (await conversation.say(show_rates, words)).text.startswith(answer)


async def test_before_the_first_rates_people_are_asked_to_wait(conversation: Conversation) -> None:
    for words in ("", "kzt", "rub tjs", "xyz"):
        assert (await conversation.say(show_rates, words)).text.startswith("No rates yet.")
