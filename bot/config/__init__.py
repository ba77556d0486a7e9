"""The settings of an operator: their names and checks (settings), their sources (values), reading them (loading)."""

from bot.config.loading import COPY_ENDS, DEFAULT_DATABASE, SettingsError, copy_ends, load
from bot.config.settings import SECRETS, Settings

__all__ = ["COPY_ENDS", "DEFAULT_DATABASE", "SECRETS", "Settings", "SettingsError", "copy_ends", "load"]
