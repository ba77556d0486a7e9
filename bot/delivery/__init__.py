"""Draining the deliveries: claimed, paced, sent, accounted for."""

import os

# Before anything imports telegram: RetryAfter.retry_after is a timedelta then, and constructing one warns of nothing.
os.environ.setdefault("PTB_TIMEDELTA", "1")
