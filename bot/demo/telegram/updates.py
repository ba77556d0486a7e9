"""The queue of updates for the bot: numbered, kept until confirmed, taken by long polling or a webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import islice

from bot.demo.telegram.wire import JSON, ApiError

# Without allowed_updates a bot gets all kinds but these (https://core.telegram.org/bots/api#getupdates).
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# Kinds that this server creates itself; a kind of a newer Bot API is always queued (tests push it).
KINDS = NOT_BY_DEFAULT | {
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "callback_query",
    "inline_query",
    "guest_message",
    "my_chat_member",
}
MAX_BATCH = 100
MAX_POLL_SECONDS = 50  # the real server's cap of a long poll
# The real server keeps updates for a day; a bound in number is enough here.
MAX_PENDING = 100_000

OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


class Updates:
    """The queue of the bot's updates. `allowed` is its allowed_updates, empty for the default.

    `on_change` is called when a poller begins to wait and when updates are confirmed; a new one sets `arrived`.
    """

    def __init__(self) -> None:
        self.allowed: list[str] = []
        self.on_change: Callable[[], None] = lambda: None
        self._pending: deque[JSON] = deque(maxlen=MAX_PENDING)
        self._next_id = 1
        self.arrived = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._closed = False

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def polling(self) -> bool:
        """Whether a long poll is waiting."""
        return self._poller is not None

    def add(self, kind: str, body: object) -> None:
        """Queue an update, unless its kind is not allowed (checked when it is queued, as on the real server)."""
        if kind in self.allowed or kind not in KINDS or (not self.allowed and kind not in NOT_BY_DEFAULT):
            self._pending.append({"update_id": self._next_id, kind: body})
            self._next_id += 1
            self.arrived.set()

    def oldest(self, limit: int) -> list[JSON]:
        """Return at most `limit` pending updates, oldest first."""
        return list(islice(self._pending, limit))

    def taken(self, update: JSON) -> None:
        """Remove one update that the webhook accepted, in any order."""
        if update in self._pending:
            self._pending.remove(update)
            self.on_change()

    def confirm(self, offset: int) -> None:
        """Remove updates below an offset; a negative one keeps only the last -offset."""
        before = len(self._pending)
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
        while self._pending and self._pending[0]["update_id"] < offset:
            self._pending.popleft()
        if len(self._pending) < before:
            self.on_change()

    def clear(self) -> None:
        """Remove all updates (drop_pending_updates)."""
        self._pending.clear()

    async def arrival(self) -> None:
        """Wait until at least one update is queued."""
        while not self._pending:
            self.arrived.clear()
            await self.arrived.wait()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[JSON]:
        """Return at most `limit` updates from `offset` on, after at most `seconds` of waiting for the first.

        Raises ApiError 409 in the waiting poller when another one starts.
        """
        self.interrupt(OTHER_POLLER)
        self.confirm(offset)
        if not self._pending and seconds > 0 and not self._closed:
            poller = self._poller = asyncio.get_running_loop().create_future()
            self.on_change()
            arrival = asyncio.ensure_future(self.arrival())
            try:
                await asyncio.wait(
                    (poller, arrival), timeout=min(seconds, MAX_POLL_SECONDS), return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                arrival.cancel()
                if self._poller is poller:
                    self._poller = None
            if poller.done():
                poller.result()
        return list(self._pending)[: min(limit, MAX_BATCH) if limit > 0 else MAX_BATCH]

    def interrupt(self, reason: str) -> None:
        """End the waiting long poll, if any, with a 409."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(ApiError(409, reason))

    def close(self) -> None:
        """Answer the waiting long poll and accept no other: the server stops."""
        self._closed = True
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def open(self) -> None:
        """Accept pollers again."""
        self._closed = False
