"""The HTTP client of all sources: conditional requests, one at a time per host, with limits of size and time."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.domain.errors import SourceError
from bot.proxies import NO_PROXIES, Proxies
from bot.sources.addresses import join
from bot.sources.backoff import retry_after_seconds
from bot.sources.hosts import Hosts
from bot.sources.public_addresses import NotPublic, is_public, public_socket
from bot.sources.robots import PRODUCT, NoRules, Robots
from bot.sources.unpack import MAX_BYTES, Damaged, PackedTooLarge, unpack

# News sites redirect once or twice (http to https, www); five is the usual limit of HTTP clients.
MAX_REDIRECTS = 5
TOTAL_SECONDS = 30.0
READ_SECONDS = 15.0
MAX_URL = 2048
_CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)

_ACCEPT = "application/rss+xml, application/atom+xml, text/html, application/json;q=0.9, */*;q=0.5"

# Domains of private networks (RFC 6761, 6762, 8375; ICANN set `internal` apart).
_PRIVATE_DOMAINS = ("localhost", "local", "internal", "lan", "home", "corp", "intranet", "arpa", "test", "invalid")


class FetchError(SourceError):
    """A source could not be fetched. Its text is one line for operators, without queries or user names."""


class Refused(FetchError):
    """The site answered with an error status; `retry_after` is in seconds, if it was given."""

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(f"the site answered {status}")
        self.status, self.retry_after = status, retry_after


class TooLarge(FetchError):
    """The answer is longer than `MAX_BYTES`, packed or unpacked."""


class BrokenBody(FetchError):
    """A body that is damaged, or packed in a way that cannot be unpacked."""


class TimedOut(FetchError):
    """The site exceeded the timeout."""


class Unreachable(FetchError):
    """No connection, or the connection broke."""


class PrivateAddress(FetchError):
    """The address is in a private network."""


class BadRedirect(FetchError):
    """Too many redirects, a redirect without a target, or one from https to http."""


class ProxyFailed(FetchError):
    """The proxy refused or failed to connect."""


class Forbidden(FetchError):
    """The site's robots.txt forbids the page to programs."""


class BadAddress(FetchError):
    """The address cannot be fetched: it is not http(s), too long, or contains a user name."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `unchanged` (304, no body), or the body with the validators for the next conditional request."""

    url: str
    unchanged: bool = False
    body: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The body of a POST request, with its headers."""

    body: bytes
    headers: Mapping[str, str]


class _LocalNames(ThreadedResolver):
    """Resolves names under localhost to this machine (RFC 6761, 6.3), which not every system's resolver does."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return await super().resolve("127.0.0.1" if host.endswith(".localhost") else host, port, family)


def user_agent(version: str, contact: str) -> str:
    """Return the User-Agent of this client, with the operator's contact if there is one."""
    return f"{PRODUCT}/{version} (+{contact})" if contact else f"{PRODUCT}/{version}"


