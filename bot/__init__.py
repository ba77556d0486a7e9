"""Jarchi, the town crier: news and currency rates of Central Asia, sent in Telegram."""

__version__ = "0.1.0"
