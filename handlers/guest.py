"""Guest mode: "@bot 100 usd in kzt" in a chat in which the bot is no member is answered there. Nothing is stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram import Message

from bot.domain.throttle import Refusal
from bot.domain.typed import Typed
from bot.views import inline as views
from handlers import inline
from handlers.context import Context
from handlers.incoming import typed_in


async def answer(ctx: Context, message: Message, refusal: Refusal | None) -> None:
    """Answer a guest query by one message, after an error too."""
    query_id = message.guest_query_id or ""
    if refusal is not None:
        await ctx.sender.answer_guest(query_id, views.too_fast(ctx.t, refusal.seconds))
        return
    # Others read the answer: it is the one that a person without own currencies gets.
    ctx.chat = replace(ctx.chat, currencies=())
    typed = typed_in(message, ctx.bot.username or "") or Typed("")
    words = f"{typed.command} {typed.arguments}" if typed.command else typed.text
    try:
        async with asyncio.timeout(inline.ANSWER_SECONDS):
            found = await inline.best(ctx, words)
    except Exception:
        await ctx.sender.answer_guest(query_id, views.failed(ctx.t))
        raise
    await ctx.sender.answer_guest(query_id, found or views.how(ctx.t, ctx.bot.username or ""))
