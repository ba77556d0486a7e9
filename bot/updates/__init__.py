"""Receiving updates: reading each by itself, long polling, and what may not be confirmed yet."""
