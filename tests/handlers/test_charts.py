import datetime as dt
from decimal import Decimal

import pytest

from bot.delivery.drawing import DrawingFailed
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history
from bot.views.picture import Picture
from handlers.charts import show_chart
from handlers.context import Context
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button
from tests.stored import record_rate

OLD = "That button is from an older message. Send the command again for a fresh one."


class StubDrawer:
    """Keeps the requested pictures."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.fails = False

    async def draw(self, picture: Picture) -> bytes:
        if self.fails:
            raise DrawingFailed("too many pictures are waiting")
        self.pictures.append(picture)
        return b"png" * len(self.pictures)


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
    assert "USD/KZT</b>: 512.00 ₸, 30 days: ▼5.5%" in ctx.views[0].text
    assert [button.label for button in ctx.views[0].buttons[0]] == ["✓ 30 d", "90 d", "1 y", "max"]


@pytest.mark.parametrize("words", ["kzt", "тенге", "KZT/USD", "usd kzt 90"])
async def test_a_currency_is_understood_however_it_is_named(
    conversation: Conversation, drawer: StubDrawer, words: str
) -> None:
    await ask(conversation, drawer, words)
    assert [len(picture.official) for picture in drawer.pictures] == [40]


async def test_the_same_picture_is_drawn_once_and_sent_again_by_its_file_id(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    first = await ask(conversation, drawer, "kzt")
    again = await ask(conversation, drawer, "kzt")
    assert (first.photos, again.photos) == ([b"png"], ["file-3"])
    assert len(drawer.pictures) == 1
    await press(conversation, drawer, "show", "KZT", "30d")
    await press(conversation, drawer, "theme", "KZT", "30d", "dark")
    assert [picture.theme for picture in drawer.pictures] == ["light", "light", "dark"]
    assert conversation.chat.theme == "dark"


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
        ("", "A chart of which currency?"),
        ("usd", "A chart of which currency?"),
        ("30d", "A chart of which currency?"),
        ("kzr", "No rate for “kzr”."),
        ("<b>💥</b>", "No rate for “&lt;b&gt;💥&lt;”"),
        ("tjs 30d", "I have no figures of TJS for that time yet."),
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
    assert ctx.views[0].text.startswith("Many charts are being drawn right now.")


async def test_where_pictures_are_forbidden_the_rates_are_offered(
    conversation: Conversation, drawer: StubDrawer
) -> None:
    for _ in range(2):  # drawn now, and known to Telegram from other chats
        ctx = conversation.ctx("kzt")
        ctx.services.drawer = drawer  # type: ignore[assignment]
        ctx.no_photos = True
        await show_chart(ctx)
        assert (
            ctx.views[0].text == "I may not send pictures in this chat. An admin can allow it; until then: /rates KZT"
        )
        await ask(conversation, drawer, "kzt")
    assert len(drawer.pictures) == 2


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("show", ("XXX", "30d")), ("show", ("USD", "30d")), ("show", ("KZT", "2d")), ("theme", ("KZT", "30d", "pink"))],
)
async def test_forged_buttons_are_expired_ones(
    conversation: Conversation, drawer: StubDrawer, action: str, arguments: tuple[str, ...]
) -> None:
    ctx: Context = await press(conversation, drawer, action, *arguments)
    assert isinstance(ctx, RecordedContext)
    assert (ctx.callback_answers, ctx.photos) == ([OLD], [])
