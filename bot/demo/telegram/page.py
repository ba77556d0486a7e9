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

from bot.demo.telegram.hosts import is_address, is_loopback
from bot.demo.telegram.page_actions import act
from bot.demo.telegram.page_state import described_chat, whole_state
from bot.demo.telegram.wire import JSON, ApiError
from bot.demo.telegram.world import World

PAGE_FOLDER = Path(__file__).parent.parent / "page"
# A page with more unread events than this is closed; it gets the whole state when it reconnects.
EVENTS_WAITING = 1000
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
        """Send an event to every open page: about a change of people the whole state, about one chat that chat."""
        if not self._pages:
            return
        text = json.dumps(self._frame(event))
        for page, queue in list(self._pages.items()):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:
                del self._pages[page]

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

    def _frame(self, event: JSON) -> JSON:
        """Return what a page gets about an event."""
        if event["type"] == "chats":
            return whole_state(self._world, self.tour)
        chat = self._world.chats.get(event.get("chat", 0))
        if event["type"] == "chat" and chat:
            return event | {"described": described_chat(self._world, chat)}
        if event["type"] == "message" and chat and chat.kind == "channel":
            return event | {"author": chat.author(event["message"])}
        return event

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
        queue.put_nowait(json.dumps(whole_state(self._world, self.tour)))
        self._pages[page] = queue
        writer = asyncio.create_task(self._write(page, queue))
        try:
            async for received in page:
                if received.type is not WSMsgType.TEXT:
                    continue
                try:
                    act(self._world, json.loads(received.data))
                except (ApiError, ValueError, KeyError, TypeError) as error:
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


def _static(name: str) -> web.StreamResponse:
    """Return a file of the page's own folder. Raises 404 for anything else."""
    path = PAGE_FOLDER / name
    if path.parent != PAGE_FOLDER or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=_HEADERS)
