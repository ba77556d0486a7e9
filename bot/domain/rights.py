"""The rights of the bot in a group or channel: the ones that its work needs. Pure."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """A right of the bot, in the order of its importance."""

    POST = "post"  # to send messages
    EDIT = "edit"  # in a channel: to pin a board
    PIN = "pin"  # in a group: to pin a board
    TOPICS = "topics"  # in a forum: to create its topics


def needed(*, channel: bool, forum: bool) -> tuple[Right, ...]:
    """Return the rights that the bot needs in a chat of a kind to do everything there."""
    if channel:
        return (Right.POST, Right.EDIT)
    return (Right.POST, Right.PIN, Right.TOPICS) if forum else (Right.POST, Right.PIN)
