import datetime as dt

import pytest
from telegram import Chat, Message, MessageEntity

from bot.config import load
from bot.demo.telegram.entities import parse_html
from bot.domain.typed import read
from handlers.broadcast import compose
from storage import broadcasts
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, RecordedContext


def broadcast_context(conversation: Conversation, text: str, *entities: MessageEntity) -> RecordedContext:
    ctx = conversation.ctx(read(text, "CrierBot").arguments)
    date = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    ctx.message = Message(1, date, Chat(conversation.chat.id, "private"), text=text, entities=entities)
    return ctx


async def test_formatting_is_kept_from_where_the_message_begins(conversation: Conversation) -> None:
    # Offsets count UTF-16 units: the picture is two.
    text = "/broadcast lang:en 📣 Big <news> & more"
    ctx = broadcast_context(
        conversation, text,
        MessageEntity("bot_command", 0, 10), MessageEntity("bold", 5, 20), MessageEntity("italic", 26, 6),
        MessageEntity("text_link", 35, 4, url="https://example.org/?a=1&b=2"),
    )  # fmt: skip
    await compose(ctx)
    preview, card = ctx.views
    plain, entities = parse_html(preview.text)
    assert plain == "📣 Big <news> & more"
    assert [(one["type"], one["offset"], one["length"], one.get("url")) for one in entities] == [
        ("bold", 0, 6, None),
        ("italic", 7, 6, None),
        ("text_link", 16, 4, "https://example.org/?a=1&b=2"),
    ]
    assert "Chats: <b>1</b>" in card.text


@pytest.mark.parametrize(
    "command",
    [
        "/broad\u200ecast ",
        "/broadcast\u200e lang:en ",
        "\ufeff/broadcast@CrierBot\n",
        "/broadcast @CrierBot ",
        "@CrierBot, /broadcast ",
        "/ broadcast, ",
    ],
)
async def test_the_message_begins_behind_the_command_however_that_was_typed(
    conversation: Conversation, command: str
) -> None:
    text = f"{command}Fair on Sunday"
    ctx = broadcast_context(conversation, text, MessageEntity("bold", text.index("Sunday"), 6))
    await compose(ctx)
    assert ctx.views[0].text == "Fair on <b>Sunday</b>"


async def test_the_quick_way_is_offered_with_its_cost_only_where_it_is_switched_on(
    database: Database, conversation: Conversation
) -> None:
    for paid in (False, True):
        ctx = broadcast_context(conversation, "/broadcast Hello")
        ctx.now = NOW + dt.timedelta(seconds=paid)
        ctx.services.settings = load({}, paid_broadcast=paid)
        await compose(ctx)
        labels = [button.label for row in ctx.views[-1].buttons for button in row]
        assert ("Quick, at most 1 ⭐" in labels) == paid
        assert ("at most <b>1 ⭐</b>" in ctx.views[-1].text) == paid
    refused = await conversation.press("v1:broadcast:quick:2")
    assert refused.callback_answers == ["This button is out of date. Please send the command again."]
    async with database.read() as connection:
        found = await broadcasts.get(connection, 2)
        assert await broadcasts.unfinished(connection) == []
    assert found is not None
    assert (found.state, found.paid) == ("draft", False)
