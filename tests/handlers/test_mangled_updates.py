"""Updates of any form through the real reader, order and dispatcher: none raises, and those beside them are answered."""

from __future__ import annotations

import copy
import datetime as dt
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot

from bot.config import load
from bot.delivery.drawing import Drawer
from bot.delivery.request import AiohttpRequest
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.throttle import Throttle
from bot.ingest.matching import Matcher
from bot.metrics import Metrics
from bot.updates.read import UnreadableUpdate, read_update
from handlers import dispatch
from handlers.dispatch import Dispatcher
from handlers.rates_view_cache import RatesViewCache
from handlers.services import Services
from handlers.update_processor import PerChatUpdateProcessor
from storage.database import Database

CHAT = {"id": 5, "type": "private", "first_name": "Bo"}
PERSON = {"id": 5, "is_bot": False, "first_name": "Bo", "language_code": "en"}
MESSAGE = {"message_id": 7, "date": 1_795_000_000, "chat": CHAT, "from": PERSON, "text": "/help me"}
BOT = {"id": 1234567890, "is_bot": True, "first_name": "J"}
MEMBER = {"status": "member", "user": BOT}
KINDS: dict[str, Any] = {
    "message": MESSAGE,
    "callback_query": {"id": "1", "from": PERSON, "message": MESSAGE, "chat_instance": "1", "data": "v1:rates:show"},
    "inline_query": {"id": "1", "from": PERSON, "query": "kzt", "offset": ""},
    "my_chat_member": {
        "chat": CHAT,
        "from": PERSON,
        "date": 1_795_000_000,
        "old_chat_member": MEMBER | {"status": "kicked", "until_date": 0},
        "new_chat_member": MEMBER,
    },
    "story_of_tomorrow": {"id": 1},
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(["\ud800", "\x00", "/", "/help\n", 10**30, -1, [], {}, [[]], {"id": 1}]),
)


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = body.items() if isinstance(body, dict) else ()
    return [path, *(place for key, value in inner for place in places(value, (*path, key)))]


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Any]:
    """An update in which some values are something else or are missing."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    update: dict[str, Any] = {"update_id": draw(st.integers(1, 2**31)), kind: copy.deepcopy(KINDS[kind])}
    for _ in range(draw(st.integers(0, 3))):
        found = [place for place in places(update) if place and place != ("update_id",)]
        if not found:
            break
        *path, last = draw(st.sampled_from(found))
        holder = update
        for step in path:
            holder = holder[step]
        if draw(st.booleans()):
            holder[last] = copy.deepcopy(draw(JUNK))
        else:
            del holder[last]
    return update


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "Throttle", lambda *_: Throttle(10**9))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bodies=st.lists(mangled(), min_size=1, max_size=6))
async def test_no_update_stops_its_neighbours(database: Database, bodies: list[dict[str, Any]]) -> None:
    metrics = Metrics()
    async with EmbeddedTelegram() as telegram:
        telegram.add_person(1, "Ann")
        telegram.add_person(5, "Bo")
        request = AiohttpRequest()
        async with Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request) as bot:
            services = Services(load({}), Matcher(), dt.datetime.now(dt.UTC), Drawer(), RatesViewCache(database))
            dispatcher = Dispatcher(database, services, lambda: dt.datetime.now(dt.UTC), metrics=metrics)
            order, context = PerChatUpdateProcessor(metrics), SimpleNamespace(bot=bot)
            unblocking = {"update_id": 0, "message": MESSAGE | {"chat": CHAT | {"id": 1}, "from": PERSON | {"id": 1}}}
            for body in [*bodies, unblocking]:
                with suppress(UnreadableUpdate):
                    update = read_update(body, bot)
                    await order.process_update(update, dispatcher.handle(update, context))
            assert order.backlog == 0
            await dispatcher.close()
        assert [message for message in telegram.messages(1) if message["from"]["is_bot"]]
