"""Pinned messages: who may pin them, how they are announced, and what becomes of them."""

import pytest
from telegram import Chat, Message
from telegram.error import BadRequest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.wire import ApiError
from tests.demo.telegram.conftest import ANN, BEK, CHANNEL, GROUP, POSTING, Client


@pytest.fixture(autouse=True)
def channel(tg: EmbeddedTelegram) -> None:
    tg.add_channel(CHANNEL, "Market", [BEK], [ANN], bot_rights=POSTING)
    tg.promote(GROUP, ANN, tg.world.bot["id"], ["can_pin_messages"])
    tg.world.updates.clear()


@pytest.mark.parametrize("chat", [ANN, GROUP, CHANNEL])
async def test_a_pinned_message_is_announced_once_and_shown(client: Client, chat: int) -> None:
    sent = await client.bot.send_message(chat, "rates")
    assert await client.bot.pin_chat_message(chat, sent.message_id, disable_notification=True)
    assert await client.bot.pin_chat_message(chat, sent.message_id)
    [update] = await client.updates()
    announced = update.channel_post if chat == CHANNEL else update.message
    assert announced is not None
    assert isinstance(announced.pinned_message, Message)
    assert announced.pinned_message.message_id == sent.message_id
    assert (announced.from_user is None) == (announced.chat.type == Chat.CHANNEL)
    shown = (await client.bot.get_chat(chat)).pinned_message
    assert shown is not None
    assert shown.text == "rates"


async def test_the_newest_of_the_pinned_messages_is_shown_and_unpinned(client: Client) -> None:
    numbers = [(await client.bot.send_message(ANN, str(number))).message_id for number in range(3)]
    for number in reversed(numbers):
        await client.bot.pin_chat_message(ANN, number)

    async def shown() -> str | None:
        pinned = (await client.bot.get_chat(ANN)).pinned_message
        return pinned and pinned.text

    assert await shown() == "2"
    await client.bot.unpin_chat_message(ANN)
    assert await shown() == "1"
    await client.bot.unpin_chat_message(ANN, message_id=numbers[0])
    await client.bot.unpin_chat_message(ANN, message_id=numbers[1])
    assert await shown() is None
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await client.bot.unpin_chat_message(ANN)
    await client.bot.pin_chat_message(ANN, numbers[0])
    assert await client.bot.unpin_all_chat_messages(ANN)
    assert await shown() is None


async def test_a_person_deletes_or_unpins_a_pinned_message(tg: EmbeddedTelegram, client: Client) -> None:
    first, second = [(await client.bot.send_message(GROUP, text)).message_id for text in "ab"]
    await client.bot.pin_chat_message(GROUP, first)
    await client.bot.pin_chat_message(GROUP, second)
    tg.delete(ANN, second, GROUP)
    shown = (await client.bot.get_chat(GROUP)).pinned_message
    assert shown is not None
    assert shown.message_id == first
    tg.unpin(ANN, first, GROUP)
    assert (await client.bot.get_chat(GROUP)).pinned_message is None
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await client.bot.edit_message_text("c", GROUP, second)
    with pytest.raises(BadRequest, match="Message to pin not found"):
        await client.bot.pin_chat_message(GROUP, second)


@pytest.mark.parametrize(
    ("chat", "rights"), [(GROUP, ["can_delete_messages"]), (CHANNEL, ["can_post_messages"]), (GROUP, None)]
)
async def test_pinning_needs_its_right(
    tg: EmbeddedTelegram, client: Client, chat: int, rights: list[str] | None
) -> None:
    if rights is None:
        tg.demote(chat, ANN)
    else:
        tg.promote(chat, ANN, client.bot.id, rights)
    sent = (await client.bot.send_message(chat, "x")).message_id
    for call in (
        client.bot.pin_chat_message(chat, sent),
        client.bot.unpin_chat_message(chat, message_id=sent),
        client.bot.unpin_all_chat_messages(chat),
    ):
        with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages in the chat"):
            await call


async def test_announcements_are_neither_pinned_nor_edited(tg: EmbeddedTelegram, client: Client) -> None:
    sent = await client.bot.send_message(GROUP, "x")
    await client.bot.pin_chat_message(GROUP, sent.message_id)
    announcement = tg.messages(GROUP)[-1]["message_id"]
    with pytest.raises(BadRequest, match="Message can't be pinned"):
        await client.bot.pin_chat_message(GROUP, announcement)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await client.bot.edit_message_reply_markup(GROUP, announcement)


async def test_a_message_of_a_topic_is_announced_there(tg: EmbeddedTelegram, client: Client) -> None:
    tg.make_forum(GROUP, ANN)
    thread = tg.create_topic(GROUP, ANN, "Gold")
    tg.pin(ANN, tg.say(ANN, "x", GROUP, thread=thread)["message_id"], GROUP)
    announced = (await client.updates())[-1].message
    assert announced is not None
    assert (announced.message_thread_id, announced.is_topic_message) == (thread, True)
    with pytest.raises(ApiError, match="not enough rights"):
        tg.pin(BEK, tg.messages(GROUP)[-2]["message_id"], GROUP)
