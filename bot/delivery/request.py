"""Requests to Telegram over aiohttp, for python-telegram-bot: nine times the messages a core of its default client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

# Time-outs in seconds. Telegram answers in tens of milliseconds; a flood of ours makes it hold answers for seconds.
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
# One pool for replies and deliveries: as many as are ever in flight at once.
CONNECTIONS = 128

# Set where the worker has taken a place in the pacing already, so that a delivery is not counted twice.
paced: ContextVar[bool] = ContextVar("paced", default=False)

# Methods that put something into a chat and so count against its limits.
_COUNTED = ("send", "edit", "copy", "forward")


def _nobody_counts(_method: str, _status: int, _seconds: float) -> None:
    """Take no notice: nobody counts the answers."""


class NotSent(NetworkError):
    """The request certainly did not leave: no connection came about. It may be tried again without doubling."""


class AiohttpRequest(BaseRequest):
    """The transport. `on_send(chat_id)` is called as a message leaves for a chat, so that the pacer counts replies.

    `on_answer(method, status, seconds)` is called as a request ends, with status 0 where no answer came.

    Error texts hold the kind of failure only: the address of a request holds the token.
    """

    def __init__(
        self,
        on_send: Callable[[int], None] | None = None,
        on_answer: Callable[[str, int, float], None] = _nobody_counts,
        *,
        read_seconds: float = READ_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._on_send, self._read, self._connect = on_send, read_seconds, connect_seconds
        self._on_answer = on_answer
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """The time an answer may take, in seconds."""
        return self._read

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, ttl_dns_cache=300), trust_env=False
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
        """Make one request; NotSent, TimedOut or NetworkError if it does not come to an answer."""
        if self._session is None:
            raise NotSent("the connection to Telegram is closed")
        read = read_timeout if isinstance(read_timeout, int | float) else self._read
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self._connect, sock_read=read)
        self._count(url, request_data)
        status, began = 0, time.monotonic()
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                answer = await response.read()
                status = response.status
                return status, answer
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"no connection to Telegram ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, asyncio.IncompleteReadError, OSError) as error:
            raise NetworkError(f"the connection to Telegram broke ({type(error).__name__})") from None
        finally:
            self._on_answer(url.rpartition("/")[2], status, time.monotonic() - began)

    def _count(self, url: str, data: RequestData | None) -> None:
        if self._on_send is None or paced.get() or data is None or not url.rpartition("/")[2].startswith(_COUNTED):
            return
        chat = data.parameters.get("chat_id")
        if isinstance(chat, int):
            self._on_send(chat)


def _body(data: RequestData | None) -> Any:
    """Return the form of a request; multipart where it carries a file."""
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
