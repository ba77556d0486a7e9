"""One polite fetcher: asks seldom and conditionally, says who it is, and refuses what could hurt this machine."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.sources.backoff import retry_after_seconds
from bot.sources.hosts import Hosts

# The largest page seen is 300 KiB; a decompressed answer beyond this is an error or an attack.
MAX_BYTES = 5 * 1024 * 1024
# A news site's moves are one or two (http to https, www); five is the usual limit of polite clients.
MAX_REDIRECTS = 5
TOTAL_SECONDS = 30.0
READ_SECONDS = 15.0
MAX_URL = 2048
_CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)

_ACCEPT = "application/rss+xml, application/atom+xml, text/html, application/json;q=0.9, */*;q=0.5"
# NAT64 and 6to4 carry an IPv4 address inside, which must be public too.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchError(Exception):
    """A source could not be fetched. Its text is one line for operators, without queries or user names."""


class Refused(FetchError):
    """The site answered with a status other than success; `retry_after` in seconds if it named one."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"the site answered {status}")
        self.status, self.retry_after = status, retry_after


class TooLarge(FetchError):
    """More than `MAX_BYTES` came, counted after decompression."""


class TimedOut(FetchError):
    """The site took too long."""


class Unreachable(FetchError):
    """No connection, or it broke."""


class PrivateAddress(FetchError):
    """The address leads into a private network, where a public site has no business."""


class BadRedirect(FetchError):
    """Redirected too often, to nowhere, or from https to http."""


class BadAddress(FetchError):
    """Not an address that is fetched: not http(s), too long, or with a user name in it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `unchanged` (304, no body), or the body with what is needed to ask conditionally next time."""

    url: str
    unchanged: bool = False
    body: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def user_agent(version: str, contact: str) -> str:
    """Return the honest name of this client, with the operator's contact if there is one."""
    return f"Jarchi/{version} (+{contact})" if contact else f"Jarchi/{version}"


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet; what is wrapped inside IPv6 counts as well."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if inner is not None and not is_public(str(inner)):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


class _NotPublic(OSError):
    """Raised at connect time, when the address that is really connected to is known."""


def _public_socket(address: Any) -> socket.socket:
    """Make a socket for a resolved address, or refuse: literal addresses, redirects and rebinding all end here."""
    family, kind, protocol, _, target = address
    if not is_public(target[0]):
        raise _NotPublic("not a public address")
    return socket.socket(family, kind, protocol)


class Fetcher:
    """Fetches one address at a time per call; connections are shared, and each host is asked one thing after another.

    `allow_private` is for stand-ins and tests.
    """

    def __init__(
        self,
        agent: str,
        *,
        allow_private: bool,
        total_seconds: float = TOTAL_SECONDS,
        read_seconds: float = READ_SECONDS,
        hosts: Hosts | None = None,
    ) -> None:
        self._headers = {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, br, deflate"}
        self._allow_private = allow_private
        self._total = total_seconds
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, sock_read=read_seconds)
        self._session: aiohttp.ClientSession | None = None
        self._hosts = hosts or Hosts()

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit_per_host=2, socket_factory=None if self._allow_private else _public_socket
            )
            self._session = aiohttp.ClientSession(
                connector=connector, headers=self._headers, timeout=self._timeout, trust_env=False
            )
        return self._session

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch an address, conditionally if it was fetched before. FetchError says what went wrong.

        Redirects belong to the request; the time-out counts from when the host is free.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            async with self._hosts.turn(url), asyncio.timeout(self._total):
                return await self._follow(url, headers)
        except TimeoutError:
            raise TimedOut(f"no complete answer within {self._total:.0f} s") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _NotPublic):
                raise PrivateAddress("the address is not a public one (ALLOW_PRIVATE_SOURCES)") from None
            raise Unreachable(f"no connection ({type(error.os_error).__name__})") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"the answer broke off ({type(error).__name__})") from None

    async def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        for _ in range(MAX_REDIRECTS + 1):
            _check(url)
            async with self._open().get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await _answer(url, response)
                target = response.headers.get("Location")
            if not target:
                raise BadRedirect("redirected to nowhere")
            following = urljoin(url, target)
            if url.startswith("https:") and following.startswith("http:"):
                raise BadRedirect("redirected from https to http")
            url = following
        raise BadRedirect(f"redirected more than {MAX_REDIRECTS} times")


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        fine = False
    if not fine or len(url) > MAX_URL:
        raise BadAddress("not an http(s) address that is fetched")


async def _answer(url: str, response: aiohttp.ClientResponse) -> Fetched:
    """Read an answer within the limits."""
    if response.status == 304:
        return Fetched(url, unchanged=True)
    if response.status != 200:
        header = response.headers.get("Retry-After")
        raise Refused(response.status, retry_after_seconds(header, dt.datetime.now(dt.UTC)))
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge(f"more than {MAX_BYTES // 1024 // 1024} MiB")
    return Fetched(
        url,
        body=bytes(body),
        content_type=response.headers.get("Content-Type"),
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
    )
