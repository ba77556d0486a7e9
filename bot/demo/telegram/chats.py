"""Methods about chats and their members."""

from __future__ import annotations

from bot.demo.telegram.access import readable, writable
from bot.demo.telegram.people import Chat
from bot.demo.telegram.rights import NOT_IN_CHAT, member_object
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World


def get_chat(world: World, params: Params) -> JSON:
    """Return a chat's full description."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    chat = readable(world, params.values.get("chat_id"))
    described = chat.object | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.pinned:
        described["pinned_message"] = chat.messages[max(chat.pinned)]
    return described


def get_chat_member(world: World, params: Params) -> JSON:
    """Return the status of a person (or the bot) in a chat."""
    chat = readable(world, params.values.get("chat_id"))
    user_id = params.integer("user_id")
    if user_id == world.bot["id"]:
        return member_object(world.bot, chat.bot, chat.kind)
    _check_list(chat)
    if user_id not in world.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return _member(world, chat, user_id)


def get_chat_administrators(world: World, params: Params) -> list[JSON]:
    """Return the administrators of a group or a channel; the first of them owns it."""
    chat = readable(world, params.values.get("chat_id"))
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    _check_list(chat)
    members = [_member(world, chat, person) for person in chat.admins]
    if chat.bot.administers:
        members.append(member_object(world.bot, chat.bot, chat.kind))
    return members


def get_chat_member_count(world: World, params: Params) -> int:
    """Return the number of members, the bot among them."""
    chat = readable(world, params.values.get("chat_id"))
    return len(chat.members) + chat.bot.present + chat.others


def leave_chat(world: World, params: Params) -> bool:
    """Remove the bot from a group or a channel."""
    chat = writable(world, params.values.get("chat_id"))
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot = NOT_IN_CHAT
    world.publish({"type": "chat", "chat": chat.id})
    return True


def _check_list(chat: Chat) -> None:
    """Raise ApiError where only administrators see the members."""
    if chat.kind == "channel" and not chat.bot.administers:
        raise bad_request("member list is inaccessible")


def _member(world: World, chat: Chat, person_id: int) -> JSON:
    return member_object(world.people[person_id].user(), chat.member(person_id), chat.kind)
