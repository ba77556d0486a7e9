"""Deep links: the parameter of `?start=…` is a name, an underscore and a value. And the links of inline mode."""

from __future__ import annotations

import base64
import binascii

from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair

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


def to_alert(pair: Pair) -> str:
    """Return the parameter that creates an alert on a pair: `alert_RUB_TJS`; `alert_KZT` for USD/KZT."""
    return f"{ALERT}_{pair.quote}" if pair.base == "USD" else f"{ALERT}_{pair.base}_{pair.quote}"


def alert_pair(text: str) -> Pair | None:
    """Return the pair of the text after `alert_`; None if it names no two different currencies that are supported."""
    base, _, quote = text.rpartition("_")
    pair = Pair(base or "USD", quote)
    return pair if pair.base != pair.quote and {pair.base, pair.quote} <= set(CURRENCIES) else None


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
