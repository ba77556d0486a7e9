"""The intake of updates: long polling by the leader only, or a webhook in every process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog
from telegram import Update

from bot.app.telegram import AnyApplication
from bot.config import Settings
from bot.delivery.request import AiohttpRequest
from bot.metrics import Metrics
from bot.updates.held import HeldUpdates
from bot.updates.polling import Polling
from bot.web.webhook import MAX_CONNECTIONS, Webhook
from storage.leader_lock import LeaderLock

log = structlog.get_logger()

# Posts of channels are read for their service messages only: a channel was renamed.
UPDATES = [
    *(Update.MESSAGE, Update.EDITED_MESSAGE, Update.CHANNEL_POST, Update.GUEST_MESSAGE),
    *(Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER),
]
# A process counts as starting for this long. After that it never stops for another process that polls with its token
# (bot/updates/rivals.py).
STARTING_SECONDS = 60.0


class Intake:
    """Receives updates. `webhook` is None where they are polled for.

    `began` is the monotonic start of the process. `fail` is called with one line for the operator when the process must
    end. Nothing is started once `stopping` is set.
    """

    def __init__(
        self,
        settings: Settings,
        application: AnyApplication,
        request: AiohttpRequest,
        webhook: Webhook | None,
        held: HeldUpdates,
        metrics: Metrics,
        began: float,
        stopping: asyncio.Event,
        fail: Callable[[str], None],
        lock: LeaderLock,
    ) -> None:
        self._settings, self._application, self._webhook, self._stopping = settings, application, webhook, stopping
        self._starting_until = began + STARTING_SECONDS
        self._polling = Polling(
            application.bot,
            request,
            application.update_queue.put_nowait,
            held,
            metrics,
            fail,
            UPDATES,
            lambda: time.monotonic() >= self._starting_until,
            lambda: lock.is_leader,
        )
        self._changing, self._role_known = asyncio.Lock(), False
        self.silence = self._polling.silence

    async def set_webhook(self) -> None:
        """Ask Telegram to post updates, where a webhook is configured. A later request for updates takes that back."""
        if self._webhook is not None:
            await self._application.bot.set_webhook(
                self._settings.webhook_url,
                secret_token=self._settings.webhook_secret.get_secret_value(),
                allowed_updates=UPDATES,
                max_connections=MAX_CONNECTIONS,
            )

    async def follow(self, is_leader: bool) -> None:
        """Poll while this process is the leader, and only then."""
        async with self._changing:
            taking_over, self._role_known = self._role_known, True
            if self._webhook is not None or is_leader == self._polling.running or self._stopping.is_set():
                return
            if taking_over:
                log.info("leader_changed", is_leader=is_leader)
                self._starting_until = 0.0  # it replaces another process, even if it has just started
            await (self._polling.start() if is_leader else self._polling.stop(confirm=False))

    async def problem(self) -> str:
        """Ask Telegram whether it still serves this bot; returns the reason if not, or an empty text."""
        if self._webhook is None:
            await self._application.bot.get_me()
            return ""
        info = await self._application.bot.get_webhook_info()
        return "" if info.url == self._settings.webhook_url else "updates are not posted to WEBHOOK_URL"

    async def close(self) -> None:
        """Receive nothing more; let posted updates that are being handled finish."""
        async with self._changing:
            await self._polling.stop()
        if self._webhook is not None:
            await self._webhook.close()
