"""A turn of a conversation that keeps its answers instead of sending them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from telegram.error import BadRequest

from bot.config import load
from bot.delivery.drawing import Drawer
from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.i18n import Translator
from bot.ingest.matching import Matcher
from bot.views.message import View, parse_data
from handlers.boards import Boards
from handlers.turn import Handler, Press, Services, Turn
from storage import articles, chats, rates
from storage.database import Database

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
SETTINGS = load({})


@dataclass(slots=True)
class RecordedTurn(Turn):
    """A turn whose views, toasts and files are looked at, newest last; `edited` counts the views in place of others."""

    views: list[View] = field(default_factory=list)
    edited: int = 0
    toasts: list[str] = field(default_factory=list)
    photos: list[bytes | str] = field(default_factory=list)
    unknown_photos: tuple[bytes | str, ...] = ()
    no_photos: bool = False
    files: list[tuple[str, str, str]] = field(default_factory=list)

    async def say(self, view: View) -> Any:
        self.views.append(view)

    async def show(self, view: View) -> None:
        self.views.append(view)
        self.edited += 1

    async def show_photo(self, view: View, photo: bytes | str) -> str:
        if self.no_photos:
            raise BadRequest("Not enough rights to send photos to the chat")
        if photo in self.unknown_photos:
            raise BadRequest("Wrong file identifier/HTTP URL specified")
        self.views.append(view)
        self.photos.append(photo)
        return f"file-{len(photo)}" if isinstance(photo, bytes) else photo

    async def toast(self, text: str, alert: bool = False) -> None:
        self.toasts.append(text)

    async def send_file(self, name: str, content: bytes, caption: str) -> None:
        self.files.append((name, content.decode(), caption))


@dataclass(slots=True)
class Conversation:
    """One chat that says things and presses buttons, each in a turn of its own."""

    database: Database
    chat: Chat
    thread_id: int = 0

    def turn(self, arguments: str = "") -> RecordedTurn:
        bot: Any = None  # a recorded turn sends nothing
        return RecordedTurn(
            self.chat,
            Translator(self.chat.language),
            self.database,
            NOW,
            bot,
            Services(SETTINGS, Matcher(), NOW, Drawer(), Boards(self.database)),
            thread_id=self.thread_id,
            arguments=arguments,
        )

    async def say(self, handler: Handler, arguments: str = "") -> View:
        """Say a command and return the one answer."""
        turn = self.turn(arguments)
        await handler(turn)
        [view] = turn.views
        return view

    async def press(self, table: dict[tuple[str, str], Press], data: str | None) -> RecordedTurn:
        """Press a button of a feature and return the turn."""
        parsed = parse_data(data or "")
        assert parsed is not None
        turn = self.turn()
        await table[parsed[:2]].handler(turn, *parsed[2])
        return turn


@pytest.fixture
async def conversation(database: Database) -> Conversation:
    """An English speaker's own chat."""
    chat = Chat(1, "private", "en", "Asia/Almaty")
    async with database.write() as connection:
        return Conversation(database, await chats.ensure(connection, chat, NOW))


async def print_rates(database: Database, source: str, day: dt.date, **printed: str) -> None:
    """Store a bank's figures of a day: USDKZT="478.77" is a dollar in tenge, true to half a printed step."""
    quotes = [Quote(Pair(pair[:3], pair[3:]), Decimal(figure), half_step(figure)) for pair, figure in printed.items()]
    async with database.write() as connection:
        await rates.store_history(connection, source, [Table(day, tuple(quotes))])


def half_step(figure: str) -> Decimal:
    """Return half a step of a printed figure."""
    return Decimal(5).scaleb(int(Decimal(figure).as_tuple().exponent) - 1)


async def publish(database: Database, *titles: str) -> None:
    """Store stories, each an hour older than the one before it."""
    async with database.write() as connection:
        for age, title in enumerate(titles):
            story = Article(title, url=f"https://example.org/{age}", published_at=NOW - dt.timedelta(hours=age))
            await articles.store(connection, "feed", story, NOW)
