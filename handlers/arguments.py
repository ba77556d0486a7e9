"""The arguments of a command about money; the answer says which words were corrected."""

from __future__ import annotations

from bot.domain.intents.arguments import Arguments, arguments_of
from bot.views.dialogue import corrected
from handlers.context import Context


def read(ctx: Context) -> Arguments:
    """Return the arguments of the command, with a note of what was corrected."""
    found = arguments_of(ctx.arguments, ctx.t.language, ctx.now.astimezone(ctx.zone).date())
    if found.corrections:
        ctx.notes.append(corrected(found.corrections))
    return found
