"""Guest queries: a mention of the bot in a group where it is not, and the answer there."""

import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    Message,
)
from telegram.error import BadRequest

from bot.demo.telegram import EmbeddedTelegram
from tests.demo.telegram.conftest import ANN, BEK, Client, StandingClock

VILLAGE = -7
CARD = InlineQueryResultArticle(
    "1",
    "Rate",
    InputTextMessageContent("<b>480</b> KZT", parse_mode="HTML"),
    reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Open", url="https://example.org/")]]),
)
TOO_OLD = "Query is too old and response timeout expired or query id is invalid"


@pytest.fixture(autouse=True)
def village(tg: EmbeddedTelegram) -> None:
    tg.add_group(VILLAGE, "Village", [BEK], [ANN], bot_is_member=False)


async def asked(client: Client) -> Message:
    [update] = await client.updates()
    assert update.guest_message is not None
    return update.guest_message


async def test_a_mention_where_the_bot_is_not_is_a_guest_query(tg: EmbeddedTelegram, client: Client) -> None:
    assert (await client.bot.get_me()).supports_guest_queries
    tg.say(BEK, "just chatting", VILLAGE)
    tg.say(BEK, "/rates@JarchiBot", VILLAGE)
    tg.say(BEK, "😀 @jarchibot 100 usd in kzt", VILLAGE)
    query = await asked(client)
    assert query.from_user is not None
    assert (query.from_user.id, query.chat.id, query.text) == (BEK, VILLAGE, "😀 @jarchibot 100 usd in kzt")
    assert query.guest_query_id


async def test_the_answer_is_a_reply_in_that_group(tg: EmbeddedTelegram, client: Client) -> None:
    tg.say(BEK, "@JarchiBot usd", VILLAGE)
    query = await asked(client)
    sent = await client.bot.answer_guest_query(str(query.guest_query_id), CARD)
    answer = Message.de_json(tg.messages(VILLAGE)[-1], client.bot)
    assert (answer.text, answer.chat.id, answer.from_user) == ("480 KZT", VILLAGE, client.bot.bot)
    assert answer.guest_bot_caller_user == query.from_user
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == query.message_id
    assert answer.reply_markup is not None
    assert sent.inline_message_id
    assert await client.updates() == []


async def test_an_anonymous_admin_asks_as_the_group(tg: EmbeddedTelegram, client: Client) -> None:
    tg.say(ANN, "@JarchiBot usd", VILLAGE, anonymous=True)
    await client.bot.answer_guest_query(str((await asked(client)).guest_query_id), CARD)
    assert tg.messages(VILLAGE)[-1]["guest_bot_caller_chat"]["id"] == VILLAGE


async def test_a_photo_is_an_answer_too(tg: EmbeddedTelegram, client: Client) -> None:
    file = tg.world.add_file("photo", "a.png", "image/png", b"x", 9, 9)
    tg.say(BEK, "@JarchiBot usd", VILLAGE)
    result = InlineQueryResultCachedPhoto("1", file.file_id, caption="480")
    await client.bot.answer_guest_query(str((await asked(client)).guest_query_id), result)
    assert (tg.messages(VILLAGE)[-1]["caption"], tg.messages(VILLAGE)[-1]["photo"][0]["width"]) == ("480", 9)


async def test_a_query_is_answered_once_and_in_time(tg: EmbeddedTelegram, client: Client, clock: StandingClock) -> None:
    for _ in range(2):
        tg.say(BEK, "@JarchiBot usd", VILLAGE)
    [first, late] = [
        str(update.guest_message.guest_query_id) for update in await client.updates() if update.guest_message
    ]
    with pytest.raises(BadRequest, match="Photo_file_id|Wrong file identifier"):
        await client.bot.answer_guest_query(first, InlineQueryResultCachedPhoto("1", "unknown"))
    await client.bot.answer_guest_query(first, CARD)
    clock.now += 61
    for query_id in (first, late, "5"):
        with pytest.raises(BadRequest, match=TOO_OLD):
            await client.bot.answer_guest_query(query_id, CARD)


async def test_a_member_gets_the_mention_as_a_message_and_a_removed_bot_gets_nothing(
    tg: EmbeddedTelegram, client: Client
) -> None:
    tg.invite(VILLAGE, ANN)
    tg.say(BEK, "@JarchiBot usd", VILLAGE)
    tg.kick(VILLAGE, ANN)
    tg.say(BEK, "@JarchiBot usd", VILLAGE)
    updates = await client.updates()
    assert [bool(update.message) for update in updates] == [False, True, False]
    assert not any(update.guest_message for update in updates)
