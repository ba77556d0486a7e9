import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.intents import Intent, IntentKind
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from handlers.charts import chart_intent, show_chart
from handlers.context import Context
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button, print_rates
from tests.handlers.stub_drawer import StubDrawer
from tests.stored import record_rate

OLD = "This button is out of date. Please send the command again."


@pytest.fixture
def drawer() -> StubDrawer:
    return StubDrawer()


@pytest.fixture(autouse=True)
async def tenge(database: Database) -> None:
    """Forty days of tenge, printed by its bank, and two samples of the ticker."""
    days = [NOW.date() - dt.timedelta(days=n) for n in range(40)]
    tables = [
        Table(day, (Quote(Pair("USD", "KZT"), Decimal(512) + n, Decimal("0.005")),)) for n, day in enumerate(days)
    ]
    async with database.write() as connection:
        await store_history(connection, "nbk", tables)
        for hours in (30, 2):
            quote = Quote(Pair("KZT", "USD"), Decimal("0.00195"), Decimal("0.000005"))
            at = NOW - dt.timedelta(hours=hours)
            await record_rate(connection, "ticker", quote, at, at.date())


async def ask(conversation: Conversation, drawer: StubDrawer, words: str) -> RecordedContext:
    ctx = conversation.ctx(words)
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await show_chart(ctx)
    conversation.chat = ctx.chat
    return ctx


async def press(conversation: Conversation, drawer: StubDrawer, action: str, *arguments: str) -> RecordedContext:
    ctx = conversation.ctx()
    ctx.services.drawer = drawer  # type: ignore[assignment]
    await press_button(ctx, ":".join(("v1:charts", action, *arguments)))
    conversation.chat = ctx.chat
    return ctx


async def test_a_chart_shows_the_bank_s_line_and_the_ticker_s_dots(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    ctx = await ask(conversation, drawer, "kzt 30d")
    [picture] = drawer.pictures
    assert (picture.title, picture.digits, picture.theme) == ("USD/KZT", 2, "light")
    assert len(picture.official) == 31
    assert picture.official[-1] == (NOW.date(), 512.0)
    assert [round(value, 2) for _, value in picture.ticker] == [512.82, 512.82]
    assert ctx.photos == [b"png"]
    assert "<b>USD/KZT</b>: $1 = <b>512.00\u00a0₸</b>\n30 days: ▼5.5%" in ctx.views[0].text
    assert [button.label for button in ctx.views[0].buttons[0]] == ["✓ 30 d", "90 d", "1 y", "max"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("kzt", "USD/KZT"),
        ("тенге", "USD/KZT"),
        ("usd kzt 90", "USD/KZT"),
        ("доллар в тенге за 90 дней", "USD/KZT"),
        ("KZT/USD", "KZT/USD"),
        ("kzt kzt", "USD/KZT"),
        ("тенге за доллар", "USD/KZT"),
        ("курс тенгэ за год", "USD/KZT"),
    ],
)
async def test_a_pair_is_drawn_in_the_direction_in_which_it_is_named(
    conversation: Conversation, drawer: StubDrawer, words: str, title: str
) -> None:
    await ask(conversation, drawer, words)
    [picture] = drawer.pictures
    assert (picture.title, len(picture.official)) == (title, 40)
    first = 512 if title == "USD/KZT" else 1000 / 512
    assert picture.official[-1] == (NOW.date(), pytest.approx(first))


@pytest.fixture
async def rubles(database: Database) -> None:
    """Two weeks of rubles and somoni, each printed against the dollar by its own bank, with a day that one leaves out."""
    for ago in range(15):
        day = NOW.date() - dt.timedelta(days=ago)
        await print_rates(database, "cbr", day, USDRUB="80.0000")
        if ago != 3:
            await print_rates(database, "nbt", day, USDTJS=f"9.{1000 + ago * 100:04}")


@pytest.mark.usefixtures("rubles")
@pytest.mark.parametrize("words", ["rub tjs", "рубль сомони", "10d rub/tjs", "rub to tjs 30d"])
async def test_a_cross_rate_is_drawn_from_its_legs_and_never_another_pair(
    conversation: Conversation, drawer: StubDrawer, words: str
) -> None:
    ctx = await ask(conversation, drawer, words)
    [picture] = drawer.pictures
    assert (picture.title, len(picture.official), picture.ticker) == ("RUB/TJS", 15, ())
    assert picture.official[-1] == (NOW.date(), pytest.approx(11.375))
    assert picture.official[-4][1] == pytest.approx(9.14 / 0.8)  # the somoni of the day before
    assert "Calculated from USD/RUB (Bank of Russia) and USD/TJS (National Bank of Tajikistan)" in ctx.views[0].text


