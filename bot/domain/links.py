"""Deep links: the parameter of `?start=…` is a name, an underscore and a value. And the links of inline mode.

Links that set up what they do not show are signed, so that only this bot can make them.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac

from bot.domain.currencies import CURRENCIES
from bot.domain.rates import Pair

# https://core.telegram.org/bots/features#deep-linking: letters, digits, _ and -.
MAX_PARAMETER = 64
# An id has 64 bits.
_ID_DIGITS = 19
FOLLOW, ALERT, FEED, START, CHART, SHARE, REQUEST = "sub", "alert", "feed", "start", "chart", "set", "ask"
# 96 bits, 16 letters: nobody guesses them at the speed at which Telegram delivers updates.
_SIGNATURE_BYTES = 12
_SIGNATURE_LETTERS = 16
# The bot's token also has other uses; a key of its own for each use (RFC 5869 does the same) keeps them apart.
_KEY_LABEL = b"jarchi: links"


def to_follow(query: str) -> str:
    """Return the parameter that subscribes to a query; the one that opens the topics if it is too long (45 bytes)."""
    text = base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")
    parameter = f"{FOLLOW}_{text}"
    return parameter if len(parameter) <= MAX_PARAMETER else FOLLOW


def to_alert(pair: Pair) -> str:
    """Return the parameter that creates an alert on a pair: `alert_RUB_TJS`; `alert_KZT` for USD/KZT."""
    return f"{ALERT}_{_codes(pair)}"


def to_chart(pair: Pair) -> str:
    """Return the parameter that shows the chart of a pair: `chart_RUB_TJS`, `chart_KZT`."""
    return f"{CHART}_{_codes(pair)}"


def _codes(pair: Pair) -> str:
    return pair.quote if pair.base == "USD" else f"{pair.base}_{pair.quote}"


def pair_in(text: str) -> Pair | None:
    """Return the pair of a parameter after its name; None if it names no two different currencies of ours."""
    base, _, quote = text.rpartition("_")
    pair = Pair(base or "USD", quote)
    return pair if pair.base != pair.quote and {pair.base, pair.quote} <= set(CURRENCIES) else None


def to_feed(destination: int) -> str:
    """Return the parameter that shows the feed of a managed chat, by the id of its destination: `feed_17`."""
    return f"{FEED}_{destination}"


def destination_in(text: str) -> int | None:
    """Return the destination of the text after `feed_`; None if it is no id."""
    return _id(text)


def to_article(article_id: int) -> str:
    """Return the inline query that finds one article, for a button that shares it."""
    return f"#{article_id}"


def article_in(text: str) -> int | None:
    """Return the article of an inline query that names one; None for any other query."""
    return _id(text.strip()[1:]) if text.strip().startswith("#") else None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < _ID_DIGITS else None


def query_in(text: str) -> str | None:
    """Return the query after the underscore of a parameter; None for an invalid one."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode() or None
    except (binascii.Error, ValueError):
        return None


def key_of(token: str) -> bytes:
    """Return the key that signs the links of the bot with this token."""
    return hmac.digest(token.encode(), _KEY_LABEL, "sha256")


def _signature(key: bytes, *signed: str | int) -> str:
    whole = hmac.digest(key, " ".join(map(str, signed)).encode(errors="replace"), "sha256")
    return base64.urlsafe_b64encode(whole[:_SIGNATURE_BYTES]).decode()


def _is_signed(key: bytes, signature: str, *signed: str | int) -> bool:
    return hmac.compare_digest(signature.encode(errors="replace"), _signature(key, *signed).encode())


def to_share(key: bytes, share_id: int, expires_on: dt.date) -> str:
    """Return the parameter that sets up what is stored under an id, until the beginning of a day (UTC)."""
    day = f"{expires_on:%Y%m%d}"
    return f"{SHARE}_{share_id}_{day}_{_signature(key, SHARE, share_id, day)}"


def share_in(key: bytes, text: str) -> tuple[int, dt.date] | None:
    """Return the id and the day of a parameter after its name; None for one that this bot did not make."""
    share_id, _, rest = text.partition("_")
    day, _, signature = rest.partition("_")
    if not _is_signed(key, signature, SHARE, share_id, day):
        return None
    return int(share_id), dt.datetime.strptime(day, "%Y%m%d").replace(tzinfo=dt.UTC).date()


def to_request(key: bytes, person_id: int, text: str) -> str | None:
    """Return the parameter with which a person repeats their own request in private; None if it is too long (32 bytes).

    It works for that person only, so that nobody can lead others to a request of theirs.
    """
    words = base64.urlsafe_b64encode(text.encode(errors="replace")).decode().rstrip("=")
    parameter = f"{REQUEST}_{words}_{_signature(key, REQUEST, person_id, words)}"
    return parameter if len(parameter) <= MAX_PARAMETER else None


def request_in(key: bytes, person_id: int, text: str) -> str | None:
    """Return the request of a parameter after its name; None for another person's or a forged one."""
    words, signature = text[: -_SIGNATURE_LETTERS - 1], text[-_SIGNATURE_LETTERS:]
    return query_in(words) if _is_signed(key, signature, REQUEST, person_id, words) else None
