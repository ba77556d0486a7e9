"""The declarations of a feature: its commands, its buttons, and the types of their handlers (handlers/features.py)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVarTuple

from bot.domain.intents import Intent
from bot.views import buttons

if TYPE_CHECKING:
    from handlers.context import Context

Ts = TypeVarTuple("Ts")

Handler: TypeAlias = "Callable[[Context], Awaitable[None]]"
# Answers an intent: the request of a sentence.
IntentHandler: TypeAlias = "Callable[[Context, Intent], Awaitable[None]]"
# Answers a pressed button; called with the values of its arguments.
ButtonHandler: TypeAlias = "Callable[..., Awaitable[None]]"
# Answers a link into the bot's chat; called with the text behind the underscore.
LinkHandler: TypeAlias = "Callable[[Context, str], Awaitable[None]]"


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


def on(
    action: buttons.Action[*Ts], handler: Callable[[Context, *Ts], Awaitable[None]]
) -> tuple[buttons.AnyAction, ButtonHandler]:
    """Return an action with its handler, whose parameters are of the action's types."""
    return action, handler
