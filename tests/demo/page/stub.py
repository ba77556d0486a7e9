"""A stub of the chat page's server: it sends the frames that a test passes to it.

It speaks the page's protocol and sends the same security policy as the embedded Telegram.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

PAGE_FOLDER = Path(__file__).parents[3] / "bot" / "demo" / "page"
WAIT_SECONDS = 5.0
POLICY = "default-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
# One red pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)

MORNING = 1_760_000_000  # 2025-10-09 08:53:20 UTC
BOT = {
    "id": 900,
    "username": "jarchi_bot",
    "first_name": "Jarchi",
    "descriptions": {"": "I read the news of Central Asia\nand send what you asked for.", "ru": "Курсы и новости"},
}
AIDA = {"id": 1, "first_name": "Aida", "username": "aida", "language_code": "en"}
TIMUR = {"id": 2, "first_name": "Тимур", "username": None, "language_code": "ru"}
GROUP, CHANNEL = -1001, -1002
OWNER, MEMBER = {"status": "creator", "rights": []}, {"status": "member", "rights": []}
COMMANDS = {
    "": [{"command": "start", "description": "Begin"}, {"command": "rates", "description": "Currency rates"}],
    "ru": [{"command": "start", "description": "Начать"}, {"command": "rates", "description": "Курсы валют"}],
}

Json = dict[str, Any]


def message(number: int, text: str | None = None, *, chat: int = 1, sender: Json = BOT, **fields: Any) -> Json:
    """A Message of the Bot API, sent `number` minutes after MORNING."""
    words = {} if text is None else {"text": text}
    kind = "private" if chat > 0 else "supergroup"
    base = {"message_id": number, "from": sender, "chat": {"id": chat, "type": kind}, "date": MORNING + 60 * number}
    return base | words | fields


def keys(*rows: list[Json]) -> Json:
    """An inline keyboard."""
    return {"inline_keyboard": list(rows)}


def admin(*rights: str) -> Json:
    """An administrator with these rights."""
    return {"status": "administrator", "rights": list(rights)}


def post(number: int, text: str, **fields: Any) -> Json:
    """A post of the channel, which has no sender."""
    sent = message(number, text, chat=CHANNEL, sender_chat={"id": CHANNEL, "title": "Steppe Morning"}, **fields)
    del sent["from"]
    return sent


def described(number: int, kind: str, title: str, members: Json, **fields: Any) -> Json:
    """A chat as the server describes it; `members` are statuses by a person's id."""
    return {
        "id": number,
        "type": kind,
        "title": title,
        "size": len(members),
        "members": members,
        "bot": MEMBER,
        "blocked": False,
        "pinned": [],
        "authors": {},
        "forum": None,
        **fields,
    }


class Stub:
    """The server's side of the page. `said` is every frame the page has sent, oldest first."""

    def __init__(self) -> None:
        self.said: list[Json] = []
        self.messages: dict[int, list[Json]] = {1: [], 2: [], GROUP: []}
        self.more_chats: list[Json] = []
        self.fields: dict[int, Json] = {}  # of chats, by their ids
        self.tour: dict[str, list[str]] = {}
        self.roles: dict[int, str] = {}
        self.languages: dict[int, Json] = {}
        self.sites: dict[str, str] = {}
        self.url = ""
        self.accepts = True
        self._socket: web.WebSocketResponse | None = None
        self._changed = asyncio.Condition()

    def hello(self) -> Json:
        """The first frame of a connection."""
        chats = [described(one["id"], "private", one["first_name"], {str(one["id"]): MEMBER}) for one in (AIDA, TIMUR)]
        chats.append(described(GROUP, "supergroup", "Newsroom", {"1": OWNER, "2": MEMBER}))
        chats += self.more_chats
        return {
            "type": "hello",
            "bot": BOT,
            "people": [
                person | {"role": self.roles.get(person["id"], "")} | self.languages.get(person["id"], {})
                for person in (AIDA, TIMUR)
            ],
            "chats": [chat | self.fields.get(chat["id"], {}) for chat in chats],
            "messages": {str(chat): messages for chat, messages in self.messages.items()},
            "commands": COMMANDS,
            "tour": self.tour,
            "sites": self.sites,
        }

    async def send_frame(self, **frame: Any) -> None:
        """Send a frame to the page."""
        await self.until(lambda: self._socket is not None)
        assert self._socket is not None
        await self._socket.send_json(frame)

    async def describe(self, chat: int, **fields: Any) -> None:
        """Send a change of a chat to the page, and keep it for the next hello."""
        self.fields[chat] = self.fields.get(chat, {}) | fields
        await self.send_frame(type="chat", chat=chat, described=fields)

    async def send(self, sent: Json, **fields: Any) -> None:
        """Send a new message to the page, and keep it for the next hello."""
        await self.until(lambda: self._socket is not None)  # else the hello has it already
        self.messages[sent["chat"]["id"]].append(sent)
        await self.send_frame(type="message", chat=sent["chat"]["id"], message=sent, **fields)

    async def received(self, count: int = 1) -> list[Json]:
        """Wait until the page has sent `count` frames; return all of them."""
        await self.until(lambda: len(self.said) >= count)
        return self.said

    async def hang_up(self) -> None:
        """Close the connection and refuse new ones until `accepts` is set again."""
        self.accepts = False
        assert self._socket is not None
        await self._socket.close()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds that changes with the page's frames or connections."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(condition)

    def app(self) -> web.Application:
        """The routes of the page."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._file),
                web.get("/page/{name}", self._file),
                web.get("/file/demo/{name}", self._photo),
                web.get("/site/{path:.+}", self._site),
                web.get("/chat", self._chat),
            ]
        )
        return app

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "index.html")
        return web.FileResponse(PAGE_FOLDER / name, headers={"Content-Security-Policy": POLICY})

    async def _photo(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=PNG, content_type="image/png")

    async def _site(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"The page {request.match_info['path']}")

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        if not self.accepts:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self.hello())
        await self._now(socket)
        async for received in socket:
            self.said.append(json.loads(received.data))
            await self._now(socket)
        if self._socket is socket:
            await self._now(None)
        return socket

    async def _now(self, socket: web.WebSocketResponse | None) -> None:
        async with self._changed:
            self._socket = socket
            self._changed.notify_all()
