"""Charts drawn in a process of their own: matplotlib's weight and its seconds of work stay out of the bot's.

The process reads pictures from its standard input and answers with PNGs (`bot.views.chart.main`). It is started with
the first picture, ended when idle, killed when stuck; when the bot dies its input ends, and so does the process.
"""

from __future__ import annotations

import asyncio
import struct
import sys

import structlog

from bot.views.picture import Picture, encode

log = structlog.get_logger()

# A picture takes a tenth of a second, the first one two seconds with the imports; more is a process that hangs.
SECONDS = 20.0
# A minute without a picture, and 90 MiB are given back.
IDLE_SECONDS = 60.0
# Pictures that wait: two seconds' worth. Beyond, people are asked to try again in a moment.
MAX_WAITING = 20
# Telegram takes 10 MiB; a chart has 100 KiB.
MAX_PNG = 10 * 1024 * 1024


class DrawingFailed(Exception):
    """There is no picture: too many wait, or the drawing process failed. Its text is a line for the log."""


class Drawer:
    """Draws one picture at a time. `close()` ends its process."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS, seconds: float = SECONDS) -> None:
        self._idle_seconds, self._seconds = idle_seconds, seconds
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether there is a process now."""
        return self._process is not None

    async def draw(self, picture: Picture) -> bytes:
        """Return the PNG of a picture; DrawingFailed if there is none to be had now."""
        if self._waiting >= MAX_WAITING:
            raise DrawingFailed("too many pictures are waiting")
        self._waiting += 1
        try:
            async with self._lock:
                return await self._draw(encode(picture))
        finally:
            self._waiting -= 1

    async def _draw(self, message: bytes) -> bytes:
        if self._idle is not None:
            self._idle.cancel()
        try:
            await self._start()
            async with asyncio.timeout(self._seconds):
                drawn = await self._ask(message)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            await self._end()
            raise DrawingFailed(f"the drawing process failed ({type(error).__name__})") from None
        except asyncio.CancelledError:
            await self._end()  # its answer would be taken for the next one's
            raise
        self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._on_idle)
        if not drawn:
            raise DrawingFailed("the picture could not be drawn")
        return drawn

    async def _start(self) -> None:
        """Start a process if there is none; outside of the time limit, for one cut off while it starts would stay."""
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.views.chart",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the bot, which ends it in order
            )

    async def _ask(self, message: bytes) -> bytes:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise OSError("no pipes")
        process.stdin.write(message)
        await process.stdin.drain()
        (length,) = struct.unpack(">I", await process.stdout.readexactly(4))
        if length > MAX_PNG:
            raise OSError("no picture is so large")
        return await process.stdout.readexactly(length)

    def _on_idle(self) -> None:
        if not self._waiting:
            self._ending = asyncio.ensure_future(self._end_locked())

    async def _end_locked(self) -> None:
        async with self._lock:
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            # `communicate` reads what is left, so that the pipes are closed when it returns.
            await process.communicate()

    async def close(self) -> None:
        """End the process, if there is one."""
        if self._idle is not None:
            self._idle.cancel()
        await self._end_locked()
        if self._ending is not None:
            await self._ending
