"""The real server's rules for links."""

from __future__ import annotations

from urllib.parse import urlsplit


def _is_web(url: str) -> bool:
    """Return whether the server accepts an address as a web page: a host with a dot in it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return "." in host.strip(".")


def link_problem(url: str) -> str:
    """Return why the server refuses a link ("" if it does not): only http, https, tg and ton, and a real host."""
    scheme, colon, _ = url.partition("://")
    if not colon:
        return "" if _is_web("http://" + url) else "Wrong HTTP URL"
    if scheme.lower() in ("tg", "ton"):
        return ""
    if scheme.lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    return "" if _is_web(url) else "Wrong HTTP URL"


def canonical(url: str) -> str:
    """Return a link as the server returns it: with a scheme, and a slash after a bare host."""
    if "://" not in url:
        url = "http://" + url
    if url.lower().startswith(("tg://", "ton://")):
        return url
    parts = urlsplit(url)
    return url if parts.path or parts.query or parts.fragment else url + "/"
