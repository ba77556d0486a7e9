"""Conversations with the running bot through the embedded Telegram."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.demo.telegram import EmbeddedTelegram


def texts(telegram: EmbeddedTelegram, chat: int) -> list[str]:
    """Return the texts of the bot's messages in a chat."""
    return [m["text"] for m in telegram.messages(chat) if m["from"]["is_bot"] and "text" in m]


async def ask(telegram: EmbeddedTelegram, chat: int, text: str) -> str:
    """Send a text and return the answer: its last message, since /start has two."""
    before = len(texts(telegram, chat)) + (text == "/start")
    telegram.say(chat, text)
    await telegram.wait_for(lambda: len(texts(telegram, chat)) > before, timeout=10)
    return texts(telegram, chat)[-1]


def button(telegram: EmbeddedTelegram, chat: int, label: str) -> tuple[int, str]:
    """Find a button of the newest message that has one with such a label: (message id, data)."""
    for message in reversed(telegram.messages(chat)):
        rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
        for one in (one for row in rows for one in row):
            if label in one["text"] and "callback_data" in one:
                return message["message_id"], one["callback_data"]
    raise AssertionError(f"no button {label!r}")


async def filled(telegram: EmbeddedTelegram, chat: int = 1) -> None:
    """Wait until the first poll has brought rates: /rates answers with a table."""
    async with asyncio.timeout(20):
        while "KZT" not in await ask(telegram, chat, "/rates"):
            pass
