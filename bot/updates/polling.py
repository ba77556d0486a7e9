"""Long polling: repeated getUpdates, separate parsing of each update, and the handling of each error.

The library's own updater parses a batch at once and never moves past an update that it cannot parse; a refused token
ends it without a message (docs/decisions/0053).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.delivery.answers import seconds_of
from bot.delivery.request import READ_SECONDS, post
from bot.delivery.token import TokenRefusals
from bot.log import where
from bot.metrics import Metrics
from bot.updates.held import HeldUpdates
from bot.updates.read import UnreadableUpdate, number_of, read_update
from bot.updates.rivals import Rivals

log = structlog.get_logger()

# How long Telegram may hold a request for updates open (the server allows 50).
LONG_POLL_SECONDS = 25
# The pause between two such requests, so that many updates come in one answer: a request costs as much as its answer. A
# single update arrives at once, for the next request is open by then.
POLL_PAUSE_SECONDS = 0.01
# The same while an update may not be confirmed: Telegram then answers at once, with the updates that it sent before.
HELD_PAUSE_SECONDS = 1.0
# Updates in an answer at most, by the Bot API. While so many are unconfirmed no further one can be received: then the
# held ones are confirmed, and their content is kept in the memory of the process only.
BATCH = 100
# The first pause after an error; each further one is half as long again.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
# How long a stop waits for changes of membership to be stored, and for the confirmation of received updates.
STORE_SECONDS = 0.5
CONFIRM_SECONDS = 2.0


class Polling:
    """Receives updates from `start()` to `stop()`.

    `put` takes an update and must not wait. `failed` is called with one line for the operator when the process must
    end. `established`: see Rivals. `may_receive` returns whether this process is the leader: if not, no request is
    made, and the answer to an earlier one is left to the next leader.
    """

    def __init__(
        self,
        bot: Bot,
        request: BaseRequest,
        put: Callable[[Update], None],
        held: HeldUpdates,
        metrics: Metrics,
        failed: Callable[[str], None],
        allowed: list[str],
        established: Callable[[], bool],
        may_receive: Callable[[], bool] = lambda: True,
    ) -> None:
        self._bot, self._request, self._put, self._held = bot, request, put, held
        self._metrics, self._failed, self._allowed, self._established = metrics, failed, allowed, established
        self._may_receive = may_receive
        self._task: asyncio.Task[None] | None = None
        self._next = 0  # the first unknown update id
        self._known: set[int] = set()  # received and not confirmed
        self._received_at = 0.0
        self._begin()

    def silence(self) -> float:
        """Return the seconds since Telegram last answered a request for updates, 0 where this process makes none."""
        return time.monotonic() - self._received_at if self.running else 0.0

    def _begin(self) -> None:
        self._token, self._rivals = TokenRefusals(), Rivals(self._established)
        self._pause, self._trouble, self._webhook_deleted = FIRST_PAUSE, "", False

    @property
    def running(self) -> bool:
        """Whether updates are received."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Receive from now on."""
        if not self.running:
            self._begin()
            self._received_at = time.monotonic()  # no answer is overdue yet
            self._task = asyncio.create_task(self._run())

    async def stop(self, *, confirm: bool = True) -> None:
        """Stop receiving, and confirm the received updates, unless another process receives from now on."""
        if self._task is None:
            return
        running = self.running
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        if confirm and running and self._next:
            with suppress(TimeoutError):  # an update that is being stored now need not be sent again
                async with asyncio.timeout(STORE_SECONDS):
                    while self._held:
                        self._held.changed.clear()
                        await self._held.changed.wait()
            with suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(CONFIRM_SECONDS):
                    await self._get_updates(self._offset(), 0)

    async def _run(self) -> None:
        while True:
            try:
                pause = await self._poll()
            except TelegramError as error:
                wait = self._after(error) if self._may_receive() else HELD_PAUSE_SECONDS
                if wait is None:
                    return
                pause = wait
            except Exception as error:
                log.error("polling_failed", error=type(error).__name__, at=where(error))
                pause = self._longer()
            if not self._held:
                await asyncio.sleep(pause)
                continue
            self._held.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(pause, HELD_PAUSE_SECONDS)):
                    await self._held.changed.wait()

    async def _poll(self) -> float:
        """Make one request and process its updates; returns the seconds until the next one."""
        if not self._may_receive():
            return HELD_PAUSE_SECONDS
        if not self._webhook_deleted:  # Telegram either posts updates or answers requests for them, never both
            await post(self._request, f"{self._bot.base_url}/deleteWebhook", {})
            self._webhook_deleted = True
        self._rivals.begin(time.monotonic())
        offset = self._offset()
        self._known = {number for number in self._known if number >= offset}
        batch = await self._get_updates(offset, 0 if self._held else LONG_POLL_SECONDS)
        if not self._may_receive():
            return HELD_PAUSE_SECONDS
        if not isinstance(batch, list):
            self._metrics.unreadable()
            raise NetworkError("an answer that is no list of updates")
        taken = [self._take(body) for body in batch]
        if batch and not any(taken):
            raise NetworkError("updates without a number")
        self._received_at = time.monotonic()
        self._recovered()
        return POLL_PAUSE_SECONDS

    async def _get_updates(self, offset: int, seconds: int) -> object:
        parameters = {"offset": offset, "limit": BATCH, "timeout": seconds, "allowed_updates": self._allowed}
        read_seconds = (self._request.read_timeout or READ_SECONDS) + seconds
        return await post(self._request, f"{self._bot.base_url}/getUpdates", parameters, read_seconds)

    def _offset(self) -> int:
        """Return the id from which on updates are requested: those below it are confirmed by that."""
        first = self._held.first()
        return self._next if first is None or len(self._known) >= BATCH else min(first, self._next)

    def _take(self, body: object) -> bool:
        """Pass an update on; False if it has no id and cannot be confirmed."""
        number = number_of(body)
        if number is None:
            self._metrics.unreadable()
            log.error("update_unreadable", error="no update_id")
            return False
        if number in self._known:
            return True
        self._known.add(number)
        self._next = max(self._next, number + 1)
        try:
            update = read_update(body, self._bot)
        except UnreadableUpdate as error:
            self._metrics.unreadable()
            log.error("update_unreadable", update=number, error=error.error, at=error.at)
            return True
        if update.my_chat_member:
            self._held.hold(number)  # until it is stored
        self._put(update)
        return True

    def _after(self, error: TelegramError) -> float | None:
        """Return the seconds until the next request after an error; None: this process ends."""
        if isinstance(error, InvalidToken):
            wait = self._token.refused(time.monotonic())
            self._metrics.token_refused(self._token.count)
            log.warning("token_refused", attempt=self._token.count, retry_seconds=wait)
            if wait is None:
                self._failed("BOT_TOKEN: Telegram no longer accepts this token")
            return wait
        if isinstance(error, Conflict):
            self._webhook_deleted = "webhook" not in str(error).lower()
            wait = self._rivals.conflict(time.monotonic())
            log.warning("updates_conflict", reason=str(error)[:100], retry_seconds=wait)
            if wait is None:
                self._failed("another copy of Jarchi is running on this token; this one stops, the other goes on")
            return wait
        if self._trouble != (trouble := type(error).__name__):
            log.warning("updates_not_received", error=trouble, reason=str(error)[:100])
            self._trouble = trouble
        pause = self._longer()
        return min(seconds_of(error), LONGEST_PAUSE) if isinstance(error, RetryAfter) else pause

    def _longer(self) -> float:
        pause, self._pause = self._pause, min(self._pause * 1.5, LONGEST_PAUSE)
        return pause

    def _recovered(self) -> None:
        if self._token.count:
            self._token.accepted()
            self._metrics.token_refused(0)
        if self._trouble:
            log.info("updates_received_again")
        self._pause, self._trouble = FIRST_PAUSE, ""
