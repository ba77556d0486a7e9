"""A server that listens on the network: its page is open to other machines, its Bot API is not."""

import aiohttp
import pytest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.hosts import is_address, is_any, is_loopback, network_address, url_host


@pytest.mark.parametrize(
    ("host", "loopback", "everything", "address"),
    [
        ("127.0.0.1", True, False, True),
        ("::1", True, False, True),
        ("localhost", True, False, False),
        ("0.0.0.0", False, True, True),
        ("::", False, True, True),
        ("192.168.1.5", False, False, True),
        ("evil.example", False, False, False),
        (None, False, False, False),
    ],
)
def test_hosts_are_distinguished(host: str | None, loopback: bool, everything: bool, address: bool) -> None:
    assert (is_loopback(host), is_address(host)) == (loopback, address)
    assert is_any(host or "") == everything


def test_an_address_for_other_machines() -> None:
    assert network_address("192.168.1.5") == "192.168.1.5"
    assert not is_loopback(network_address("0.0.0.0"))
    assert (url_host("::1"), url_host("10.0.0.1")) == ("[::1]", "10.0.0.1")


@pytest.mark.parametrize(("host", "own"), [("0.0.0.0", "http://127.0.0.1:"), ("::", "http://[::1]:")])
async def test_a_server_on_all_addresses_is_reached_by_the_bot_on_this_machine(
    http: aiohttp.ClientSession, host: str, own: str
) -> None:
    telegram = EmbeddedTelegram()
    try:
        await telegram.start(host=host)
    except OSError:
        pytest.skip("this machine has no IPv6")
    try:
        assert telegram.url.startswith(own)
        async with http.get(f"{telegram.url}/bot{telegram.token}/getMe") as response:
            assert response.status == 200
        assert ("[" in telegram.shared_url) == ("[" in own)
    finally:
        await telegram.stop()


async def test_the_page_is_open_by_address_only_if_it_is_shared(http: aiohttp.ClientSession) -> None:
    async def status(url: str, host: str) -> int:
        async with http.get(url, headers={"Host": host}) as response:
            return response.status

    telegram = EmbeddedTelegram()
    async with telegram:
        assert telegram.shared_url == ""
        assert await status(telegram.url, "192.168.1.5:80") == 403
    await telegram.start(host="0.0.0.0")
    try:
        assert telegram.url.startswith("http://127.0.0.1:")
        assert telegram.shared_url.rpartition(":")[2] == telegram.url.rpartition(":")[2]
        assert await status(telegram.url, "192.168.1.5:80") == 200
        assert await status(telegram.url, "evil.example") == 403
        assert await status(f"{telegram.url}/bot{telegram.token}/getMe", "127.0.0.1") == 200
    finally:
        await telegram.stop()
