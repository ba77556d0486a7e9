"""/broadcast, for operators: one message for all chats, or for those of a language or topic."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from telegram import Message, MessageEntity
from telegram.error import BadRequest

from bot.domain.broadcasts import Audience, Progress, read
from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.typed import clean
from bot.i18n import LANGUAGES
from bot.services import broadcasts as service
from bot.views import actions
from bot.views import broadcasts as views
from bot.views.message import View
from bot.views.topic_names import names
from handlers.command import Command, on
from handlers.context import Context, existing


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
    audience, skipped = read(text[begin:], LANGUAGES, names())
    if text[begin + skipped :]:
        html = _html_from(said, begin + skipped)
    elif said.reply_to_message is not None and said.reply_to_message.text:
        html = said.reply_to_message.text_html
    else:
        await ctx.reply(views.usage(ctx.t))
        return
    await _offer(ctx, html, audience)


def _begin_of(arguments: str, text: str) -> int:
    """Return where the arguments begin in the text as it was typed, behind the command and invisible characters."""
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
    count = await service.count_audience(ctx.database, audience)
    if not count:
        await ctx.reply(views.nobody(ctx.t, audience))
        return
    try:
        await ctx.reply(View(html))
    except BadRequest as error:
        raise InvalidInput("broadcast.refused", reason=str(error)[:200]) from None
    number = await service.draft_broadcast(ctx.database, ctx.chat.id, html, audience, count, ctx.now)
    paid = ctx.services.settings.paid_broadcast
    await ctx.reply(views.card(ctx.t, number, audience, count, paid=paid))


async def send(ctx: Context, broadcast_id: int) -> None:
    """Start a broadcast."""
    await _start(ctx, broadcast_id, paid=False)


async def send_paid(ctx: Context, broadcast_id: int) -> None:
    """Start a broadcast in the paid quota, where it is switched on."""
    if not ctx.services.settings.paid_broadcast:
        raise ExpiredButton
    await _start(ctx, broadcast_id, paid=True)


async def _start(ctx: Context, broadcast_id: int, *, paid: bool) -> None:
    message = existing(ctx.callback_query.message if ctx.callback_query else None)
    one = existing(await service.start_broadcast(ctx.database, broadcast_id, message.message_id, paid=paid))
    begun = Progress(one.state, one.expected, paid=paid)
    await ctx.edit_or_reply(views.progress(ctx.t, one.id, begun, ZoneInfo(ctx.chat.timezone)))


async def discard(ctx: Context, broadcast_id: int) -> None:
    """Discard a draft."""
    if not await service.discard_draft(ctx.database, broadcast_id):
        raise ExpiredButton
    await ctx.edit_or_reply(views.discarded(ctx.t))


async def pause(ctx: Context, broadcast_id: int) -> None:
    """Pause a broadcast; the message that shows its progress follows at the next poll of the broadcaster."""
    if not await service.pause_broadcast(ctx.database, broadcast_id):
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain("broadcast.answer_pause"))


async def resume(ctx: Context, broadcast_id: int) -> None:
    """Resume a paused broadcast."""
    if not await service.resume_broadcast(ctx.database, broadcast_id):
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain("broadcast.answer_resume"))


async def cancel(ctx: Context, broadcast_id: int) -> None:
    """Cancel a broadcast: deliveries that are not sent yet are dropped."""
    if not await service.cancel_broadcast(ctx.database, broadcast_id):
        raise ExpiredButton
    await ctx.answer_callback(ctx.t.plain("broadcast.answer_cancel"))


COMMANDS = (Command("broadcast", compose, description_key="broadcast.command.broadcast", operators=True),)
BUTTONS = (
    on(actions.BROADCAST_SEND, send),
    on(actions.BROADCAST_QUICK, send_paid),
    on(actions.BROADCAST_DISCARD, discard),
    on(actions.BROADCAST_PAUSE, pause),
    on(actions.BROADCAST_RESUME, resume),
    on(actions.BROADCAST_CANCEL, cancel),
)
