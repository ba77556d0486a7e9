"""The embedded Telegram: a Bot API server and a chat page, to use the bot without Telegram."""

from bot.demo.telegram.api import Call
from bot.demo.telegram.flood import FloodPolicy, Limit
from bot.demo.telegram.server import EmbeddedTelegram

__all__ = ["Call", "EmbeddedTelegram", "FloodPolicy", "Limit"]
