"""The browser's side: the WebSocket's events and actions, and who may connect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.demo.telegram import EmbeddedTelegram, page
from bot.demo.telegram.records import Site

ANN, BEK, GROUP = 5, 6, -1_001_000_000_001
Api = Callable[..., Awaitable[dict[str, Any]]]
Socket = aiohttp.ClientWebSocketResponse


@pytest.fixture
async def browser(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> AsyncIterator[Socket]:
    async with http.ws_connect(f"{tg.url}/chat") as socket:
        await asyncio.wait_for(socket.receive_json(), 5)  # hello
        yield socket


async def event(socket: Socket) -> dict[str, Any]:
    received: dict[str, Any] = await asyncio.wait_for(socket.receive_json(), 5)
    return received


async def test_a_page_receives_the_whole_state_first(
    tg: EmbeddedTelegram, api: Api, http: aiohttp.ClientSession
) -> None:
    message = tg.say(ANN, "hi")
    tg.block(BEK)
    tg.show_tour({ANN: ["start"]})
    tg.world.sites["news.localhost:80"] = Site("The News", lambda path: "<p>news" if path == "/a/" else None)
    await api("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await api("setMyDescription", description="Rates")
    await api("setMyDescription", description="Курсы", language_code="ru")
    member, banned = {"status": "member", "rights": []}, {"status": "kicked", "rights": []}
    private = {
        "type": "private",
        "size": 1,
        "bot": member,
        "blocked": False,
        "keyboard": None,
        "reactions": {},
        "pinned": [],
        "authors": {},
        "forum": None,
    }
    async with http.ws_connect(f"{tg.url}/chat") as socket:
        assert await event(socket) == {
            "type": "hello",
            "bot": {
                "id": 1234567890,
                "username": "JarchiBot",
                "first_name": "Jarchi",
                "descriptions": {"": "Rates", "ru": "Курсы"},
            },
            "people": [
                {"id": ANN, "first_name": "Ann", "username": "ann", "language_code": "en", "role": "trader"},
                {"id": BEK, "first_name": "Bek", "username": None, "language_code": "ru", "role": ""},
            ],
            "chats": [
                private | {"id": ANN, "title": "Ann", "members": {str(ANN): member}},
                private | {"id": BEK, "title": "Bek", "members": {str(BEK): member}, "bot": banned, "blocked": True},
                {
                    **private,
                    "id": GROUP,
                    "type": "supergroup",
                    "title": "Traders",
                    "size": 2,
                    "members": {str(ANN): {"status": "creator", "rights": []}, str(BEK): member},
                },
            ],
            "messages": {str(ANN): [message], str(BEK): [], str(GROUP): []},
            "commands": {"": [{"command": "help", "description": "Help"}]},
            "sites": {"news.localhost:80": "The News"},
            "tour": {str(ANN): ["start"]},
        }


async def test_what_the_bot_does_is_shown(tg: EmbeddedTelegram, api: Api, browser: Socket) -> None:
    await api("sendChatAction", chat_id=ANN, action="typing")
    await api("sendMessage", chat_id=ANN, text="a")
    (sent,) = tg.messages(ANN)
    await api("editMessageText", chat_id=ANN, message_id=1, text="b")
    (edited,) = tg.messages(ANN)
    query = tg.press(ANN, 1, "x")["id"]
    await api("answerCallbackQuery", callback_query_id=query, text="No", show_alert=True)
    await api("deleteMessage", chat_id=ANN, message_id=1)
    await api("setMyCommands", commands=[], language_code="ru")
    tg.show_tour({BEK: ["start"]})
    assert [await event(browser) for _ in range(7)] == [
        {"type": "action", "chat": ANN, "action": "typing"},
        {"type": "message", "chat": ANN, "message": sent},
        {"type": "edit", "chat": ANN, "message": edited},
        {"type": "answer", "chat": ANN, "person": ANN, "text": "No", "alert": True},
        {"type": "delete", "chat": ANN, "message_id": 1},
        {"type": "commands", "commands": {}},
        {"type": "tour", "tour": {str(BEK): ["start"]}},
    ]


async def test_a_newly_added_person_arrives_with_the_whole_state(tg: EmbeddedTelegram, browser: Socket) -> None:
    tg.add_person(7, "Cholpon")
    tg.add_group(-7, "Village", members=[7], admins=[ANN])
    people, chats = await event(browser), await event(browser)
    assert [person["id"] for person in people["people"]] == [ANN, BEK, 7]
    assert [chat["id"] for chat in chats["chats"]] == [ANN, BEK, GROUP, 7, -7]


async def test_people_act_through_the_page(tg: EmbeddedTelegram, api: Api, browser: Socket) -> None:
    await api("sendMessage", chat_id=GROUP, text="a")
    await event(browser)
    await browser.send_json({"type": "say", "chat": GROUP, "person": BEK, "text": "/rates"})
    said = await event(browser)
    assert (said["type"], said["chat"], said["message"]["text"]) == ("message", GROUP, "/rates")
    await browser.send_json({"type": "press", "chat": GROUP, "person": BEK, "message_id": 1, "data": "v1"})
    await browser.send_json({"type": "block", "person": ANN})
    assert (await event(browser))["described"]["blocked"] is True
    await browser.send_json({"type": "unblock", "person": ANN})
    assert (await event(browser))["described"]["blocked"] is False
    updates = (await api("getUpdates"))["result"]
    assert [list(update)[1] for update in updates] == [
        "message",
        "callback_query",
        "my_chat_member",
        "my_chat_member",
    ]
    assert (updates[1]["callback_query"]["data"], updates[1]["callback_query"]["from"]["id"]) == ("v1", BEK)


@pytest.mark.parametrize(
    "nonsense",
    [
        "{",
        "[]",
        "{}",
        '{"type": "say", "person": "5", "chat": 5, "text": "x"}',
        '{"type": "say", "person": 404, "chat": 5, "text": "x"}',
        '{"type": "say", "person": 6, "chat": 5, "text": "x"}',
        '{"type": "say", "person": 5, "chat": 5, "text": ""}',
        '{"type": "say", "person": 5, "chat": 5, "text": "x", "reply_to": 99}',
        '{"type": "edit", "person": 5, "chat": 5, "message_id": 99, "text": "x"}',
        '{"type": "block", "person": 404}',
        '{"type": "fly", "person": 5}',
    ],
)
async def test_nonsense_from_a_page_changes_nothing(tg: EmbeddedTelegram, browser: Socket, nonsense: str) -> None:
    await browser.send_str(nonsense)
    await browser.send_json({"type": "say", "chat": ANN, "person": ANN, "text": "still here"})
    assert (await event(browser))["message"]["text"] == "still here"
    assert [message["text"] for message in tg.messages(ANN)] == ["still here"]


async def test_another_sites_page_may_not_connect(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await http.ws_connect(f"{tg.url}/chat", origin="https://evil.example")
    assert refusal.value.status == 403
    async with http.ws_connect(f"{tg.url}/chat", origin=tg.url) as socket:
        assert (await event(socket))["type"] == "hello"


async def test_a_name_that_leads_here_from_outside_is_refused(
    tg: EmbeddedTelegram, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{tg.url}/", headers={"Host": "rebound.example"}) as response:
        assert response.status == 403


async def test_a_selective_forced_reply_is_for_the_mentioned_person(api: Api, browser: Socket) -> None:
    text, asked = f'<a href="tg://user?id={BEK}">Bek</a>, which level?', {"force_reply": True, "selective": True}
    await api("sendMessage", chat_id=GROUP, text=text, parse_mode="HTML", reply_markup=asked)
    await event(browser)
    assert await event(browser) == {"type": "force_reply", "chat": GROUP, "message_id": 1, "people": [BEK]}


async def test_a_person_replies_and_edits_in_the_page(tg: EmbeddedTelegram, api: Api, browser: Socket) -> None:
    await api("sendMessage", chat_id=GROUP, text="Which level?")
    await browser.send_json({"type": "say", "chat": GROUP, "person": BEK, "text": "**525**", "reply_to": 1})
    await browser.send_json({"type": "edit", "chat": GROUP, "person": BEK, "message_id": 2, "text": "526"})
    _, said, edited = [await event(browser) for _ in range(3)]
    assert said["message"]["reply_to_message"]["text"] == "Which level?"
    assert said["message"]["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert (edited["type"], edited["message"]["text"]) == ("edit", "526")
    updates = (await api("getUpdates"))["result"]
    assert [list(update)[1] for update in updates] == ["message", "edited_message"]
    assert updates[1]["edited_message"] == edited["message"]


async def test_a_page_that_does_not_read_is_closed(tg: EmbeddedTelegram, browser: Socket) -> None:
    for number in range(page.EVENTS_WAITING + 1):
        tg.show_tour({number: []})
    received = [await asyncio.wait_for(browser.receive(), 5) for _ in range(page.EVENTS_WAITING + 1)]
    assert (received[-1].type, received[-1].data) == (aiohttp.WSMsgType.CLOSE, 1013)


async def test_stopping_closes_the_pages(tg: EmbeddedTelegram, browser: Socket) -> None:
    await tg.stop()
    assert (await asyncio.wait_for(browser.receive(), 5)).type is aiohttp.WSMsgType.CLOSE


async def test_only_files_of_the_page_are_served(
    tg: EmbeddedTelegram, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>chat</p>")
    (folder / "chat.js").write_text("let a;")
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.setattr(page, "PAGE_FOLDER", folder)

    async def get(path: str) -> tuple[int, str]:
        async with http.get(URL(tg.url + path, encoded=True)) as response:
            text = await response.text()
            if response.status == 200:
                assert "default-src 'self'" in response.headers["Content-Security-Policy"]
                assert response.headers["X-Content-Type-Options"] == "nosniff"
            return response.status, text if response.status == 200 else ""

    assert [
        await get(path)
        for path in ("/", "/page/chat.js", "/page/none.js", "/page/..%2Fsecret.txt", "/page/%2E%2E", "/page/.")
    ] == [(200, "<p>chat</p>"), (200, "let a;"), (404, ""), (404, ""), (404, ""), (404, "")]


async def test_the_pages_of_a_site_are_served_beside_the_chat(
    tg: EmbeddedTelegram, http: aiohttp.ClientSession
) -> None:
    tg.world.sites["news.localhost:80"] = Site("The News", lambda path: "<p>news" if path == "/a/" else None)

    async def get(path: str) -> tuple[int, str]:
        async with http.get(f"{tg.url}/site/{path}") as response:
            return response.status, response.headers.get("Content-Security-Policy", "").partition(";")[0]

    assert await get("news.localhost:80/a/") == (200, "default-src 'none'")
    assert (await get("news.localhost:80/b/"))[0] == 404
    assert (await get("other.localhost:80/a/"))[0] == 404


async def test_pictures_are_shown_and_other_files_only_saved(tg: EmbeddedTelegram, http: aiohttp.ClientSession) -> None:
    picture = tg.world.add_file("photo", "a.png", "text/html", b"\x89PNG...", 1, 1)
    markup = tg.world.add_file("document", "a.html", "text/html", b"<script>")
    async with http.get(f"{tg.url}/file/demo/{picture.file_id}") as response:
        assert (response.content_type, await response.read()) == ("image/png", b"\x89PNG...")
    async with http.get(f"{tg.url}/file/demo/{markup.file_id}") as response:
        assert (response.content_type, response.headers["Content-Disposition"]) == (
            "application/octet-stream",
            "attachment",
        )
    async with http.get(f"{tg.url}/file/demo/nothing") as response:
        assert response.status == 404


async def test_a_page_asks_inline_sees_the_cards_and_chooses(tg: EmbeddedTelegram, api: Api, browser: Socket) -> None:
    await browser.send_json({"type": "inline", "chat": GROUP, "person": BEK, "query": "gold"})
    [update] = (await api("getUpdates", timeout=5))["result"]
    query = update["inline_query"]["id"]
    said = {"message_text": "Gold rose"}
    card = {"type": "article", "id": "1", "title": "Gold", "description": "Today", "input_message_content": said}
    button = {"text": "Hear of it", "start_parameter": "sub_Z29sZA"}
    await api("answerInlineQuery", inline_query_id=query, results=[card], button=button)
    assert await event(browser) == {
        "type": "inline",
        "chat": GROUP,
        "person": BEK,
        "query_id": query,
        "query": "gold",
        "cards": [{"id": "1", "title": "Gold", "description": "Today"}],
        "button": button,
    }
    await browser.send_json({"type": "choose", "chat": GROUP, "person": BEK, "query_id": query, "result_id": "1"})
    assert (await event(browser))["message"]["via_bot"]["username"] == "JarchiBot"
