"""Requests by a proxy: which go there, what the guard against private addresses still refuses, and no password shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.config import SettingsError, load
from bot.delivery.request import AiohttpRequest, NotSent
from bot.proxies import Proxies, proxy_address
from bot.sources.fetch import Fetcher, FetchError, PrivateAddress, ProxyFailed, Refused

PASSWORD = "hunter2hunter2"


class Proxy:
    """A tiny proxy that answers plain requests itself and refuses tunnels with `status`; keeps the first lines."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.credentials: list[str] = []
        self.status, self.body, self.url = "200 OK", b"<rss><channel></channel></rss>", ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.seen.append(head[0])
        self.credentials += [line.partition(": ")[2] for line in head if line.startswith("Proxy-Authorization")]
        if head[0].startswith("CONNECT"):
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        else:
            writer.write(
                f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(self.body)
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    proxy.url = f"http://{host}:{port}"
    yield proxy
    server.close()
    await server.wait_closed()


@pytest.fixture
async def fetcher(proxy: Proxy) -> AsyncIterator[Fetcher]:
    """A fetcher by the proxy that refuses private addresses, although the proxy is at one."""
    with_password = proxy.url.replace("//", f"//jarchi:{PASSWORD}@")
    fetcher = Fetcher("Jarchi/1", allow_private=False, total_seconds=5, proxies=Proxies(with_password, with_password))
    yield fetcher
    await fetcher.close()


async def test_a_source_is_fetched_by_the_proxy(proxy: Proxy, fetcher: Fetcher) -> None:
    fetched = await fetcher.fetch("http://news.example/feed/")
    assert (fetched.body, proxy.seen) == (proxy.body, ["GET http://news.example/feed/ HTTP/1.1"])
    assert proxy.credentials[0].startswith("Basic ")


async def test_an_https_source_is_fetched_by_a_tunnel_and_its_refusal_is_reported_without_passwords(
    proxy: Proxy, fetcher: Fetcher
) -> None:
    for proxy.status in ("403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"):
        with pytest.raises(ProxyFailed) as caught:
            await fetcher.fetch("https://news.example/feed/")
        assert str(caught.value) == f"the proxy cannot be used (status {proxy.status[:3]})"
    assert set(proxy.seen) == {"CONNECT news.example:443 HTTP/1.1"}


async def test_a_plain_answer_of_407_is_the_proxy_s_and_others_are_the_site_s(proxy: Proxy, fetcher: Fetcher) -> None:
    proxy.status = "407 Proxy Authentication Required"
    with pytest.raises(ProxyFailed):
        await fetcher.fetch("http://news.example/")
    proxy.status = "404 Not Found"
    with pytest.raises(Refused):
        await fetcher.fetch("http://news.example/")


async def test_a_proxy_that_is_not_there_is_named_as_the_cause() -> None:
    fetcher = Fetcher(
        "x", allow_private=False, proxies=Proxies(f"http://u:{PASSWORD}@127.0.0.1:9", "http://127.0.0.1:9")
    )
    for url in ("https://news.example/", "http://news.example/"):
        with pytest.raises(ProxyFailed) as caught:
            await fetcher.fetch(url)
        assert str(caught.value) == "the proxy cannot be used (no connection)"
    await fetcher.close()


PRIVATE = [
    "http://10.0.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest", "http://[fd00::1]/", "http://[fec0::1]/",
    "http://0x7f.1/", "http://2130706433/", "http://router/", "http://printer.local/", "http://db.internal/",
    "http://a.localhost/", "http://nas.lan./", "http://0/", "http://[::ffff:10.0.0.1]/",
]  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
async def test_private_addresses_are_refused_before_the_proxy_is_asked(
    proxy: Proxy, fetcher: Fetcher, url: str
) -> None:
    with pytest.raises(PrivateAddress):
        await fetcher.fetch(url)
    assert proxy.seen == []


async def test_a_redirect_to_a_private_address_is_refused_too(proxy: Proxy, fetcher: Fetcher) -> None:
    proxy.status = "302 Found\r\nLocation: http://10.0.0.1/"
    with pytest.raises(PrivateAddress):
        await fetcher.fetch("http://news.example/")
    assert len(proxy.seen) == 1


async def test_this_machine_is_asked_directly_and_guarded(proxy: Proxy, fetcher: Fetcher) -> None:
    for url in ("http://127.0.0.1:9/", "http://localhost:9/", "http://[::1]:9/"):
        with pytest.raises(FetchError):
            await fetcher.fetch(url)
    assert proxy.seen == []


async def test_telegram_is_asked_by_the_proxy(proxy: Proxy) -> None:
    request = AiohttpRequest(proxies=Proxies(proxy.url, proxy.url))
    await request.initialize()
    proxy.body = b'{"ok":true}'
    assert await request.do_request("http://telegram.example/botTOKEN/getMe", "GET") == (200, b'{"ok":true}')
    proxy.status = "403 Forbidden"
    with pytest.raises(NotSent) as refused:
        await request.do_request("https://telegram.example/botTOKEN/getMe", "GET")
    assert "TOKEN" not in str(refused.value)
    await request.shutdown()
    nowhere = AiohttpRequest(proxies=Proxies(f"http://u:{PASSWORD}@127.0.0.1:9"))
    await nowhere.initialize()
    with pytest.raises(NetworkError) as unreachable:
        await nowhere.do_request("https://telegram.example/botTOKEN/getMe", "GET")
    assert PASSWORD not in str(unreachable.value)
    await nowhere.shutdown()


@pytest.mark.parametrize(
    ("exempt", "url", "direct"),
    [
        ("", "https://news.example/", False), ("*", "https://news.example/", True), ("news.example", "https://news.example/", True),
        ("news.example", "https://www.news.example/", True), (".news.example", "https://a.b.news.example/", True),
        ("*.news.example", "https://a.news.example/", True), ("news.example", "https://oldnews.example/", False),
        ("a.example, NEWS.example", "https://news.example/", True), ("news.example:8443", "https://news.example:8443/", True),
        ("news.example:8443", "https://news.example/", False), ("", "http://127.0.0.1/", True), ("", "http://localhost:80/", True),
        ("", "https://localhost.example/", False), ("", "https://127.example/", False), (" , ,", "https://news.example/", False),
        ("a.example news.example", "https://news.example/", True), ("news.example:443", "https://news.example/", True),
        ("news.example:443", "http://news.example/", False), ("10.0.0.0/8", "https://10.1.2.3:8081/", True),
        ("10.1.2.3/8", "https://10.9.9.9/", True), ("10.0.0.0/8", "https://11.0.0.1/", False),
        ("10.0.0.0/8", "https://10.example/", False), ("fd00::/8", "https://[fd00::5]/", True),
        ("fd00::/8", "https://10.0.0.1/", False), ("[fd00::5]:8443", "https://[fd00::5]:8443/", True),
        ("geheim/x", "https://news.example/", False), ("a.example", "https://news.example:99999/", False),
    ],
)  # fmt: skip
def test_what_is_asked_directly(exempt: str, url: str, direct: bool) -> None:
    proxies = Proxies("http://proxy:1", "http://proxy:2", exempt)
    assert (proxies.for_url(url) is None) is direct


def test_the_scheme_of_the_asked_address_decides() -> None:
    proxies = Proxies(https="http://proxy:1")
    assert proxies.for_url("https://a.example/") == "http://proxy:1"
    assert proxies.for_url("http://a.example/") is None
    assert PASSWORD not in repr(Proxies(https=f"http://u:{PASSWORD}@proxy:1"))


def test_proxies_are_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SOURCES_PROXY", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(
        f"HTTPS_PROXY=http://u:{PASSWORD}@proxy:3128\nhttp_proxy=proxy:3129\nNO_PROXY=a.example\n"
    )
    settings = load({})
    assert settings.proxies == settings.proxies_of_sources
    assert settings.proxies.for_url("https://b.example/") == f"http://u:{PASSWORD}@proxy:3128"
    assert settings.proxies.for_url("http://b.example/") == "http://proxy:3129"
    assert settings.proxies.for_url("https://a.example/") is None
    assert PASSWORD not in repr(settings)
    (tmp_path / "proxy").write_text(f"http://u:{PASSWORD}@other:1")
    settings = load({"SOURCES_PROXY_FILE": str(tmp_path / "proxy")})
    assert settings.proxies_of_sources.for_url("http://b.example/") == f"http://u:{PASSWORD}@other:1"
    assert settings.proxies.for_url("http://b.example/") == "http://proxy:3129"


@pytest.mark.parametrize(
    "value", [f"socks5://u:{PASSWORD}@h:1", f"http://:{PASSWORD}@", "http://h:port", "http://[x", "ftp://h"]
)
def test_another_kind_of_proxy_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCES_PROXY", value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert str(caught.value) == "SOURCES_PROXY: expected http://host:port of a proxy for the sources"


def test_a_proxy_needs_no_scheme() -> None:
    assert [proxy_address(text) for text in ("", " h:1 ", "http://h:1", "https://h:1")] == [
        "",
        "http://h:1",
        "http://h:1",
        "https://h:1",
    ]
