"""The bot's profile: commands by scope and language, texts, the menu button."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.profile import shown_commands

ANN, GROUP = 5, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"About {name}"} for name in names]


async def test_get_me_describes_the_bot(api: Api) -> None:
    me = (await api("getMe"))["result"]
    assert (me["id"], me["username"], me["is_bot"], me["can_read_all_group_messages"]) == (
        1234567890,
        "JarchiBot",
        True,
        False,
    )


async def test_commands_are_kept_by_scope_and_language(tg: EmbeddedTelegram, api: Api) -> None:
    private, chat = {"type": "all_private_chats"}, {"type": "chat", "chat_id": ANN}
    await api("setMyCommands", commands=commands("help"))
    await api("setMyCommands", commands=commands("help", "rates"), language_code="ru")
    await api("setMyCommands", commands=commands("news"), scope=private)
    await api("setMyCommands", commands=commands("stop"), scope=chat)
    assert [
        (await api("getMyCommands", **asked))["result"]
        for asked in ({}, {"language_code": "ru"}, {"scope": private}, {"scope": chat}, {"language_code": "kk"})
    ] == [commands("help"), commands("help", "rates"), commands("news"), commands("stop"), []]
    assert shown_commands(tg.world) == {
        "": commands("news"),
        "ru": commands("help", "rates"),
        str(ANN): commands("stop"),
    }
    await api("deleteMyCommands", scope=private)
    await api("deleteMyCommands", scope=chat)
    assert shown_commands(tg.world) == {"": commands("help"), "ru": commands("help", "rates")}


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({}, "commands must be specified"),
        ({"commands": commands(*[f"c{i}" for i in range(101)])}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": commands("Help")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": ["help"]}, "can't parse BotCommand: expected an Object"),
        ({"commands": [{"command": "a", "description": " "}]}, "command description must be non-empty"),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [], "language_code": "rus"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "moon"}}, "can't parse BotCommandScope: unsupported type specified"),
        ({"commands": [], "scope": {"type": "chat", "chat_id": 404}}, "chat not found"),
        (
            {"commands": [], "scope": {"type": "chat_member", "chat_id": GROUP, "user_id": 404}},
            "invalid user_id specified",
        ),
    ],
)
async def test_wrong_commands_are_refused(api: Api, params: dict[str, Any], sentence: str) -> None:
    answer = await api("setMyCommands", **params)
    assert (answer["error_code"], answer["description"]) == (400, f"Bad Request: {sentence}")


@pytest.mark.parametrize(
    ("method", "field", "unset", "limit"),
    [
        ("MyName", "name", "Jarchi", 64),
        ("MyDescription", "description", "", 512),
        ("MyShortDescription", "short_description", "", 120),
    ],
)
async def test_profile_texts_are_kept_by_language_within_their_limits(
    api: Api, method: str, field: str, unset: str, limit: int
) -> None:
    assert (await api(f"get{method}"))["result"] == {field: unset}
    assert (await api(f"set{method}", **{field: "x" * (limit + 1)}))["error_code"] == 400
    await api(f"set{method}", **{field: "y" * limit})
    await api(f"set{method}", **{field: "по-русски"}, language_code="ru")
    assert [(await api(f"get{method}", language_code=code))["result"][field] for code in ("", "ru", "kk")] == [
        "y" * limit,
        "по-русски",
        "y" * limit,
    ]


async def test_the_menu_button_of_a_chat_goes_before_the_default(api: Api) -> None:
    app = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.org"}}
    await api("setChatMenuButton", chat_id=ANN, menu_button=app)
    assert (await api("getChatMenuButton", chat_id=ANN))["result"] == app
    assert (await api("getChatMenuButton"))["result"] == {"type": "commands"}
    await api("setChatMenuButton", menu_button={"type": "default"})
    assert (await api("getChatMenuButton"))["result"] == {"type": "default"}
    assert (await api("setChatMenuButton", menu_button={"type": "moon"}))["error_code"] == 400
