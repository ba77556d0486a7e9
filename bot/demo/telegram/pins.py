"""Pinned messages, which the bot and people pin and unpin."""

from __future__ import annotations

from bot.demo.telegram.access import writable
from bot.demo.telegram.membership import service_message
from bot.demo.telegram.people import Chat, is_service
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World


def pin_chat_message(world: World, params: Params) -> bool:
    """Pin a message as the bot; `disable_notification` changes nothing here, since the page has no notifications."""
    chat = writable(world, params.values.get("chat_id"))
    pin(world, chat, world.bot["id"], params.integer("message_id"))
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    """Unpin a message as the bot, without a message_id the newest of those that are pinned."""
    chat = writable(world, params.values.get("chat_id"))
    unpin(world, chat, world.bot["id"], params.integer("message_id", max(chat.pinned, default=0)))
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    """Unpin all messages as the bot."""
    chat = writable(world, params.values.get("chat_id"))
    _check_right(world, chat, world.bot["id"])
    chat.pinned.clear()
    world.publish({"type": "chat", "chat": chat.id})
    return True


def pin(world: World, chat: Chat, by: int, message_id: int) -> None:
    """Pin a message, once; a service message announces it in every kind of chat.

    Raises ApiError for an unknown message, a service message, and without the right.
    """
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to pin not found")
    _check_right(world, chat, by)
    if is_service(message):
        raise bad_request("message can't be pinned")
    if message_id in chat.pinned:
        return
    chat.pinned.add(message_id)
    pinned = {name: value for name, value in message.items() if name != "reply_to_message"}
    place: JSON = {name: message[name] for name in ("message_thread_id", "is_topic_message") if name in message}
    service_message(world, chat, by, {"pinned_message": pinned, **place})
    world.publish({"type": "chat", "chat": chat.id})


def unpin(world: World, chat: Chat, by: int, message_id: int) -> None:
    """Unpin a message; nothing announces it. Raises ApiError for an unknown message and without the right."""
    if message_id not in chat.messages:
        raise bad_request("message to unpin not found")
    _check_right(world, chat, by)
    chat.pinned.discard(message_id)
    world.publish({"type": "chat", "chat": chat.id})


def _check_right(world: World, chat: Chat, by: int) -> None:
    """Raise ApiError unless a person or the bot may pin: in private chats always, else by a right of admins."""
    right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
    if not chat.private and not world.member(chat, by).may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
