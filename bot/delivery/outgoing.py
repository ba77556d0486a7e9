"""From views to Telegram's calls."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from telegram import (
    Bot,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputMediaPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError

from bot.delivery.families import Family, family
from bot.delivery.request import post
from bot.views.inline import Answer
from bot.views.message import View, plain_text

# A forum's "General" topic is addressed by leaving the thread out (the server does not find thread 1).
GENERAL_THREAD = 1


@lru_cache(maxsize=256)
def markup(view: View) -> InlineKeyboardMarkup | None:
    """Return the buttons of a view as Telegram wants them."""
    if not view.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(
                    button.label,
                    callback_data=button.data,
                    url=button.url,
                    copy_text=CopyTextButton(button.copy) if button.copy else None,
                    style=button.style,
                )
                for button in row
            ]
            for row in view.buttons
        ]
    )


def _preview(view: View) -> LinkPreviewOptions:
    return LinkPreviewOptions(url=view.preview_url) if view.preview_url else LinkPreviewOptions(is_disabled=True)


async def send(
    bot: Bot,
    chat_id: int,
    thread_id: int,
    view: View,
    *,
    silent: bool = False,
    plain: bool = False,
    paid: bool = False,
) -> int:
    """Send a view as a new message; returns its id. It makes none of the library's objects, at half the CPU.

    `plain`: its bare text, where Telegram refused our markup. `paid`: beyond the free 30 a second, for stars (Bot API,
    allow_paid_broadcast).
    """
    parameters: dict[str, Any] = {"chat_id": chat_id, **_content(view, plain)}
    if thread_id > GENERAL_THREAD:
        parameters["message_thread_id"] = thread_id
    if silent:
        parameters["disable_notification"] = True
    if paid:
        parameters["allow_paid_broadcast"] = True
    answer = await post(bot.request, f"{bot.base_url}/sendMessage", parameters)
    number = answer.get("message_id") if isinstance(answer, dict) else None
    if not isinstance(number, int):
        raise NetworkError("an answer without a message")
    return number


@lru_cache(maxsize=256)
def _content(view: View, plain: bool) -> dict[str, Any]:
    """Return what is the same for all who are sent a view."""
    parameters: dict[str, Any] = {"text": plain_text(view.text) if plain else view.text}
    parameters["link_preview_options"] = _preview(view).to_dict()
    if not plain:
        parameters["parse_mode"] = ParseMode.HTML
        if (buttons := markup(view)) is not None:
            parameters["reply_markup"] = buttons.to_dict()
    return parameters


async def ask(bot: Bot, chat_id: int, thread_id: int, view: View) -> Message:
    """Send a question whose answer is a reply: the app of the person mentioned in it opens one."""
    return await bot.send_message(
        chat_id,
        view.text,
        parse_mode=ParseMode.HTML,
        message_thread_id=thread_id if thread_id > GENERAL_THREAD else None,
        reply_markup=ForceReply(selective=True),
        link_preview_options=_preview(view),
    )


async def edit(bot: Bot, chat_id: int, message_id: int, view: View, *, plain: bool = False) -> bool:
    """Put a view, or its bare text, in place of a message; False if that message cannot be edited any more."""
    try:
        await bot.edit_message_text(
            plain_text(view.text) if plain else view.text,
            chat_id,
            message_id,
            parse_mode=None if plain else ParseMode.HTML,
            reply_markup=None if plain else markup(view),
            link_preview_options=_preview(view),
        )
    except BadRequest as error:
        match family(str(error)):
            case Family.NOT_MODIFIED:
                return True
            case Family.MESSAGE_GONE:
                return False
        raise
    return True


async def send_photo(bot: Bot, chat_id: int, thread_id: int, view: View, photo: bytes | str) -> str:
    """Send a picture (its bytes, or Telegram's file_id) with the view as caption and buttons; returns its file_id."""
    return (await post_photo(bot, chat_id, thread_id, view, photo)).photo[-1].file_id


async def post_photo(bot: Bot, chat_id: int, thread_id: int, view: View, photo: bytes | str) -> Message:
    """Send a picture as `send_photo` does; returns the message."""
    return await bot.send_photo(
        chat_id,
        photo,
        caption=view.text,
        parse_mode=ParseMode.HTML,
        message_thread_id=thread_id if thread_id > GENERAL_THREAD else None,
        reply_markup=markup(view),
    )


async def edit_photo(bot: Bot, chat_id: int, message_id: int, view: View, photo: bytes | str) -> str | None:
    """Put a picture in place of another; returns its file_id, None if that message cannot be edited any more."""
    media = InputMediaPhoto(photo, caption=view.text, parse_mode=ParseMode.HTML)
    try:
        edited = await bot.edit_message_media(media, chat_id, message_id, reply_markup=markup(view))
    except BadRequest as error:
        match family(str(error)):
            case Family.NOT_MODIFIED if isinstance(photo, str):
                return photo
            case Family.MESSAGE_GONE:
                return None
        raise
    return edited.photo[-1].file_id if isinstance(edited, Message) else None


async def answer_inline(bot: Bot, query_id: str, answer: Answer, cache_seconds: int) -> None:
    """Show cards above the line in which somebody typed the bot's name; Telegram keeps them for that person alone."""
    results = [
        InlineQueryResultArticle(
            card.id,
            card.title,
            InputTextMessageContent(card.view.text, ParseMode.HTML, link_preview_options=_preview(card.view)),
            reply_markup=markup(card.view),
            description=card.line or None,
        )
        for card in answer.cards
    ]
    await bot.answer_inline_query(
        query_id,
        results,
        cache_time=cache_seconds,
        is_personal=True,
        button=InlineQueryResultsButton(answer.label, start_parameter=answer.parameter),
    )
