"""Forums: topics that the bot and people create, write to, close and delete."""

import pytest
from telegram import Message
from telegram.error import BadRequest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.wire import ApiError
from tests.demo.telegram.conftest import ANN, BEK, GROUP, Client


@pytest.fixture(autouse=True)
def forum(tg: EmbeddedTelegram) -> None:
    tg.make_forum(GROUP, ANN)
    tg.promote(GROUP, ANN, tg.world.bot["id"], ["can_manage_topics", "can_delete_messages"])
    tg.world.updates.clear()


def closings(messages: list[Message]) -> list[tuple[int | None, bool, bool]]:
    """The thread of each message, and whether it announces that the topic was closed or reopened."""
    return [(m.message_thread_id, bool(m.forum_topic_closed), bool(m.forum_topic_reopened)) for m in messages]


async def received(client: Client) -> list[Message]:
    return [update.message for update in await client.updates() if update.message]


async def test_a_topic_is_created_and_takes_messages(tg: EmbeddedTelegram, client: Client) -> None:
    assert (await client.bot.get_chat(GROUP)).is_forum
    topic = await client.bot.create_forum_topic(GROUP, " Gold " + "x" * 200, icon_color=0xFFD67E)
    assert (topic.name, topic.icon_color) == (("Gold " + "x" * 200)[:128], 0xFFD67E)
    sent = await client.bot.send_message(GROUP, "1 USD", message_thread_id=topic.message_thread_id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic.message_thread_id, True)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.forum_topic_created is not None
    [created] = await received(client)
    assert created.message_id == created.message_thread_id == topic.message_thread_id
    assert created.from_user == client.bot.bot


async def test_people_write_into_topics_and_a_reply_stays_in_its_topic(tg: EmbeddedTelegram, client: Client) -> None:
    thread = tg.create_topic(GROUP, ANN, "Gold")
    said = tg.say(BEK, "/rates", GROUP, thread=thread)
    answer = await client.bot.send_message(GROUP, "1", reply_to_message_id=said["message_id"])
    general = await client.bot.send_message(GROUP, "2")
    assert (answer.message_thread_id, general.message_thread_id) == (thread, None)
    assert [(m.message_thread_id, m.is_topic_message) for m in await received(client)] == [(thread, True)] * 2


async def test_a_message_in_a_topic_of_the_bot_is_no_reply_to_it(tg: EmbeddedTelegram, client: Client) -> None:
    thread = (await client.bot.create_forum_topic(GROUP, "Gold")).message_thread_id
    tg.demote(GROUP, ANN, client.bot.id)
    await client.updates()
    tg.say(BEK, "just chatting", GROUP, thread=thread)
    assert await received(client) == []


@pytest.mark.parametrize("thread", [1, 404])
async def test_an_unknown_thread_is_not_found(client: Client, thread: int) -> None:
    with pytest.raises(BadRequest, match="Message thread not found"):
        await client.bot.send_message(GROUP, "x", message_thread_id=thread)


