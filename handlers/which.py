"""The question which money `som` means, and its answer: the request of the question is read again with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import ExpiredButton
from bot.domain.intents import Intent, IntentKind
from bot.domain.typed import read
from bot.views import actions
from bot.views import which as views
from handlers.command import on
from handlers.context import Context, existing
from handlers.edits import Sent


async def ask(ctx: Context, codes: Sequence[str], request: str) -> None:
    """Ask which of these currencies is meant in a request."""
    ctx.notes.clear()
    await ctx.reply(views.which(ctx.t, codes, request))


async def ask_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence whose `som` has several meanings."""
    await ask(ctx, intent.meanings, intent.text)


async def answer(ctx: Context, code: str) -> None:
    """Read the request of the question again with the chosen currency; its answer replaces the question."""
    request = _request(ctx)
    ctx.som = code
    if ctx.callback_query and ctx.callback_query.message:
        ctx.replaceable = [Sent(ctx.callback_query.message.message_id, text=True)]
    # In a group, the request was meant for this bot.
    typed = replace(read(request, ctx.bot.username or ""), mentioned=True)
    await existing(ctx.services.on_request)(ctx, typed)
    await ctx.withdraw()


def _request(ctx: Context) -> str:
    """Return the request of the question whose button was pressed; ExpiredButton if Telegram no longer has it."""
    message = ctx.callback_query.message if ctx.callback_query else None
    request = views.request_in(getattr(message, "text", None) or "")
    if not request:
        raise ExpiredButton
    return request


BUTTONS = (on(actions.CONVERT_WHICH, answer),)
INTENTS = ((IntentKind.WHICH_CURRENCY, ask_intent),)
