"""The drawing process: started when needed, let go when idle, replaced when it dies or hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest

from bot.delivery import drawing
from bot.delivery.drawing import MAX_WAITING, Drawer, DrawingFailed
from bot.views.picture import Picture
from tests.views.pictures import PICTURE


@pytest.fixture
async def drawer() -> AsyncIterator[Drawer]:
    drawer = Drawer()
    yield drawer
    await drawer.close()
    assert not drawer.running


def pid(drawer: Drawer) -> int:
    process = drawer._process
    assert process is not None
    return process.pid


async def test_pictures_are_drawn_by_one_process_that_is_not_this_one(drawer: Drawer) -> None:
    assert not drawer.running
    first = await drawer.draw(PICTURE)
    one = pid(drawer)
    second = await drawer.draw(PICTURE)
    assert first == second
    assert first.startswith(b"\x89PNG")
    assert pid(drawer) == one != os.getpid()


@pytest.mark.slow
async def test_a_process_that_died_is_replaced(drawer: Drawer) -> None:
    await drawer.draw(PICTURE)
    os.kill(pid(drawer), signal.SIGKILL)
    drawn = None
    for _ in range(2):  # the death is seen at the first or the second picture
        try:
            drawn = await drawer.draw(PICTURE)
        except DrawingFailed:
            continue
    assert drawn is not None


async def test_a_picture_that_takes_too_long_is_given_up_and_its_process_with_it() -> None:
    hurried = Drawer(seconds=0.001)
    with pytest.raises(DrawingFailed, match="TimeoutError"):
        await hurried.draw(PICTURE)
    assert not hurried.running
    await hurried.close()


async def test_a_picture_that_cannot_be_drawn_says_so_and_the_next_one_is(drawer: Drawer) -> None:
    nothing = Picture("", "", "", (), (), (), "", "", "en", 2)
    with pytest.raises(DrawingFailed, match="could not be drawn"):
        await drawer.draw(nothing)
    assert await drawer.draw(PICTURE)


async def test_beyond_the_longest_queue_people_are_asked_to_come_back(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = asyncio.Event()

    async def slow(_message: bytes) -> bytes:
        await free.wait()
        return b"png"

    monkeypatch.setattr(drawer, "_ask", slow)
    waiting = [asyncio.create_task(drawer.draw(PICTURE)) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(DrawingFailed, match="too many"):
        await drawer.draw(PICTURE)
    free.set()
    assert await asyncio.gather(*waiting) == [b"png"] * MAX_WAITING


@pytest.mark.slow
async def test_an_idle_process_is_let_go() -> None:
    drawer = Drawer(idle_seconds=0.0)
    await drawer.draw(PICTURE)
    process = drawer._process
    assert process is not None
    await asyncio.wait_for(process.wait(), 10)
    await drawer.close()
    assert not drawer.running


LONELY = """
import asyncio, os, signal, uvloop
from bot.delivery.drawing import Drawer
from tests.views.pictures import PICTURE

async def main():
    await Drawer().draw(PICTURE)
    os.kill(os.getpid(), signal.SIGKILL)

uvloop.run(main())
"""


@pytest.mark.slow
async def test_the_process_ends_when_the_bot_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", LONELY, stderr=asyncio.subprocess.PIPE)
    # The drawing process has inherited this pipe: its end is the end of both.
    _, said = await asyncio.wait_for(parent.communicate(), 60)
    assert (parent.returncode, said) == (-signal.SIGKILL, b"")


@pytest.mark.slow
async def test_the_bot_itself_never_loads_the_drawing_library() -> None:
    code = "import sys, bot.app, handlers.dispatch; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    assert said.split() == [b"False", b"False"]
    assert drawing.SECONDS > 1
