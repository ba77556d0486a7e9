"""The browser's side: the static page, and the WebSocket by which it receives events and sends actions."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from bot.demo.telegram import inline, writing
from bot.demo.telegram.hosts import is_address, is_loopback
from bot.demo.telegram.people import KICKED, LEFT, MEMBER
from bot.demo.telegram.profile import shown_bot, shown_commands
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World

PAGE_FOLDER = Path(__file__).parent.parent / "page"
# A page with more unread events than this is closed; it gets the whole state when it reconnects.
EVENTS_WAITING = 1000
# Messages of a chat that a page gets when it connects.
MESSAGES_SHOWN = 200
MAX_ACTION_BYTES = 64 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)
_POLICY = "Content-Security-Policy"
_HEADERS = {
    _POLICY: "default-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# An article of a site has its own style and nothing else.
_ARTICLE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class Page:
    """All open pages. `tour` has the finished steps of the tour by a person's id (as text, for JSON).

    `shared`: other machines may open it, too.
    """

    def __init__(self, world: World) -> None:
        self.shared = False
        self.tour: dict[str, list[str]] = {}
        self._world = world
        self._pages: dict[web.WebSocketResponse, asyncio.Queue[str]] = {}
        world.listeners.append(self.publish)

    def routes(self) -> list[web.RouteDef]:
        """The routes of the page."""
        return [
            web.get("/", self._guarded(self._index)),
            web.get("/page/{file}", self._guarded(self._asset)),
            web.get("/file/demo/{file_id}", self._guarded(self._file)),
            web.get("/site/{host}/{path:.*}", self._guarded(self._article)),
            web.get("/chat", self._guarded(self._chat)),
        ]

    def publish(self, event: JSON) -> None:
        """Send an event to every open page."""
        if not self._pages:
            return
        text = json.dumps(event)
        for page, queue in list(self._pages.items()):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:
                del self._pages[page]

    def send_state(self) -> None:
        """Send the whole state to every open page: people or chats were added."""
        if self._pages:
            self.publish(self.hello())

    def set_tour(self, tour: dict[str, list[str]]) -> None:
        """Show how far each person has come on the tour."""
        self.tour = tour
        self._world.publish({"type": "tour", "tour": tour})

    async def close(self) -> None:
        """Close all open pages."""
        pages = list(self._pages)
        self._pages.clear()
        for page in pages:
            await page.close(code=1001)

    def hello(self) -> JSON:
        """Return the state that a page needs at its start."""
        world = self._world
        people = [
            {
                "id": person.id,
                "first_name": person.first_name,
                "username": person.username,
                "language_code": person.language_code,
                "role": person.role,
            }
            for person in world.people.values()
        ]
        chats = [
            {
                "id": chat.id,
                "type": "private" if chat.private else "supergroup",
                "title": world.people[chat.id].first_name if chat.private else chat.title,
                "members": chat.members,
                "admins": chat.admins,
                "blocked": chat.bot_status in (KICKED, LEFT),
                "keyboard": chat.keyboard,
                "reactions": chat.reactions,
            }
            for chat in world.chats.values()
            if chat.migrated_to is None
        ]
        messages = {str(chat.id): list(chat.messages.values())[-MESSAGES_SHOWN:] for chat in world.chats.values()}
        return {
            "type": "hello",
            "bot": shown_bot(world),
            "people": people,
            "chats": chats,
            "messages": messages,
            "commands": shown_commands(world),
            "sites": {host: site.name for host, site in world.sites.items()},
            "tour": self.tour,
        }

    def act(self, action: JSON) -> None:
        """Carry out an action of a page. Raises ValueError, KeyError or TypeError for an invalid one."""
        world, person = self._world, _integer(action["person"])
        kind = action["type"]
        if kind == "say":
            reply_to = _integer(action["reply_to"]) if "reply_to" in action else None
            writing.write(world, person, str(action["text"]), _integer(action["chat"]), reply_to)
        elif kind == "edit":
            message_id, chat = _integer(action["message_id"]), _integer(action["chat"])
            writing.edit(world, person, message_id, str(action["text"]), chat)
        elif kind == "press":
            world.press(person, _integer(action["message_id"]), str(action["data"]), _integer(action["chat"]))
        elif kind == "inline":
            inline.ask(world, person, str(action["query"]), _integer(action["chat"]))
        elif kind == "choose":
            inline.choose(world, person, str(action["query_id"]), str(action["result_id"]))
        elif kind in ("block", "unblock"):
            world.set_bot_status(person, person, KICKED if kind == "block" else MEMBER)
        else:
            raise ValueError(f"unknown action {kind!r}")

    def _guarded(self, handler: Handler) -> Handler:
        """Refuse other sites: requests from their pages (Origin) and from their names (Host, "DNS rebinding")."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            host = urlsplit(f"//{request.host}").hostname
            if not (is_loopback(host) or (self.shared and is_address(host))):
                raise web.HTTPForbidden
            origin = request.headers.get("Origin")
            if origin and urlsplit(origin).netloc != request.host:
                raise web.HTTPForbidden
            return await handler(request)

        return guarded

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return _static("index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return _static(request.match_info["file"])

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._world.files.get(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        # Only pictures are shown; anything else is saved, so that no uploaded markup runs on this origin.
        if file.width:
            kind = "image/png" if file.content.startswith(b"\x89PNG") else "image/jpeg"
            return web.Response(body=file.content, content_type=kind, headers=_HEADERS)
        disposition = {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=_HEADERS | disposition)

    async def _article(self, request: web.Request) -> web.StreamResponse:
        site = self._world.sites.get(request.match_info["host"])
        text = site and site.page_of("/" + request.match_info["path"])
        if not text:
            raise web.HTTPNotFound(text="This page does not exist in the demo.")
        return web.Response(text=text, content_type="text/html", headers=_HEADERS | {_POLICY: _ARTICLE_POLICY})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        page = web.WebSocketResponse(max_msg_size=MAX_ACTION_BYTES, heartbeat=30)
        await page.prepare(request)
        queue: asyncio.Queue[str] = asyncio.Queue(EVENTS_WAITING)
        queue.put_nowait(json.dumps(self.hello()))
        self._pages[page] = queue
        writer = asyncio.create_task(self._write(page, queue))
        try:
            async for received in page:
                if received.type is not WSMsgType.TEXT:
                    continue
                try:
                    self.act(json.loads(received.data))
                except (ValueError, KeyError, TypeError) as error:
                    _log.debug("invalid_page_action: %s", error)
        finally:
            self._pages.pop(page, None)
            writer.cancel()
        return page

    async def _write(self, page: web.WebSocketResponse, queue: asyncio.Queue[str]) -> None:
        with contextlib.suppress(ConnectionError):
            while page in self._pages or not queue.empty():
                await page.send_str(await queue.get())
        await page.close(code=1013)


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("an id must be a number")
    return value


def _static(name: str) -> web.StreamResponse:
    """Return a file of the page's own folder. Raises 404 for anything else."""
    path = PAGE_FOLDER / name
    if path.parent != PAGE_FOLDER or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=_HEADERS)
