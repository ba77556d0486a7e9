"""Channels: who may post, edit and delete there, and the updates that the bot gets."""

import pytest
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    SwitchInlineQueryChosenChat,
)
from telegram.error import BadRequest, Forbidden, RetryAfter

from bot.demo.telegram import EmbeddedTelegram, FloodPolicy
from tests.demo.telegram.conftest import ANN, BEK, CHANNEL, POSTING, Client

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


@pytest.fixture(autouse=True)
def channel(tg: EmbeddedTelegram) -> None:
    tg.add_channel(CHANNEL, "Market", [BEK], [ANN], username="market", others=199_998, bot_rights=POSTING)


async def test_a_post_has_the_channel_for_its_sender(tg: EmbeddedTelegram, client: Client) -> None:
    post = await client.bot.send_message("@market", "1 USD", reply_markup=KEYBOARD)
    assert (post.chat.type, post.chat.username, post.from_user) == ("channel", "market", None)
    assert post.sender_chat == post.chat
    edited = await client.bot.edit_message_text("2 USD", CHANNEL, post.message_id)
    assert isinstance(edited, type(post))
    assert (edited.text, edited.sender_chat, edited.reply_markup) == ("2 USD", post.chat, None)
    assert await client.bot.delete_message(CHANNEL, post.message_id)
    assert tg.messages(CHANNEL) == []
    assert await client.updates() == []


async def test_posts_of_people_reach_the_bot_only_as_an_admin(tg: EmbeddedTelegram, client: Client) -> None:
    tg.say(ANN, "first", CHANNEL)
    tg.kick(CHANNEL, ANN)
    tg.say(ANN, "second", CHANNEL)
    post, kicked = await client.updates()
    assert post.channel_post is not None
    assert (post.channel_post.text, post.channel_post.from_user) == ("first", None)
    assert kicked.my_chat_member is not None
    assert kicked.my_chat_member.new_chat_member.status == "kicked"


async def test_the_button_of_a_post_sends_a_query(tg: EmbeddedTelegram, client: Client) -> None:
    post = await client.bot.send_message(CHANNEL, "1 USD", reply_markup=KEYBOARD)
    tg.press(BEK, post.message_id, "more", CHANNEL)
    [update] = await client.updates()
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.from_user.id, query.data, query.message.chat.type) == (BEK, "more", "channel")
    assert await query.answer("yes")


@pytest.mark.parametrize("rights", [[], ["can_edit_messages", "can_delete_messages"]])
async def test_posting_needs_its_right(tg: EmbeddedTelegram, client: Client, rights: list[str]) -> None:
    tg.promote(CHANNEL, ANN, client.bot.id, rights)
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await client.bot.send_message(CHANNEL, "1 USD")


async def test_without_the_right_to_post_its_own_posts_stay_as_they_are(tg: EmbeddedTelegram, client: Client) -> None:
    post = await client.bot.send_message(CHANNEL, "1 USD")
    tg.promote(CHANNEL, ANN, client.bot.id, [])
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await client.bot.edit_message_text("2 USD", CHANNEL, post.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.bot.delete_message(CHANNEL, post.message_id)


async def test_posts_of_others_need_the_rights_for_them(tg: EmbeddedTelegram, client: Client) -> None:
    number = tg.say(ANN, "first", CHANNEL)["message_id"]
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_post_messages"])
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await client.bot.edit_message_text("x", CHANNEL, number)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await client.bot.delete_message(CHANNEL, number)
    tg.promote(CHANNEL, ANN, client.bot.id, list(POSTING))
    await client.bot.edit_message_text("x", CHANNEL, number)
    assert await client.bot.delete_message(CHANNEL, number)


@pytest.mark.parametrize("markup", [ReplyKeyboardMarkup([["a"]]), ReplyKeyboardRemove(), ForceReply()])
async def test_a_post_has_no_other_keyboard_than_an_inline_one(
    client: Client, markup: ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
) -> None:
    with pytest.raises(BadRequest, match="Inline keyboard expected"):
        await client.bot.send_message(CHANNEL, "x", reply_markup=markup)


@pytest.mark.parametrize(
    "button",
    [
        InlineKeyboardButton("Share", switch_inline_query="x"),
        InlineKeyboardButton("Share", switch_inline_query_current_chat=""),
        InlineKeyboardButton(
            "Share", switch_inline_query_chosen_chat=SwitchInlineQueryChosenChat(allow_user_chats=True)
        ),
    ],
)
async def test_a_post_has_no_button_for_an_inline_query(client: Client, button: InlineKeyboardButton) -> None:
    with pytest.raises(BadRequest, match="Can't use switch_inline_query.* button in a channel chat"):
        await client.bot.send_message(CHANNEL, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_a_bot_outside_is_refused_by_the_reason(tg: EmbeddedTelegram, client: Client) -> None:
    tg.demote(CHANNEL, ANN)
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await client.bot.send_message(CHANNEL, "x")
    assert (await client.bot.get_chat("@market")).title == "Market"
    tg.kick(CHANNEL, ANN)
    with pytest.raises(Forbidden, match="bot was kicked from the channel chat"):
        await client.bot.get_chat(CHANNEL)


async def test_a_deleted_channel_is_not_found(tg: EmbeddedTelegram, client: Client) -> None:
    tg.delete_chat(CHANNEL, ANN)
    for name in (CHANNEL, "@market"):
        with pytest.raises(BadRequest, match="Chat not found"):
            await client.bot.send_message(name, "x")


async def test_reactions_to_posts_are_checked_like_others(tg: EmbeddedTelegram, client: Client) -> None:
    number = tg.say(ANN, "first", CHANNEL)["message_id"]
    assert await client.bot.set_message_reaction(CHANNEL, number, "👍")
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await client.bot.set_message_reaction(CHANNEL, number, "x")
    tg.demote(CHANNEL, ANN)
    with pytest.raises(Forbidden, match="not a member"):
        await client.bot.set_message_reaction(CHANNEL, number, "👍")


async def test_an_edit_of_a_persons_post_is_an_update_of_its_own(tg: EmbeddedTelegram, client: Client) -> None:
    number = tg.say(ANN, "first", CHANNEL)["message_id"]
    tg.edit(ANN, number, "second", CHANNEL)
    _, edited = await client.updates()
    assert edited.edited_channel_post is not None
    assert edited.edited_channel_post.text == "second"


async def test_a_channel_takes_twenty_posts_a_minute(tg: EmbeddedTelegram, client: Client) -> None:
    tg.world.flood = FloodPolicy()
    for number in range(20):
        await client.bot.send_message(CHANNEL, str(number))
    with pytest.raises(RetryAfter):
        await client.bot.send_message(CHANNEL, "x")


def test_only_admins_with_the_right_post(tg: EmbeddedTelegram) -> None:
    for person, anonymous in ((BEK, False), (ANN, True)):
        with pytest.raises(ValueError, match="may not post|may be anonymous"):
            tg.say(person, "x", CHANNEL, anonymous=anonymous)
