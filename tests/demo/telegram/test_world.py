"""Actions of people and the updates that reach the bot."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.world import MESSAGES_KEPT

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


async def updates(api: Api) -> list[dict[str, Any]]:
    return list((await api("getUpdates"))["result"])


async def test_what_a_person_says_reaches_the_bot_with_its_commands_marked(tg: EmbeddedTelegram, api: Api) -> None:
    message = tg.say(ANN, " /start now ")
    assert message == {
        "message_id": 1,
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann", "username": "ann", "language_code": "en"},
        "chat": {"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"},
        "date": 1_795_000_000,
        "text": "/start now",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }
    assert await updates(api) == [{"update_id": 1, "message": message}]


async def test_in_a_group_the_bot_sees_only_what_is_meant_for_it(tg: EmbeddedTelegram, api: Api) -> None:
    sent = (await api("sendMessage", chat_id=GROUP, text="Rates?"))["result"]["message_id"]
    tg.say(BEK, "just chatting", GROUP)
    tg.say(BEK, "/rates@OtherBot", GROUP)
    tg.say(BEK, "/rates@jarchibot", GROUP)
    tg.say(BEK, "/rates", GROUP)
    tg.say(BEK, "yes please", GROUP, reply_to=sent)
    assert [update["message"]["text"] for update in await updates(api)] == [
        "/rates@jarchibot",
        "/rates",
        "yes please",
    ]


async def test_an_anonymous_admin_speaks_as_the_group(tg: EmbeddedTelegram, api: Api) -> None:
    tg.say(ANN, "/rates", GROUP, anonymous=True)
    message = (await updates(api))[0]["message"]
    assert (message["from"]["username"], message["sender_chat"]) == ("GroupAnonymousBot", message["chat"])


async def test_as_an_administrator_the_bot_sees_everything(tg: EmbeddedTelegram, api: Api) -> None:
    tg.invite(GROUP, by=ANN, as_admin=True)
    tg.say(BEK, "just chatting", GROUP)
    assert [list(update)[1] for update in await updates(api)] == ["my_chat_member", "message"]


async def test_a_press_carries_the_message_and_any_data(tg: EmbeddedTelegram, api: Api) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "true"}]]}
    message = (await api("sendMessage", chat_id=ANN, text="a", reply_markup=keyboard))["result"]
    query = tg.press(ANN, message["message_id"], "forged")
    assert (query["message"], query["data"], query["from"]["id"]) == (message, "forged", ANN)
    assert await updates(api) == [{"update_id": 1, "callback_query": query}]


def test_a_press_on_a_message_that_is_gone_is_inaccessible(tg: EmbeddedTelegram) -> None:
    assert tg.press(ANN, 99, "x")["message"] == {
        "message_id": 99,
        "chat": {"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"},
        "date": 0,
    }


async def test_a_block_is_an_update_and_stops_sending_until_it_is_removed(tg: EmbeddedTelegram, api: Api) -> None:
    tg.block(ANN)
    tg.block(ANN)
    answer = await api("sendMessage", chat_id=ANN, text="x")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    tg.unblock(ANN)
    assert (await api("sendMessage", chat_id=ANN, text="x"))["ok"]
    changes = [update["my_chat_member"] for update in await updates(api)]
    assert [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]


async def test_writing_to_a_blocked_bot_takes_the_block_back(tg: EmbeddedTelegram, api: Api) -> None:
    tg.block(ANN)
    tg.say(ANN, "/start")
    assert [list(update)[1] for update in await updates(api)] == ["my_chat_member", "my_chat_member", "message"]
    assert (await api("sendMessage", chat_id=ANN, text="x"))["ok"]


async def test_a_bot_may_not_write_first(tg: EmbeddedTelegram, api: Api) -> None:
    tg.add_person(7, "Cholpon", started=False)
    answer = await api("sendMessage", chat_id=7, text="x")
    assert answer["description"] == "Forbidden: bot can't initiate conversation with a user"
    tg.say(7, "/start")
    assert (await api("sendMessage", chat_id=7, text="x"))["ok"]


async def test_a_removed_bot_receives_and_sends_nothing(tg: EmbeddedTelegram, api: Api) -> None:
    tg.kick(GROUP, by=ANN)
    tg.say(BEK, "/rates", GROUP)
    tg.press(BEK, 1, "x", GROUP)
    answer = await api("sendMessage", chat_id=GROUP, text="x")
    assert answer["description"] == "Forbidden: bot was kicked from the supergroup chat"
    assert [list(update)[1] for update in await updates(api)] == ["my_chat_member"]


async def test_a_group_that_became_a_supergroup_answers_with_its_new_id(tg: EmbeddedTelegram, api: Api) -> None:
    tg.add_group(-7, "Village", members=[BEK], admins=[ANN])
    tg.migrate(-7, -1_002_000_000_000)
    assert await api("sendMessage", chat_id=-7, text="x") == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1_002_000_000_000},
    }
    assert (await api("sendMessage", chat_id=-1_002_000_000_000, text="x"))["result"]["chat"] == {
        "id": -1_002_000_000_000,
        "type": "supergroup",
        "title": "Village",
    }
    old, new = (update["message"] for update in await updates(api))
    assert (old["chat"]["type"], old["migrate_to_chat_id"], new["migrate_from_chat_id"]) == (
        "group",
        -1_002_000_000_000,
        -7,
    )


def test_a_chat_keeps_its_newest_messages(tg: EmbeddedTelegram) -> None:
    for number in range(MESSAGES_KEPT + 3):
        tg.say(ANN, str(number))
    kept = [message["text"] for message in tg.messages(ANN)]
    assert (len(kept), kept[0], kept[-1]) == (MESSAGES_KEPT, "3", str(MESSAGES_KEPT + 2))


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda tg: tg.say(404, "x"),
        lambda tg: tg.say(ANN, "x", 404),
        lambda tg: tg.say(ANN, "x", BEK),
        lambda tg: tg.say(ANN, " "),
        lambda tg: tg.say(ANN, "x" * 4097),
        lambda tg: tg.say(ANN, "x", reply_to=99),
        lambda tg: tg.say(BEK, "/x", GROUP, anonymous=True),
        lambda tg: tg.say(ANN, "x", anonymous=True),
        lambda tg: tg.press(404, 1, "x"),
        lambda tg: tg.add_person(-1, "x"),
        lambda tg: tg.add_group(1, "x", members=[], admins=[ANN]),
        lambda tg: tg.add_group(-1, "x", members=[404], admins=[ANN]),
    ],
)
def test_nonsense_is_refused(tg: EmbeddedTelegram, nonsense: Callable[[EmbeddedTelegram], object]) -> None:
    with pytest.raises(ValueError):
        nonsense(tg)
