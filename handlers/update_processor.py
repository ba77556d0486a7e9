"""The order in which updates are worked on: one after another in a chat, chats side by side, bounded in number."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Coroutine
from contextlib import nullcontext
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.metrics import Metrics

log = structlog.get_logger()

# Updates worked on at once: enough to hide Telegram's answer time (performance notes: 50 ms each way) while some chats
# wait for a chart or out a flood limit, few enough for the connections to Telegram (bot/delivery/request.py).
CONCURRENT_UPDATES = 64
# Updates in the house, waiting or worked on: some seconds' worth at a flood's pace. Who would wait behind more than
# these has gone away by then: beyond, they are left unanswered, and those that follow find a house that is not full.
MAX_BACKLOG = 1000
# Of one chat: half a minute of the fastest typist; a chat that waits for something slow must not fill the house.
MAX_CHAT_BACKLOG = 50


class PerChatUpdateProcessor(BaseUpdateProcessor):
    """Updates of one chat one after another, of different chats at the same time.

    What is typed inline comes a letter at a time and has no chat: nobody waits for an answer to half a word.

    One that waits for its chat takes none of the places where updates are worked on. What finds the house or its chat
    full is left out, but never what Telegram says of membership.
    """

    def __init__(
        self,
        metrics: Metrics,
        at_once: int = CONCURRENT_UPDATES,
        waiting: int = MAX_BACKLOG,
        of_a_chat: int = MAX_CHAT_BACKLOG,
    ) -> None:
        # The library's own limit must not be met: what it holds back stands in no queue of ours and is not counted.
        super().__init__(2 * waiting)
        self._limit, self._chat_limit = waiting, of_a_chat
        self._places = asyncio.Semaphore(at_once)
        self._locks: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[int] = Counter()
        self.waiting = 0  # in the house, all told
        self._full = False
        self._metrics = metrics
        metrics.waiting.set_function(lambda: self.waiting)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Run the update when those before it in its chat are done and a place is free."""
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else 0
        try:
            if not self._leaves_out(update, chat):
                await self._in_turn(chat, coroutine)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # one that was left out, or cancelled before its turn, has not begun

    async def _in_turn(self, chat: int, coroutine: Awaitable[Any]) -> None:
        self._waiting[chat] += 1
        self.waiting += 1
        try:
            async with self._locks[chat] if chat else nullcontext(), self._places:
                await coroutine
        finally:
            self.waiting -= 1
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                del self._waiting[chat]
                self._locks.pop(chat, None)

    def _leaves_out(self, update: object, chat: int) -> bool:
        if isinstance(update, Update) and update.my_chat_member:
            return False
        full = self.waiting >= self._limit
        if full and not self._full:
            log.warning("too many updates wait, some are left out")
            self._full = True
        elif self._full and self.waiting <= self._limit // 2:  # a house at its brim is full again at the next update
            log.warning("updates are all taken again")
            self._full = False
        if full or (chat and self._waiting[chat] >= self._chat_limit):
            self._metrics.update_dropped()
            return True
        return False

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to let go."""
