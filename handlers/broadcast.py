"""/broadcast, for operators: the same words to everybody, or to those of a language or topic."""

from __future__ import annotations

import structlog
from telegram import Message, MessageEntity
from telegram.error import BadRequest

from bot.domain.broadcasts import Audience, AudienceError, BroadcastState, read
from bot.domain.topics.curated import TOPICS
from bot.domain.typed import clean
from bot.i18n import LANGUAGES
from bot.views import broadcasts as views
from bot.views import topics as topic_views
from bot.views.message import View
from handlers.context import Action, Command, Context
from storage import broadcasts

log = structlog.get_logger()


async def compose(ctx: Context) -> None:
    """Answer /broadcast: show the message as it will be, and ask; nothing is sent before it is confirmed."""
    said = ctx.message
    if said is None:
        return
    if said.text is None:  # a caption: the picture would be lost
        await ctx.reply(views.usage(ctx.t))
        return
    text = said.text
    begin = _begin_of(ctx.arguments, text)
    try:
        audience, skipped = read(text[begin:], LANGUAGES, topic_views.names())
    except AudienceError as error:
        await ctx.reply(views.problem(ctx.t, error, sorted(TOPICS)))
        return
    if text[begin + skipped :]:
        html = _html_from(said, begin + skipped)
    elif said.reply_to_message is not None and said.reply_to_message.text:
        html = said.reply_to_message.text_html
    else:
        await ctx.reply(views.usage(ctx.t))
        return
    await _offer(ctx, html, audience)


def _begin_of(arguments: str, text: str) -> int:
    """Return where the arguments begin in the text as it was typed, behind a command with whatever is invisible."""
    begin = next((at for at in range(len(text)) if clean(text[at:]) == arguments), len(text))
    while begin < len(text) and clean(text[begin + 1 :]) == arguments:
        begin += 1
    return begin


def _html_from(message: Message, begin: int) -> str:
    """Return a message's text from a character on, as Telegram HTML with its formatting."""
    text = message.text or ""
    skipped = len(text[:begin].encode("utf-16-le")) // 2  # entities count UTF-16 units
    kept = []
    for one in message.entities:
        start, end = max(one.offset - skipped, 0), one.offset + one.length - skipped
        if end > start:
            whole = one.to_dict() | {"offset": start, "length": end - start}
            kept.append(MessageEntity.de_json(whole))
    return Message(message.message_id, message.date, message.chat, text=text[begin:], entities=kept).text_html


async def _offer(ctx: Context, html: str, audience: Audience) -> None:
    async with ctx.database.read() as connection:
        count = await broadcasts.count(connection, audience)
    if not count:
        await ctx.reply(views.nobody(ctx.t, audience))
        return
    try:
        await ctx.reply(View(html))
    except BadRequest as error:
        await ctx.reply(View(ctx.t("broadcast.refused", reason=str(error)[:200])))
        return
    async with ctx.database.write() as connection:
        number = await broadcasts.draft(connection, ctx.chat.id, html, audience, count, ctx.now)
    paid = ctx.services.settings.paid_broadcast
    await ctx.reply(views.card(ctx.t, number, audience, count, paid=paid))


async def send(ctx: Context, broadcast_id: str) -> None:
    """Begin."""
    await _begin(ctx, broadcast_id, paid=False)


async def quick(ctx: Context, broadcast_id: str) -> None:
    """Begin in the paid lane, where it is switched on."""
    if ctx.services.settings.paid_broadcast:
        await _begin(ctx, broadcast_id, paid=True)
    else:
        await ctx.old_button()


async def _begin(ctx: Context, broadcast_id: str, *, paid: bool) -> None:
    number = _number(broadcast_id)
    message = ctx.callback_query.message if ctx.callback_query else None
    begun = None
    if number is not None and message is not None:
        async with ctx.database.write() as connection:
            if await broadcasts.start(connection, number, message.message_id, paid=paid):
                begun = await broadcasts.get(connection, number)
    if begun is None:
        await ctx.old_button()
        return
    log.info("broadcast begun", broadcast=begun.id, expected=begun.expected, paid=paid)
    view = views.progress(ctx.t, begun.id, begun.state, begun.expected, 0, 0, paid=paid)
    await ctx.edit_or_reply(view)


async def discard(ctx: Context, broadcast_id: str) -> None:
    """Give a draft up."""
    if await _change(ctx, broadcast_id, BroadcastState.CANCELLED, BroadcastState.DRAFT):
        await ctx.edit_or_reply(views.discarded(ctx.t))


async def pause(ctx: Context, broadcast_id: str) -> None:
    """Let it rest; its message tells so at the broadcaster's next look."""
    if await _change(ctx, broadcast_id, BroadcastState.PAUSED, BroadcastState.RUNNING):
        await ctx.answer_callback(ctx.t.plain("broadcast.toast_pause"))


async def go_on(ctx: Context, broadcast_id: str) -> None:
    """Let it go on."""
    if await _change(ctx, broadcast_id, BroadcastState.RUNNING, BroadcastState.PAUSED):
        await ctx.answer_callback(ctx.t.plain("broadcast.toast_go_on"))


async def cancel(ctx: Context, broadcast_id: str) -> None:
    """End it: who has not heard it will not."""
    if await _change(ctx, broadcast_id, BroadcastState.CANCELLING, BroadcastState.RUNNING, BroadcastState.PAUSED):
        await ctx.answer_callback(ctx.t.plain("broadcast.toast_cancel"))


async def _change(ctx: Context, broadcast_id: str, to: BroadcastState, *before: BroadcastState) -> bool:
    """Change its state, and hold back at once what waits; otherwise answer for an old button."""
    number = _number(broadcast_id)
    changed = False
    if number is not None:
        async with ctx.database.write() as connection:
            changed = await broadcasts.change(connection, number, to, *before)
            if changed and to in (BroadcastState.PAUSED, BroadcastState.CANCELLING):
                await broadcasts.hold(connection, number)
    if changed:
        log.info("broadcast changed", broadcast=number, state=to)
    else:
        await ctx.old_button()
    return changed


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


COMMANDS = (Command("broadcast", compose, description_key="broadcast.command.broadcast", operators=True),)
BUTTONS = {
    ("broadcast", name): Action(handler, operators=True)
    for name, handler in {
        "send": send,
        "quick": quick,
        "discard": discard,
        "pause": pause,
        "go_on": go_on,
        "cancel": cancel,
    }.items()
}
