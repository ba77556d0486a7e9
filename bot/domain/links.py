"""Deep links: the parameter of `?start=…` is a name, an underscore and a value. And the links of inline mode."""

from __future__ import annotations

import base64
import binascii

# https://core.telegram.org/bots/features#deep-linking: letters, digits, _ and -.
MAX_PARAMETER = 64
# An id has 64 bits.
_ID_DIGITS = 19
FOLLOW, ALERT, START = "sub", "alert", "start"


def to_follow(query: str) -> str:
    """Return the parameter that subscribes to a query; the one that opens the topics if it is too long (45 bytes)."""
    text = base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")
    parameter = f"{FOLLOW}_{text}"
    return parameter if len(parameter) <= MAX_PARAMETER else FOLLOW


def to_alert(code: str) -> str:
    """Return the parameter that creates an alert on a currency."""
    return f"{ALERT}_{code}"


def to_article(article_id: int) -> str:
    """Return the inline query that finds one article, for a button that shares it."""
    return f"#{article_id}"


def article_in(text: str) -> int | None:
    """Return the article of an inline query that names one; None for any other query."""
    number = text.strip().removeprefix("#")
    named = text.strip().startswith("#") and number.isascii() and number.isdigit() and len(number) < _ID_DIGITS
    return int(number) if named else None


def query_in(text: str) -> str | None:
    """Return the query after the underscore of a parameter; None for an invalid one."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode() or None
    except (binascii.Error, ValueError):
        return None
