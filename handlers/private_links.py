"""Links with which a member of a group does in private what only admins may do in the group."""

from __future__ import annotations

from contextlib import suppress

from bot.domain import links
from bot.domain.errors import InvalidInput
from bot.domain.intents import WhichCurrency
from bot.domain.intents.arguments import arguments_of, request_in
from bot.domain.rates import Pair
from bot.domain.topics import QueryError
from bot.services import shares
from bot.services.shares import Shared
from handlers.arguments import person
from handlers.context import Context

# Commands that mean the same in a person's own chat; /stop or /forget would end there what the person has of their own.
_PRIVATE = ("alert", "subscribe", "digest", "language", "timezone", "quiet", "mydata")
ALERT, TOPIC = "alert", "subscribe"


async def private_link(ctx: Context, command: str, words: str) -> str:
    """Return the parameter of a link that does in private what a command asks for; empty where nothing does.

    It carries the whole request, in a share if it is too long for a link.
    """
    if command not in _PRIVATE:
        return ""
    if command == TOPIC and (not words or links.to_follow(words) != links.FOLLOW):
        return links.to_follow(words)  # anybody in the group may follow it
    if command == ALERT and not words:
        return links.ALERT
    key = ctx.services.settings.link_key
    # A person who writes as a channel has another id in private.
    if ctx.user_id is not None and not (ctx.message and ctx.message.sender_chat):
        link = links.to_request(key, ctx.user_id, f"/{command} {words}".strip())
        if link is not None:
            return link
    if command == TOPIC:
        with suppress(QueryError):
            return (await shares.share_words(ctx.database, key, words, ctx.now)).parameter
        return links.FOLLOW
    if command == ALERT:
        shared = await _shared_alert(ctx, words)
        return shared.parameter if shared else _alert_on(words)
    return ""


async def _shared_alert(ctx: Context, words: str) -> Shared | None:
    """Return a share of the alert that is asked for; None if the request is not complete or cannot be read."""
    try:
        request = request_in(words, person(ctx))
        key, own = ctx.services.settings.link_key, ctx.chat.currencies
        return await shares.share_request(ctx.database, key, request, own, ctx.now) if request.complete else None
    except (InvalidInput, WhichCurrency):
        return None


def _alert_on(words: str) -> str:
    """Return the parameter that begins an alert on the currencies of a text."""
    codes = arguments_of(words).sentence.named
    named = codes if len(codes) > 1 else ("USD", *(code for code in codes if code != "USD"))
    return links.to_alert(Pair(named[0], named[1])) if len(named) > 1 else links.ALERT
