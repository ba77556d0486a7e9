"""Every method against any parameters: an answer or a refusal, never a crash."""

import inspect
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.telegram import forums
from bot.demo.telegram.inline import ask
from bot.demo.telegram.methods import METHODS
from bot.demo.telegram.people import Chat, Person
from bot.demo.telegram.rights import CREATOR, NOT_IN_CHAT, Member, administrator
from bot.demo.telegram.talking import press, say
from bot.demo.telegram.wire import ApiError, Params, decoded
from bot.demo.telegram.world import World

ANN, FORUM = 5, -1_001_000_000_001
BOT = {"id": 1, "is_bot": True, "first_name": "Jarchi", "username": "JarchiBot"}
NAMES = [
    "action",
    "allowed_updates",
    "callback_query_id",
    "caption",
    "caption_entities",
    "chat_id",
    "commands",
    "description",
    "document",
    "entities",
    "file_id",
    "guest_query_id",
    "icon_color",
    "icon_custom_emoji_id",
    "language_code",
    "link_preview_options",
    "media",
    "menu_button",
    "message_id",
    "message_thread_id",
    "name",
    "parse_mode",
    "photo",
    "reaction",
    "reply_markup",
    "reply_parameters",
    "result",
    "results",
    "scope",
    "secret_token",
    "text",
    "url",
    "user_id",
]
INSIDE = [
    "callback_data",
    "chat_id",
    "command",
    "copy_text",
    "emoji",
    "id",
    "inline_keyboard",
    "input_message_content",
    "keyboard",
    "length",
    "media",
    "message_id",
    "message_text",
    "offset",
    "photo_file_id",
    "request_chat",
    "request_id",
    "text",
    "title",
    "type",
    "url",
]

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-2, 6)
    | st.sampled_from(
        ["", "x", "<b>", "HTML", "photo", "chat", "chat_member", "text_link", "http://[", "@news", "@forum", "typing"]
    )
    | st.text(max_size=3)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(INSIDE), inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize("name", [name for name, method in METHODS.values() if not inspect.iscoroutinefunction(method)])
@given(wrong=st.dictionaries(st.sampled_from(NAMES), values, max_size=2))
@settings(
    max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)  # the first draw of a fresh process pays for imports
def test_any_parameters_are_answered_or_refused(name: str, wrong: dict[str, Any]) -> None:
    world = World(BOT, clock=lambda: 0.0)
    chat = world.add_person(Person(ANN, "Ann"))
    world.add_message(chat, BOT, {"text": "x"})
    bot = administrator("supergroup")
    forum = world.add_chat(Chat(FORUM, "Forum", {ANN: Member(CREATOR)}, bot), username="forum")
    forums.set_forum(world, forum, ANN, on=True)
    thread = forums.create(world, forum, ANN, "Gold")
    channel = Chat(FORUM - 1, "News", {ANN: Member(CREATOR)}, administrator("channel"))
    world.add_message(world.add_chat(channel, "channel", "news"), BOT, {"text": "x"})
    world.add_chat(Chat(-1, "Village", {ANN: Member(CREATOR)}, NOT_IN_CHAT))
    say(world, ANN, "@JarchiBot x", -1)
    photo = world.add_file("photo", "a.png", "image/png", b"x", 1, 1).file_id
    right = {
        "action": "typing",
        "callback_query_id": press(world, ANN, 1, "x")["id"],
        "chat_id": FORUM if "Forum" in name else ANN,
        "commands": [{"command": "a", "description": "b"}],
        "document": world.add_file("document", "a", "text/plain", b"x").file_id,
        "file_id": photo,
        "guest_query_id": next(iter(world.guests)),
        "inline_query_id": ask(world, ANN, "x")["id"],
        "media": {"type": "photo", "media": photo},
        "message_id": 1,
        "message_thread_id": thread if "Forum" in name else 0,
        "name": "Oil",
        "photo": photo,
        "result": {"type": "photo", "id": "1", "photo_file_id": photo},
        "text": "x",
        "user_id": ANN,
    }
    try:
        result = METHODS[name.lower()][1](world, Params(decoded(right | wrong)))
    except ApiError as refusal:
        result = refusal.body()
    assert not isinstance(result, dict) or result.get("error_code", 400) in (400, 403)
    assert json.loads(json.dumps(result)) == result
