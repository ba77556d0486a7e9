"""The HTTP side of the Bot API: it checks the token, calls the method, and answers or applies a scripted fault."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from aiohttp import web

from bot.demo.telegram.faults import Faults
from bot.demo.telegram.methods import METHODS, get_updates
from bot.demo.telegram.wire import JSON, ApiError, Params, read_params
from bot.demo.telegram.world import World

_NOT_FOUND = ApiError(404, "Not Found")
_UNAUTHORIZED = ApiError(401, "Unauthorized")


@dataclass(frozen=True, slots=True)
class Call:
    """A recorded call with its answer.

    `at` is by the server's clock, `status` the HTTP status (0: the connection was dropped), `result` the result of the
    method or the description of the error.
    """

    method: str
    params: JSON
    at: float
    status: int
    result: Any


class BotApi:
    """Serves the methods. `answered` is called after every call; `stopping` ends all waiting."""

    def __init__(
        self, world: World, token: str, faults: Faults, latency: float, answered: Callable[[Call], None]
    ) -> None:
        self.stopping = asyncio.Event()
        self.webhook_changed = asyncio.Event()
        self._world = world
        self._token = token.encode()
        self._faults = faults
        self._latency = latency
        self._answered = answered

    def routes(self) -> list[web.RouteDef]:
        """The routes of the Bot API."""
        return [
            web.route("*", "/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.+}", self._download),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name, method = METHODS.get(request.match_info["method"].lower(), ("", None))
        try:
            self._authorize(request)
            if method is None:
                raise _NOT_FOUND
            params = await read_params(request)
        except ApiError as error:
            return _answer(error.status, error.body())
        fault = self._faults.take(name, params.values.get("chat_id"))
        if self._latency:
            await self._pause(self._latency)
        if fault and fault.kind == "drop before":
            return self._drop(request, name, params)
        if fault and fault.kind == "garble":
            self._record(name, params, fault.status, None)
            page = "<html><h1>Bad Gateway</h1></html>"
            return web.Response(status=fault.status, text=page, content_type="text/html")
        if fault and fault.kind == "result":
            self._record(name, params, 200, fault.result)
            return _answer(200, {"ok": True, "result": fault.result})
        try:
            if fault and fault.error:
                raise fault.error
            result = await get_updates(self._world, params) if name == "getUpdates" else method(self._world, params)
        except ApiError as error:
            if request.transport:  # a poller that has disconnected made no call
                self._record(name, params, error.status, error.description)
            return _answer(error.status, error.body())
        if name.endswith("Webhook"):
            self.webhook_changed.set()
        if fault and fault.kind == "drop after":
            return self._drop(request, name, params)
        self._record(name, params, 200, result)
        if fault and fault.kind == "hang":
            await self._pause(fault.seconds)
        return _answer(200, {"ok": True, "result": result})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._authorize(request)
        except ApiError as error:
            return _answer(error.status, error.body())
        path = request.match_info["path"]
        for file in self._world.files.values():
            if file.path == path:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _answer(404, _NOT_FOUND.body())

    def _authorize(self, request: web.Request) -> None:
        if request.transport and request.remote != request.transport.get_extra_info("sockname")[0]:
            raise _NOT_FOUND  # another machine: it may open the page only
        given = request.match_info["token"]
        if not compare_digest(given.encode(), self._token):
            # As on the real server, a malformed token is an unknown address, and another token is unauthorized.
            number, colon, _ = given.partition(":")
            raise _UNAUTHORIZED if number.isdigit() and colon else _NOT_FOUND

    def _drop(self, request: web.Request, name: str, params: Params) -> web.StreamResponse:
        self._record(name, params, 0, None)
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the server runs."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    def _record(self, name: str, params: Params, status: int, result: Any) -> None:
        self._answered(Call(name, params.values, self._world.clock(), status, result))


def _answer(status: int, body: JSON) -> web.Response:
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")
