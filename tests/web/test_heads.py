"""Connections are bounded: in number, and in how long the head of a request may take."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.web import heads
from bot.web.heads import ConnectionGuard
from bot.web.server import WebServer

HEAD = b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n"


class Served:
    """A server with one slow answer, which the test releases."""

    def __init__(self, guard: ConnectionGuard) -> None:
        self.guard = guard
        self.asked, self.answer = asyncio.Event(), asyncio.Event()
        self.server = WebServer([web.get("/slow", self._slow), web.post("/body", self._body)], "127.0.0.1", 0, guard)

    async def _slow(self, _request: web.Request) -> web.Response:
        self.asked.set()
        await self.answer.wait()
        return web.Response(text="done")

    async def _body(self, request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.server.port)


async def cut(reader: asyncio.StreamReader) -> bytes:
    """Wait until the server ends the connection; returns the bytes that it sent before."""
    async with asyncio.timeout(30):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


@pytest.fixture
async def served(request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    """A running server with the guard that the test chooses."""
    served = Served(ConnectionGuard(**getattr(request, "param", {"head_seconds": 0.05})))
    await served.server.start()
    yield served
    served.answer.set()
    await served.server.stop()


@pytest.mark.parametrize(
    "half", [b"", b"G", b"GET /slow HT", HEAD[:-1], HEAD[:-2], b"\r\n\r\n", b"POST /body HTTP/1.1\r\nX"]
)
async def test_a_head_that_is_not_finished_is_cut(served: Served, half: bytes) -> None:
    reader, writer = await served.connect()
    writer.write(half)
    assert await cut(reader) == b""
    assert served.guard.connections == {}
    writer.close()


async def test_a_head_in_drops_does_not_win_time() -> None:
    guard, cuts = ConnectionGuard(), []

    class Transport(asyncio.Transport):
        def is_closing(self) -> bool:
            return False

        def abort(self) -> None:
            cuts.append(1)

    connection = guard.factory(asyncio.Protocol)()
    connection.connection_made(Transport())
    timer = connection._timer
    for drop in (HEAD[:3], HEAD[3:9], b"X: y\r\n"):
        connection.data_received(drop)
        assert connection._timer is timer
    connection.begin()
    assert connection._timer is None
    connection.data_received(HEAD[:3])  # of the next request, before the answer to this one
    assert connection._timer is None
    connection.end()
    assert connection._timer.when() - timer.when() > heads.HEAD_SECONDS
    connection.data_received(HEAD[:3])
    timer = connection._timer
    connection.data_received(HEAD[3:9])
    assert connection._timer is timer
    connection.connection_lost(None)
    assert (connection._timer, guard.connections, cuts) == (None, {}, [])


async def test_a_long_answer_is_not_cut_and_the_next_half_head_is(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(HEAD)
    await served.asked.wait()
    assert [connection._timer for connection in served.guard.connections.values()] == [None]
    served.answer.set()
    assert b"done" in await reader.readuntil(b"done")
    writer.write(HEAD)
    assert b"done" in await reader.readuntil(b"done")
    writer.write(HEAD[:10])
    assert await cut(reader) == b""
    writer.close()


async def test_an_idle_connection_is_cut_after_its_own_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "IDLE_SECONDS", 0.05)
    served.answer.set()
    reader, writer = await served.connect()
    writer.write(HEAD)
    assert b"done" in await cut(reader)
    writer.close()


@pytest.mark.parametrize("served", [{"limit": 2}], indirect=True)
async def test_a_connection_too_many_is_closed_and_another_is_let_in_later(served: Served) -> None:
    served.answer.set()
    kept = [await served.connect() for _ in range(2)]
    for reader, writer in kept:
        writer.write(HEAD)
        assert b"done" in await reader.readuntil(b"done")
    reader, extra = await served.connect()
    assert await cut(reader) == b""
    extra.close()
    kept[0][1].write(HEAD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert b"done" in await cut(kept[0][0])
    reader, writer = await served.connect()
    writer.write(HEAD)
    assert b"done" in await reader.readuntil(b"done")
    for _, one in [*kept, (reader, writer)]:
        one.close()


async def test_a_body_arrives_whole(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(b"POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 70000\r\n\r\n")
    writer.write(b"x" * 70_000)
    assert b"70000" in await reader.readuntil(b"70000")
    writer.close()
