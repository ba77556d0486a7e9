"""The broadcaster: writes deliveries a little ahead of what is sent, and shows the operator how far it is.

All it knows is in the database: it goes on after a restart where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from telegram.error import TelegramError

from bot.delivery.sender import Sender
from bot.domain.broadcasts import BroadcastState
from bot.i18n import FALLBACK, Translator
from bot.views import broadcasts as views
from bot.views.message import View
from storage import broadcasts, chats
from storage.broadcasts import Broadcast
from storage.database import Database

log = structlog.get_logger()

# How often it looks: what is written ahead lasts longer, even at a thousand messages a second.
SAMPLE_SECONDS = 2.0
# While no broadcast is unfinished, one of so many of these times: the start of one is announced.
IDLE_SAMPLES = 10
# Deliveries that may wait at a time, and how many of them one transaction writes, so that no reply waits for long.
AHEAD = 5000
CHUNK = 1000
# How often progress is shown: a chat takes a message a second, and an operator reads slower.
SHOW_EVERY = dt.timedelta(seconds=5)


class Broadcaster:
    """Lets the broadcasts go on. `wake` tells the worker that something waits; `clock` gives UTC."""

    def __init__(
        self, database: Database, sender: Sender, wake: Callable[[], object], clock: Callable[[], dt.datetime]
    ) -> None:
        self._database, self._sender, self._wake, self._clock = database, sender, wake, clock
        self._shown: dict[int, tuple[View, BroadcastState, dt.datetime]] = {}
        self._woken, self._unfinished, self._left_out = True, False, 0

    def wake(self) -> None:
        """Leave the next time not out: a broadcast may have begun or changed."""
        self._woken = True

    def idle(self) -> bool:
        """Return whether this time can be left out, and count it."""
        self._left_out += 1
        return not (self._woken or self._unfinished) and self._left_out < IDLE_SAMPLES

    async def look(self) -> None:
        """Bring every broadcast that is not finished a step on."""
        self._woken, self._left_out = False, 0
        async with self._database.read() as connection:
            found = await broadcasts.unfinished(connection)
        self._unfinished = bool(found)
        for one in found:
            try:
                await self._step(one)
            except TelegramError as error:
                log.warning("progress not shown", broadcast=one.id, reason=type(error).__name__)
        for gone in self._shown.keys() - {one.id for one in found}:
            del self._shown[gone]

    async def _step(self, one: Broadcast) -> None:
        if one.state is BroadcastState.RUNNING:
            one = await self._feed(one)
        else:
            async with self._database.write() as connection:
                if one.state is BroadcastState.PAUSED:
                    await broadcasts.hold(connection, one.id)
                else:
                    await broadcasts.drop(connection, one.id, self._clock())
        async with self._database.read() as connection:
            waiting = await broadcasts.waiting(connection, one.id)
        over = BroadcastState.DONE if one.state is BroadcastState.RUNNING else BroadcastState.CANCELLED
        if waiting or one.state is BroadcastState.PAUSED or not (one.written or over is BroadcastState.CANCELLED):
            await self._show(one, waiting)
            return
        async with self._database.write() as connection:
            ended = await broadcasts.change(connection, one.id, over, one.state)
            tally = await broadcasts.tally(connection, one.id)
        if ended:
            log.info("broadcast ended", broadcast=one.id, state=over, **tally)
            await self._put(one, views.ended(await self._translator(one), over, one.expected, tally))

    async def _feed(self, one: Broadcast) -> Broadcast:
        """Write ahead of what is sent; the state is asked again in each transaction, for it may be paused meanwhile."""
        for _ in range(AHEAD // CHUNK):
            async with self._database.write() as connection:
                now = await broadcasts.get(connection, one.id)
                if now is None or now.state is not BroadcastState.RUNNING:
                    return now or one
                await broadcasts.release(connection, one.id)
                if now.written or await broadcasts.waiting(connection, one.id) > AHEAD - CHUNK:
                    return now
                one = await broadcasts.feed(connection, now, CHUNK, self._clock())
            self._wake()
        return one

    async def _show(self, one: Broadcast, waiting: int) -> None:
        """Show how far it is: at once where its state is another, else every few seconds and only what is new."""
        view = views.progress(
            await self._translator(one),
            one.id,
            one.state,
            one.expected,
            one.addressed - waiting,
            waiting,
            paid=one.paid,
        )
        now = self._clock()
        before = self._shown.get(one.id)
        if before and before[1] is one.state and (before[0] == view or now - before[2] < SHOW_EVERY):
            return
        self._shown[one.id] = (view, one.state, now)
        await self._put(one, view)

    async def _put(self, one: Broadcast, view: View) -> None:
        """Put a view into the message of a broadcast; into a new one where that is gone."""
        if one.message_id is not None and await self._sender.edit(one.chat_id, one.message_id, view):
            return
        message_id = await self._sender.send(one.chat_id, 0, view)
        async with self._database.write() as connection:
            await broadcasts.show_in(connection, one.id, message_id)

    async def _translator(self, one: Broadcast) -> Translator:
        async with self._database.read() as connection:
            chat = await chats.get(connection, one.chat_id)
        return Translator(chat.language if chat else FALLBACK)