@pytest.mark.usefixtures("rubles")
async def test_the_buttons_of_a_pair_s_chart_are_about_that_pair(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    ctx = await press(conversation, drawer, "show", "RUB", "TJS", "90d")
    assert drawer.pictures[0].title == "RUB/TJS"
    data = [button.data for row in ctx.views[0].buttons for button in row if button.data]
    assert all("RUB:TJS" in one for one in data)


async def test_a_pair_without_a_rate_is_answered_and_no_other_pair_is_drawn(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    ctx = await ask(conversation, drawer, "rub tjs")
    assert (drawer.pictures, ctx.views[0].text) == ([], "No RUB/TJS rates for this period yet.")


async def test_the_time_of_a_chart_is_that_of_its_rates(conversation: Conversation, drawer: StubDrawer) -> None:
    ctx = await ask(conversation, drawer, "kzt 1y")
    assert "Since 30 Oct (no earlier data): ▼7.1%" in ctx.views[0].text
    assert "since 30 Oct (no earlier data)" in drawer.pictures[0].subtitle


@pytest.mark.parametrize(
    ("words", "shown"), [("kzt 2 weeks", "30 d"), ("kzt 2 недели", "30 d"), ("тенге 5y", "max"), ("kzt 100 d", "1 y")]
)
async def test_a_length_of_time_without_a_chart_is_said(
    conversation: Conversation, drawer: StubDrawer, words: str, shown: str
) -> None:
    ctx = await ask(conversation, drawer, words)
    asked = words.split(" ", 1)[1]
    assert ctx.views[0].text.startswith(f"No chart for “{asked}”. Available: 30 d, 90 d, 1 y, max. Shown: {shown}.")
    assert f"✓ {shown}" in [button.label for button in ctx.views[0].buttons[0]]


async def test_a_sentence_that_asks_for_a_chart_gets_it(conversation: Conversation, drawer: StubDrawer) -> None:
    for intent in (
        Intent(IntentKind.CHART, currencies=("KZT",), span="30d"),
        Intent(IntentKind.CHART, currencies=("KZT", "USD")),
    ):
        ctx = conversation.ctx()
        ctx.services.drawer = drawer  # type: ignore[assignment]
        await chart_intent(ctx, intent)
    assert [(picture.title, len(picture.official)) for picture in drawer.pictures] == [("USD/KZT", 31), ("KZT/USD", 40)]


async def test_the_chat_s_own_pair_is_offered_first(conversation: Conversation, drawer: StubDrawer) -> None:
    conversation.chat = replace(conversation.chat, currencies=("RUB", "TJS"))
    for words in ("", "usd"):
        [first, *_] = (await ask(conversation, drawer, words)).views[0].buttons
        assert [(button.label, button.data) for button in first] == [("RUB → TJS", "v1:charts:show:RUB:TJS:90d")]


async def test_the_same_picture_is_drawn_once_and_sent_again_by_its_file_id(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    first = await ask(conversation, drawer, "kzt")
    again = await ask(conversation, drawer, "kzt")
    assert (first.photos, again.photos) == ([b"png"], ["file-3"])
    assert len(drawer.pictures) == 1
    await press(conversation, drawer, "show", "USD", "KZT", "30d")
    await press(conversation, drawer, "show", "USD", "KZT", "90d")
    assert len(drawer.pictures) == 2


async def test_the_theme_is_a_setting_of_the_chat(conversation: Conversation, drawer: StubDrawer) -> None:
    await ask(conversation, drawer, "kzt")
    ctx = await press(conversation, drawer, "theme", "dark")
    assert (conversation.chat.theme, ctx.edited, len(ctx.views)) == ("dark", 1, 1)
    await ask(conversation, drawer, "kzt")
    assert [picture.theme for picture in drawer.pictures] == ["light", "dark"]


async def test_a_picture_that_telegram_no_longer_knows_is_drawn_anew(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    await ask(conversation, drawer, "kzt")
    ctx = conversation.ctx("kzt")
    ctx.services.drawer = drawer  # type: ignore[assignment]
    ctx.unknown_photos = ("file-3",)
    await show_chart(ctx)
    assert ctx.photos == [b"pngpng"]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Which currency? Example: <code>/chart rub tjs</code>"),
        ("usd", "Which currency?"),
        ("30d", "Which currency?"),
        ("qqq", "Unknown currency “qqq”. Example: <code>/chart rub tjs 30d</code>"),
        ("<i>💥</i>", "Which currency?"),
        ("kzt " + "9" * 400, "Unknown currency “99999999999999999999”."),
        ("rub tjs kzt", "A chart shows two currencies."),
        ("tjs 30d", "No USD/TJS rates for this period yet."),
        (f"kzt {'9' * 30} days", "Unknown currency"),
    ],
)
async def test_a_chart_that_cannot_be_drawn_gets_a_kind_answer(
    conversation: Conversation, drawer: StubDrawer, words: str, answer: str
) -> None:
    ctx = await ask(conversation, drawer, words)
    assert ctx.views[0].text.startswith(answer)
    assert drawer.pictures == []


async def test_a_busy_drawing_process_is_answered(conversation: Conversation, drawer: StubDrawer) -> None:
    drawer.fails = True
    ctx = await ask(conversation, drawer, "kzt")
    assert ctx.views[0].text.startswith("Too many requests.")


async def test_where_pictures_are_forbidden_the_rates_are_offered(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    for _ in range(2):  # drawn now, and known to Telegram from other chats
        ctx = conversation.ctx("kzt")
        ctx.services.drawer = drawer  # type: ignore[assignment]
        ctx.no_photos = True
        await show_chart(ctx)
        assert ctx.views[0].text == (
            "I'm not allowed to send photos here. An admin can change that. Meanwhile: <code>/rates usd kzt</code>"
        )
        await ask(conversation, drawer, "kzt")
    assert len(drawer.pictures) == 2


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("show", ("XXX", "KZT", "30d")),
        ("show", ("USD", "USD", "30d")),
        ("show", ("USD", "KZT", "2d")),
        ("show", ("KZT", "30d")),
        ("theme", ("pink",)),
        ("theme", ("USD", "KZT", "30d", "dark")),
    ],
)
async def test_forged_buttons_are_expired_ones(
    conversation: Conversation, drawer: StubDrawer, action: str, arguments: tuple[str, ...]
) -> None:
    ctx: Context = await press(conversation, drawer, action, *arguments)
    assert isinstance(ctx, RecordedContext)
    assert (ctx.callback_answers, ctx.photos) == ([OLD], [])
