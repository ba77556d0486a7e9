"""Post updates to a running application, as Telegram does in webhook mode."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO

import aiohttp

from bot.demo.telegram import EmbeddedTelegram
from bot.web import webhook

SECRET = "a-secret_of-Telegram"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Hooked:
    """A running application in webhook mode, and a way to post to it."""

    telegram: EmbeddedTelegram
    url: str
    start: Callable[[], Awaitable[None]]
    stop: Callable[[], Awaitable[None]]

    async def post(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """Post something with the right headers, or with others in place of them; an empty one is left out."""
        default = {"Content-Type": "application/json", webhook.SECRET_HEADER: SECRET}
        sent = {name: value for name, value in (default | (headers or {})).items() if value}
        skipped = () if "Content-Type" in sent else ("Content-Type",)
        async with (
            aiohttp.ClientSession(skip_auto_headers=skipped) as http,
            http.post(self.url, data=BytesIO(body), headers=sent) as response,
        ):
            return response.status

    def update(self, number: int, text: str, person: int = 1) -> bytes:
        """An update with a message of a person, with a number of its own."""
        chat = {"id": person, "type": "private"}
        user = {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        message = {"message_id": number, "date": 1_795_000_000, "chat": chat, "from": user, "text": text}
        return json.dumps({"update_id": number, "message": message}).encode()
