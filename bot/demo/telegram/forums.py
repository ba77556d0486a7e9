"""Forums: supergroups with topics, which the bot and people create, close and delete."""

from __future__ import annotations

from bot.demo.telegram.access import writable
from bot.demo.telegram.membership import service_message
from bot.demo.telegram.people import Chat
from bot.demo.telegram.records import Forum, Topic
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World

# https://core.telegram.org/bots/api#createforumtopic
MAX_NAME = 128  # a longer name is cut
ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def create_forum_topic(world: World, params: Params) -> JSON:
    """Create a topic as the bot."""
    chat = writable(world, params.values.get("chat_id"))
    color = params.integer("icon_color", ICON_COLORS[0])
    icon = params.text("icon_custom_emoji_id")
    thread = create(world, chat, world.bot["id"], params.text("name"), color, icon)
    return {"message_thread_id": thread, **_described(_forum(chat).topics[thread])}


def edit_forum_topic(world: World, params: Params) -> bool:
    """Change the name or icon of a topic; an empty name leaves it, an empty icon removes it."""
    chat = writable(world, params.values.get("chat_id"))
    thread = params.integer("message_thread_id")
    topic = _editable(world, chat, world.bot["id"], thread, "edit the topic")
    name = params.text("name").strip()[:MAX_NAME]
    if params.text("name") and not name:
        raise bad_request("title must be non-empty")
    icon = params.text("icon_custom_emoji_id") if "icon_custom_emoji_id" in params.values else topic.icon
    edited: JSON = {"name": name} if name and name != topic.name else {}
    if icon != topic.icon:
        edited["icon_custom_emoji_id"] = icon
    if not edited:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon = name or topic.name, icon
    service_message(world, chat, world.bot["id"], {"forum_topic_edited": edited, **_place(thread)})
    _show(world, chat)
    return True


def close_forum_topic(world: World, params: Params) -> bool:
    """Close a topic as the bot."""
    chat = writable(world, params.values.get("chat_id"))
    set_closed(world, chat, world.bot["id"], params.integer("message_thread_id"), closed=True)
    return True


def reopen_forum_topic(world: World, params: Params) -> bool:
    """Open a closed topic as the bot."""
    chat = writable(world, params.values.get("chat_id"))
    set_closed(world, chat, world.bot["id"], params.integer("message_thread_id"), closed=False)
    return True


def delete_forum_topic(world: World, params: Params) -> bool:
    """Delete a topic with its messages as the bot."""
    chat = writable(world, params.values.get("chat_id"))
    delete(world, chat, world.bot["id"], params.integer("message_thread_id"))
    return True


def close_general_forum_topic(world: World, params: Params) -> bool:
    """Close the General topic as the bot."""
    set_general(world, writable(world, params.values.get("chat_id")), world.bot["id"], closed=True)
    return True


def reopen_general_forum_topic(world: World, params: Params) -> bool:
    """Open the General topic as the bot, and show it again."""
    set_general(world, writable(world, params.values.get("chat_id")), world.bot["id"], closed=False)
    return True


def hide_general_forum_topic(world: World, params: Params) -> bool:
    """Hide the General topic as the bot, and close it."""
    set_general(world, writable(world, params.values.get("chat_id")), world.bot["id"], hidden=True)
    return True


def unhide_general_forum_topic(world: World, params: Params) -> bool:
    """Show the General topic again as the bot."""
    set_general(world, writable(world, params.values.get("chat_id")), world.bot["id"], hidden=False)
    return True


def place_in_topic(chat: Chat, content: JSON, thread: int, *, manages: bool = False) -> None:
    """Add the fields of its topic to the content of a message; without a thread a reply follows the message it answers.

    As on the real server, a message that replies to nothing has the creation of its topic in reply_to_message, and the
    General topic has no thread, not even 1. A closed topic refuses the message unless the sender `manages` topics: the
    documentation does not say whether that holds for bots, so a bot is always refused.
    """
    if chat.forum is None:
        if thread:
            raise bad_request("message thread not found")
        return
    thread = thread or content.get("reply_to_message", {}).get("message_thread_id", 0)
    topic = chat.forum.topics.get(thread)
    if thread and topic is None:
        raise bad_request("message thread not found")
    if (topic.closed if topic else chat.forum.general_closed) and not manages:
        raise bad_request("TOPIC_CLOSED")
    if thread:
        content |= _place(thread)
        if "reply_to_message" not in content and thread in chat.messages:
            content["reply_to_message"] = chat.messages[thread]


