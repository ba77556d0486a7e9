"""The part of an update that gets an answer: typed text and captions, and content that the bot cannot read."""

from __future__ import annotations

from telegram import Message, Update

from bot.domain.typed import Typed, read
from handlers.context import Context

# Content that a person sends (Bot API, Message). All other fields of a message without text are service messages, those
# of later versions of the Bot API included, and get no answer.
CONTENT = (
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "live_photo",
    "location",
    "paid_media",
    "photo",
    "poll",
    "rich_message",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
)


def message_of(update: Update) -> Message | None:
    """Return the message that an update brings, new or edited; None for one of a channel's, or of a button."""
    message = update.message or update.edited_message
    return message if isinstance(message, Message) else None


def typed_in(message: Message | None, username: str) -> Typed | None:
    """Return the text of a message to the bot of this user name; empty for content that the bot cannot read.

    None for a message that gets no answer: a service message, a card that this bot made, and the pictures of an album
    that have no caption: the album's caption stands under one of them.
    """
    if message is None or (message.via_bot and (message.via_bot.username or "").casefold() == username.casefold()):
        return None
    if text := message.text or message.caption:
        return read(text, username)
    if message.media_group_id or not any(_has(message, name) for name in CONTENT):
        return None
    return Typed("")


def is_reply_to_bot(ctx: Context, message: Message | None) -> bool:
    """Return whether a message replies to one of this bot's."""
    original = message.reply_to_message if message else None
    return original is not None and original.from_user is not None and original.from_user.id == ctx.bot.id


def is_addressed(ctx: Context, typed: Typed, message: Message | None) -> bool:
    """Return whether a text in a group is meant for this bot: a command, a mention, or a reply to its message."""
    return typed.is_for(ctx.bot.username or "") or typed.mentioned or is_reply_to_bot(ctx, message)


def _has(message: Message, name: str) -> bool:
    """Return whether a message has a field; the library stores those that it does not know separately."""
    return bool(getattr(message, name, None) or message.api_kwargs.get(name))
