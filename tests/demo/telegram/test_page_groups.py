"""The actions of the page in groups and channels: posts, pins, topics, rights of the bot, the picker, guest queries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.demo.telegram import EmbeddedTelegram
from tests.demo.telegram.conftest import ANN, BEK, CHANNEL, GROUP, Api

Socket = aiohttp.ClientWebSocketResponse
FIRST, SECOND = 0x6FB9F0, 0xFFD67E


class PageSocket:
    """A page's connection: it sends actions of Ann, and receives frames."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket

    async def act(self, kind: str, person: int = ANN, **fields: Any) -> None:
        """Send an action."""
        await self._socket.send_json({"type": kind, "person": person, **fields})

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a kind; others before it are left out."""
        while True:
            frame: dict[str, Any] = await asyncio.wait_for(self._socket.receive_json(), 5)
            if frame["type"] == kind:
                return frame


@pytest.fixture
async def browser(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> AsyncIterator[PageSocket]:
    tg.add_channel(CHANNEL, "News", members=[BEK], admins=[ANN], others=40)
    async with http.ws_connect(f"{tg.url}/chat") as socket:
        page = PageSocket(socket)
        await page.next("hello")
        yield page


async def updates(api: Api) -> list[str]:
    """Return the kinds of the bot's new updates."""
    return [list(update)[1] for update in (await api("getUpdates"))["result"]]


async def test_the_owner_posts_and_a_subscriber_cannot(browser: PageSocket, tg: EmbeddedTelegram) -> None:
    await browser.act("say", BEK, chat=CHANNEL, text="no")
    await browser.act("say", chat=CHANNEL, text="Salem")
    frame = await browser.next("message")
    assert (frame["author"], frame["message"]["sender_chat"]["id"]) == (ANN, CHANNEL)
    assert "from" not in frame["message"]
    assert [message["text"] for message in tg.messages(CHANNEL)] == ["Salem"]


async def test_the_bot_is_added_given_rights_and_removed(browser: PageSocket, api: Api) -> None:
    await browser.act("add_bot", chat=CHANNEL)
    added = (await browser.next("chat"))["described"]
    assert (added["bot"]["status"], added["blocked"], added["size"]) == ("administrator", False, 42)
    await browser.act("promote_bot", chat=CHANNEL, rights=["can_post_messages"])
    rights = (await browser.next("chat"))["described"]["bot"]["rights"]
    assert rights == ["can_manage_chat", "can_post_messages"]
    await browser.act("remove_bot", chat=CHANNEL)
    assert (await browser.next("chat"))["described"]["blocked"] is True
    assert await updates(api) == ["my_chat_member"] * 3


async def test_a_group_gets_the_bot_as_a_member_and_makes_it_an_admin(
    browser: PageSocket, tg: EmbeddedTelegram
) -> None:
    await browser.act("remove_bot", chat=GROUP)
    await browser.act("add_bot", BEK, chat=GROUP)
    assert [(await browser.next("chat"))["described"]["bot"]["status"] for _ in range(2)] == ["left", "member"]
    await browser.act("promote_bot", chat=GROUP, rights=["can_pin_messages"])
    assert (await browser.next("chat"))["described"]["bot"]["status"] == "administrator"
    await browser.act("promote_bot", chat=GROUP, rights=[])
    assert (await browser.next("chat"))["described"]["bot"]["status"] == "member"
    assert tg.world.chats[GROUP].bot.present


async def test_messages_are_pinned_unpinned_and_deleted(browser: PageSocket, tg: EmbeddedTelegram) -> None:
    post = tg.say(ANN, "Rates", GROUP)["message_id"]
    await browser.act("pin", chat=GROUP, message_id=post)
    assert (await browser.next("chat"))["described"]["pinned"] == [post]
    await browser.act("unpin", chat=GROUP, message_id=post)
    assert (await browser.next("chat"))["described"]["pinned"] == []
    await browser.act("delete", BEK, chat=GROUP, message_id=post)  # of somebody else, without the right
    await browser.act("delete", chat=GROUP, message_id=post)
    assert (await browser.next("delete"))["message_id"] == post
    assert "Rates" not in [message.get("text") for message in tg.messages(GROUP)]


async def test_the_bots_own_pins_are_shown(browser: PageSocket, tg: EmbeddedTelegram, api: Api) -> None:
    tg.invite(GROUP, ANN, as_admin=True)
    await browser.next("chat")
    await api("sendMessage", chat_id=GROUP, text="Rates")
    number = tg.messages(GROUP)[-1]["message_id"]
    await api("pinChatMessage", chat_id=GROUP, message_id=number)
    assert (await browser.next("chat"))["described"]["pinned"] == [number]
    await api("unpinAllChatMessages", chat_id=GROUP)
    assert (await browser.next("chat"))["described"]["pinned"] == []


