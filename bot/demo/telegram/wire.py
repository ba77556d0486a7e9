"""The format of Bot API requests and answers: parameters, results and errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl

from aiohttp import web

JSON = dict[str, Any]

# Parameters of type String in the Bot API: never decoded, so that the text "123" stays a text.
_STRINGS = frozenset(
    {
        "action",
        "business_connection_id",
        "callback_query_id",
        "caption",
        "description",
        "document",
        "file_id",
        "guest_query_id",
        "icon_custom_emoji_id",
        "inline_query_id",
        "ip_address",
        "language_code",
        "message_effect_id",
        "name",
        "parse_mode",
        "photo",
        "secret_token",
        "short_description",
        "text",
        "url",
    }
)

# The real server accepts files up to 50 MB; the bot's files are far smaller.
MAX_REQUEST_BYTES = 20 * 1024 * 1024


class ApiError(Exception):
    """An answer with "ok": false. `status` is both the HTTP status and the error_code."""

    def __init__(self, status: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> JSON:
        """Return the JSON object of the answer."""
        body: JSON = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """Return a 400 with a description of the real server."""
    return ApiError(400, f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file from a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of one call, decoded: integers are ints, objects are dicts, texts are str."""

    values: JSON
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the parameter as a text; empty if it is not given."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return the parameter as an integer; as on the real server, a value that is no number counts as not given."""
        value = self.values.get(name)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        """Return the parameter as a boolean; false if it is not given."""
        return str(self.values.get(name)).lower() in ("true", "yes", "1")

    def array(self, name: str) -> list[Any] | None:
        """Return the parameter as a list, None if it is not given. Raises ApiError for another JSON value."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, list):
            raise bad_request(f"can't parse {name}: expected an Array")
        return value

    def mapping(self, name: str) -> JSON | None:
        """Return the parameter as an object, None if it is not given. Raises ApiError for another JSON value."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return cast("JSON", value)


def decoded(values: dict[str, Any]) -> JSON:
    """Return form fields (or the members of a JSON body) with every value except texts parsed as JSON."""
    return {name: value if name in _STRINGS else _decoded(value) for name, value in values.items()}


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value  # "@username" in chat_id, or a malformed value that the method itself refuses


async def read_params(request: web.Request) -> Params:
    """Return the parameters of a request: query string, form, multipart or JSON.

    Raises ApiError for broken JSON and for more than MAX_REQUEST_BYTES.
    """
    try:
        return await _read_params(request)
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None


async def _read_params(request: web.Request) -> Params:
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.body_exists:
        return Params(decoded(values))
    if request.content_type == "application/x-www-form-urlencoded":  # the usual type, parsed without aiohttp's reader
        values.update(parse_qsl((await request.read()).decode("utf-8", "replace"), keep_blank_values=True))
        return Params(decoded(values))
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object: expected an Object")
        return Params(decoded(values | body))
    files: dict[str, Upload] = {}
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            files[name] = Upload(part.filename, part.content_type, part.file.read())
        elif isinstance(part, str):
            values[name] = part
    mentioned = [value for value in values.values() if isinstance(value, str)]
    for name in files:
        # A part that no other parameter mentions is the parameter of its name.
        if not any(f"attach://{name}" in value for value in mentioned):
            values[name] = f"attach://{name}"
    return Params(decoded(values), files)
