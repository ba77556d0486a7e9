"""Every method against any parameters: an answer or a refusal, never a crash."""

import inspect
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.telegram.methods import METHODS
from bot.demo.telegram.people import Person
from bot.demo.telegram.wire import ApiError, Params, decoded
from bot.demo.telegram.world import World

ANN = 5
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
    "inline_keyboard",
    "keyboard",
    "length",
    "media",
    "message_id",
    "offset",
    "text",
    "type",
    "url",
]

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-2, 6)
    | st.sampled_from(["", "x", "<b>", "HTML", "photo", "chat", "chat_member", "text_link", "http://[", "@x", "typing"])
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
    photo = world.add_file("photo", "a.png", "image/png", b"x", 1, 1).file_id
    right = {
        "action": "typing",
        "callback_query_id": world.press(ANN, 1, "x")["id"],
        "chat_id": ANN,
        "commands": [{"command": "a", "description": "b"}],
        "document": world.add_file("document", "a", "text/plain", b"x").file_id,
        "file_id": photo,
        "media": {"type": "photo", "media": photo},
        "message_id": 1,
        "photo": photo,
        "text": "x",
        "user_id": ANN,
    }
    try:
        result = METHODS[name.lower()][1](world, Params(decoded(right | wrong)))
    except ApiError as refusal:
        result = refusal.body()
    assert not isinstance(result, dict) or result.get("error_code", 400) in (400, 403)
    assert json.loads(json.dumps(result)) == result
