"""A context that keeps its answers instead of sending them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from telegram import CallbackQuery, User
from telegram.error import BadRequest

from bot.config import load
from bot.delivery.drawing import Drawer
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.errors import JarchiError
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.i18n import Translator
from bot.ingest.matching import Matcher
from bot.ingest.rates import store_history
from bot.views.buttons import parse_data
from bot.views.message import Button, View
from handlers.command import Handler
from handlers.context import Context
from handlers.errors import answer_error
from handlers.features import BUTTONS, COMMANDS
from handlers.rates_view_cache import RatesViewCache
from handlers.services import Services
from storage import chats
from storage.database import Database
from tests.stored import store_article

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
SETTINGS = load({})


@dataclass(slots=True)
class RecordedContext(Context):
    """A context that keeps its views, callback answers and files, newest last; `edited` counts views in place of others."""

    views: list[View] = field(default_factory=list)
    edited: int = 0
    callback_answers: list[str] = field(default_factory=list)
    keyboards: list[tuple[tuple[Button, ...], ...]] = field(default_factory=list)
    photos: list[bytes | str] = field(default_factory=list)
    unknown_photos: tuple[bytes | str, ...] = ()
    no_photos: bool = False
    files: list[tuple[str, str, str]] = field(default_factory=list)

    async def reply(self, view: View) -> Any:
        self.views.append(view)

    async def edit_or_reply(self, view: View) -> None:
        self.views.append(view)
        self.edited += not self.under_record

    async def edit_buttons(self, rows: tuple[tuple[Button, ...], ...]) -> None:
        self.keyboards.append(rows)

    async def edit_or_reply_photo(self, view: View, photo: bytes | str) -> str:
        if self.no_photos:
            raise BadRequest("Not enough rights to send photos to the chat")
        if photo in self.unknown_photos:
            raise BadRequest("Wrong file identifier/HTTP URL specified")
        self.views.append(view)
        self.photos.append(photo)
        return f"file-{len(photo)}" if isinstance(photo, bytes) else photo

    async def answer_callback(self, text: str, alert: bool = False) -> None:
        self.callback_answers.append(text)

    async def send_file(self, name: str, content: bytes, caption: str) -> None:
        self.files.append((name, content.decode(), caption))


class Menus:
    """The command menus of chats, as Telegram keeps them: the descriptions by chat."""

    def __init__(self) -> None:
        self.shown: dict[int, list[str]] = {}

    async def set_my_commands(self, commands: Any, scope: Any) -> bool:
        self.shown[scope.chat_id] = [command.description for command in commands]
        return True

    async def delete_my_commands(self, scope: Any) -> bool:
        return self.shown.pop(scope.chat_id, None) is not None


@dataclass(slots=True)
class Conversation:
    """One chat that sends texts and presses buttons, each in a context of its own."""

    database: Database
    chat: Chat
    thread_id: int = 0
    menus: Menus = field(default_factory=lambda: Menus())

    def ctx(self, arguments: str = "") -> RecordedContext:
        bot: Any = self.menus  # a recorded context sends nothing
        return RecordedContext(
            self.chat,
            Translator(self.chat.language),
            self.database,
            NOW,
            bot,
            Services(SETTINGS, Matcher(), NOW, Drawer(), RatesViewCache(self.database), COMMANDS),
            thread_id=self.thread_id,
            arguments=arguments,
        )

    async def say(self, handler: Handler, arguments: str = "") -> View:
        """Send a command and return the one answer."""
        ctx = self.ctx(arguments)
        try:
            await handler(ctx)
        except JarchiError as error:
            await answer_error(ctx, error)
        [view] = ctx.views
        return view

    async def press(self, data: str | None) -> RecordedContext:
        """Press a button and return the context."""
        ctx = self.ctx()
        await press_button(ctx, data)
        return ctx


async def press_button(ctx: RecordedContext, data: str | None) -> None:
    """Press a button as the dispatcher passes it on, without its check of rights."""
    ctx.callback_query = CallbackQuery("1", User(1, "Ann", False), "1", data=data)
    try:
        action, values = parse_data(data or "")
        await BUTTONS[action](ctx, *values)
    except JarchiError as error:
        await answer_error(ctx, error)


@pytest.fixture
async def conversation(database: Database) -> Conversation:
    """An English speaker's own chat."""
    chat = Chat(1, "private", "en", "Asia/Almaty")
    async with database.write() as connection:
        return Conversation(database, await chats.ensure(connection, chat, NOW))


async def print_rates(database: Database, source: str, day: dt.date, **printed: str) -> None:
    """Store a bank's rates of a day: USDKZT="478.77" is a dollar in tenge, true to half a printed step."""
    quotes = [Quote(Pair(pair[:3], pair[3:]), Decimal(figure), half_step(figure)) for pair, figure in printed.items()]
    async with database.write() as connection:
        await store_history(connection, source, [Table(day, tuple(quotes))])


def half_step(figure: str) -> Decimal:
    """Return half a step of a printed rate."""
    return Decimal(5).scaleb(int(Decimal(figure).as_tuple().exponent) - 1)


async def publish(database: Database, *titles: str) -> None:
    """Store articles, each an hour older than the one before it."""
    async with database.write() as connection:
        for age, title in enumerate(titles):
            article = Article(title, url=f"https://example.org/{age}", published_at=NOW - dt.timedelta(hours=age))
            await store_article(connection, "feed", article, NOW)
