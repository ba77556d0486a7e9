"""Long polling: updates wait until confirmed, and one poller at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.updates import Updates

ANN, GROUP = 5, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]


def texts(answer: dict[str, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer["result"]]


async def test_updates_stay_until_an_offset_confirms_them(tg: EmbeddedTelegram, api: Api) -> None:
    for text in ("a", "b", "c"):
        tg.say(ANN, text)
    assert [update["update_id"] for update in (await api("getUpdates"))["result"]] == [1, 2, 3]
    assert texts(await api("getUpdates", limit=2)) == ["a", "b"]
    assert texts(await api("getUpdates", offset=3)) == ["c"]
    assert texts(await api("getUpdates")) == ["c"]
    assert texts(await api("getUpdates", offset=4)) == []


async def test_a_negative_offset_keeps_only_the_last_ones(tg: EmbeddedTelegram, api: Api) -> None:
    for text in ("a", "b", "c"):
        tg.say(ANN, text)
    assert texts(await api("getUpdates", offset=-1)) == ["c"]
    assert texts(await api("getUpdates")) == ["c"]


async def test_a_long_poll_ends_when_something_happens(tg: EmbeddedTelegram, api: Api) -> None:
    poll = asyncio.ensure_future(api("getUpdates", timeout=30))
    await tg.wait_for(lambda: tg.polling)
    tg.say(ANN, "now")
    assert texts(await asyncio.wait_for(poll, 5)) == ["now"]


async def test_a_second_poller_ends_the_first_with_a_conflict(tg: EmbeddedTelegram, api: Api) -> None:
    first = asyncio.ensure_future(api("getUpdates", timeout=30))
    await tg.wait_for(lambda: tg.polling)
    second = asyncio.ensure_future(api("getUpdates", timeout=30))
    assert await asyncio.wait_for(first, 5) == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request;"
        " make sure that only one bot instance is running",
    }
    tg.say(ANN, "now")
    assert texts(await asyncio.wait_for(second, 5)) == ["now"]


async def test_stopping_answers_the_poller_that_waits(tg: EmbeddedTelegram, api: Api) -> None:
    poll = asyncio.ensure_future(api("getUpdates", timeout=30))
    await tg.wait_for(lambda: tg.polling)
    await asyncio.wait_for(tg.stop(), 5)
    assert texts(await poll) == []


async def test_only_allowed_kinds_are_queued_and_the_list_is_stored(tg: EmbeddedTelegram, api: Api) -> None:
    await api("getUpdates", allowed_updates=["my_chat_member"])
    tg.say(ANN, "not wanted")
    tg.block(ANN)
    assert [list(update)[1] for update in (await api("getUpdates"))["result"]] == ["my_chat_member"]
    await api("getUpdates", offset=2, allowed_updates=[])
    tg.unblock(ANN)
    tg.say(ANN, "wanted")
    assert [list(update)[1] for update in (await api("getUpdates"))["result"]] == ["my_chat_member", "message"]


def test_member_changes_of_others_and_reactions_must_be_asked_for() -> None:
    updates = Updates()
    for kind in ("chat_member", "message_reaction", "message_reaction_count", "message"):
        updates.add(kind, {})
    assert (len(updates), updates.oldest(1)) == (1, [{"update_id": 1, "message": {}}])
    updates.allowed = ["message_reaction"]
    updates.add("message_reaction", {})
    updates.add("message", {})
    assert len(updates) == 2
