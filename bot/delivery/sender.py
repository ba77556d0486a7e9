"""The sender: puts views into chats. Nothing else of the program makes these calls or knows their parameters."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputFile,
    InputMediaPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    SwitchInlineQueryChosenChat,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.delivery import picker
from bot.delivery.families import Family, family
from bot.delivery.rate_limiter import Permission
from bot.delivery.request import post
from bot.domain.chats import GENERAL_THREAD
from bot.views.inline import Answer, Card
from bot.views.message import Button, ChatKey, View, plain_text

# Lets the app of the person mentioned in a message open a field for the answer (Bot API, ForceReply).
_PROMPT = {"force_reply": True, "selective": True}


def _anywhere(query: str) -> SwitchInlineQueryChosenChat:
    """Let the person choose a chat of any kind, and begin an inline query there."""
    return SwitchInlineQueryChosenChat(
        query, allow_user_chats=True, allow_group_chats=True, allow_channel_chats=True, allow_bot_chats=False
    )


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
                    switch_inline_query_chosen_chat=_anywhere(button.share) if button.share else None,
                    style=button.style,
                )
                for button in row
            ]
            for row in view.buttons
        ]
    )


def _preview(view: View) -> LinkPreviewOptions:
    return LinkPreviewOptions(url=view.preview_url) if view.preview_url else LinkPreviewOptions(is_disabled=True)


@lru_cache(maxsize=256)
def _content(view: View, plain: bool) -> dict[str, Any]:
    """Return the parameters that are the same for all chats that a view is sent to."""
    parameters: dict[str, Any] = {"text": plain_text(view.text) if plain else view.text}
    parameters["link_preview_options"] = _preview(view).to_dict()
    if not plain:
        parameters["parse_mode"] = ParseMode.HTML
        if (buttons := markup(view)) is not None:
            parameters["reply_markup"] = buttons.to_dict()
        elif view.keyboard is not None:
            parameters["reply_markup"] = _reply_keyboard(view.keyboard)
    return parameters


def _result(card: Card) -> InlineQueryResultArticle | InlineQueryResultCachedPhoto:
    """Return a card as Telegram wants it."""
    view, line = card.view, card.line or None
    if card.photo is not None:
        return InlineQueryResultCachedPhoto(
            card.id, card.photo, card.title, line, view.text, markup(view), parse_mode=ParseMode.HTML
        )
    content = InputTextMessageContent(view.text, ParseMode.HTML, link_preview_options=_preview(view))
    return InlineQueryResultArticle(card.id, card.title, content, reply_markup=markup(view), description=line)


def _reply_keyboard(rows: tuple[tuple[str | ChatKey, ...], ...]) -> dict[str, Any]:
    if not rows:
        return {"remove_keyboard": True}
    keys = [[picker.key(one) if isinstance(one, ChatKey) else {"text": one} for one in row] for row in rows]
    return {"keyboard": keys, "resize_keyboard": True, "is_persistent": True}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture in a chat: the number of its message, and Telegram's id of the file, by which it is sent again."""

    message_id: int
    file_id: str


