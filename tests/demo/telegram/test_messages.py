"""Sending, editing and deleting over HTTP, judged by the answers and by what lies in the chat afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.demo.telegram import EmbeddedTelegram, FloodPolicy, Limit
from bot.demo.telegram.messages import NOT_MODIFIED

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
KEYBOARD = {"inline_keyboard": [[{"text": "More", "callback_data": "v1:more"}]]}

Api = Callable[..., Awaitable[dict[str, Any]]]


def refusal(description: str, status: int = 400, **parameters: object) -> dict[str, object]:
    answer: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    return answer | {"parameters": parameters} if parameters else answer


async def test_a_sent_message_is_answered_as_the_api_describes_and_lies_in_the_chat(
    tg: EmbeddedTelegram, api: Api
) -> None:
    answer = await api("sendMessage", chat_id=ANN, text="<b>1 USD</b> /help", parse_mode="HTML", reply_markup=KEYBOARD)
    message = {
        "message_id": 1,
        "from": {"id": 1234567890, "is_bot": True, "first_name": "Jarchi", "username": "JarchiBot"},
        "chat": {"id": ANN, "type": "private", "first_name": "Ann", "username": "ann"},
        "date": 1_795_000_000,
        "text": "1 USD /help",
        "entities": [
            {"type": "bold", "offset": 0, "length": 5},
            {"type": "bot_command", "offset": 6, "length": 5},
        ],
        "reply_markup": KEYBOARD,
    }
    assert answer == {"ok": True, "result": message}
    assert tg.messages(ANN) == [message]


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"chat_id": ANN}, "Bad Request: message text is empty"),
        ({"chat_id": ANN, "text": " \n "}, "Bad Request: text must be non-empty"),
        ({"chat_id": ANN, "text": "a\ud800"}, "Bad Request: strings must be encoded in UTF-8"),
        ({"chat_id": ANN, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": ANN, "text": "x", "parse_mode": "Markdown"}, "Bad Request: unsupported parse_mode"),
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": 404, "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": ANN, "text": "x", "message_thread_id": 7}, "Bad Request: message thread not found"),
        (
            {"chat_id": ANN, "text": "x", "reply_parameters": {"message_id": 99}},
            "Bad Request: message to be replied not found",
        ),
        ({"chat_id": ANN, "text": "x", "link_preview_options": {"url": "x"}}, "Bad Request: WEBPAGE_URL_INVALID"),
        ({"chat_id": ANN, "text": "x", "allow_paid_broadcast": True}, "Bad Request: FLOODSKIP_NOT_ALLOWED"),
        (
            {"chat_id": ANN, "text": "x", "reply_markup": []},
            "Bad Request: can't parse reply_markup: expected an Object",
        ),
    ],
)
async def test_a_wrong_message_is_refused_and_not_sent(
    tg: EmbeddedTelegram, api: Api, params: dict[str, Any], description: str
) -> None:
    assert await api("sendMessage", **params) == refusal(description)
    assert tg.messages(ANN) == []


async def test_the_length_is_counted_in_characters_after_parsing(tg: EmbeddedTelegram, api: Api) -> None:
    text = "📈" * 4096
    assert (await api("sendMessage", chat_id=ANN, text=f"<b>{text}</b>", parse_mode="html"))["ok"]
    assert tg.messages(ANN)[0]["text"] == text


async def test_a_reply_carries_the_message_it_answers(tg: EmbeddedTelegram, api: Api) -> None:
    said = tg.say(BEK, "hello", GROUP)
    answer = await api("sendMessage", chat_id=GROUP, text="hi", reply_parameters={"message_id": said["message_id"]})
    assert answer["result"]["reply_to_message"] == said
    lost = {"message_id": 99, "allow_sending_without_reply": True}
    assert (
        "reply_to_message" not in (await api("sendMessage", chat_id=GROUP, text="hi", reply_parameters=lost))["result"]
    )


async def test_an_edit_replaces_text_entities_and_buttons(tg: EmbeddedTelegram, api: Api, clock: Any) -> None:
    await api("sendMessage", chat_id=ANN, text="<i>a</i>", parse_mode="HTML", reply_markup=KEYBOARD)
    clock.now += 10
    answer = await api("editMessageText", chat_id=ANN, message_id=1, text="b")
    edited = tg.messages(ANN)[0]
    assert answer["result"] == edited
    assert {name: edited.get(name) for name in ("text", "entities", "reply_markup", "edit_date")} == {
        "text": "b",
        "entities": None,
        "reply_markup": None,
        "edit_date": 1_795_000_010,
    }


async def test_new_buttons_alone_leave_the_text(tg: EmbeddedTelegram, api: Api) -> None:
    await api("sendMessage", chat_id=ANN, text="a")
    await api("editMessageReplyMarkup", chat_id=ANN, message_id=1, reply_markup=KEYBOARD)
    assert [(m["text"], m["reply_markup"], m.get("edit_date")) for m in tg.messages(ANN)] == [("a", KEYBOARD, None)]


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("editMessageText", {"message_id": 1, "text": "a", "reply_markup": KEYBOARD}, NOT_MODIFIED),
        ("editMessageReplyMarkup", {"message_id": 1, "reply_markup": KEYBOARD}, NOT_MODIFIED),
        ("editMessageText", {"message_id": 99, "text": "b"}, "message to edit not found"),
        ("editMessageText", {"message_id": 2, "text": "b"}, "message can't be edited"),
        ("editMessageText", {"text": "b"}, "message identifier is not specified"),
        ("editMessageCaption", {"message_id": 1, "caption": "b"}, "there is no caption in the message to edit"),
        ("editMessageMedia", {"message_id": 1}, "media is not specified"),
        (
            "editMessageMedia",
            {"message_id": 1, "media": {"type": "video", "media": "x"}},
            "can't parse InputMedia: type must be photo or document",
        ),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
    ],
)
async def test_an_impossible_change_is_refused(
    tg: EmbeddedTelegram, api: Api, method: str, params: dict[str, Any], description: str
) -> None:
    await api("sendMessage", chat_id=ANN, text="a", reply_markup=KEYBOARD)
    tg.say(ANN, "mine")
    before = tg.messages(ANN)
    assert await api(method, chat_id=ANN, **params) == refusal(f"Bad Request: {description}")
    assert tg.messages(ANN) == before


async def test_deleting_takes_a_message_away(tg: EmbeddedTelegram, api: Api) -> None:
    await api("sendMessage", chat_id=ANN, text="a")
    assert await api("deleteMessage", chat_id=ANN, message_id=1) == {"ok": True, "result": True}
    assert tg.messages(ANN) == []


async def test_in_a_group_only_an_administrator_deletes_what_others_wrote(tg: EmbeddedTelegram, api: Api) -> None:
    said = tg.say(BEK, "hello", GROUP)["message_id"]
    answer = await api("deleteMessage", chat_id=GROUP, message_id=said)
    assert answer == refusal("Bad Request: message can't be deleted")
    tg.invite(GROUP, by=ANN, as_admin=True)
    assert (await api("deleteMessage", chat_id=GROUP, message_id=said))["ok"]


async def test_a_pressed_button_is_answered_once_and_in_time(tg: EmbeddedTelegram, api: Api, clock: Any) -> None:
    old = refusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
    await api("sendMessage", chat_id=ANN, text="a", reply_markup=KEYBOARD)
    first, second = (tg.press(ANN, 1, "v1:more")["id"] for _ in range(2))
    too_long = await api("answerCallbackQuery", callback_query_id=first, text="x" * 201)
    assert too_long == refusal("Bad Request: MESSAGE_TOO_LONG")
    assert await api("answerCallbackQuery", callback_query_id=first) == {"ok": True, "result": True}
    assert await api("answerCallbackQuery", callback_query_id=first) == old
    assert await api("answerCallbackQuery", callback_query_id="7") == old
    clock.now += 61
    assert await api("answerCallbackQuery", callback_query_id=second) == old


async def test_flood_limits_count_sends_and_edits_and_say_how_long_to_wait(clock: Any, http: Any) -> None:
    flood = FloodPolicy(private=Limit(2, 10.0))
    async with EmbeddedTelegram(clock=clock, flood=flood) as tg:
        tg.add_person(ANN, "Ann")
        url = f"{tg.url}/bot{tg.token}"

        async def status(method: str, **params: object) -> object:
            async with http.post(f"{url}/{method}", json={"chat_id": ANN, **params}) as response:
                return response.status, (await response.json()).get("parameters")

        assert await status("sendMessage", text="a") == (200, None)
        assert await status("sendMessage", text="") == (400, None)
        assert await status("editMessageText", message_id=1, text="b") == (200, None)
        clock.now += 4
        assert await status("sendMessage", text="c") == (429, {"retry_after": 6})
        clock.now += 6
        assert await status("sendMessage", text="c") == (200, None)
        assert [message["text"] for message in tg.messages(ANN)] == ["b", "c"]


async def test_a_reply_keyboard_stays_until_another_message_replaces_or_removes_it(
    tg: EmbeddedTelegram, api: Api
) -> None:
    keys = {"keyboard": [[{"text": "Rates"}]], "resize_keyboard": True}
    sent = await api("sendMessage", chat_id=ANN, text="x", reply_markup=keys)
    assert "reply_markup" not in sent["result"]
    assert tg.world.chats[ANN].keyboard == keys
    await api("sendMessage", chat_id=ANN, text="x", reply_markup=KEYBOARD)
    assert tg.world.chats[ANN].keyboard == keys
    edit = await api("editMessageText", chat_id=ANN, message_id=1, text="y")
    assert edit == refusal("Bad Request: message can't be edited")
    await api("sendMessage", chat_id=ANN, text="x", reply_markup={"remove_keyboard": True})
    assert tg.world.chats[ANN].keyboard is None


async def test_a_bot_reacts_to_a_message_with_one_emoji_of_the_list(tg: EmbeddedTelegram, api: Api) -> None:
    tg.say(ANN, "thanks")
    thumb = [{"type": "emoji", "emoji": "👍"}]
    assert (await api("setMessageReaction", chat_id=ANN, message_id=1, reaction=thumb))["result"] is True
    assert tg.world.chats[ANN].reactions == {1: "👍"}
    assert (await api("setMessageReaction", chat_id=ANN, message_id=1))["result"] is True
    assert tg.world.chats[ANN].reactions == {}
    for message, reaction, description in (
        (9, thumb, "message to react not found"),
        (1, thumb * 2, "REACTIONS_TOO_MANY"),
        (1, [{"type": "emoji", "emoji": "💱"}], "REACTION_INVALID"),
        (1, ["👍"], "REACTION_INVALID"),
    ):
        answer = await api("setMessageReaction", chat_id=ANN, message_id=message, reaction=reaction)
        assert answer == refusal(f"Bad Request: {description}")


async def test_a_link_to_a_person_is_a_mention_of_them(tg: EmbeddedTelegram, api: Api) -> None:
    text = f'<a href="tg://user?id={BEK}">Bek</a>, <a href="tg://user?id=404">Nobody</a>'
    sent = await api("sendMessage", chat_id=GROUP, text=text, parse_mode="HTML")
    assert [(one["type"], one.get("user", {}).get("id")) for one in sent["result"]["entities"]] == [
        ("text_mention", BEK),
        ("text_link", None),
    ]
