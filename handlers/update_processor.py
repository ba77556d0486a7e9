"""The order in which updates are processed: in order within a chat, chats concurrently, with a bounded backlog."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import nullcontext
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.metrics import Metrics

log = structlog.get_logger()

# Updates processed at the same time: enough to hide Telegram's response time (performance notes: 50 ms each way) while
# some chats wait for a chart or a flood limit, few enough for the connections to Telegram (bot/delivery/request.py).
CONCURRENT_UPDATES = 64
# Maximum backlog (queued and running). At peak rate this is a few seconds; further updates are dropped.
MAX_BACKLOG = 1000
# Maximum backlog of a chat, so that one slow chat cannot fill the backlog. It is more than a person may ask at once
# (bot/domain/throttle.py: 60 presses), so that the refusal with the seconds left comes first.
MAX_CHAT_BACKLOG = 64


class PerChatUpdateProcessor(BaseUpdateProcessor):
    """Processes the updates of one chat in order, and those of different chats concurrently.

    Inline queries arrive with each letter and have no chat: they are not ordered. The chat of a guest query is not one
    of the bot's, even where it has the id of one.

    `refuses` decides at arrival whether a request is over its person's limit. Such an update does not wait for the
    earlier ones of its chat, since its answer names the seconds left.

    An update that waits for its chat takes no slot. Updates beyond the backlog of all chats or of their chat are
    dropped, except changes of membership.
    """

    def __init__(
        self,
        metrics: Metrics,
        slots: int = CONCURRENT_UPDATES,
        backlog: int = MAX_BACKLOG,
        chat_backlog: int = MAX_CHAT_BACKLOG,
    ) -> None:
        # The library's own limit must not be reached: it would hold updates back outside of our count.
        super().__init__(2 * backlog)
        self._max_backlog, self._max_chat_backlog = backlog, chat_backlog
        self._slots = asyncio.Semaphore(slots)
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._chat_backlogs: Counter[int] = Counter()
        self.backlog = 0
        self._full = False
        self._metrics = metrics
        self.refuses: Callable[[Update], bool] = lambda _: False
        metrics.waiting.set_function(lambda: self.backlog)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process the update when the earlier ones of its chat are done and a slot is free."""
        chat = _ordered_chat(update)
        try:
            if not self._drops(update, chat):
                refused = isinstance(update, Update) and self.refuses(update)
                await self._process_in_order(0 if refused else chat, coroutine)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # a dropped or cancelled one was never started

    async def _process_in_order(self, chat: int, coroutine: Awaitable[Any]) -> None:
        self._chat_backlogs[chat] += 1
        self.backlog += 1
        try:
            async with self._locks[chat] if chat else nullcontext(), self._slots:
                await coroutine
        finally:
            self.backlog -= 1
            self._chat_backlogs[chat] -= 1
            if not self._chat_backlogs[chat]:
                del self._chat_backlogs[chat]
                self._locks.pop(chat, None)

    def _drops(self, update: object, chat: int) -> bool:
        if isinstance(update, Update) and update.my_chat_member:
            return False
        full = self.backlog >= self._max_backlog
        if full and not self._full:
            log.warning("backlog_full", backlog=self.backlog)
            self._full = True
        elif self._full and self.backlog <= self._max_backlog // 2:  # just below the limit it is soon full again
            log.warning("backlog_accepts_updates", backlog=self.backlog)
            self._full = False
        if full or (chat and self._chat_backlogs[chat] >= self._max_chat_backlog):
            self._metrics.update_dropped()
            return True
        return False

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to release."""


def _ordered_chat(update: object) -> int:
    """Return the chat in which an update has its place, 0 for none."""
    if not isinstance(update, Update) or update.guest_message or update.effective_chat is None:
        return 0
    return update.effective_chat.id