async def test_a_group_gets_topics_that_people_close_and_delete(browser: PageSocket, tg: EmbeddedTelegram) -> None:
    await browser.act("forum", chat=GROUP, on=True)
    await browser.next("hello")
    for name in ("Uranium", "Jobs"):
        await browser.act("add_topic", chat=GROUP, name=name)
        described = (await browser.next("chat"))["described"]["forum"]
    first, second = (topic["id"] for topic in described["topics"])
    assert [topic["color"] for topic in described["topics"]] == [f"#{FIRST:06x}", f"#{SECOND:06x}"]
    await browser.act("say", BEK, chat=GROUP, text="ore", thread=first)
    assert (await browser.next("message"))["message"]["message_thread_id"] == first
    await browser.act("close_topic", chat=GROUP, thread=first, closed=True)
    assert (await browser.next("chat"))["described"]["forum"]["topics"][0]["closed"] is True
    await browser.act("say", BEK, chat=GROUP, text="more", thread=first)  # refused, the topic is closed
    await browser.act("close_topic", chat=GROUP, thread=0, closed=True)
    assert (await browser.next("chat"))["described"]["forum"]["closed"] is True
    await browser.act("hide_general", chat=GROUP, hidden=True)
    assert (await browser.next("chat"))["described"]["forum"]["hidden"] is True
    await browser.act("delete_topic", chat=GROUP, thread=first)
    assert [topic["id"] for topic in (await browser.next("chat"))["described"]["forum"]["topics"]] == [second]
    assert "more" not in [message.get("text") for message in tg.messages(GROUP)]


async def test_a_chat_is_renamed(browser: PageSocket) -> None:
    await browser.act("rename", chat=CHANNEL, title="  " + "n" * 200)
    assert (await browser.next("message"))["message"]["new_chat_title"] == "n" * 128


async def test_the_picker_offers_the_chats_that_fit_and_shares_one(
    browser: PageSocket, tg: EmbeddedTelegram, api: Api
) -> None:
    rights = {"can_post_messages": True}
    asked = {"request_id": 7, "chat_is_channel": True, "request_title": True}
    asked |= {"user_administrator_rights": rights, "bot_administrator_rights": rights}
    keys = {"keyboard": [[{"text": "My channel", "request_chat": asked}]]}
    for person in (ANN, BEK):
        await api("sendMessage", chat_id=person, text="Which?", reply_markup=keys)
    await browser.act("offer", request_id=7)
    assert await browser.next("picker") == {"type": "picker", "chat": ANN, "request_id": 7, "chats": [CHANNEL]}
    await browser.act("offer", BEK, request_id=7)  # a subscriber may not share it
    assert (await browser.next("picker"))["chats"] == []
    await browser.act("pick", BEK, request_id=7, chat=CHANNEL)
    await browser.act("pick", request_id=7, chat=CHANNEL)
    shared = (await browser.next("message"))["message"]["chat_shared"]
    assert shared == {"request_id": 7, "chat_id": CHANNEL, "title": "News"}
    assert await updates(api) == ["my_chat_member", "message"]
    assert tg.world.chats[CHANNEL].bot.may("can_post_messages")


async def test_a_mention_where_the_bot_is_not_becomes_a_guest_query(browser: PageSocket, api: Api) -> None:
    await browser.act("remove_bot", chat=GROUP)
    await browser.act("say", BEK, chat=GROUP, text="@JarchiBot 100 usd")
    await browser.next("message")
    (query,) = [one["guest_message"] for one in (await api("getUpdates"))["result"] if "guest_message" in one]
    content = {"message_text": "51,643 KZT"}
    answer = {"type": "article", "id": "1", "title": "Answer", "input_message_content": content}
    await api("answerGuestQuery", guest_query_id=query["guest_query_id"], result=answer)
    shown = (await browser.next("message"))["message"]
    assert (shown["text"], shown["reply_to_message"]["text"]) == ("51,643 KZT", "@JarchiBot 100 usd")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"type": "delete", "chat": GROUP, "message_id": 99},
        {"type": "pin", "chat": GROUP, "message_id": 99},
        {"type": "unpin", "chat": 404, "message_id": 1},
        {"type": "offer", "request_id": 9},
        {"type": "pick", "request_id": 9, "chat": GROUP},
        {"type": "add_bot", "chat": ANN},
        {"type": "promote_bot", "chat": CHANNEL, "rights": ["can_fly"]},
        {"type": "promote_bot", "chat": CHANNEL, "rights": 7},
        {"type": "promote_bot", "chat": CHANNEL, "rights": ["can_post_messages"], "person": BEK},
        {"type": "rename", "chat": CHANNEL, "title": "Mine", "person": BEK},
        {"type": "rename", "chat": CHANNEL, "title": "  "},
        {"type": "forum", "chat": CHANNEL, "on": True},
        {"type": "add_topic", "chat": GROUP, "name": "x"},
        {"type": "close_topic", "chat": GROUP, "thread": 1, "closed": True},
        {"type": "hide_general", "chat": GROUP, "hidden": True},
        {"type": "delete_topic", "chat": GROUP, "thread": 1},
        {"type": ["say"], "chat": GROUP},
    ],
    ids=lambda action: json.dumps(action)[1:40],
)
async def test_what_a_person_cannot_do_changes_nothing(
    browser: PageSocket, tg: EmbeddedTelegram, api: Api, nonsense: dict[str, Any]
) -> None:
    await browser.act(**({"kind": nonsense["type"]} | {name: nonsense[name] for name in nonsense if name != "type"}))
    await browser.act("say", chat=GROUP, text="/still")
    assert (await browser.next("message"))["message"]["text"] == "/still"
    assert tg.world.chats[CHANNEL].title == "News"
    assert await updates(api) == ["message"]
