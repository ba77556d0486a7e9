"""The running bot: all parts are built, started in order and stopped in the reverse order."""

from bot.app.root import App
from bot.domain.errors import StartError

__all__ = ["App", "StartError"]
