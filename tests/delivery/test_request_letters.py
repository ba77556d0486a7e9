"""Text in updates of Telegram is made storable before any handler reads it."""

import json

import pytest
from telegram.error import TelegramError

from bot.delivery.request import AiohttpRequest


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("gold \ud83d", "gold \ufffd"),
        ("gold \udcc8 up", "gold \ufffd up"),
        ("gold \U0001f4c8", "gold \U0001f4c8"),
        ("go\x00ld", "gold"),
        ("курс", "курс"),
    ],
)
def test_half_a_letter_in_an_update_is_replaced(typed: str, read: str) -> None:
    update = {"update_id": 1, "message": {"text": typed, "chat": {"id": 1, "title": typed}, "entities": []}}
    parsed = AiohttpRequest.parse_json_payload(json.dumps({"ok": True, "result": [update]}).encode())
    ((message,),) = ([one["message"] for one in parsed["result"]],)
    assert (message["text"], message["chat"]) == (read, {"id": 1, "title": read})


def test_an_answer_that_is_no_json_is_an_error_of_telegram() -> None:
    with pytest.raises(TelegramError):
        AiohttpRequest.parse_json_payload(b"<html>502</html>")
