"""Parses one update from Telegram's JSON, so that an unknown form does not affect other updates of its batch."""

from __future__ import annotations

from typing import Any

from telegram import Bot, Update

from bot.log import where

# The largest update id, here and in the database.
LARGEST_NUMBER = 2**63 - 1


class UnreadableUpdate(Exception):
    """An update whose form the library does not support. `error` and `at` locate the failure, without any content."""

    def __init__(self, error: str, at: str = "") -> None:
        super().__init__(error)
        self.error, self.at = error, at


def number_of(body: object) -> int | None:
    """Return an update's id, None if it has none."""
    number = body.get("update_id") if isinstance(body, dict) else None
    valid = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= LARGEST_NUMBER
    return number if valid else None


def read_update(body: Any, bot: Bot) -> Update:
    """Return the update, or raise UnreadableUpdate.

    The library checks no types, so the chat and the user are checked here too: all later code relies on their ids.
    """
    if number_of(body) is None:
        raise UnreadableUpdate("no update_id")
    try:
        update = Update.de_json(body, bot)
        chat, user = update.effective_chat, update.effective_user
        ids = [one.id for one in (chat, user) if one is not None]
    except Exception as error:
        raise UnreadableUpdate(type(error).__name__, where(error)) from None
    if not all(isinstance(id_, int) and abs(id_) <= LARGEST_NUMBER for id_ in ids):
        raise UnreadableUpdate("an id that is no number")
    return update
