"""What every test needs."""

import os

# Before anything imports telegram: RetryAfter.retry_after is a timedelta, and no deprecation warning stands in its way.
os.environ.setdefault("PTB_TIMEDELTA", "1")
