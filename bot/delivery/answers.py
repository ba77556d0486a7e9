"""The meaning of an answer of the Bot API: a result, or one of the library's errors. Pure.

The library decides by the status alone and by "parameters", which proxies and old servers leave out; it also logs the
whole body of an answer that is no JSON, and in it the words of people. It is given results only: docs/decisions/0051.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from http import HTTPStatus
from typing import Any

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.delivery.families import LONGEST_DESCRIPTION, Family, family, seconds_in

# The wait after a flood answer that names none, in seconds. Limits of a chat are one message a second, and a second
# refusal would only make it longer.
FLOOD_SECONDS = 5.0
# The longest wait that is believed, in seconds: hours are real (tdlib/td#1331), more than a day is a broken answer.
LONGEST_FLOOD_SECONDS = 86_400.0
# MTProto's own status of a flood, which some servers pass on.
_FLOOD_STATUS = 420
# How a result begins: the server's own form, recognised without parsing it twice.
_RESULT = b'{"ok":true,'


class NotSent(NetworkError):
    """The request certainly had no effect: no connection came about, or a proxy refused it. It may be sent again."""


def error_of(status: int, content: bytes, retry_after: str = "") -> TelegramError | None:
    """Return the error that an answer stands for, None for a result.

    `status` is the HTTP status, `retry_after` the header of that name. No part of an unreadable body is in the error.
    """
    if status == HTTPStatus.OK and content.startswith(_RESULT) and content.endswith(b"}"):
        return None
    body = _object(content)
    if body is None:
        return _of_a_proxy(status, retry_after)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        if body.get("ok") is not False and "result" in body:
            return None
        code = body.get("error_code")
        if not isinstance(code, int) or isinstance(code, bool):
            return NetworkError(f"an answer without a result ({status})")
        status = code
    return _of_the_server(status, body, retry_after)


def flood_seconds(*asked: object) -> float:
    """Return the first of some waits that is a number of seconds, within bounds."""
    for one in asked:
        try:
            seconds = math.nan if isinstance(one, bool) else float(one)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            continue
        if seconds > 0:
            return min(seconds, LONGEST_FLOOD_SECONDS)
    return FLOOD_SECONDS


def seconds_of(flood: RetryAfter) -> float:
    """Return how long Telegram asks to wait, in seconds; the library gives a number or a timedelta."""
    wait = flood.retry_after
    return wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _of_a_proxy(status: int, retry_after: str) -> TelegramError:
    """Return the error of an answer that is no JSON object: it comes from something in front of the Bot API."""
    if status in (HTTPStatus.TOO_MANY_REQUESTS, _FLOOD_STATUS):
        return RetryAfter(dt.timedelta(seconds=flood_seconds(retry_after)))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return BadRequest("Request Entity Too Large")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotSent(f"not the Bot API answers ({status})")
    return NetworkError(f"an answer that cannot be read ({status})")


def _of_the_server(status: int, body: dict[str, Any], retry_after: str) -> TelegramError:
    said = body.get("description")
    description = said[:LONGEST_DESCRIPTION] if isinstance(said, str) and said else f"status {status}"
    given = body.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    kind = family(description)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, _FLOOD_STATUS) or kind is Family.FLOOD:
        seconds = flood_seconds(parameters.get("retry_after"), seconds_in(description), retry_after)
        return RetryAfter(dt.timedelta(seconds=seconds))
    moved_to = parameters.get("migrate_to_chat_id")
    if isinstance(moved_to, int) and not isinstance(moved_to, bool):
        return ChatMigrated(moved_to)
    if status == HTTPStatus.UNAUTHORIZED:
        return InvalidToken(description)
    if status == HTTPStatus.NOT_FOUND:
        # "Not Found" is a token of a wrong form; an older server also says it of a method that it does not have.
        return EndPointNotFound(description) if "method" in description.lower() else InvalidToken(description)
    if status == HTTPStatus.CONFLICT:
        return Conflict(description)
    if status == HTTPStatus.FORBIDDEN:
        return Forbidden(description)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return BadRequest(description)
    return NetworkError(description)
