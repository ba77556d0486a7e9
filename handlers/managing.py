"""The management of a group or channel from a private chat: each button and answer acts on its destination."""

from __future__ import annotations

from telegram import ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.domain.chats import Chat
from bot.domain.errors import NotAllowed
from bot.domain.rights import Right, needed
from bot.services import chats
from bot.services import managing as service
from handlers.admins import may_manage
from handlers.context import Context, existing

# The right of an administrator that each of ours is.
_ADMIN_RIGHTS = {
    Right.POST: "can_post_messages",
    Right.EDIT: "can_edit_messages",
    Right.PIN: "can_pin_messages",
    Right.TOPICS: "can_manage_topics",
}


async def manage(ctx: Context, destination_id: int) -> None:
    """Let the rest of the update be about a destination.

    ExpiredButton for a button about none of this id, or outside of a private chat; NotAllowed for a text or a link
    about none, and if the person may not manage it.
    """
    found = await service.managed(ctx.database, destination_id) if ctx.here.private else None
    if found is None and ctx.callback_query is None:
        raise NotAllowed("chats.unreachable")
    managed = existing(found)
    try:
        await need_manager(ctx, managed.chat)
    except ChatMigrated as moved:  # Telegram's message about the move has not come yet
        await chats.move_to_supergroup(ctx.database, managed.chat.id, moved.new_chat_id)
        await manage(ctx, destination_id)
    else:
        ctx.manage(managed.destination, managed.chat)


async def need_manager(ctx: Context, chat: Chat) -> ChatMember:
    """Ask Telegram whether the person may manage a chat now; NotAllowed if not, and they manage it no more."""
    person = ctx.user_id or ctx.here.id
    try:
        member = await ctx.bot.get_chat_member(chat.id, person)
    except (BadRequest, Forbidden):  # the bot is not in the chat any more, or not its administrator
        raise NotAllowed("chats.unreachable") from None
    if not may_manage(member, chat):
        await service.stop_managing(ctx.database, chat.id, person)
        raise NotAllowed("chats.not_admin")
    return member


async def missing_rights(ctx: Context, info: ChatFullInfo) -> tuple[Right, ...]:
    """Return the rights that the bot lacks in a chat. BadRequest or Forbidden if it is not there."""
    member = await ctx.bot.get_chat_member(info.id, ctx.bot.id)
    if member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
        raise Forbidden("bot is not a member of the chat")
    return lacking(member, info)


def lacking(member: ChatMember, info: ChatFullInfo) -> tuple[Right, ...]:
    """Return the rights that the bot lacks as this member of a chat."""
    channel = info.type == ChatType.CHANNEL
    return tuple(one for one in needed(channel=channel, forum=bool(info.is_forum)) if not _has(member, one, info))


def _has(member: ChatMember, right: Right, info: ChatFullInfo) -> bool:
    if isinstance(member, ChatMemberAdministrator):
        in_group = right is Right.POST and info.type != ChatType.CHANNEL
        return in_group or bool(getattr(member, _ADMIN_RIGHTS[right]))
    if isinstance(member, ChatMemberRestricted):
        return right is Right.POST and member.is_member and member.can_send_messages
    everybody = info.permissions
    if member.status != ChatMemberStatus.MEMBER or info.type == ChatType.CHANNEL:
        return False
    if right is Right.POST:
        return everybody is None or bool(everybody.can_send_messages)
    return everybody is not None and bool(getattr(everybody, _ADMIN_RIGHTS[right], False))
