"""Answers to errors: a message, or an alert over the pressed button."""

from __future__ import annotations

from dataclasses import replace

from telegram.error import TelegramError

from bot.domain.errors import ExpiredButton, InvalidInput, NotAllowed, StorageError, TooFast
from bot.i18n import Translator
from bot.views import errors as views
from bot.views.message import Button, View, plain_text
from handlers import inline
from handlers.context import Context

# The longest alert over a button (Bot API, answerCallbackQuery).
MAX_ALERT = 200


async def answer_error(ctx: Context, error: Exception) -> None:
    """Answer an error that the handler of an update raised, where the update came from."""
    if ctx.inline_query:
        await inline.reply_error(ctx, ctx.inline_query)
        return
    ctx.asks_for_messages = False
    view = _view(ctx.t, error)
    if isinstance(error, NotAllowed) and error.private_link and not ctx.callback_query:
        url = f"https://t.me/{ctx.bot.username}?start={error.private_link}"
        view = replace(view, buttons=((Button(ctx.t.plain("common.button_private"), url=url),),))
    text = plain_text(view.text)
    if ctx.callback_query and len(text) <= MAX_ALERT and not view.buttons:
        await ctx.answer_callback(text, alert=not isinstance(error, TooFast))
    else:
        await ctx.reply(view)
        await ctx.answer_callback("")


def _view(t: Translator, error: Exception) -> View:
    match error:
        case InvalidInput():
            return views.invalid_input(t, error)
        case NotAllowed():
            return View(t(error.key))
        case TooFast():
            return View(t("common.too_fast", seconds=error.seconds))
        case ExpiredButton():
            return View(t("common.expired_button"))
        case StorageError():
            return View(t("common.storage_error"))
        case TelegramError():  # raised before or after the change
            return View(t("common.telegram_error"))
    return View(t("common.error"))
