"""Chats and their members."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


async def test_a_chat_is_found_by_id(api: Api) -> None:
    person, group = (await api("getChat", chat_id=ANN))["result"], (await api("getChat", chat_id=GROUP))["result"]
    assert (person["type"], person["first_name"]) == ("private", "Ann")
    assert (group["type"], group["title"]) == ("supergroup", "Traders")


@pytest.mark.parametrize(
    ("user", "status"),
    [(ANN, "creator"), (BEK, "member"), (7, "left"), (1234567890, "member")],
)
async def test_a_member_has_the_status_they_have(tg: EmbeddedTelegram, api: Api, user: int, status: str) -> None:
    tg.add_person(7, "Cholpon")
    member = (await api("getChatMember", chat_id=GROUP, user_id=user))["result"]
    assert (member["user"]["id"], member["status"]) == (user, status)


async def test_an_unknown_user_is_no_participant(api: Api) -> None:
    answer = await api("getChatMember", chat_id=GROUP, user_id=404)
    assert answer["description"] == "Bad Request: PARTICIPANT_ID_INVALID"


async def test_the_administrators_are_listed_the_bot_among_them(tg: EmbeddedTelegram, api: Api) -> None:
    tg.add_group(-7, "Village", members=[], admins=[BEK, ANN], bot_is_admin=True)
    listed = (await api("getChatAdministrators", chat_id=-7))["result"]
    assert [(member["user"]["id"], member["status"]) for member in listed] == [
        (BEK, "creator"),
        (ANN, "administrator"),
        (1234567890, "administrator"),
    ]
    none = await api("getChatAdministrators", chat_id=ANN)
    assert none["description"] == "Bad Request: there are no administrators in the private chat"


async def test_a_bot_that_left_may_not_write(api: Api) -> None:
    assert (await api("leaveChat", chat_id=GROUP))["ok"]
    answer = await api("sendMessage", chat_id=GROUP, text="x")
    assert answer["description"] == "Forbidden: bot is not a member of the supergroup chat"
    private = await api("leaveChat", chat_id=ANN)
    assert private["description"] == "Bad Request: chat member status can't be changed in private chats"
