"""Links that open the bot's own chat: what `?start=…` carries, a name, an underscore and what it is about."""

from __future__ import annotations

import base64
import binascii

# https://core.telegram.org/bots/features#deep-linking: letters, digits, _ and -.
MAX_PARAMETER = 64
FOLLOW, ALERT, START = "sub", "alert", "start"


def to_follow(query: str) -> str:
    """Return the parameter that subscribes to a query; to be asked for topics where it does not fit (45 bytes)."""
    text = base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")
    parameter = f"{FOLLOW}_{text}"
    return parameter if len(parameter) <= MAX_PARAMETER else FOLLOW


def to_alert(code: str) -> str:
    """Return the parameter that begins an alert on a currency."""
    return f"{ALERT}_{code}"


def followed_query(text: str) -> str | None:
    """Return the query that stands in a parameter behind the underscore; None for what was never put there."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode() or None
    except (binascii.Error, ValueError):
        return None
