"""The loop that everything runs on."""

import asyncio
import os
import socket

import pytest
import uvloop

from bot.cli.running import run_or_fail


async def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_the_command_line_runs_on_uvloop() -> None:
    assert isinstance(run_or_fail(_loop()), uvloop.Loop)


async def test_tests_run_on_it_too() -> None:
    assert isinstance(await _loop(), uvloop.Loop)


@pytest.mark.parametrize("steps", [0, 1, 2])
async def test_a_connection_given_up_closes_nobody_elses_socket(steps: int) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    mine = socket.socket()
    mine.setblocking(False)
    await loop.sock_connect(mine, server.sockets[0].getsockname())

    making = asyncio.ensure_future(loop.create_connection(asyncio.Protocol, sock=mine))
    for _ in range(steps):
        await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    for _ in range(3):  # the loop closes what it took a step later
        await asyncio.sleep(0)

    with socket.socket() as another:  # takes the lowest free number: the one just closed, if it was
        mine.close()
        os.fstat(another.fileno())
    server.close()
    await server.wait_closed()
