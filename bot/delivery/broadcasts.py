"""The broadcaster: writes deliveries a little ahead of what is sent, and shows its progress to the operator.

Its whole state is in the database: it continues after a restart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import structlog
from telegram.error import TelegramError

from bot.delivery.sender import Sender
from bot.domain.broadcasts import BroadcastState, Progress
from bot.domain.chats import Chat
from bot.i18n import FALLBACK, Translator
from bot.views import broadcasts as views
from bot.views.message import View
from storage import broadcasts, chats
from storage.broadcasts import Broadcast
from storage.database import Database

log = structlog.get_logger()

# How often the broadcasts are read: what is written ahead lasts longer, even at a thousand messages a second.
SAMPLE_SECONDS = 2.0
# While no broadcast is unfinished, one of so many of these times: the start of one is announced.
IDLE_SAMPLES = 10
# Deliveries that may wait at a time, and how many of them one transaction writes, so that no reply waits for long.
AHEAD = 5000
CHUNK = 1000
# How often progress is shown: a chat takes a message a second, and an operator reads slower.
SHOW_EVERY = dt.timedelta(seconds=5)


class Broadcaster:
    """Advances the broadcasts. `wake` wakes the worker; `clock` gives UTC."""

    def __init__(
        self, database: Database, sender: Sender, wake: Callable[[], object], clock: Callable[[], dt.datetime]
    ) -> None:
        self._database, self._sender, self._wake, self._clock = database, sender, wake, clock
        self._shown: dict[int, tuple[View, BroadcastState, dt.datetime]] = {}
        self._changed, self._unfinished, self._skipped = True, False, 0

    def wake(self) -> None:
        """Do not skip the next time: a broadcast may have begun or changed."""
        self._changed = True

    def idle(self) -> bool:
        """Return whether this time can be skipped, and count it."""
        self._skipped += 1
        return not (self._changed or self._unfinished) and self._skipped < IDLE_SAMPLES

    async def advance(self) -> None:
        """Advance every broadcast that is not finished by a step."""
        self._changed, self._skipped = False, 0
        async with self._database.read() as connection:
            found = await broadcasts.unfinished(connection)
        self._unfinished = bool(found)
        for one in found:
            try:
                await self._step(one)
            except TelegramError as error:
                log.warning("progress_not_shown", broadcast=one.id, reason=type(error).__name__)
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
            quiet, quiet_until = await broadcasts.in_quiet_hours(connection, one.id, self._clock())
        over = BroadcastState.DONE if one.state is BroadcastState.RUNNING else BroadcastState.CANCELLED
        if waiting or one.state is BroadcastState.PAUSED or not (one.written or over is BroadcastState.CANCELLED):
            done = Progress(one.state, one.expected, one.addressed - waiting, waiting, quiet, quiet_until, one.paid)
            await self._show(one, done)
            return
        async with self._database.write() as connection:
            ended = await broadcasts.change(connection, one.id, over, one.state)
            tally = await broadcasts.tally(connection, one.id)
        if ended:
            log.info("broadcast_ended", broadcast=one.id, state=over, **tally)
            chat = await self._chat(one)
            t = Translator(chat.language if chat else FALLBACK)
            await self._put(one, views.ended(t, over, one.expected, tally))

    async def _feed(self, one: Broadcast) -> Broadcast:
        """Write ahead of what is sent; each transaction reads the state again, for it may be paused meanwhile."""
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

    async def _show(self, one: Broadcast, done: Progress) -> None:
        """Show the progress: at once where the state has changed, else every few seconds if it is another."""
        chat = await self._chat(one)
        zone = ZoneInfo(chat.timezone if chat else "UTC")
        view = views.progress(Translator(chat.language if chat else FALLBACK), one.id, done, zone)
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

    async def _chat(self, one: Broadcast) -> Chat | None:
        async with self._database.read() as connection:
            return await chats.get(connection, one.chat_id)
