"""Actions of people on chats: they add, promote and remove the bot and each other, rename, delete and migrate."""

from __future__ import annotations

from bot.demo.telegram.people import Chat
from bot.demo.telegram.rights import (
    CREATOR,
    IN_CHAT,
    KICKED,
    LEFT,
    MEMBER,
    PERMISSIONS,
    RESTRICTED,
    Member,
    administrator,
    member_object,
)
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World

# The longest title of a group or a channel, in characters.
MAX_TITLE = 128


def set_bot(world: World, chat: Chat, by: int, member: Member) -> None:
    """Give the bot another status or other rights: the bot gets my_chat_member if that changes anything."""
    old, chat.bot = chat.bot, member
    if old == member:
        return
    world.updates.add("my_chat_member", _change(world, chat, by, world.bot["id"], old, member))
    world.publish({"type": "chat", "chat": chat.id})


def change(world: World, chat_id: int, by: int, member_id: int, member: Member) -> None:
    """Change the status of the bot or a person, by a person who may do that.

    The bot gets chat_member about people where it is an administrator. Raises ValueError for an unknown chat or person,
    without the right (can_promote_members for administrators, else can_restrict_members), and for the owner.
    """
    chat = _chat_of(world, chat_id, by)
    is_bot = member_id == world.bot["id"]
    old = world.member(chat, member_id)
    right = _needed(chat, old, member)
    if by != member_id and right and not chat.member(by).may(right):
        raise ValueError(f"person {by} has no right to do that: {right}")
    if old.status == CREATOR or member.status == CREATOR:
        raise ValueError("the owner of a chat stays its owner")
    if member.status == RESTRICTED and (chat.kind != "supergroup" or member.rights - set(PERMISSIONS)):
        raise ValueError("members are restricted in supergroups only, by known permissions")
    if is_bot and chat.kind == "channel" and member == IN_CHAT:
        raise ValueError("a bot is in a channel as an admin only")
    if is_bot:
        set_bot(world, chat, by, member)
        return
    if member_id not in world.people:
        raise ValueError(f"no person {member_id}")
    chat.people[member_id] = member
    if chat.bot.administers and old != member:
        world.updates.add("chat_member", _change(world, chat, by, member_id, old, member))
    _show(world, chat)


def join(world: World, chat_id: int, person_id: int) -> None:
    """Let a person join a chat. Raises ValueError for an unknown one, and for a person who was banned."""
    chat = world.chats.get(chat_id)
    if chat is None or chat.private or chat.deleted or chat.member(person_id).status == KICKED:
        raise ValueError(f"person {person_id} cannot join chat {chat_id}")
    if chat.member(person_id).present:
        return
    if person_id not in world.people:
        raise ValueError(f"no person {person_id}")
    old = chat.member(person_id)
    chat.people[person_id] = IN_CHAT
    if chat.bot.administers:
        update = _change(world, chat, person_id, person_id, old, IN_CHAT)
        world.updates.add("chat_member", update)
    _show(world, chat)


def rename(world: World, chat_id: int, by: int, title: str) -> None:
    """Rename a chat; a service message announces it. Raises ValueError without the right can_change_info."""
    chat = _chat_of(world, chat_id, by)
    if not chat.member(by).may("can_change_info"):
        raise ValueError(f"person {by} may not rename chat {chat_id}")
    chat.title = title
    chat.object = chat.object | {"title": title}
    service_message(world, chat, by, {"new_chat_title": title})
    _show(world, chat)


def delete_chat(world: World, chat_id: int, by: int) -> None:
    """Delete a chat: later calls are refused. Raises ValueError for anybody but the owner."""
    chat = _chat_of(world, chat_id, by)
    if chat.member(by).status != CREATOR:
        raise ValueError(f"person {by} does not own chat {chat_id}")
    chat.deleted = True
    _show(world, chat)


def migrate(world: World, group_id: int, new_id: int) -> Chat:
    """Make a supergroup of a basic group, under a new id; a service message in each announces it."""
    old = world.chats[group_id]
    new = world.add_chat(Chat(new_id, old.title, dict(old.people), old.bot, old.others), "supergroup")
    by = old.members[0]
    service_message(world, old, by, {"migrate_to_chat_id": new_id})
    service_message(world, new, by, {"migrate_from_chat_id": group_id})
    old.migrated_to = new_id
    _show(world, new)
    return new


def service_message(world: World, chat: Chat, by: int, content: JSON) -> JSON:
    """Add a service message about an action of a person or the bot; the bot gets its own ones, too."""
    message = world.add_message(chat, world.user(by), content)
    world.deliver(chat, message, always=True)
    return message


def promoted(chat: Chat, rights: list[str] | None) -> Member:
    """Return an administrator of a chat with these rights; None: all rights of its kind of chat."""
    return administrator(chat.kind, None if rights is None else frozenset(rights))


def _needed(chat: Chat, old: Member, new: Member) -> str:
    """Return the right that a change needs; empty for one that every member may make."""
    if old.administers or new.administers:
        return "can_promote_members"
    if old.status in (LEFT, KICKED) and new.status == MEMBER:
        # Only admins add somebody to a channel; a banned one is let in again by those who may ban.
        return "can_restrict_members" if old.status == KICKED else "can_invite_users" if chat.kind == "channel" else ""
    return "can_restrict_members"


def _chat_of(world: World, chat_id: int, person_id: int) -> Chat:
    """Return a chat that a person is in. Raises ValueError if they are not, and for a private chat."""
    _, chat = world.present(person_id, chat_id)
    if chat.private:
        raise ValueError("a private chat has no other members")
    return chat


def _change(world: World, chat: Chat, by: int, user_id: int, old: Member, new: Member) -> JSON:
    user = world.user(user_id)
    return {
        "chat": chat.object,
        "from": world.user(by),
        "date": int(world.clock()),
        "old_chat_member": member_object(user, old, chat.kind),
        "new_chat_member": member_object(user, new, chat.kind),
    }


def _show(world: World, chat: Chat) -> None:
    """Let the pages show the chats and their members anew."""
    world.publish({"type": "chats", "chat": chat.id})
