"""Telegram's list of a person's chats, behind keys of the reply keyboard (Bot API, KeyboardButtonRequestChat)."""

from __future__ import annotations

from typing import Any

from telegram import ChatAdministratorRights

from bot.views.message import ChatKey

# Returned with the chosen chat. The chat's own type is asked for anyway, so that the numbers only have to differ.
CHANNEL, GROUP = 1, 2
_NO_RIGHTS = ChatAdministratorRights.no_rights().to_dict()
# In a channel the bot posts, and pins boards, for which Telegram wants the right to edit.
_IN_CHANNEL = _NO_RIGHTS | {"can_manage_chat": True, "can_post_messages": True, "can_edit_messages": True}
_IN_GROUP = _NO_RIGHTS | {"can_manage_chat": True}


def key(one: ChatKey) -> dict[str, Any]:
    """Return a key that lists the channels or groups that a person administers; choosing one adds the bot to it.

    In a channel the bot becomes an administrator. In a group it becomes a member: an administrator would receive all
    messages of the group.
    """
    request: dict[str, Any] = {
        "request_id": CHANNEL if one.channel else GROUP,
        "chat_is_channel": one.channel,
        "user_administrator_rights": _IN_CHANNEL if one.channel else _IN_GROUP,
        "request_title": True,
    }
    request |= {"bot_administrator_rights": _IN_CHANNEL} if one.channel else {"bot_is_member": True}
    return {"text": one.label, "request_chat": request}
