"""Requests to Telegram over aiohttp, for python-telegram-bot: nine times the messages a core of its default client."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.answers import NotSent, error_of, seconds_of
from bot.delivery.rate_limiter import Permission, RateLimiter
from bot.domain.letters import storable_data
from bot.proxies import NO_PROXIES, Proxies

# Time-outs in seconds. Telegram answers in tens of milliseconds; a flood of ours makes it hold answers for seconds.
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
# A file takes as long again as this slow a line needs for it, in bytes a second: without a limit a line that
# stalls in the middle of it would be waited for without end.
UPLOAD_BYTES_PER_SECOND = 50_000
# One pool for replies and deliveries: more than are ever in flight at once (160 paid, 32 free, 32 answers).
CONNECTIONS = 256

# Methods that put something into a chat and so count against its limits.
_COUNTED = ("send", "edit", "copy", "forward")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# Of a surrogate or of NUL.
_ESCAPE = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")


class Parameters:
    """The parameters of one request, JSON values by name, without files: what the transport reads of RequestData.

    The library's own RequestData is made of a private class. Its `post` passes what it is given to `do_request`, which
    is ours. `permission`: that of the rate limiter, where the caller has it already.
    """

    contains_files = False
    multipart_data: dict[str, Any] | None = None

    def __init__(self, parameters: dict[str, Any], permission: Permission | None = None) -> None:
        self.parameters = self.json_parameters = parameters
        self.permission = permission


async def post(
    request: BaseRequest,
    url: str,
    parameters: dict[str, Any],
    read_seconds: float | None = None,
    permission: Permission | None = None,
) -> Any:
    """Call a method of the Bot API and return its result as JSON values, without the library's objects.

    `read_seconds`: how long an answer may take, where it is not the time of the transport.
    """
    read = BaseRequest.DEFAULT_NONE if read_seconds is None else read_seconds
    return await request.post(url, cast("RequestData", Parameters(parameters, permission)), read_timeout=read)


def noop(_method: str, _status: int, _seconds: float) -> None:
    """Do nothing."""


class AiohttpRequest(BaseRequest):
    """The transport of all requests but those for updates, which reports flood answers to the `limiter`.

    A request that puts something into a chat needs a permission: its caller's, or one acquired here for an answer.
    `on_answer(method, status, seconds)` is called as a request ends, with status 0 where no answer came.

    Error texts hold the kind of failure only: the address of a request holds the token.
    """

    def __init__(
        self,
        limiter: RateLimiter | None = None,
        on_answer: Callable[[str, int, float], None] = noop,
        *,
        read_seconds: float = READ_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
        proxies: Proxies = NO_PROXIES,
    ) -> None:
        self._limiter, self._read, self._connect = limiter, read_seconds, connect_seconds
        self._on_answer, self._proxies = on_answer, proxies
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The time an answer may take, in seconds."""
        return self._read

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300),
                cookie_jar=aiohttp.DummyCookieJar(),  # Telegram sets none, and looking for them costs on each request
                trust_env=False,
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - ours are set once, for the session
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - ours are set once, for the session
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - ours are set once, for the session
    ) -> tuple[int, bytes]:
        """Make one request and return its result; the error that the answer stands for, or that kept it from coming.

        Errors: those of `error_of`, NotSent, TimedOut, NetworkError.
        """
        if self._session is None:
            raise NotSent("the connection to Telegram is closed")
        permission = await self._permission(url, request_data)
        read = read_timeout if isinstance(read_timeout, int | float) else self._read
        # Nothing counts the time of a request's own body but the total.
        total = self._connect + read + _size(request_data) / UPLOAD_BYTES_PER_SECOND
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=self._connect, sock_read=read)
        status, began = 0, time.monotonic()
        try:
            async with self._session.request(
                method,
                url,
                data=_body(request_data),
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxies.for_url(url),
            ) as response:
                content = await response.read()
                status, header = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            raise NotSent(f"no connection to Telegram ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            raise NetworkError(f"the connection to Telegram broke ({type(error).__name__})") from None
        finally:
            self._on_answer(url.rpartition("/")[2], status, time.monotonic() - began)
        if method == "GET" and status == HTTPStatus.OK:
            return status, content  # a file
        refusal = error_of(status, content, header)
        if permission is not None and self._limiter is not None:
            if isinstance(refusal, RetryAfter):
                self._limiter.refused(permission.chat_id, seconds_of(refusal), paid=permission.paid)
            elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
                self._limiter.accepted(paid=permission.paid)
        if refusal is not None:
            raise refusal
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer with every text storable, for people can type half a letter.

        Only an answer with an escape of such a letter, or of a pair of halves, is walked through. NetworkError, without
        a word of it, for what is no answer: the library would log all of it.
        """
        try:
            body = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            raise NetworkError("an answer that cannot be read") from None
        if not isinstance(body, dict) or "result" not in body:
            raise NetworkError("an answer without a result")
        return storable_data(body)[0] if _ESCAPE.search(payload) else body

    async def _permission(self, url: str, data: RequestData | None) -> Permission | None:
        """Return the permission of a request that puts something into a chat, None for any other."""
        if data is None or self._limiter is None or not url.rpartition("/")[2].startswith(_COUNTED):
            return None
        acquired: Permission | None = getattr(data, "permission", None)  # of Parameters, not of RequestData
        if acquired is not None:
            return acquired
        chat = data.parameters.get("chat_id")
        return await self._limiter.acquire(chat) if isinstance(chat, int) else None


def _size(data: RequestData | None) -> int:
    """Return the bytes of the files that a request carries."""
    if data is None or not data.contains_files:
        return 0
    return sum(len(content) for _, content, _ in (data.multipart_data or {}).values() if isinstance(content, bytes))


def _body(data: RequestData | None) -> Any:
    """Return what a request carries: JSON, which costs half of a form; multipart where there is a file."""
    if data is None:
        return None
    if not data.contains_files:
        return aiohttp.BytesPayload(_encode(data.parameters).encode(), content_type="application/json")
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        # As a file: raw bytes of a megabyte and more are warned of, for they would be written in one go.
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return form
