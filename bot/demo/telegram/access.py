"""The real server's checks before a call reads or writes a chat: https://github.com/tdlib/telegram-bot-api."""

from __future__ import annotations

from bot.demo.telegram.people import Chat
from bot.demo.telegram.rights import KICKED
from bot.demo.telegram.wire import ApiError, bad_request
from bot.demo.telegram.world import World

# The permission of a restricted member that each kind of message needs, by the name that the refusal gives it.
_PERMISSION = {"text messages": "can_send_messages", "photos": "can_send_photos", "documents": "can_send_documents"}


def readable(world: World, chat_id: object) -> Chat:
    """Return the chat of a call that reads there. Raises ApiError if the bot may not: it left a chat without a name."""
    chat = _active(world, chat_id)
    if chat.kind in ("supergroup", "channel") and not (chat.bot.present or _public(chat)):
        raise _absent(chat)
    return chat


def writable(world: World, chat_id: object) -> Chat:
    """Return the chat of a call that changes something there. Raises ApiError if the bot is not in it."""
    chat = _active(world, chat_id)
    if chat.private:
        if not world.people[chat.id].started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if chat.bot.status == KICKED:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
    elif not chat.bot.present:
        raise _absent(chat)
    return chat


def open_to(world: World, chat_id: object, content: str) -> Chat:
    """Return the chat to which the bot sends text messages, photos or documents. Raises ApiError if it may not."""
    chat = writable(world, chat_id)
    if chat.kind == "channel" and not chat.bot.may("can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    if not chat.private and not chat.bot.may_send(_PERMISSION[content]):
        raise bad_request(f"not enough rights to send {content} to the chat")
    return chat


def _active(world: World, chat_id: object) -> Chat:
    chat = world.chat(chat_id)
    if chat.migrated_to is not None:
        raise ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.migrated_to},
        )
    if chat.deleted:
        raise ApiError(403, "Forbidden: the group chat was deleted")
    if chat.bot.status == KICKED and chat.kind in ("supergroup", "channel"):
        raise _absent(chat)
    return chat


def _public(chat: Chat) -> bool:
    return "username" in chat.object


def _absent(chat: Chat) -> ApiError:
    if chat.bot.status == KICKED:
        return ApiError(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
    return ApiError(403, f"Forbidden: bot is not a member of the {chat.kind} chat")
