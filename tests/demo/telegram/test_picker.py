"""The picker: keys that ask for a chat, the chats that fit, and the chat that a person shares."""

from typing import Any

import pytest
from telegram import ChatAdministratorRights, KeyboardButton, KeyboardButtonRequestChat, ReplyKeyboardMarkup
from telegram.error import BadRequest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.keyboards import reply_keyboard
from bot.demo.telegram.wire import ApiError, Params
from tests.demo.telegram.conftest import ANN, BEK, CHANNEL, GROUP, Client

FORUM, VILLAGE, OTHERS = -1_001_000_000_003, -7, -1_001_000_000_004
POST = ChatAdministratorRights(
    **dict.fromkeys(ChatAdministratorRights.all_rights().to_dict(), False) | {"can_post_messages": True}
)
CHANNELS = KeyboardButtonRequestChat(
    1, True, user_administrator_rights=POST, bot_administrator_rights=POST, request_title=True, request_username=True
)


@pytest.fixture(autouse=True)
def chats(tg: EmbeddedTelegram) -> None:
    tg.add_channel(CHANNEL, "Market", [BEK], [ANN], username="market")
    tg.add_channel(OTHERS, "Others", [ANN], [BEK])
    tg.add_group(FORUM, "Forum", [], [BEK, ANN], bot_is_member=False)
    tg.make_forum(FORUM, BEK)
    tg.add_group(VILLAGE, "Village", [BEK], [ANN], bot_is_member=False)
    tg.world.updates.clear()


async def ask(client: Client, *requests: KeyboardButtonRequestChat, chat: int = ANN) -> None:
    keys = [KeyboardButton(f"Key {request.request_id}", request_chat=request) for request in requests]
    await client.bot.send_message(chat, "Choose", reply_markup=ReplyKeyboardMarkup([keys]))


async def test_a_shared_channel_makes_the_bot_an_admin_first(tg: EmbeddedTelegram, client: Client) -> None:
    await ask(client, CHANNELS)
    assert tg.fitting_chats(ANN, 1) == [CHANNEL]
    tg.pick(ANN, 1, CHANNEL)
    member, message = await client.updates()
    assert member.my_chat_member is not None
    assert member.my_chat_member.from_user.id == ANN
    assert member.my_chat_member.new_chat_member.to_dict()["can_post_messages"]
    assert not member.my_chat_member.new_chat_member.to_dict()["can_edit_messages"]
    assert message.message is not None
    shared = message.message.chat_shared
    assert shared is not None
    assert (shared.request_id, shared.chat_id, shared.title, shared.username) == (1, CHANNEL, "Market", "market")
    assert message.message.chat.id == ANN
    await client.bot.send_message(CHANNEL, "It works")


async def test_a_bot_that_is_there_keeps_its_rights_and_gets_the_missing_ones(
    tg: EmbeddedTelegram, client: Client
) -> None:
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_edit_messages"])
    await ask(client, CHANNELS)
    tg.pick(ANN, 1, CHANNEL)
    tg.pick(ANN, 1, CHANNEL)
    updates = await client.updates()
    assert [bool(update.my_chat_member) for update in updates] == [True, True, False, False]
    rights = (await client.bot.get_chat_member(CHANNEL, client.bot.id)).to_dict()
    assert (rights["can_edit_messages"], rights["can_post_messages"]) == (True, True)


@pytest.mark.parametrize(
    ("options", "fitting"),
    [
        ({}, [GROUP, FORUM, VILLAGE]),
        ({"chat_is_forum": True}, [FORUM]),
        ({"chat_is_forum": False}, [GROUP, VILLAGE]),
        ({"chat_is_created": True}, [GROUP, VILLAGE]),
        ({"chat_has_username": True}, []),
        ({"bot_is_member": True}, [GROUP, FORUM, VILLAGE]),
        ({"user_administrator_rights": ChatAdministratorRights.all_rights()}, [GROUP, FORUM, VILLAGE]),
    ],
)
async def test_only_fitting_groups_are_offered(
    tg: EmbeddedTelegram, client: Client, options: dict[str, Any], fitting: list[int]
) -> None:
    await ask(client, KeyboardButtonRequestChat(2, False, **options))
    assert tg.fitting_chats(ANN, 2) == fitting


