"""The people who decide what the bot does in a group or channel."""

from __future__ import annotations

from dataclasses import replace

from telegram import Bot, ChatMember, ChatMemberAdministrator
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.domain.chats import Chat


def may_manage(member: ChatMember, chat: Chat) -> bool:
    """Return whether a member may decide what the bot posts: an admin, who in a channel may post too."""
    if chat.channel and isinstance(member, ChatMemberAdministrator):
        return bool(member.can_post_messages)
    return member.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def manages(bot: Bot, chat: Chat, person: int) -> bool:
    """Ask Telegram whether a person may decide that now."""
    try:
        member = await bot.get_chat_member(chat.id, person)
    except ChatMigrated as moved:
        return await manages(bot, replace(chat, id=moved.new_chat_id), person)
    except (BadRequest, Forbidden):  # nobody of this chat, such as a channel that speaks in it; or the bot was removed
        return False
    return may_manage(member, chat)
