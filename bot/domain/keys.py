"""Identity keys: the spelling by which a link or a guid is recognised, apart from the link that people get."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

from bot.domain.articles import Article, clean_text
from bot.domain.sites import HOME

# Longer addresses exist in broken pages only (RFC 9110 asks servers for 8,000 at most, browsers show 2,000).
MAX_LINK = 2000
# An entry of a PostgreSQL index holds 2,704 bytes; of a longer key the rest is hashed.
MAX_KEY = 2000
# Parameters of campaigns, advertisers and social networks: where a reader came from, not which article is read.
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "at_campaign", "at_medium")
_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid yclid ysclid ymclid msclkid twclid ttclid igshid igsh srsltid mc_cid "  # noqa: SIM905
    "mc_eid _ga _gl _hsenc _hsmi mkt_tok vero_id oly_anon_id oly_enc_id wt_mc ref_src ref_url _openstat cmpid".split()
)
# Browsers drop line breaks from within an address (WHATWG URL, section 4.4); printed XML indents the rest of it.
BREAKS = re.compile(r" *[\t\n\r]\s*")
# An ampersand that was escaped once too often (WordPress: `&#038;`); no address means the reference itself.
_AMPERSAND = re.compile(r"&(?:amp|#0{0,5}38|#[xX]0{0,5}26);", re.IGNORECASE)
# Parts of a host's name (RFC 1035).
_MAX_LABEL = 63
_DEFAULT_PORTS = (None, 80, 443)
# Signs that mean the same in a path whether they are written as they are or as a percent code.
_PATH_SIGNS = "/:@!$&'()*+,;=~-._"
_QUERY_SIGNS = "/:@!$'()*,;=~-._?"


def published_link(text: str) -> str | None:
    """Return a publisher's link as a program can follow it; None if it is not http(s).

    It is as published, but for spaces, line breaks and ampersands that were escaped twice.

    A link with a user name or a password is none: what looks like its host is not. One above `MAX_LINK` is none either.
    """
    link = _AMPERSAND.sub("&", BREAKS.sub("", clean_text(text).strip()))
    parts = _split(link)
    return link.replace(" ", "%20") if parts and len(link) <= MAX_LINK else None


def link_key(text: str) -> str | None:
    """Return the identity key of a link; None for what `published_link` refuses.

    The key ignores scheme, `www.`, default ports, tracking parameters, the slash at the end, how letters are coded, and
    a fragment, unless it is a route of a program in the page (`#/news/4`, `#!news`).
    """
    link = published_link(text)
    parts = _split(link) if link is not None else None
    if parts is None:
        return None
    host = _host(parts)
    netloc = host if parts.port in _DEFAULT_PORTS else f"{host}:{parts.port}"
    path = _coded(parts.path, _PATH_SIGNS).rstrip("/")
    key = urlunsplit(("https", netloc, path, _query(parts.query), _route(parts.fragment)))
    return key if len(key) <= MAX_KEY else f"{key[: MAX_KEY // 2]} {sha256(key.encode()).hexdigest()}"


def _coded(text: str, signs: str) -> str:
    """Return text in ASCII, each letter and sign coded in one way, however it was."""
    return quote(unquote_to_bytes(text.encode("utf-8", "replace")), safe=signs)


def guid_key(guid: str) -> str:
    """Return the identity key of a guid: of one that is an address the key of that link, of any other itself."""
    return link_key(guid) or guid


def own_guid(article: Article, source: str) -> Article:
    """Return the article with its source's id before a guid that is no address: every site has an article 1001."""
    if article.guid is None or source in HOME or link_key(article.guid) is not None:
        return article
    return replace(article, guid=f"{source} {article.guid}")


def _split(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(link)
        labels = (parts.hostname or "").rstrip(".").split(".")
        usable = parts.scheme in ("http", "https") and parts.port != 0
        usable = usable and all(0 < len(label) <= _MAX_LABEL for label in labels)
    except ValueError:
        return None
    return parts if usable and parts.username is None and parts.password is None else None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return quote(host.encode("utf-8", "replace"))


def _query(query: str) -> str:
    return "&".join(_coded(part, _QUERY_SIGNS) for part in query.split("&") if part and not _is_tracking(part))


def _is_tracking(parameter: str) -> bool:
    name = parameter.split("=", 1)[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _route(fragment: str) -> str:
    if not fragment.startswith(("/", "!")):
        return ""
    path, mark, query = fragment.partition("?")
    query = _query(query)
    return _coded(path, _PATH_SIGNS).rstrip("/") + (mark + query if query else "")
