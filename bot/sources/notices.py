"""The kind of page that was found in place of a feed or a ticker: a name for operators, never used for a decision.

The reader of the expected content decides whether a page is the right one: any page may mention cookies.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Notices have their text in the first kilobytes; a challenge's script may precede it.
_HEAD = 64 * 1024

_WORDS = {
    "a check of the browser (captcha)": (
        r"just a moment\b",
        r"checking your browser",
        r"challenge-platform|cf-chl",
        r"ddos-?guard",
        r"captcha",
        r"attention required",
        r"verify(?:ing)? (?:that )?you are (?:a )?human",
        r"проверка браузера|вы не робот",
    ),
    "a page of a domain for sale": (
        r"for sale|buy this domain",
        r"domain (?:is |has been )?(?:parked|expired)|parked (?:free|domain)|sedoparking",
        r"домен\w* (?:прода|припаркован|не оплачен)|(?:прода[её]тся|продажа) домен",
    ),
    "a login page": (r"<input[^>]{0,300}type\s*=\s*[\"']?password",),
    "a notice of maintenance": (
        r"maintenance|under construction",
        r"be (?:right )?back (?:soon|shortly)",
        r"(?:site|account) (?:is |has been )?(?:down|offline|suspended)",
        r"технически\w+ работ|техническ\w+ обслуживан|сайт (?:временно )?недоступен",
    ),
    "a consent page": (
        r"we value your privacy|before you continue",
        r"accept (?:all )?cookies|cookie consent",
        r"согласи\w+ на обработку",
    ),
}
_NOTICES = {name: re.compile("|".join(words), re.IGNORECASE) for name, words in _WORDS.items()}


def notice_of(content: bytes) -> str | None:
    """Return the kind of notice that a page is by its words; None if the kind is unknown."""
    text = content[:_HEAD].decode("utf-8", "replace")
    return next((name for name, pattern in _NOTICES.items() if pattern.search(text)), None)


def host_of(url: str) -> str:
    """Return the host of an address without `www.`; empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_same_site(requested: str, answered: str) -> bool:
    """Return whether an answer comes from the requested site: its host, or a parent or subdomain of it."""
    one, other = host_of(requested), host_of(answered)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
