"""The state that the page shows: people, and chats with their members, rights, pinned messages and topics."""

from __future__ import annotations

from bot.demo.telegram.people import Chat
from bot.demo.telegram.profile import shown_bot, shown_commands
from bot.demo.telegram.rights import Member
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World

# Messages of a chat that a page gets when it connects.
MESSAGES_SHOWN = 200


def whole_state(world: World, tour: dict[str, list[str]]) -> JSON:
    """Return the state that a page needs at its start; `tour` has the finished steps by a person's id."""
    people = [
        {
            "id": person.id,
            "first_name": person.first_name,
            "username": person.username,
            "language_code": person.language_code,
            "role": person.role,
        }
        for person in world.people.values()
    ]
    shown = [chat for chat in world.chats.values() if chat.migrated_to is None and not chat.deleted]
    return {
        "type": "hello",
        "bot": shown_bot(world),
        "people": people,
        "chats": [described_chat(world, chat) for chat in shown],
        "messages": {str(chat.id): list(chat.messages.values())[-MESSAGES_SHOWN:] for chat in shown},
        "commands": shown_commands(world),
        "sites": {host: site.name for host, site in world.sites.items()},
        "tour": tour,
    }


def described_chat(world: World, chat: Chat) -> JSON:
    """Return a chat without its messages; `size` counts its people, `authors` has who wrote each post, by message."""
    return {
        "id": chat.id,
        "type": chat.kind,
        "title": world.people[chat.id].first_name if chat.private else chat.title,
        "size": len(chat.members) + chat.others,
        "members": {person: _member(chat.member(person)) for person in chat.members},
        "bot": _member(chat.bot),
        "blocked": not chat.bot.present,
        "keyboard": chat.keyboard,
        "reactions": chat.reactions,
        "pinned": sorted(chat.pinned),
        "authors": chat.posters,
        "forum": _forum(chat),
    }


def _member(member: Member) -> JSON:
    return {"status": member.status, "rights": sorted(member.rights)}


def _forum(chat: Chat) -> JSON | None:
    """Return the topics of a forum, the oldest first, and the state of General."""
    if chat.forum is None:
        return None
    topics = [
        {"id": thread, "name": topic.name, "color": f"#{topic.icon_color:06x}", "closed": topic.closed}
        for thread, topic in chat.forum.topics.items()
    ]
    return {"topics": topics, "closed": chat.forum.general_closed, "hidden": chat.forum.general_hidden}
