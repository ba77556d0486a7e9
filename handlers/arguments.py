"""The arguments of a command about money; the answer says which words were corrected."""

from __future__ import annotations

from bot.domain.intents import Person, WhichCurrency
from bot.domain.intents.arguments import Arguments, arguments_of
from bot.views.dialogue import corrected
from handlers.context import Context


def person(ctx: Context) -> Person:
    """Return what is known of the person, for the meaning of words."""
    today = ctx.now.astimezone(ctx.zone).date()
    return Person(ctx.t.language, ctx.chat.currencies, today, ctx.chat.timezone, ctx.som)


def read(ctx: Context, part: str | None = None) -> Arguments:
    """Return the arguments of the command, or a part of them, with a note of what was corrected.

    WhichCurrency if `som` has several meanings in them.
    """
    found = arguments_of(ctx.arguments if part is None else part, person(ctx))
    if found.sentence.meanings:
        raise WhichCurrency(found.sentence.meanings)
    if found.corrections:
        ctx.notes.append(corrected(found.corrections))
    return found
