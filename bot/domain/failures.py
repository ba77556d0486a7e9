"""Failed deliveries for operators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A delivery that failed for good: its event and the event's kind, its chat, when (UTC), and Telegram's reason."""

    id: int
    kind: str
    event: int
    chat_id: int
    failed_at: dt.datetime
    attempts: int
    reason: str
