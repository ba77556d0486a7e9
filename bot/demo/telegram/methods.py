"""The table of the methods of the embedded Bot API."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from bot.demo.telegram import chats, forums, guests, inline, media, messages, pins, profile
from bot.demo.telegram.records import Webhook
from bot.demo.telegram.updates import WEBHOOK_SET
from bot.demo.telegram.wire import JSON, ApiError, Params, bad_request
from bot.demo.telegram.world import World

Method = Callable[[World, Params], object]

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(world: World, params: Params) -> list[JSON]:
    """Long polling: the only method that waits."""
    if world.webhook.url:
        raise ApiError(409, WEBHOOK_ACTIVE)
    _allow(world, params)
    return await world.updates.poll(params.integer("offset"), params.integer("limit", 100), params.integer("timeout"))


def set_webhook(world: World, params: Params) -> bool:
    """Post updates to a URL from now on: https, or http on loopback as a local Bot API server allows."""
    url = params.text("url")
    if not url:
        return delete_webhook(world, params)
    if not _takes_webhooks(url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(params.text("secret_token")):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, params)
    _drop_if_asked(world, params)
    world.updates.interrupt(WEBHOOK_SET)
    world.webhook = Webhook(url, params.text("secret_token"), params.integer("max_connections", 40))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    """Return to getUpdates."""
    _drop_if_asked(world, params)
    world.webhook = Webhook()
    return True


def get_webhook_info(world: World, _params: Params) -> JSON:
    """Return the webhook's address, the number of pending updates and the last error."""
    webhook = world.webhook
    info: JSON = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error:
        info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


def log_out(_world: World, _params: Params) -> bool:
    """Do nothing: there is no other server to move to."""
    return True


def _takes_webhooks(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _allow(world: World, params: Params) -> None:
    """Store allowed_updates; without the parameter they stay as they were."""
    allowed = params.array("allowed_updates")
    if allowed is not None:
        world.updates.allowed = [kind for kind in allowed if isinstance(kind, str)]


def _drop_if_asked(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.clear()


_METHODS: dict[str, Method] = {
    "answerCallbackQuery": messages.answer_callback_query,
    "answerGuestQuery": guests.answer_guest_query,
    "answerInlineQuery": inline.answer_inline_query,
    "close": log_out,
    "closeForumTopic": forums.close_forum_topic,
    "closeGeneralForumTopic": forums.close_general_forum_topic,
    "createForumTopic": forums.create_forum_topic,
    "deleteForumTopic": forums.delete_forum_topic,
    "deleteMessage": messages.delete_message,
    "deleteMyCommands": profile.delete_my_commands,
    "deleteWebhook": delete_webhook,
    "editForumTopic": forums.edit_forum_topic,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageMedia": messages.edit_message_media,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "editMessageText": messages.edit_message_text,
    "getChat": chats.get_chat,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMember": chats.get_chat_member,
    "getChatMemberCount": chats.get_chat_member_count,
    "getChatMenuButton": profile.get_chat_menu_button,
    "getFile": media.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.get_my_description,
    "getMyName": profile.get_my_name,
    "getMyShortDescription": profile.get_my_short_description,
    "getUpdates": get_updates,
    "getWebhookInfo": get_webhook_info,
    "hideGeneralForumTopic": forums.hide_general_forum_topic,
    "leaveChat": chats.leave_chat,
    "logOut": log_out,
    "pinChatMessage": pins.pin_chat_message,
    "reopenForumTopic": forums.reopen_forum_topic,
    "reopenGeneralForumTopic": forums.reopen_general_forum_topic,
    "sendChatAction": messages.send_chat_action,
    "sendDocument": messages.send_document,
    "sendMessage": messages.send_message,
    "sendPhoto": messages.send_photo,
    "setChatMenuButton": profile.set_chat_menu_button,
    "setMessageReaction": messages.set_message_reaction,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyName": profile.set_my_name,
    "setMyShortDescription": profile.set_my_short_description,
    "setWebhook": set_webhook,
    "unhideGeneralForumTopic": forums.unhide_general_forum_topic,
    "unpinAllChatMessages": pins.unpin_all_chat_messages,
    "unpinChatMessage": pins.unpin_chat_message,
}

# By lower-case name, with the documented name: the Bot API ignores case.
METHODS: dict[str, tuple[str, Method]] = {name.lower(): (name, method) for name, method in _METHODS.items()}
