"""The declaration of commands; each feature has a table of them (handlers/features.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handlers.context import Handler


@dataclass(frozen=True, slots=True)
class Command:
    """A command that people type. `changes`: it changes settings, which in groups only admins may.

    With one of the `reads` words (lower case) as its arguments, such a command only reads, and everybody may use it.
    `operators`: it is for the operators (ADMIN_IDS) in their own chat with the bot; in other chats a `secret` one is
    answered like an unknown command. `reactivates`: with arguments, but not with a word that turns off, it asks for
    messages, which reactivates a stopped chat.
    """

    name: str
    handler: Handler
    changes: bool = False
    description_key: str = ""
    reads: tuple[str, ...] = ()
    operators: bool = False
    secret: bool = False
    reactivates: bool = False
