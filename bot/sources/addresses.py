"""Join references (of links and of images) to absolute addresses. None of these functions raises."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bot.domain.keys import BREAKS
from bot.domain.keys import MAX_LINK as MAX_LINK

# Misspelt absolute addresses that still work: browsers accept backslashes and any number of slashes (WHATWG URL,
# section 4.4), and publishers leave out the scheme or write it twice.
_SCHEME = re.compile(r"(?:https?:[\\/]+)*(https?):(?:[\\/]{2,}|[\\/](?=[\w-]+\.))(?=[^\\/])", re.IGNORECASE)
_NO_SCHEME = re.compile(r"www\.[\w-]+\.\w", re.IGNORECASE)


def join(base: str | None, reference: str | None) -> str | None:
    """Return the absolute address of a reference at `base`; None where it is empty or cannot be joined.

    Without a base the reference is returned unchanged, relative or not.
    """
    text = BREAKS.sub("", (reference or "").strip())
    if not text:
        return None
    if whole := _SCHEME.match(text):
        text = f"{whole[1]}://{text[whole.end() :]}"
    elif _NO_SCHEME.match(text):
        text = f"https://{text}"
    try:
        found = urljoin(base or "", text)
        urlsplit(found)
    except ValueError:  # "http://[home_url]/": brackets that hold no IPv6 address
        return None
    return found


def image_address(base: str | None, reference: str | None) -> str | None:
    """Return the address of an image: http(s), with a host, at most `MAX_LINK` characters; None for any other."""
    if reference is None or len(reference) > MAX_LINK:  # a data: address may hold megabytes
        return None
    found = join(base, reference)
    if found is None or len(found) > MAX_LINK or not found.isprintable() or " " in found:
        return None
    try:
        parts = urlsplit(found)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        return None
    return found if fine else None
