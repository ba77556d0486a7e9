"""/board sends, pins and replaces one message, whatever rights the bot has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import delete
from telegram.error import BadRequest, Forbidden

from bot.domain.boards import Board
from bot.domain.chats import Chat
from bot.domain.rates import Pair
from bot.views.actions import BOARDS_PIN, BOARDS_STOP
from handlers.boards import make_board
from storage import boards, chats
from storage.database import Database
from storage.models import CurrentRateRow
from tests.handlers.conftest import NOW, Conversation, Menus, print_rates

NO_RIGHT = BadRequest("Not enough rights to manage pinned messages in the chat")


@dataclass
class PinningBot(Menus):
    """A bot in a chat: what it sent, pinned and deleted; `refuses` are the errors of its methods."""

    base_url: str = "https://telegram.invalid/bot"
    sent: list[dict[str, Any]] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    unpinned: list[int] = field(default_factory=list)
    refuses: dict[str, Exception] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self.request = self

    def _refuse(self, method: str) -> None:
        if method in self.refuses:
            raise self.refuses[method]

    async def post(self, _url: str, data: Any, **_more: Any) -> dict[str, Any]:
        self._refuse("send")
        self.sent.append(data.parameters)
        return {"message_id": 100 + len(self.sent)}

    async def pin_chat_message(self, _chat: int, message_id: int, disable_notification: bool) -> None:
        self._refuse("pin")
        assert disable_notification
        self.pinned.append(message_id)

    async def delete_message(self, _chat: int, message_id: int) -> None:
        self._refuse("delete")
        self.deleted.append(message_id)

    async def unpin_chat_message(self, _chat: int, message_id: int) -> None:
        self._refuse("unpin")
        self.unpinned.append(message_id)


@pytest.fixture
def bot(conversation: Conversation) -> PinningBot:
    conversation.menus = found = PinningBot()
    return found


@pytest.fixture(autouse=True)
async def _rates(database: Database) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="478.77", RUBKZT="5.94")


async def board(database: Database, chat_id: int = 1, thread_id: int = 0) -> Board:
    async with database.read() as connection:
        found = await boards.get(connection, chat_id, thread_id)
    assert found is not None
    return found


async def has_board(database: Database, chat_id: int = 1) -> bool:
    async with database.read() as connection:
        return await boards.get(connection, chat_id, 0) is not None


async def test_a_board_is_sent_silently_pinned_and_stored(conversation: Conversation, bot: PinningBot) -> None:
    view = await conversation.say(make_board)
    [sent] = bot.sent
    assert "478.77" in sent["text"]
    assert sent["disable_notification"]
    assert "reply_markup" not in sent
    assert bot.pinned == [101]
    assert [button.data for row in view.buttons for button in row] == [BOARDS_STOP()]
    stored = await board(conversation.database)
    assert (stored.message_id, stored.pairs) == (101, ())
    assert stored.shown


async def test_a_person_s_own_pairs_are_shown_and_typed_ones_instead_of_them(
    conversation: Conversation, bot: PinningBot
) -> None:
    conversation.chat = replace(conversation.chat, currencies=("RUB", "KZT"))
    await conversation.say(make_board)
    assert (await board(conversation.database)).pairs == (Pair("RUB", "KZT"),)
    await conversation.say(make_board, "usd/kzt рубли тенге")
    assert (await board(conversation.database)).pairs == (Pair("USD", "KZT"), Pair("USD", "RUB"))
    await conversation.say(make_board, "usd kzt, рубли тенге")
    assert (await board(conversation.database)).pairs == (Pair("USD", "KZT"), Pair("RUB", "KZT"))
    assert "478.77" in bot.sent[-1]["text"]


async def test_a_group_shows_the_table_in_its_own_language_and_thread(
    conversation: Conversation, bot: PinningBot
) -> None:
    group = Chat(-100, "supergroup", "ru", "Asia/Almaty", currencies=("RUB", "KZT"))
    async with conversation.database.write() as connection:
        conversation.chat = await chats.ensure(connection, group, NOW)
    conversation.thread_id = 7
    await conversation.say(make_board)
    assert (await board(conversation.database, -100, 7)).pairs == ()
    assert bot.sent[0]["message_thread_id"] == 7
    assert "Последнее изменение" in bot.sent[0]["text"]


async def test_a_second_board_replaces_the_first(conversation: Conversation, bot: PinningBot) -> None:
    await conversation.say(make_board)
    await conversation.say(make_board, "kzt")
    assert (bot.pinned, bot.deleted, bot.unpinned) == ([101, 102], [101], [])
    bot.refuses["delete"] = BadRequest("Message can't be deleted for everyone")
    await conversation.say(make_board)
    assert bot.unpinned == [102]


async def test_without_the_right_to_pin_the_board_is_sent_and_the_answer_explains(
    conversation: Conversation, bot: PinningBot
) -> None:
    bot.refuses["pin"] = NO_RIGHT
    assert "couldn't pin" in (await conversation.say(make_board)).text
    async with conversation.database.write() as connection:
        conversation.chat = await chats.ensure(connection, Chat(-100, "supergroup", "en", "UTC"), NOW)
    assert "admin" in (await conversation.say(make_board)).text
    assert await has_board(conversation.database, -100)


@pytest.mark.parametrize("error", [Forbidden("Forbidden: bot was kicked from the channel chat"), BadRequest("Need administrator rights in the channel chat")])  # fmt: skip
async def test_a_chat_that_takes_no_messages_is_explained_and_has_no_board(
    conversation: Conversation, bot: PinningBot, error: Exception
) -> None:
    bot.refuses["send"] = error
    assert "can't post there" in (await conversation.say(make_board)).text
    assert not await has_board(conversation.database)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("<>", "“&lt;&gt;”"),
        ("usd kzt, " + "x" * 5000, "no currencies"),
        ("aed, cny, try, gbp, eur, rub, kzt, kgs, uzs", "8 pairs at most"),
        ("usd jpy", "JPY"),
        ("btc usd", "“btc”"),
        ("usd qqq", "“qqq”"),
        (", ,", "no currencies"),
    ],
)
async def test_bad_input_is_explained_and_sends_nothing(
    conversation: Conversation, bot: PinningBot, typed: str, answer: str
) -> None:
    assert answer in (await conversation.say(make_board, typed)).text
    assert bot.sent == []


async def test_the_board_stops_and_its_message_goes(conversation: Conversation, bot: PinningBot) -> None:
    await conversation.say(make_board, "kzt")
    ctx = await conversation.press(BOARDS_STOP())
    assert "removed" in ctx.views[-1].text
    assert bot.deleted == [101]
    assert not await has_board(conversation.database)
    ctx = await conversation.press(BOARDS_STOP())
    assert "no rates board" in ctx.callback_answers[-1]


async def test_a_lost_board_is_made_again_with_its_pairs(conversation: Conversation, bot: PinningBot) -> None:
    await conversation.say(make_board, "kzt")
    stored = await board(conversation.database)
    async with conversation.database.write() as connection:
        await boards.lose(connection, stored, NOW)
    await conversation.press(BOARDS_PIN())
    stored = await board(conversation.database)
    assert (stored.message_id, stored.pairs) == (102, (Pair("USD", "KZT"),))
    assert (bot.pinned, bot.deleted) == ([101, 102], [])


async def test_before_the_first_rates_there_is_no_board(database: Database, conversation: Conversation) -> None:
    async with database.write() as connection:
        await connection.execute(delete(CurrentRateRow))
    assert "rates" in (await conversation.say(make_board)).text.lower()