def set_forum(world: World, chat: Chat, by: int, on: bool) -> None:
    """Turn a supergroup into a forum or back, as a person; the topics are lost with the forum.

    Raises ApiError in another chat and without the right can_change_info.
    """
    if chat.kind != "supergroup" or not chat.member(by).may("can_change_info"):
        raise bad_request("CHAT_ADMIN_REQUIRED")
    chat.forum = Forum() if on else None
    chat.object = {name: value for name, value in chat.object.items() if name != "is_forum"}
    if on:
        chat.object["is_forum"] = True
    world.publish({"type": "chats", "chat": chat.id})


def create(world: World, chat: Chat, by: int, name: str, color: int = ICON_COLORS[0], icon: str = "") -> int:
    """Create a topic and return its message_thread_id, the number of the service message that announces it."""
    forum = _forum(chat)
    if not world.member(chat, by).may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    name = name.strip()[:MAX_NAME]
    if not name:
        raise bad_request("title must be non-empty")
    if color not in ICON_COLORS:
        raise bad_request("invalid icon color specified")
    if by == world.bot["id"]:
        world.admit(chat)
    topic = Topic(name, by, color, icon)
    message = world.add_message(chat, world.user(by), {"forum_topic_created": _described(topic)})
    thread = int(message["message_id"])
    forum.topics[thread] = topic
    message |= _place(thread)
    world.deliver(chat, message, always=True)
    _show(world, chat)
    return thread


def set_closed(world: World, chat: Chat, by: int, thread: int, *, closed: bool) -> None:
    """Close or open a topic."""
    topic = _editable(world, chat, by, thread, "close or open the topic")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _announce(world, chat, by, closed, _place(thread))


def set_general(world: World, chat: Chat, by: int, *, closed: bool | None = None, hidden: bool | None = None) -> None:
    """Close or open the General topic, or hide or show it; hiding closes it, opening shows it."""
    forum = _forum(chat)
    if not world.member(chat, by).may("can_manage_topics"):
        raise bad_request("not enough rights to close or open the topic")
    if closed in (None, forum.general_closed) and hidden in (None, forum.general_hidden):
        raise bad_request("TOPIC_NOT_MODIFIED")
    if hidden is None:
        forum.general_closed = bool(closed)
        forum.general_hidden = forum.general_hidden and forum.general_closed
        _announce(world, chat, by, forum.general_closed, {})
    else:
        forum.general_hidden = hidden
        forum.general_closed = forum.general_closed or hidden
        service_message(world, chat, by, {f"general_forum_topic_{'hidden' if hidden else 'unhidden'}": {}})
        _show(world, chat)


def delete(world: World, chat: Chat, by: int, thread: int) -> None:
    """Delete a topic with all its messages; no service message announces it."""
    topic = _topic(chat, thread)
    if not world.member(chat, by).may("can_delete_messages") and topic.creator != by:
        raise bad_request("not enough rights to delete the topic")
    del _forum(chat).topics[thread]
    for message in [one for one in chat.messages.values() if one.get("message_thread_id") == thread]:
        world.delete_message(chat, message["message_id"])
    _show(world, chat)


def _forum(chat: Chat) -> Forum:
    if chat.forum is None:
        raise bad_request("the chat is not a forum")
    return chat.forum


def _topic(chat: Chat, thread: int) -> Topic:
    forum = _forum(chat)
    if thread <= 0:
        raise bad_request("invalid message thread identifier specified")
    if thread not in forum.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return forum.topics[thread]


def _editable(world: World, chat: Chat, by: int, thread: int, deed: str) -> Topic:
    """Return a topic that its creator or an admin with can_manage_topics may change."""
    topic = _topic(chat, thread)
    if not world.member(chat, by).may("can_manage_topics") and topic.creator != by:
        raise bad_request(f"not enough rights to {deed}")
    return topic


def _announce(world: World, chat: Chat, by: int, closed: bool, place: JSON) -> None:
    service_message(world, chat, by, {f"forum_topic_{'closed' if closed else 'reopened'}": {}, **place})
    _show(world, chat)


def _show(world: World, chat: Chat) -> None:
    """Let the pages show the topics anew."""
    world.publish({"type": "chat", "chat": chat.id})


def _described(topic: Topic) -> JSON:
    described: JSON = {"name": topic.name, "icon_color": topic.icon_color}
    return described | {"icon_custom_emoji_id": topic.icon} if topic.icon else described


def _place(thread: int) -> JSON:
    return {"message_thread_id": thread, "is_topic_message": True}