async def test_a_group_is_shared_without_its_title_and_the_bot_joins_if_asked(
    tg: EmbeddedTelegram, client: Client
) -> None:
    await ask(client, KeyboardButtonRequestChat(2, False), KeyboardButtonRequestChat(3, False, bot_is_member=True))
    tg.pick(ANN, 2, VILLAGE)
    tg.pick(ANN, 3, VILLAGE)
    updates = await client.updates()
    assert [bool(update.my_chat_member) for update in updates] == [False, True, False]
    shared = [update.message.chat_shared for update in updates if update.message]
    assert [(one.request_id, one.chat_id, one.title) for one in shared if one] == [
        (2, VILLAGE, None),
        (3, VILLAGE, None),
    ]
    tg.kick(FORUM, ANN)
    tg.promote(FORUM, BEK, ANN, [])
    assert tg.fitting_chats(ANN, 3) == [GROUP, VILLAGE]


async def test_only_a_shown_key_and_a_fitting_chat_are_picked(tg: EmbeddedTelegram, client: Client) -> None:
    with pytest.raises(ValueError, match="no key"):
        tg.pick(ANN, 1, CHANNEL)
    await ask(client, CHANNELS)
    for person, chat in ((ANN, OTHERS), (ANN, GROUP), (BEK, OTHERS)):
        with pytest.raises(ValueError, match="cannot share|no key"):
            tg.pick(person, 1, chat)
    tg.block(ANN)
    with pytest.raises(ValueError, match="cannot share"):
        tg.pick(ANN, 1, CHANNEL)


async def test_an_admin_who_may_not_promote_shares_only_what_the_bot_administers(
    tg: EmbeddedTelegram, client: Client
) -> None:
    tg.promote(CHANNEL, ANN, BEK, ["can_post_messages"])
    await ask(client, CHANNELS, chat=BEK)
    assert tg.fitting_chats(BEK, 1) == [OTHERS]
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_post_messages"])
    assert tg.fitting_chats(BEK, 1) == [CHANNEL, OTHERS]


async def test_chats_are_asked_for_in_private_only(client: Client) -> None:
    with pytest.raises(BadRequest, match="Chats can be requested in private chats only"):
        await ask(client, CHANNELS, chat=GROUP)


@pytest.mark.parametrize(
    ("request_chat", "refusal"),
    [
        ("x", "expected an Object"),
        ({"chat_is_channel": True}, 'Can\'t find field "request_id"'),
        ({"request_id": 1}, 'Can\'t find field "chat_is_channel"'),
        ({"request_id": True, "chat_is_channel": True}, 'Field "request_id" must be of type Number'),
        ({"request_id": 2**31, "chat_is_channel": True}, 'Field "request_id" must be a valid Number'),
        ({"request_id": 1, "chat_is_channel": 1}, 'Field "chat_is_channel" must be of type Boolean'),
        (
            {"request_id": 1, "chat_is_channel": True, "bot_administrator_rights": "x"},
            'Field "bot_administrator_rights" must be of type Object',
        ),
        (
            {"request_id": 1, "chat_is_channel": True, "bot_administrator_rights": {"can_post_messages": True}},
            "BUTTON_INVALID",
        ),
    ],
)
def test_a_wrong_request_is_refused(request_chat: object, refusal: str) -> None:
    key = {"text": "Choose", "request_chat": request_chat}
    with pytest.raises(ApiError, match=refusal):
        reply_keyboard(Params({"reply_markup": {"keyboard": [[key]]}}))


def test_two_keys_have_different_requests() -> None:
    key = {"text": "Choose", "request_chat": {"request_id": 1, "chat_is_channel": True}}
    with pytest.raises(ApiError, match="BUTTON_ID_INVALID"):
        reply_keyboard(Params({"reply_markup": {"keyboard": [[key, key]]}}))