async def test_a_closed_topic_takes_no_messages_until_it_is_open(tg: EmbeddedTelegram, client: Client) -> None:
    thread = tg.create_topic(GROUP, ANN, "Gold")
    tg.close_topic(GROUP, ANN, thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await client.bot.send_message(GROUP, "x", message_thread_id=thread)
    with pytest.raises(ApiError, match="TOPIC_CLOSED"):
        tg.say(BEK, "x", GROUP, thread=thread)
    tg.say(ANN, "admins may", GROUP, thread=thread)
    assert await client.bot.reopen_forum_topic(GROUP, thread)
    await client.bot.send_message(GROUP, "x", message_thread_id=thread)
    assert await client.bot.close_forum_topic(GROUP, thread)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await client.bot.close_forum_topic(GROUP, thread)
    announced = [message for message in await received(client) if not message.text][1:]
    assert closings(announced) == [(thread, True, False), (thread, False, True), (thread, True, False)]


async def test_a_deleted_topic_is_gone_with_its_messages(tg: EmbeddedTelegram, client: Client) -> None:
    thread = tg.create_topic(GROUP, ANN, "Gold")
    await client.bot.send_message(GROUP, "x", message_thread_id=thread)
    tg.delete_topic(GROUP, ANN, thread)
    assert tg.messages(GROUP) == []
    with pytest.raises(BadRequest, match="Message thread not found"):
        await client.bot.send_message(GROUP, "x", message_thread_id=thread)
    for call in (client.bot.delete_forum_topic, client.bot.close_forum_topic):
        with pytest.raises(BadRequest, match="Topic_id_invalid"):
            await call(GROUP, thread)
    other = await client.bot.create_forum_topic(GROUP, "Oil")
    assert await client.bot.delete_forum_topic(GROUP, other.message_thread_id)


async def test_general_is_closed_hidden_and_shown_again(tg: EmbeddedTelegram, client: Client) -> None:
    tg.hide_general(GROUP, ANN)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await client.bot.send_message(GROUP, "x")
    assert await client.bot.unhide_general_forum_topic(GROUP)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await client.bot.send_message(GROUP, "x")
    assert await client.bot.reopen_general_forum_topic(GROUP)
    await client.bot.send_message(GROUP, "x")
    assert await client.bot.hide_general_forum_topic(GROUP)
    assert await client.bot.reopen_general_forum_topic(GROUP)
    assert await client.bot.close_general_forum_topic(GROUP)
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await client.bot.unhide_general_forum_topic(GROUP)
    tg.close_topic(GROUP, ANN, closed=False)
    announced = await received(client)
    assert [bool(m.general_forum_topic_hidden) for m in announced] == [True, False, False, True, False, False, False]
    assert [bool(m.general_forum_topic_unhidden) for m in announced][:2] == [False, True]


async def test_a_topic_is_renamed(tg: EmbeddedTelegram, client: Client) -> None:
    thread = tg.create_topic(GROUP, ANN, "Gold")
    assert await client.bot.edit_forum_topic(GROUP, thread, "Oil", icon_custom_emoji_id="5")
    with pytest.raises(BadRequest, match="Topic_not_modified"):
        await client.bot.edit_forum_topic(GROUP, thread, "Oil")
    with pytest.raises(BadRequest, match="Title must be non-empty"):
        await client.bot.edit_forum_topic(GROUP, thread, " ")
    edited = (await received(client))[-1].forum_topic_edited
    assert edited is not None
    assert (edited.name, edited.icon_custom_emoji_id) == ("Oil", "5")


async def test_topics_need_their_rights_except_own_ones(tg: EmbeddedTelegram, client: Client) -> None:
    own = (await client.bot.create_forum_topic(GROUP, "Own")).message_thread_id
    other = tg.create_topic(GROUP, ANN, "Other")
    tg.promote(GROUP, ANN, client.bot.id, ["can_pin_messages"])
    bot = client.bot
    for call, refusal in (
        (bot.create_forum_topic(GROUP, "x"), "Not enough rights to create a topic"),
        (bot.edit_forum_topic(GROUP, other, "x"), "Not enough rights to edit the topic"),
        (bot.close_forum_topic(GROUP, other), "Not enough rights to close or open the topic"),
        (bot.close_general_forum_topic(GROUP), "Not enough rights to close or open the topic"),
        (bot.delete_forum_topic(GROUP, other), "Not enough rights to delete the topic"),
    ):
        with pytest.raises(BadRequest, match=refusal):
            await call
    assert await bot.close_forum_topic(GROUP, own)
    assert await bot.delete_forum_topic(GROUP, own)


async def test_wrong_topics_are_refused(tg: EmbeddedTelegram, client: Client) -> None:
    for call, refusal in (
        (client.bot.create_forum_topic(GROUP, " "), "Title must be non-empty"),
        (client.bot.create_forum_topic(GROUP, "x", icon_color=5), "Invalid icon color specified"),
        (client.bot.create_forum_topic(ANN, "x"), "The chat is not a forum"),
        (client.bot.close_forum_topic(GROUP, 0), "Invalid message thread identifier specified"),
    ):
        with pytest.raises(BadRequest, match=refusal):
            await call
    tg.make_forum(GROUP, ANN, on=False)
    assert not (await client.bot.get_chat(GROUP)).is_forum
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await client.bot.create_forum_topic(GROUP, "x")


def test_people_need_the_rights_too(tg: EmbeddedTelegram) -> None:
    for deed in (
        lambda: tg.create_topic(GROUP, BEK, "x"),
        lambda: tg.make_forum(GROUP, BEK),
        lambda: tg.hide_general(GROUP, BEK),
        lambda: tg.make_forum(ANN, ANN),
    ):
        with pytest.raises(ApiError, match="not enough rights|CHAT_ADMIN_REQUIRED"):
            deed()
