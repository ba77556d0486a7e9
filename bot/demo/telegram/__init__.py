"""The embedded Telegram: what it takes to talk to the bot without Telegram."""

from bot.demo.telegram.api import Call
from bot.demo.telegram.flood import FloodPolicy, Limit
from bot.demo.telegram.server import EmbeddedTelegram

__all__ = ["Call", "EmbeddedTelegram", "FloodPolicy", "Limit"]
