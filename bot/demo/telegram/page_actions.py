"""The actions that a page sends: what people do in their chats, and to the chats that they own or administer."""

from __future__ import annotations

from collections.abc import Callable

from bot.demo.telegram import forums, inline, membership, picker, pins, talking, writing
from bot.demo.telegram.rights import BANNED, IN_CHAT, NOT_IN_CHAT
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World


def act(world: World, action: JSON) -> None:
    """Carry out an action. Raises ApiError, ValueError, KeyError or TypeError for an invalid or forbidden one."""
    kind = action["type"]
    if not isinstance(kind, str) or kind not in _ACTIONS:
        raise ValueError(f"unknown action {kind!r}")
    _ACTIONS[kind](world, integer(action, "person"), action)


def integer(action: JSON, name: str, default: int | None = None) -> int:
    """Return a number of an action. Raises KeyError if it is missing and TypeError for anything else."""
    value = action[name] if default is None else action.get(name, default)
    if not isinstance(value, int):
        raise TypeError(f"{name} must be a number")
    return value


# -- in a chat


def _say(world: World, person: int, action: JSON) -> None:
    reply_to = integer(action, "reply_to") if "reply_to" in action else None
    chat, thread = integer(action, "chat"), integer(action, "thread", 0)
    writing.write(world, person, str(action["text"]), chat, reply_to, thread=thread)


def _edit(world: World, person: int, action: JSON) -> None:
    writing.edit(world, person, integer(action, "message_id"), str(action["text"]), integer(action, "chat"))


def _delete(world: World, person: int, action: JSON) -> None:
    talking.delete(world, person, integer(action, "message_id"), integer(action, "chat"))


def _press(world: World, person: int, action: JSON) -> None:
    talking.press(world, person, integer(action, "message_id"), str(action["data"]), integer(action, "chat"))


def _pin(world: World, person: int, action: JSON) -> None:
    chat = world.present(person, integer(action, "chat"))[1]
    pins.pin(world, chat, person, integer(action, "message_id"))


def _unpin(world: World, person: int, action: JSON) -> None:
    chat = world.present(person, integer(action, "chat"))[1]
    pins.unpin(world, chat, person, integer(action, "message_id"))


def _inline(world: World, person: int, action: JSON) -> None:
    inline.ask(world, person, str(action["query"]), integer(action, "chat"))


def _choose(world: World, person: int, action: JSON) -> None:
    inline.choose(world, person, str(action["query_id"]), str(action["result_id"]))


# -- the picker


def _offer(world: World, person: int, action: JSON) -> None:
    """Send the chats that fit to the page, which does not have the rules."""
    request = integer(action, "request_id")
    chats = picker.fitting(world, person, request)
    world.publish({"type": "picker", "chat": person, "request_id": request, "chats": chats})


def _pick(world: World, person: int, action: JSON) -> None:
    picker.pick(world, person, integer(action, "request_id"), integer(action, "chat"))


# -- the bot in a chat, and the chat itself


def _block(world: World, person: int, _action: JSON) -> None:
    membership.set_bot(world, world.chats[person], person, BANNED)


def _unblock(world: World, person: int, _action: JSON) -> None:
    membership.set_bot(world, world.chats[person], person, IN_CHAT)


def _add_bot(world: World, person: int, action: JSON) -> None:
    """Add the bot as a member; in a channel, which has no others, as an admin."""
    chat = world.present(person, integer(action, "chat"))[1]
    member = membership.promoted(chat, None) if chat.kind == "channel" else IN_CHAT
    membership.change(world, chat.id, person, world.bot["id"], member)


def _promote_bot(world: World, person: int, action: JSON) -> None:
    """Make the bot an admin with these rights, without any an ordinary member of a group."""
    chat = world.present(person, integer(action, "chat"))[1]
    rights = [str(right) for right in action["rights"]]
    member = membership.promoted(chat, rights) if rights or chat.kind == "channel" else IN_CHAT
    membership.change(world, chat.id, person, world.bot["id"], member)


def _remove_bot(world: World, person: int, action: JSON) -> None:
    membership.change(world, integer(action, "chat"), person, world.bot["id"], NOT_IN_CHAT)


def _rename(world: World, person: int, action: JSON) -> None:
    title = str(action["title"]).strip()[: membership.MAX_TITLE]
    if not title:
        raise ValueError("a chat has a title")
    membership.rename(world, integer(action, "chat"), person, title)


# -- topics of a forum


def _forum(world: World, person: int, action: JSON) -> None:
    chat = world.present(person, integer(action, "chat"))[1]
    forums.set_forum(world, chat, person, action["on"] is True)


def _add_topic(world: World, person: int, action: JSON) -> None:
    chat = world.present(person, integer(action, "chat"))[1]
    color = forums.ICON_COLORS[len(chat.forum.topics if chat.forum else ()) % len(forums.ICON_COLORS)]
    forums.create(world, chat, person, str(action["name"]), color)


def _close_topic(world: World, person: int, action: JSON) -> None:
    """Close or open a topic, without a number General."""
    chat, thread = world.present(person, integer(action, "chat"))[1], integer(action, "thread")
    if thread:
        forums.set_closed(world, chat, person, thread, closed=action["closed"] is True)
    else:
        forums.set_general(world, chat, person, closed=action["closed"] is True)


def _hide_general(world: World, person: int, action: JSON) -> None:
    chat = world.present(person, integer(action, "chat"))[1]
    forums.set_general(world, chat, person, hidden=action["hidden"] is True)


def _delete_topic(world: World, person: int, action: JSON) -> None:
    forums.delete(world, world.present(person, integer(action, "chat"))[1], person, integer(action, "thread"))


_ACTIONS: dict[str, Callable[[World, int, JSON], None]] = {
    "say": _say,
    "edit": _edit,
    "delete": _delete,
    "press": _press,
    "pin": _pin,
    "unpin": _unpin,
    "inline": _inline,
    "choose": _choose,
    "offer": _offer,
    "pick": _pick,
    "block": _block,
    "unblock": _unblock,
    "add_bot": _add_bot,
    "promote_bot": _promote_bot,
    "remove_bot": _remove_bot,
    "rename": _rename,
    "forum": _forum,
    "add_topic": _add_topic,
    "close_topic": _close_topic,
    "hide_general": _hide_general,
    "delete_topic": _delete_topic,
}
