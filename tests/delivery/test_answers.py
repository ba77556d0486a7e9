"""From the bytes of an answer to the error that it stands for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import error as errors
from telegram.error import TelegramError

from bot.delivery.answers import FLOOD_SECONDS, LONGEST_FLOOD_SECONDS, NotSent, error_of, flood_seconds, seconds_of


def said(description: object, **more: Any) -> bytes:
    return json.dumps({"ok": False, "description": description} | more).encode()


HTML = b"<html><h1>We are sorry, Aida</h1></html>"


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (200, b'{"ok":true,"result":{"message_id":1}}', None),
        (200, b'{"ok": true, "result": []}', None),
        (200, b'{"result": true}', None),
        (200, said("Bad Request: chat not found", error_code=400), errors.BadRequest),
        (200, said("Too Many Requests: retry after 3", error_code=429), errors.RetryAfter),
        (200, said("Unauthorized", error_code=401), errors.InvalidToken),
        (200, said("odd"), errors.NetworkError),
        (200, b'{"ok":true}x', errors.NetworkError),
        (200, b"[]", errors.NetworkError),
        (200, HTML, errors.NetworkError),
        (200, b"", errors.NetworkError),
        (200, b"\xff\xfe", errors.NetworkError),
        (200, b"[" * 100_000, errors.NetworkError),
        (301, HTML, NotSent),
        (403, HTML, NotSent),
        (404, HTML, NotSent),
        (401, HTML, NotSent),
        (408, b"", NotSent),
        (413, HTML, errors.BadRequest),
        (413, said("Request Entity Too Large"), errors.BadRequest),
        (429, HTML, errors.RetryAfter),
        (420, said("FLOOD_WAIT_5"), errors.RetryAfter),
        (429, said("Too Many Requests: retry after 5"), errors.RetryAfter),
        (429, said("slow down"), errors.RetryAfter),
        (429, said(None), errors.RetryAfter),
        (400, said("Bad Request: FLOOD_WAIT_5"), errors.RetryAfter),
        (500, said("Too Many Requests: retry after 5"), errors.RetryAfter),
        (400, said("Bad Request: chat not found"), errors.BadRequest),
        (400, said("moved", parameters={"migrate_to_chat_id": -1005}), errors.ChatMigrated),
        (400, said("moved", parameters=[1]), errors.BadRequest),
        (402, said("Payment Required"), errors.BadRequest),
        (406, said("CHANNEL_PRIVATE"), errors.BadRequest),
        (401, said("Unauthorized"), errors.InvalidToken),
        (404, said("Not Found"), errors.InvalidToken),
        (404, said("Not Found: method not found"), errors.EndPointNotFound),
        (403, said("Forbidden: bot was blocked by the user"), errors.Forbidden),
        (409, said("Conflict: terminated by other getUpdates request"), errors.Conflict),
        (500, said("Internal Server Error"), errors.NetworkError),
        (502, HTML, errors.NetworkError),
        (504, b"", errors.NetworkError),
        (599, said(5), errors.NetworkError),
    ],
)
def test_what_an_answer_stands_for(status: int, content: bytes, kind: type[TelegramError] | None) -> None:
    error = error_of(status, content)
    assert type(error) is (kind or type(None))
    assert "Aida" not in str(error)


@pytest.mark.parametrize(
    ("content", "header", "seconds"),
    [
        (said("x", parameters={"retry_after": 43}), "", 43.0),
        (said("Too Many Requests: retry after 9", parameters={"retry_after": 43}), "", 43.0),
        (said("Too Many Requests: retry after 9"), "7", 9.0),
        (said("Too Many Requests"), "7", 7.0),
        (HTML, "7", 7.0),
        (HTML, "Wed, 21 Oct 2026 07:28:00 GMT", FLOOD_SECONDS),
        (said("FLOOD_WAIT_X"), "", FLOOD_SECONDS),
        (said("x", parameters={"retry_after": "12"}), "", 12.0),
        (said("x", parameters={"retry_after": True}), "", FLOOD_SECONDS),
        (said("x", parameters={"retry_after": 10**400}), "", FLOOD_SECONDS),
        (said("x", parameters={"retry_after": 1e300}), "", LONGEST_FLOOD_SECONDS),
    ],
)
def test_how_long_a_flood_answer_asks_to_wait(content: bytes, header: str, seconds: float) -> None:
    error = error_of(429, content, header)
    assert isinstance(error, errors.RetryAfter)
    assert seconds_of(error) == seconds


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()))))
def test_a_wait_is_always_within_bounds(asked: list[object]) -> None:
    assert 0 < flood_seconds(*asked) <= LONGEST_FLOOD_SECONDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ANSWER = st.fixed_dictionaries(
    {}, optional={"ok": JSON, "result": JSON, "error_code": JSON, "description": JSON, "parameters": JSON}
)


@given(st.integers(200, 599), st.binary() | ANSWER.map(lambda body: json.dumps(body).encode()), st.text())
def test_any_answer_is_a_result_or_an_error_and_a_429_never_uncertain(status: int, content: bytes, header: str) -> None:
    error = error_of(status, content, header)
    assert error is None or isinstance(error, TelegramError)
    if status == 429:
        assert isinstance(error, errors.RetryAfter)
    if status >= 300:
        assert error is not None
