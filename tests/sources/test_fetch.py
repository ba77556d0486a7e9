"""The fetcher keeps its promises against a hostile site on loopback."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.sources.fetch import (
    BadAddress,
    BadRedirect,
    Fetcher,
    PrivateAddress,
    Refused,
    TimedOut,
    TooLarge,
    Unreachable,
    user_agent,
)
from bot.sources.public_addresses import is_public

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve a handler at every path; gives the address."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        application = web.Application()
        application.router.add_get("/{tail:.*}", handler)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A fetcher that may reach loopback and gives up soon."""
    fetcher = Fetcher(user_agent("1.0", "ops@example.org"), allow_private=True, total_seconds=5, read_seconds=1)
    yield fetcher
    await fetcher.close()


async def test_it_says_who_it_is_and_asks_conditionally(serve: Serve, fetcher: Fetcher) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["User-Agent"] == "Jarchi/1.0 (+ops@example.org)"
        if request.headers.get("If-None-Match") == '"a"':
            return web.Response(status=304)
        return web.Response(text="hello", headers={"ETag": '"a"', "Last-Modified": "Mon, 08 Dec 2025 00:00:00 GMT"})

    url = await serve(answer)
    first = await fetcher.fetch(url)
    assert (first.body, first.etag, first.last_modified) == (b"hello", '"a"', "Mon, 08 Dec 2025 00:00:00 GMT")
    second = await fetcher.fetch(url, etag=first.etag)
    assert (second.unchanged, second.body) == (True, b"")


@pytest.mark.parametrize(("status", "header", "seconds"), [(403, None, None), (429, "120", 120.0), (503, "soon", None)])
async def test_a_refusal_carries_the_retry_after_of_its_header(
    serve: Serve, fetcher: Fetcher, status: int, header: str | None, seconds: float | None
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Retry-After": header} if header else {})

    with pytest.raises(Refused) as caught:
        await fetcher.fetch(await serve(answer))
    assert (caught.value.status, caught.value.retry_after) == (status, seconds)


async def test_a_gzip_bomb_is_stopped_at_the_decompressed_limit(serve: Serve, fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(200 * 1024 * 1024))

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    with pytest.raises(TooLarge):
        await fetcher.fetch(await serve(answer))


async def test_an_endless_answer_is_stopped(serve: Serve, fetcher: Fetcher) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(400):
            await response.write(bytes(512 * 1024))
        return response

    with pytest.raises(TooLarge):
        await fetcher.fetch(await serve(answer))


async def test_a_silent_site_is_given_up(serve: Serve) -> None:
    release = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    fetcher = Fetcher("x", allow_private=True, total_seconds=5, read_seconds=0.05)
    with pytest.raises(TimedOut):
        await fetcher.fetch(await serve(answer))
    release.set()
    await fetcher.close()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/", "http://[::ffff:127.0.0.1]:9/", "http://0x7f.1:9/",
     "http://10.0.0.1/", "http://169.254.169.254/latest"],
)  # fmt: skip
async def test_private_addresses_are_refused_when_connecting(url: str) -> None:
    fetcher = Fetcher("x", allow_private=False, total_seconds=5)
    with pytest.raises((PrivateAddress, BadAddress)):
        await fetcher.fetch(url)
    await fetcher.close()


async def test_redirects_are_followed_five_times_and_no_more(serve: Serve, fetcher: Fetcher) -> None:
    async def answer(request: web.Request) -> web.Response:
        left = int(request.path.strip("/") or 0)
        return web.Response(status=302, headers={"Location": f"/{left - 1}"}) if left else web.Response(text="end")

    url = await serve(answer)
    assert (await fetcher.fetch(f"{url}/5")).body == b"end"
    with pytest.raises(BadRedirect):
        await fetcher.fetch(f"{url}/6")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "http://user:secret@example.org/"])
async def test_a_redirect_to_another_kind_of_address_is_refused(serve: Serve, fetcher: Fetcher, target: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    with pytest.raises(BadAddress) as caught:
        await fetcher.fetch(await serve(answer))
    assert "secret" not in str(caught.value)


async def test_nobody_there_is_unreachable(fetcher: Fetcher) -> None:
    with pytest.raises(Unreachable):
        await fetcher.fetch("http://127.0.0.1:9/?key=secret")


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("100.64.0.1", False),
     ("224.0.0.1", False), ("0.0.0.0", False), ("::1", False), ("fe80::1%eth0", False), ("::ffff:10.0.0.1", False),
     ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("64:ff9b::808:808", True),
     ("fec0::1", False), ("feff:ffff::1", False), ("fc00::1", False), ("fdff::1", False), ("febf::1", False),
     ("64:ff9b::a00:1", False), ("64:ff9b:1::1", False), ("2002:a00:1::", False), ("2002:c0a8:101::1", False),
     ("2002:808:808::1", True), ("2001:0:4136:e378:8000:63bf:f5ff:fffe", False), ("::ffff:8.8.8.8", True),
     ("::ffff:0:127.0.0.1", False), ("::127.0.0.1", False), ("::8.8.8.8", False), ("::", False), ("0.1.2.3", False),
     ("100.127.255.255", False), ("100.128.0.1", True), ("169.254.1.1", False), ("172.31.0.1", False), ("192.0.0.1", False),
     ("192.88.99.1", False), ("198.18.0.1", False), ("198.51.100.1", False), ("203.0.113.9", False), ("240.0.0.1", False),
     ("255.255.255.255", False), ("239.1.1.1", False), ("ff02::1", False), ("ff0e::1", False), ("100::1", False),
     ("2001:db8::1", False), ("3fff::1", False), ("5f00::1", False), ("4000::1", False), ("2a00:1450::1", True)],
)  # fmt: skip
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_cookies_go_with_the_redirects_within_a_host_and_no_further(serve: Serve, fetcher: Fetcher) -> None:
    sent: list[tuple[str, dict[str, str]]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        sent.append((request.path, dict(request.cookies)))
        targets = {"/wall": "/inside", "/inside": elsewhere.replace("127.0.0.1", "localhost")}
        target = targets.get(request.path)
        response = web.Response(status=302, headers={"Location": target}) if target else web.Response(text="hello")
        response.set_cookie(f"visit{len(sent)}", "1")
        return response

    first, elsewhere = await serve(answer), await serve(answer)
    for _ in range(2):
        assert (await fetcher.fetch(f"{first}/wall")).body == b"hello"
    assert sent == [
        ("/wall", {}),
        ("/inside", {"visit1": "1"}),
        ("/", {}),
        ("/wall", {}),
        ("/inside", {"visit4": "1"}),
        ("/", {}),
    ]
