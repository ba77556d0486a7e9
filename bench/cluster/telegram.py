"""The embedded Telegram with one address for each process, so that each request shows which process made it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Self

from aiohttp import web

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.api import Call
from bot.demo.telegram.flood import FloodPolicy

# As over a network, so that messages are in flight.
LATENCY_SECONDS = 0.05
TOKEN = "123456789:AAclusterclusterclustercluster"

_process: ContextVar[int] = ContextVar("process")


@dataclass(frozen=True, slots=True)
class Request:
    """A request to Telegram: which process made it, and when (monotonic). `status` is 0 while it has no answer."""

    process: int
    method: str
    at: float
    status: int
    chat_id: int
    text: str


class ClusterTelegram:
    """A Bot API server with flood limits that several processes with one token talk to."""

    def __init__(self, counting: Literal["window", "bucket"], processes: int) -> None:
        self.server = EmbeddedTelegram(TOKEN, flood=FloodPolicy(counting), latency=LATENCY_SECONDS, record=False)
        self.urls: list[str] = []
        self.polls: list[Request] = []  # requests for updates, as they begin
        self.answered: list[Request] = []  # requests that put something into a chat, as they are answered
        self.conflicts = 0  # requests for updates that another process ended
        self.questions: dict[int, float] = {}
        self.waits: list[tuple[float, float]] = []  # of each answered question: when it was asked, seconds
        self._processes, self._ports = processes, dict[int, int]()

    async def __aenter__(self) -> Self:
        """Listen on one port for each process."""
        api: Any = self.server._api
        self._call: Callable[[web.Request], Any] = api._call
        api._call = self._received
        api._answered = self._answered
        await self.server.start()
        runner = self.server._runner
        assert runner is not None
        for process in range(self._processes):
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            port = runner.addresses[-1][1]
            self._ports[port] = process
            self.urls.append(f"http://127.0.0.1:{port}")
        self.server.world.listeners.append(self._shown)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.server.stop()

    def ask(self, person: int, words: str) -> None:
        """A person asks, unless their last question still waits for its answer."""
        if person not in self.questions:
            self.questions[person] = time.monotonic()
            self.server.say(person, words)

    def receiver(self) -> int | None:
        """Return the process that asked for updates last."""
        return self.polls[-1].process if self.polls else None

    def copies(self, text: str, chats: range) -> Counter[int]:
        """Return how many messages with a text each chat shows."""
        return Counter(
            {chat: sum(message.get("text") == text for message in self.server.messages(chat)) for chat in chats}
        )

    def sent(self, text: str) -> list[Request]:
        """Return the requests that put a text into a chat, oldest first."""
        return [one for one in self.answered if one.status == 200 and one.text == text]

    def floods(self) -> int:
        """Return how many requests were refused for a flood."""
        return sum(one.status == 429 for one in self.answered)

    async def _received(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        process = self._ports[request.transport.get_extra_info("sockname")[1]]
        _process.set(process)
        if request.match_info["method"].lower() == "getupdates":
            self.polls.append(Request(process, "getUpdates", time.monotonic(), 0, 0, ""))
        response: web.StreamResponse = await self._call(request)
        return response

    def _answered(self, call: Call) -> None:
        process = _process.get()
        if call.method == "getUpdates":
            self.conflicts += call.status == 409
        elif call.method.startswith(("send", "edit")):
            chat, text = call.params.get("chat_id", 0), str(call.params.get("text", ""))
            self.answered.append(Request(process, call.method, time.monotonic(), call.status, chat, text))
        self.server._keep(call)

    def _shown(self, event: dict[str, Any]) -> None:
        if event["type"] != "message" or not event["message"]["from"]["is_bot"]:
            return
        if (asked := self.questions.pop(event["chat"], None)) is not None:
            self.waits.append((asked, time.monotonic() - asked))


async def until(condition: Callable[[], object], seconds: float) -> bool:
    """Wait until a condition holds; False if it does not within so many seconds."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.05)
    return True
