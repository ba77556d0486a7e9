"""The embedded Telegram: a Bot API server on loopback with its own people, for the demo and the tests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Self, TypeVar

from aiohttp import web

from bot.demo.telegram.actions import PeopleActions
from bot.demo.telegram.api import BotApi, Call
from bot.demo.telegram.faults import Fault, Faults
from bot.demo.telegram.flood import FloodPolicy
from bot.demo.telegram.hosts import is_loopback, network_address, own_address, url_host
from bot.demo.telegram.page import Page
from bot.demo.telegram.webhook import deliver
from bot.demo.telegram.wire import JSON, MAX_REQUEST_BYTES, ApiError
from bot.demo.telegram.world import World

T = TypeVar("T")

# Opens nothing but this server.
DEFAULT_TOKEN = "1234567890:embedded-telegram"  # noqa: S105
# The number of last calls in the message of a failed `wait_for`.
_CALLS_SHOWN = 8


class EmbeddedTelegram(PeopleActions):
    """A Bot API server with people and chats of its own.

    `token` is the only one accepted. `clock` returns seconds since 1970 (UTC). `flood` sets limits on sending (None: no
    limits). `latency` is seconds added to each answer. `record` keeps every call in `calls`. `stars`: the bot can pay
    for broadcasts.
    """

    def __init__(
        self,
        token: str = DEFAULT_TOKEN,
        *,
        clock: Callable[[], float] = time.time,
        flood: FloodPolicy | None = None,
        latency: float = 0.0,
        record: bool = True,
        stars: bool = False,
        username: str = "JarchiBot",
        first_name: str = "Jarchi",
    ) -> None:
        number = token.partition(":")[0]
        if not number.isdigit():
            raise ValueError("a token begins with the bot's number and a colon")
        self.token = token
        self.calls: list[Call] = []
        bot = {"id": int(number), "is_bot": True, "first_name": first_name, "username": username}
        self.world = World(bot, clock, flood)
        self.world.stars = stars
        self.world.listeners.append(lambda _event: self._wake())
        self.world.updates.on_change = self._wake
        self._page = Page(self.world)
        self._faults = Faults()
        self._api = BotApi(self.world, token, self._faults, latency, self._keep)
        self._record = record
        self._waiters: set[asyncio.Future[None]] = set()
        self._webhook_task: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._url = self.shared_url = ""

    # -- life

    @property
    def url(self) -> str:
        """The server's address, "http://127.0.0.1:PORT"; the Bot API is at url + "/bot<token>/"."""
        if not self._url:
            raise RuntimeError("the embedded Telegram is not running")
        return self._url

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 uses a free one. Raises OSError if the port is in use.

        On another host than loopback other machines may open the page, at `shared_url`; the Bot API stays on this one.
        """
        app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        app.add_routes(self._page.routes())
        app.add_routes(self._api.routes())
        self._api.stopping.clear()
        self.world.updates.open()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, host, port)
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        bound_host, bound_port = self._runner.addresses[0][:2]
        self._url = f"http://{url_host(own_address(bound_host))}:{bound_port}"
        self._page.shared = not is_loopback(bound_host)
        if self._page.shared:
            self.shared_url = f"http://{url_host(network_address(bound_host))}:{bound_port}"
        self._webhook_task = asyncio.create_task(deliver(self.world, self._api.webhook_changed))

    async def stop(self) -> None:
        """End pending requests and close every connection. Recorded calls are kept; it may be started again."""
        self._api.stopping.set()
        self.world.updates.close()
        await self._page.close()
        if self._webhook_task:
            self._webhook_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._webhook_task
            self._webhook_task = None
        if self._runner:
            await self._runner.cleanup()
            self._runner = None
        self._url = self.shared_url = ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    # -- results

    def show_tour(self, tour: dict[int, list[str]]) -> None:
        """Show on the page how far each person has come: the finished steps by the person's id."""
        self._page.set_tour({str(person): steps for person, steps in tour.items()})

    @property
    def polling(self) -> bool:
        """Whether the bot is connected: its long poll waits for updates."""
        return self.world.updates.polling

    def messages(self, chat_id: int) -> list[JSON]:
        """Return the messages visible in a chat, oldest first."""
        return list(self.world.chats[chat_id].messages.values())

    def calls_of(self, method: str) -> list[Call]:
        """Return the recorded calls of one method."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, condition: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109 (a test reads better so)
        """Return the first true value of a condition, checked after every call and every change of a chat.

        Raises TimeoutError, which names the last calls, after `timeout` seconds.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not (value := condition()):
            waiter = loop.create_future()
            self._waiters.add(waiter)
            try:
                await asyncio.wait_for(waiter, deadline - loop.time())
            except TimeoutError:
                raise TimeoutError(f"not within {timeout} s; {self._last_calls()}") from None
            finally:
                self._waiters.discard(waiter)
        return value

    # -- scripted faults

    def fail_next(
        self,
        method: str,
        *,
        chat_id: int | None = None,
        status: int,
        description: str,
        parameters: JSON | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next calls (to one chat) with an error; nothing is sent."""
        self._faults.add(Fault("error", method, chat_id, times, ApiError(status, description, parameters)))

    def drop_next(self, method: str, *, before: bool, times: int = 1) -> None:
        """Reset the connection of the next calls, before or after the server carried them out."""
        self._faults.add(Fault("drop before" if before else "drop after", method, times=times))

    def hang_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Carry out the next calls, but answer so many seconds later."""
        self._faults.add(Fault("hang", method, times=times, seconds=seconds))

    def garble_next(self, method: str, *, status: int = 502, times: int = 1) -> None:
        """Answer the next calls with a page of HTML, as a broken proxy does; nothing is sent."""
        self._faults.add(Fault("garble", method, times=times, status=status))

    def answer_next(self, method: str, result: object, *, times: int = 1) -> None:
        """Return this result for the next calls, without carrying them out; nothing is sent."""
        self._faults.add(Fault("result", method, times=times, result=result))

    def push_update(self, kind: str, body: object) -> None:
        """Queue an update of any form, including kinds that the bot does not support."""
        self.world.updates.add(kind, body)

    # -- internals

    def _keep(self, call: Call) -> None:
        if self._record:
            self.calls.append(call)
        self._wake()

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _last_calls(self) -> str:
        """Return the last calls and the unused faults, for the message of a failed wait."""
        last = [f"{call.method} {call.status} {call.params}"[:200] for call in self.calls[-_CALLS_SHOWN:]]
        faults = [f"{fault.kind} {fault.method}" for fault in self._faults.pending]
        return "\n  ".join([f"{len(self.calls)} calls, faults not met: {faults}, the last calls:", *last])
