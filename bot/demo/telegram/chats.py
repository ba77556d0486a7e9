"""Methods about chats and their members."""

from __future__ import annotations

from bot.demo.telegram.people import LEFT, MEMBER, Chat, member_object
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World


def get_chat(world: World, params: Params) -> JSON:
    """Return a chat's full description."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return world.chat(params.values.get("chat_id")).object | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_chat_member(world: World, params: Params) -> JSON:
    """Return the status of a person (or the bot) in a chat."""
    chat = world.chat(params.values.get("chat_id"))
    user_id = params.integer("user_id")
    if user_id == world.bot["id"]:
        return member_object(world.bot, chat.bot_status)
    if user_id not in world.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return _member(world, chat, user_id)


def get_chat_administrators(world: World, params: Params) -> list[JSON]:
    """Return the administrators of a group; the first of them owns it."""
    chat = world.chat(params.values.get("chat_id"))
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    members = [_member(world, chat, person) for person in chat.admins]
    if chat.bot_status == "administrator":
        members.append(member_object(world.bot, chat.bot_status))
    return members


def leave_chat(world: World, params: Params) -> bool:
    """Remove the bot from a group."""
    chat = world.writable(params.values.get("chat_id"))
    if chat.private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.bot_status = LEFT
    world.publish({"type": "blocked", "chat": chat.id, "blocked": True})
    return True


def _member(world: World, chat: Chat, person_id: int) -> JSON:
    if person_id in chat.admins:
        status = "creator" if chat.admins[0] == person_id else "administrator"
    else:
        status = MEMBER if person_id in chat.members else LEFT
    return member_object(world.people[person_id].user(), status)
