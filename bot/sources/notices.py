"""What stands at an address in place of what it is read for: a name for operators, never a decision.

Whether a page is the right one is decided by what it is read for (a ticker, a feed): any page may speak of cookies.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Notices say what they are in their first kilobytes; a challenge's script may come before its words.
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
    """Return what kind of notice a page is by its words; None for one of no known kind."""
    text = content[:_HEAD].decode("utf-8", "replace")
    return next((name for name, pattern in _NOTICES.items() if pattern.search(text)), None)


def host_of(url: str) -> str:
    """Return the host of an address without `www.`; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def is_same_site(asked: str, answered: str) -> bool:
    """Tell whether an answer comes from the site that was asked: its host, or one above or below it."""
    one, other = host_of(asked), host_of(answered)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
