"""Updates posted to a webhook: in order, with the secret, until they are taken."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.telegram import EmbeddedTelegram, webhook

ANN = 5
Api = Callable[..., Awaitable[dict[str, Any]]]


class Receiver:
    """A bot's webhook that takes what it is sent, or answers with the statuses lined up first."""

    def __init__(self, tg: EmbeddedTelegram) -> None:
        self.seen: list[tuple[int, str, str | None]] = []
        self.statuses: list[int] = []
        self._tg = tg

    async def receive(self, request: web.Request) -> web.Response:
        update = await request.json()
        status = self.statuses.pop(0) if self.statuses else 200
        self.seen.append((status, update["message"]["text"], request.headers.get(webhook.SECRET_HEADER)))
        self._tg.show_tour({})  # wakes wait_for
        return web.Response(status=status)


@pytest.fixture
async def receiver(tg: EmbeddedTelegram) -> AsyncIterator[tuple[Receiver, str]]:
    receiver = Receiver(tg)
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    async with TestServer(app) as server:
        yield receiver, str(server.make_url("/hook"))


async def test_updates_are_posted_in_order_with_the_secret(
    tg: EmbeddedTelegram, api: Api, receiver: tuple[Receiver, str]
) -> None:
    hook, url = receiver
    tg.say(ANN, "before")
    assert (await api("setWebhook", url=url, secret_token="s-1"))["ok"]
    tg.say(ANN, "after")
    await tg.wait_for(lambda: len(tg.world.updates) == 0 and len(hook.seen) == 2)
    assert hook.seen == [(200, "before", "s-1"), (200, "after", "s-1")]
    tg.say(ANN, "later")
    await tg.wait_for(lambda: len(hook.seen) == 3)
    assert hook.seen[2] == (200, "later", "s-1")


async def test_a_refused_update_is_posted_again_before_the_next(
    tg: EmbeddedTelegram, api: Api, receiver: tuple[Receiver, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "FIRST_DELAY", 0.001)
    hook, url = receiver
    hook.statuses = [503, 302]
    await api("setWebhook", url=url)
    tg.say(ANN, "a")
    tg.say(ANN, "b")
    await tg.wait_for(lambda: len(hook.seen) == 4)
    assert hook.seen == [(503, "a", None), (302, "a", None), (200, "a", None), (200, "b", None)]
    info = (await api("getWebhookInfo"))["result"]
    assert (info["last_error_message"], info["last_error_date"]) == (
        "Wrong response from the webhook: 302 Found",
        1_795_000_000,
    )


async def test_after_so_many_attempts_an_update_is_dropped(
    tg: EmbeddedTelegram, api: Api, receiver: tuple[Receiver, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "FIRST_DELAY", 0.001)
    monkeypatch.setattr(webhook, "MAX_ATTEMPTS", 3)
    hook, url = receiver
    hook.statuses = [500] * 3
    await api("setWebhook", url=url)
    tg.say(ANN, "a")
    tg.say(ANN, "b")
    await tg.wait_for(lambda: len(hook.seen) == 4)
    assert [text for _, text, _ in hook.seen] == ["a", "a", "a", "b"]


async def test_polling_and_a_webhook_exclude_each_other(
    tg: EmbeddedTelegram, api: Api, receiver: tuple[Receiver, str]
) -> None:
    _, url = receiver
    await api("setWebhook", url=url, max_connections=7, allowed_updates=["message"])
    refused = await api("getUpdates")
    assert (refused["error_code"], refused["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    assert (await api("getWebhookInfo"))["result"] == {
        "url": url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 7,
        "allowed_updates": ["message"],
    }
    await api("deleteWebhook")
    tg.say(ANN, "kept")
    assert [update["message"]["text"] for update in (await api("getUpdates"))["result"]] == ["kept"]


async def test_pending_updates_are_dropped_when_asked(tg: EmbeddedTelegram, api: Api) -> None:
    tg.say(ANN, "old")
    await api("deleteWebhook", drop_pending_updates=True)
    assert (await api("getUpdates"))["result"] == []


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "secret_token": "x" * 257}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "allowed_updates": 5}, "can't parse allowed_updates: expected an Array"),
    ],
)
async def test_a_wrong_webhook_is_refused(api: Api, params: dict[str, Any], sentence: str) -> None:
    answer = await api("setWebhook", **params)
    assert answer["description"] == f"Bad Request: {sentence}"
    assert (await api("getWebhookInfo"))["result"]["url"] == ""