class Sender:
    """Sends messages, edits them and answers inline queries by the account of a bot.

    Texts are sent without the library's objects, at half the CPU (docs/decisions/0030). Errors are the library's.
    A request without a `permission` waits for one as an answer to a person (bot/delivery/request.py).
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(
        self,
        chat_id: int,
        thread_id: int,
        view: View,
        *,
        silent: bool = False,
        plain: bool = False,
        paid: bool = False,
        prompt: bool = False,
        permission: Permission | None = None,
    ) -> int:
        """Send a view as a new message; returns its id.

        `plain`: its bare text, where Telegram refused our markup. `paid`: beyond the free 30 a second, for stars (Bot
        API, allow_paid_broadcast). `prompt`: the person mentioned in it is asked to reply.
        """
        parameters: dict[str, Any] = {"chat_id": chat_id, **_content(view, plain)}
        if thread_id > GENERAL_THREAD:
            parameters["message_thread_id"] = thread_id
        if silent:
            parameters["disable_notification"] = True
        if prompt:
            parameters["reply_markup"] = _PROMPT
        if paid:
            parameters["allow_paid_broadcast"] = True
        answer = await self._post("sendMessage", parameters, permission)
        number = answer.get("message_id") if isinstance(answer, dict) else None
        if not isinstance(number, int):
            raise NetworkError("an answer without a message")
        return number

    async def edit(
        self, chat_id: int, message_id: int, view: View, *, plain: bool = False, permission: Permission | None = None
    ) -> bool:
        """Replace a message by a view, or its bare text; False if that message cannot be edited any more."""
        parameters = {"chat_id": chat_id, "message_id": message_id, **_content(view, plain)}
        return await self._edited("editMessageText", parameters, permission)

    async def pin(self, chat_id: int, message_id: int) -> bool:
        """Pin a message without a notification; False if the bot may not pin there."""
        try:
            await self._bot.pin_chat_message(chat_id, message_id, disable_notification=True)
        except (BadRequest, Forbidden):
            return False
        return True

    async def take_down(self, chat_id: int, message_id: int) -> None:
        """Delete a message, or unpin it where it is too old to be deleted; nothing if it is gone."""
        try:
            await self._bot.delete_message(chat_id, message_id)
        except (BadRequest, Forbidden):
            with suppress(BadRequest, Forbidden):
                await self._bot.unpin_chat_message(chat_id, message_id)

    async def edit_buttons(self, chat_id: int, message_id: int, rows: tuple[tuple[Button, ...], ...]) -> bool:
        """Replace the buttons under a message; False if that message cannot be edited any more."""
        parameters: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id}
        if (buttons := markup(View("", rows))) is not None:
            parameters["reply_markup"] = buttons.to_dict()
        return await self._edited("editMessageReplyMarkup", parameters)

    async def _edited(self, method: str, parameters: dict[str, Any], permission: Permission | None = None) -> bool:
        """Edit a message by a method; False if it cannot be edited any more."""
        try:
            await self._post(method, parameters, permission)
        except BadRequest as error:
            match family(str(error)):
                case Family.NOT_MODIFIED:
                    return True
                case Family.MESSAGE_GONE:
                    return False
            raise
        return True

    async def send_photo(self, chat_id: int, thread_id: int, view: View, photo: bytes | str) -> Photo:
        """Send a picture (its bytes, or Telegram's id of the file) with the view as caption and buttons."""
        message = await self._bot.send_photo(
            chat_id,
            photo,
            caption=view.text,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread_id if thread_id > GENERAL_THREAD else None,
            reply_markup=markup(view),
        )
        return Photo(message.message_id, message.photo[-1].file_id)

    async def edit_photo(self, chat_id: int, message_id: int, view: View, photo: bytes | str) -> str | None:
        """Replace a picture by another; returns its file_id, None if that message cannot be edited any more."""
        media = InputMediaPhoto(photo, caption=view.text, parse_mode=ParseMode.HTML)
        try:
            edited = await self._bot.edit_message_media(media, chat_id, message_id, reply_markup=markup(view))
        except BadRequest as error:
            match family(str(error)):
                case Family.NOT_MODIFIED if isinstance(photo, str):
                    return photo
                case Family.MESSAGE_GONE:
                    return None
            raise
        return edited.photo[-1].file_id if isinstance(edited, Message) else None

    async def send_file(self, chat_id: int, thread_id: int, name: str, content: bytes, caption: str) -> int:
        """Send a document with an HTML caption (1024 characters at most, by the Bot API); returns its message's id."""
        message = await self._bot.send_document(
            chat_id,
            InputFile(BytesIO(content), filename=name),
            caption=caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=thread_id if thread_id > GENERAL_THREAD else None,
        )
        return message.message_id

    async def answer_inline(self, query_id: str, answer: Answer, cache_seconds: int) -> None:
        """Answer an inline query with cards; Telegram keeps them for that person alone, for so many seconds."""
        await self._bot.answer_inline_query(
            query_id,
            [_result(card) for card in answer.cards],
            cache_time=cache_seconds,
            is_personal=True,
            button=InlineQueryResultsButton(answer.label, start_parameter=answer.parameter),
        )

    async def answer_guest(self, query_id: str, card: Card) -> None:
        """Answer a guest query: the card becomes a message in a chat in which the bot is no member."""
        await self._bot.answer_guest_query(query_id, _result(card))

    async def _post(self, method: str, parameters: dict[str, Any], permission: Permission | None) -> Any:
        return await post(self._bot.request, f"{self._bot.base_url}/{method}", parameters, permission=permission)