class Fetcher:
    """Fetches addresses. Connections are shared, and requests to one host are sent one after another.

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
        proxies: Proxies = NO_PROXIES,
    ) -> None:
        self._headers = {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, br, deflate"}
        self._allow_private = allow_private
        self._total = total_seconds
        self._timeout = aiohttp.ClientTimeout(total=total_seconds, sock_read=read_seconds)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._hosts = hosts or Hosts()
        self._proxies = proxies
        self._robots = Robots()

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _open(self, *, proxied: bool) -> aiohttp.ClientSession:
        """Return the session for direct requests, or the one for requests by a proxy, whose address may be private."""
        if proxied not in self._sessions:
            guarded = not (self._allow_private or proxied)
            self._sessions[proxied] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit_per_host=2,
                    socket_factory=public_socket if guarded else None,
                    resolver=_LocalNames() if self._allow_private else None,
                ),
                headers=self._headers,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),  # a site may set any number of cookies
                trust_env=False,
                auto_decompress=False,  # `unpack` does it, whatever the header says
            )
        return self._sessions[proxied]

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, post: Post | None = None
    ) -> Fetched:
        """Fetch an address, conditionally if it was fetched before, or with a `post`; raises FetchError.

        Redirects are followed within the request, but none of a post. The timeout begins when the host's slot is free.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        try:
            async with self._hosts.slot(url), asyncio.timeout(self._total):
                return await self._follow(url, headers, post)
        except (aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError) as error:
            status = f"status {error.status}" if isinstance(error, aiohttp.ClientHttpProxyError) else "no connection"
            raise ProxyFailed(f"the proxy cannot be used ({status})") from None
        except TimeoutError:
            raise TimedOut(f"no complete answer within {self._total:.0f} s") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, NotPublic):
                raise PrivateAddress("the address is not a public one (ALLOW_PRIVATE_SOURCES)") from None
            raise Unreachable(f"no connection ({type(error.os_error).__name__})") from None
        except aiohttp.ClientPayloadError:
            raise BrokenBody("the answer broke off") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(f"the answer broke off ({type(error).__name__})") from None

    async def check_robots(self, url: str) -> None:
        """Raise Forbidden if the site's robots.txt forbids a page; a longer crawl delay is applied.

        A robots.txt that cannot be fetched forbids the page, for a day at most; after a 4xx status there are no rules.
        """
        allowed, pause = await self._robots.allows(url, self._rules)
        self._hosts.slow_down(url, pause)
        if not allowed:
            raise Forbidden("robots.txt forbids the page to programs")

    async def _rules(self, url: str) -> bytes:
        try:
            return (await self.fetch(url)).body
        except BadRedirect:
            raise NoRules from None
        except Refused as refusal:
            if 400 <= refusal.status < 500 and refusal.status != 429:
                raise NoRules from None
            raise Forbidden(f"robots.txt cannot be read ({refusal})") from None

    async def _follow(self, url: str, headers: dict[str, str], post: Post | None) -> Fetched:
        method, body, sent = ("POST", post.body, {**headers, **post.headers}) if post else ("GET", None, headers)
        cookies: dict[str, str] = {}  # for redirects within the host, which may require them
        for _ in range(MAX_REDIRECTS + 1):
            _check(url)
            proxy = self._proxies.for_url(url)
            if proxy is not None and not self._allow_private:
                _check_name(url)
            session = self._open(proxied=proxy is not None)
            async with session.request(
                method, url, data=body, headers=sent, cookies=cookies, allow_redirects=False, proxy=proxy
            ) as response:
                cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
                if response.status == 407 and proxy is not None:
                    raise ProxyFailed("the proxy cannot be used (status 407)")
                if response.status not in _REDIRECTS:
                    return await _answer(url, response, conditional=bool(headers))
                target = response.headers.get("Location")
            if not target:
                raise BadRedirect("redirected to nowhere")
            if post is not None:
                raise BadRedirect("a request with a body was redirected")
            following = join(url, target)
            if following is None:
                raise BadRedirect("redirected to nowhere")
            if url.startswith("https:") and following.startswith("http:"):
                raise BadRedirect("redirected from https to http")
            if urlsplit(following).netloc != urlsplit(url).netloc:
                cookies = {}
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


def _check_name(url: str) -> None:
    """Raise PrivateAddress for a host name that no public site has: behind a proxy the resolved address is unknown."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        fine = is_public(host)
    except ValueError:
        # inet_aton's other spellings of addresses (0x7f.1, 2130706433) end in a number; names of sites do not.
        last = host.rpartition(".")[2]
        fine = "." in host and last not in _PRIVATE_DOMAINS and not last[:1].isdigit()
    if not fine:
        raise PrivateAddress("the address is not a public one (ALLOW_PRIVATE_SOURCES)")


async def _answer(url: str, response: aiohttp.ClientResponse, *, conditional: bool) -> Fetched:
    """Read an answer within the limits. 304 is valid for conditional requests only; for others it is an error."""
    if response.status == 304 and conditional:
        return Fetched(url, unchanged=True)
    if response.status != 200:
        header = response.headers.get("Retry-After")
        raise Refused(response.status, retry_after_seconds(header, dt.datetime.now(dt.UTC)))
    packed = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        packed += chunk
        if len(packed) > MAX_BYTES:
            raise TooLarge(f"more than {MAX_BYTES // 1024 // 1024} MiB")
    packing = ",".join(response.headers.getall("Content-Encoding", ()))
    try:
        # A large document takes some milliseconds, so it is unpacked outside the event loop.
        body = await asyncio.to_thread(unpack, bytes(packed), packing)
    except PackedTooLarge as error:
        raise TooLarge(str(error)) from None
    except Damaged as error:
        raise BrokenBody(str(error)) from None
    return Fetched(
        url,
        body=body,
        content_type=response.headers.get("Content-Type"),
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
    )
