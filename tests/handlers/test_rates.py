"""/rates names its sources correctly, whichever of them is missing or stale."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from handlers.rates import show_rates
from storage import sources
from storage.database import Database
from storage.sources import SourceState
from tests.handlers.conftest import NOW, Conversation
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
        rate = re.search(r"\$1 = <b>(.*?)</b>", text)
        source = re.search(r"<i>([^,<]+?)(?:, ticker)?, for 8 December", text)
        assert rate is not None
        assert source is not None, text
        shown.append((rate[1], source[1], "silent" in text))
    assert shown == [
        ("478.77", "National Bank of Kazakhstan", False),
        ("478.79", "Frankfurter (average of several banks)", False),
        ("478.779", "cross rate", False),
        ("478.77", "National Bank of Kazakhstan", True),
    ]


async def test_a_stale_rate_is_marked_in_the_table_and_its_source_named(
    database: Database, conversation: Conversation
) -> None:
    await say(database, "nbk")
    assert rates((await conversation.say(show_rates)).text)["KZT"] == "478.77"
    await make_stale(database, "nbk")
    text = (await conversation.say(show_rates)).text
    assert rates(text)["KZT!"] == "478.77"
    assert "⚠️ National Bank of Kazakhstan: silent" in text


async def test_the_ticker_alone_is_named_and_its_coarseness_shown(
    database: Database, conversation: Conversation
) -> None:
    await say(database, "ticker")
    text = (await conversation.say(show_rates)).text
    assert rates(text) == {"KZT": "478"}
    assert "KZT: The Times of Central Asia, ticker." in text
    assert "≈: printed coarsely" in text
    assert "Official rates" not in text


async def test_one_currency_shows_its_changes_and_the_rates_of_other_sources(
    database: Database, conversation: Conversation
) -> None:
    for back, value in ((365, "520.00"), (30, "500.00"), (7, "470.00"), (1, "480.90")):
        await say(database, "nbk", DAY - dt.timedelta(days=back), value)
    for source in SAID:
        await say(database, source)
    text = (await conversation.say(show_rates, "tenge")).text
    assert "Last change: ▼0.4% (was 480.90 until 7 December)" in text
    assert "7 d ▲1.9% · 30 d ▼4.2% · 1 y ▼7.9%" in text
    assert text.partition("Others say</b>")[2].strip().splitlines() == [
        "• Bank of Russia: 478.779 ✓",
        "• Frankfurter (average of several banks): 478.79 ✓",
        "• The Times of Central Asia, ticker: ≈ 478 ✓",
    ]


async def test_the_table_reverses_its_rates_and_remembers_it(database: Database, conversation: Conversation) -> None:
    await say(database, "nbk")
    ctx = await conversation.press("v1:rates:turn:unit")
    assert rates(ctx.views[0].text)["KZT"] == "0.00208869"
    assert ctx.chat.per_dollar is False


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("kzr", "I do not know “kzr”. Did you mean KZT?"),
        ("<b>", "I have no rate for “&lt;b&gt;”. I know: KZT"),
        ("tjs", "I have no rate for “TJS”. I know: KZT"),
        ("usd", "I have no rate for “usd”. I know: KZT"),
    ],
)
async def test_a_currency_without_a_rate_gets_a_helpful_answer(
    database: Database, conversation: Conversation, words: str, answer: str
) -> None:
    await say(database, "ticker")
    assert (await conversation.say(show_rates, words)).text.startswith(answer)


async def test_before_the_first_rates_people_are_asked_to_wait(conversation: Conversation) -> None:
    for words in ("", "kzt", "xyz"):
        assert (await conversation.say(show_rates, words)).text.startswith("I have no rates yet.")
