"""The offer to write in a forum's General instead of a topic that is closed."""

from __future__ import annotations

import pytest

from bot.views.status import topic_closed
from handlers.status import BUTTONS
from storage import topics
from tests.handlers.conftest import NOW, Conversation


async def test_what_was_meant_for_a_closed_topic_comes_to_general_by_a_press(conversation: Conversation) -> None:
    async with conversation.database.write() as connection:
        query = await topics.ensure_query(connection, "nuclear")
        await topics.subscribe(connection, conversation.chat.id, 7, query.id, "instant", NOW)
    ((button,),) = topic_closed(conversation.turn().t, {"thread": 7}).buttons
    turn = await conversation.press(BUTTONS, button.data)
    assert turn.edited == 1
    async with conversation.database.read() as connection:
        assert [one.thread_id for one in await topics.of_chat(connection, conversation.chat.id)] == [0]


@pytest.mark.parametrize("data", ["v1:status:here:x", "v1:status:here:-1"])
async def test_a_forged_topic_moves_nothing(conversation: Conversation, data: str) -> None:
    assert (await conversation.press(BUTTONS, data)).views == []
