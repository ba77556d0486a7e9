"""The checker against a small schema, and the server against the published one where it is at hand."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.methods import METHODS
from bot.demo.telegram.schema import problems, result_problems, update_problems

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


def field(name: str, *types: str, required: bool = False) -> dict[str, object]:
    return {"name": name, "types": list(types), "required": required}


SMALL = {
    "methods": {
        "send": {
            "returns": ["Note", "Boolean"],
            "fields": [
                field("to", "Integer", "String", required=True),
                field("text", "String", required=True),
                field("weight", "Float"),
                field("file", "InputFile", "String"),
                field("notes", "Array of Note"),
                field("shape", "Shape"),
            ],
        },
        "list": {"returns": ["Array of Note"]},
    },
    "types": {
        "Note": {"fields": [field("id", "Integer", required=True), field("on", "Boolean")]},
        "Shape": {"subtypes": ["Round", "Square"]},
        "Round": {"fields": [field("radius", "Float", required=True)]},
        "Square": {"fields": [field("side", "Float", required=True), field("note", "Note", required=True)]},
        "Update": {"fields": [field("update_id", "Integer", required=True)]},
    },
}


@pytest.mark.parametrize(
    ("method", "params", "found"),
    [
        ("send", {"to": 5, "text": "x"}, []),
        ("send", {"to": "@a", "text": "x", "weight": 1, "file": "attach://file", "notes": [{"id": 1}]}, []),
        ("send", {"to": 5, "text": "x", "shape": {"radius": 1.5}}, []),
        ("fly", {}, ["fly: no such method"]),
        ("list", {"all": True}, ["list: unknown all"]),
        ("send", {"to": 5}, ["send: text is missing"]),
        ("send", {"to": True, "text": "x"}, ["send.to: True is not a Integer"]),
        ("send", {"to": 5, "text": 6}, ["send.text: 6 is not a String"]),
        ("send", {"to": 5, "text": "x", "weight": "1"}, ["send.weight: '1' is not a Float"]),
        ("send", {"to": 5, "text": "x", "file": 7}, ["send.file: 7 is neither a file_id nor an upload"]),
        ("send", {"to": 5, "text": "x", "notes": {}}, ["send.notes: {} is not an Array of Note"]),
        (
            "send",
            {"to": 5, "text": "x", "notes": [{"on": 1}]},
            ["send.notes[0]: id is missing", "send.notes[0].on: 1 is not a Boolean"],
        ),
        ("send", {"to": 5, "text": "x", "shape": {"radius": "r"}}, ["send.shape.radius: 'r' is not a Float"]),
        ("send", {"to": 5, "text": "x", "shape": 1}, ["send.shape: 1 is not a Round"]),
    ],
)
def test_a_call_is_checked_against_the_schema(method: str, params: dict[str, Any], found: list[str]) -> None:
    assert problems(method, params, SMALL) == found


def test_answers_and_updates_are_checked_too() -> None:
    assert result_problems("send", True, SMALL) == []
    assert result_problems("list", [{"id": 1}, {}], SMALL) == ["list()[1]: id is missing"]
    assert update_problems({}, SMALL) == ["update: update_id is missing"]


FORUM = -1_003_000_000_000


def forum_calls(thread: int) -> list[tuple[str, dict[str, Any]]]:
    topic = {"chat_id": FORUM, "message_thread_id": thread}
    return [
        ("createForumTopic", {"chat_id": FORUM, "name": "Gold", "icon_color": 0x6FB9F0}),
        ("editForumTopic", {**topic, "name": "Oil"}),
        ("closeForumTopic", topic),
        ("reopenForumTopic", topic),
        ("deleteForumTopic", topic),
        ("hideGeneralForumTopic", {"chat_id": FORUM}),
        ("unhideGeneralForumTopic", {"chat_id": FORUM}),
        ("reopenGeneralForumTopic", {"chat_id": FORUM}),
        ("closeGeneralForumTopic", {"chat_id": FORUM}),
    ]


@pytest.fixture
def published(schema: dict[str, Any] | None) -> dict[str, Any]:
    if schema is None:
        pytest.skip("JARCHI_SHARED is not set: no published Bot API schema to compare with")
    return schema


def test_every_method_of_the_server_is_published(published: dict[str, Any]) -> None:
    assert [name for name, _ in METHODS.values() if name not in published["methods"]] == []


async def test_answers_and_updates_are_as_published(tg: EmbeddedTelegram, api: Api, published: dict[str, Any]) -> None:
    keyboard = {
        "inline_keyboard": [
            [{"text": "a", "callback_data": "x"}, {"text": "b", "url": "https://example.org"}],
            [{"text": "c", "copy_text": {"text": "1"}}],
        ]
    }
    markup = (
        '<b>a</b> <a href="https://example.org">b</a> <pre><code class="language-x">c</code></pre>'
        ' <tg-time unix="1" format="wDT">d</tg-time> <blockquote expandable>e</blockquote> /help'
    )
    document = tg.world.add_file("document", "a.txt", "text/plain", b"a").file_id
    photo = tg.world.add_file("photo", "a.png", "image/png", b"\x89PNG", 9, 9).file_id
    said = tg.say(BEK, "/rates", GROUP)["message_id"]
    tg.add_group(FORUM, "Forum", members=[], admins=[ANN], bot_is_admin=True)
    tg.make_forum(FORUM, ANN)
    tg.add_group(-8, "Neighbours", members=[], admins=[ANN], bot_is_member=False)
    tg.say(ANN, "@JarchiBot gold", -8)
    thread = tg.create_topic(FORUM, ANN, "Silver")
    asked, chosen = tg.ask_inline(ANN, "gold")["id"], tg.ask_inline(BEK, "gold", GROUP)["id"]
    content = {"message_text": markup, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    link = {"inline_keyboard": [[{"text": "b", "url": "https://example.org"}]]}
    cards = [
        {"type": "article", "id": "1", "title": "a", "input_message_content": content, "description": "b"},
        {"type": "article", "id": "2", "title": "a", "input_message_content": content, "reply_markup": link},
    ]
    await api("answerInlineQuery", inline_query_id=chosen, results=cards)
    tg.choose(BEK, chosen, "2")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("getMe", {}),
        ("sendMessage", {"chat_id": ANN, "text": markup, "parse_mode": "HTML", "reply_markup": keyboard}),
        ("sendMessage", {"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": said}}),
        ("sendMessage", {"chat_id": ANN, "text": "x", "link_preview_options": {"is_disabled": True}}),
        ("editMessageText", {"chat_id": ANN, "message_id": 7, "text": "y", "reply_markup": keyboard}),
        ("editMessageReplyMarkup", {"chat_id": ANN, "message_id": 7}),
        (
            "setMessageReaction",
            {"chat_id": GROUP, "message_id": said, "reaction": [{"type": "emoji", "emoji": "👍"}]},
        ),
        ("sendPhoto", {"chat_id": ANN, "photo": photo, "caption": "<i>x</i>", "parse_mode": "HTML"}),
        ("editMessageCaption", {"chat_id": ANN, "message_id": 10, "caption": "y"}),
        ("editMessageMedia", {"chat_id": ANN, "message_id": 10, "media": {"type": "photo", "media": photo}}),
        ("sendDocument", {"chat_id": ANN, "document": document}),
        ("sendChatAction", {"chat_id": ANN, "action": "typing"}),
        ("deleteMessage", {"chat_id": ANN, "message_id": 7}),
        ("setMyCommands", {"commands": [{"command": "a", "description": "b"}], "scope": {"type": "default"}}),
        ("getMyCommands", {}),
        ("deleteMyCommands", {}),
        ("setMyName", {"name": "a"}),
        ("getMyName", {}),
        ("setMyDescription", {"description": "a"}),
        ("getMyDescription", {}),
        ("setMyShortDescription", {"short_description": "a"}),
        ("getMyShortDescription", {}),
        ("setChatMenuButton", {"menu_button": {"type": "commands"}}),
        ("getChatMenuButton", {}),
        ("pinChatMessage", {"chat_id": ANN, "message_id": 10}),
        ("getChat", {"chat_id": ANN}),
        ("unpinChatMessage", {"chat_id": ANN, "message_id": 10}),
        ("unpinAllChatMessages", {"chat_id": ANN}),
        ("getChat", {"chat_id": GROUP}),
        ("getChatMember", {"chat_id": GROUP, "user_id": ANN}),
        ("getChatMember", {"chat_id": GROUP, "user_id": BEK}),
        ("getChatAdministrators", {"chat_id": GROUP}),
        ("getChatMemberCount", {"chat_id": GROUP}),
        ("getFile", {"file_id": document}),
        ("setWebhook", {"url": ""}),
        ("getWebhookInfo", {}),
        ("deleteWebhook", {}),
        ("answerCallbackQuery", {"callback_query_id": tg.press(ANN, 99, "x")["id"], "text": "x"}),
        ("answerInlineQuery", {"inline_query_id": asked, "results": cards, "cache_time": 60, "is_personal": True}),
        ("getUpdates", {"limit": 100}),
        ("leaveChat", {"chat_id": GROUP}),
        ("answerGuestQuery", {"guest_query_id": next(iter(tg.world.guests)), "result": cards[1]}),
        *forum_calls(thread),
        ("logOut", {}),
        ("close", {}),
    ]
    tg.press(ANN, 1, "x")
    tg.block(ANN)
    tg.unblock(ANN)
    tg.add_group(-7, "Village", members=[BEK], admins=[ANN], bot_is_admin=True)
    tg.migrate(-7, -1_002_000_000_000)
    found: list[str] = []
    for method, params in calls:
        answer = await api(method, **params)
        assert answer["ok"], (method, answer)
        found += problems(method, params, published) + result_problems(method, answer["result"], published)
    assert {name for name, _ in METHODS.values()} - {method for method, _ in calls} == set()
    assert found == []
