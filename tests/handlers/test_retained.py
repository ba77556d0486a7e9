"""Nothing in the process keeps an entry for each person, chat or word that it ever met."""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import json
import pkgutil
import sqlite3
import types
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from telegram import Update
from telegram.ext import ApplicationBuilder
from telegram.request import BaseRequest, RequestData

import bot
import handlers
import storage
from bot.config import load
from bot.delivery import pacing
from bot.delivery.drawing import Drawer
from bot.delivery.rate_limiter import RateLimiter
from bot.domain.throttle import Throttle
from bot.ingest.matching import Matcher
from bot.metrics import Metrics
from handlers import dispatch
from handlers.application import StatelessApplication
from handlers.edits import Answers
from handlers.rates_view_cache import RatesViewCache
from handlers.services import Services
from handlers.update_processor import PerChatUpdateProcessor
from storage.database import Database
from tests.handlers.conftest import NOW

# Entries that the bounded maps may hold in the test, people who talk before the first count and after it.
BOUND, BEFORE, AFTER = 20, 60, 240
# A map may grow by this between the counts; one with an entry for each person grows by `AFTER`.
GROWTH = 100
# The largest cache of words or views; each entry is some hundred bytes.
LARGEST_CACHE = 8192
ME = {"id": 5, "is_bot": True, "first_name": "Jarchi", "username": "JarchiBot"}


class Answering(BaseRequest):
    """Telegram in one place: each request is accepted when the rate limiter lets it pass."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter, self.answers = limiter, 0

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_timeouts: Any, **_more: Any
    ) -> tuple[int, bytes]:
        del method
        name, result = url.rpartition("/")[2], True
        chat = request_data.parameters.get("chat_id") if request_data is not None else None
        if name.startswith(("send", "edit")) and chat is not None:
            await self._limiter.acquire(chat)
        self.answers += 1  # only what was accepted
        if name == "getMe":
            result = ME  # type: ignore[assignment]
        elif name.startswith(("send", "edit")):
            message = {"message_id": self.answers, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "…"}
            result = message  # type: ignore[assignment]
        return 200, json.dumps({"ok": True, "result": result}).encode()


def arrives(number: int) -> dict[str, Any]:
    """An update of a person who was never seen before, of another kind than the last."""
    person = {"id": 1000 + number, "is_bot": False, "first_name": "Ann", "language_code": ("en", "ru")[number % 2]}
    chat = {"id": person["id"], "type": "private"}
    message = {"message_id": number, "date": 1, "from": person, "chat": chat}
    kinds: list[dict[str, Any]] = [
        {"message": message | {"text": "/start"}},
        {"message": message | {"text": f"tell me of wharf{number} and quay{number}"}},
        {"message": message | {"text": "/rates"}},
        {"inline_query": {"id": str(number), "from": person, "query": f"harbour{number}", "offset": ""}},
        {"callback_query": {"id": str(number), "from": person, "message": message, "chat_instance": "1", "data": "?"}},
        {
            "message": message
            | {"text": "/rates@JarchiBot", "chat": {"id": -1000 - number, "type": "group", "title": "G"}}
        },
    ]
    return {"update_id": number, **kinds[number % len(kinds)]}


def sizes(*roots: object) -> dict[int, tuple[int, object]]:
    """The length of each container that is reached from some objects; modules, types, code and connections are left out."""
    found: dict[int, tuple[int, object]] = {}
    seen, ahead = {id(root) for root in roots}, deque(roots)
    # A connection of sqlite3 lists its cursors and drops the dead ones after each 200: a bound that is not ours.
    update_dropped = (types.ModuleType, type, types.CodeType, types.FrameType, sqlite3.Connection)
    while ahead:
        one = ahead.popleft()
        if isinstance(one, functools._lru_cache_wrapper) and one.cache_parameters()["maxsize"] is not None:
            continue  # it has a bound, and is reached only once a function that uses it is
        if isinstance(one, dict | set | list | deque):
            found[id(one)] = len(one), one
        next_ones = one.__closure__ or () if isinstance(one, types.FunctionType) else gc.get_referents(one)
        for other in next_ones:
            if id(other) not in seen and not isinstance(other, update_dropped):
                seen.add(id(other))
                ahead.append(other)
    return found


async def test_no_map_in_memory_grows_with_the_people_who_talk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "Throttle", partial(Throttle, max_people=BOUND))
    monkeypatch.setattr(dispatch, "Answers", partial(Answers, limit=BOUND))
    monkeypatch.setattr(pacing, "SWEEP_FROM", BOUND)
    now, metrics = 0.0, Metrics()
    limiter = RateLimiter(lambda: now)
    request, order = Answering(limiter), PerChatUpdateProcessor(metrics)
    builder = ApplicationBuilder().application_class(StatelessApplication).token("5:abc").job_queue(None)
    application = builder.request(request).get_updates_request(Answering(limiter)).concurrent_updates(order).build()
    services = Services(load({}, _env_file=None), Matcher(), NOW, Drawer(), RatesViewCache(database))
    dispatcher = dispatch.Dispatcher(database, services, lambda: NOW, lambda: now, metrics)
    dispatcher.attach(application)
    await application.initialize()

    async def talk(first: int, last: int) -> None:
        nonlocal now
        for number in range(first, last):
            now += 7.0
            update = Update.de_json(arrives(number), application.bot)
            answers = request.answers
            await order.process_update(update, application.process_update(update))
            assert request.answers > answers, update

    roots = (application, dispatcher, limiter, order, metrics)
    await talk(0, BEFORE)
    before = sizes(*roots)
    await talk(BEFORE, BEFORE + AFTER)
    after = sizes(*roots)
    grown = [one for key, (size, one) in after.items() if size - before.get(key, (0, None))[0] > GROWTH]
    assert grown == []
    assert len(after) > 1000  # the walk reaches the inside of things
    await application.shutdown()


def modules() -> Iterator[types.ModuleType]:
    for package in (bot, handlers, storage):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in info.name and "migrations.versions" not in info.name and "env" not in info.name:
                yield importlib.import_module(info.name)


def test_every_cache_of_results_has_a_bound() -> None:
    caches = {
        f"{one.__module__}.{one.__qualname__}": one.cache_parameters()["maxsize"]
        for module in modules()
        for one in vars(module).values()
        if isinstance(one, functools._lru_cache_wrapper) and inspect.signature(one).parameters
    }
    assert len(caches) >= 8
    assert {name: bound for name, bound in caches.items() if bound is None or bound > LARGEST_CACHE} == {}
