"""The picker: a key of a reply keyboard by which a person shares one of their chats with the bot."""

from __future__ import annotations

from typing import Any

from bot.demo.telegram import membership
from bot.demo.telegram.people import Chat
from bot.demo.telegram.rights import ALL_RIGHTS, CREATOR, IN_CHAT, KICKED, administrator, known_rights
from bot.demo.telegram.wire import JSON, bad_request
from bot.demo.telegram.world import World

# https://core.telegram.org/bots/api#keyboardbuttonrequestchat
_FLAGS = (
    "chat_is_channel",
    "chat_is_forum",
    "chat_has_username",
    "chat_is_created",
    "bot_is_member",
    "request_title",
    "request_username",
    "request_photo",
)
_RIGHTS = ("user_administrator_rights", "bot_administrator_rights")


def chat_request(given: Any) -> JSON:
    """Return the KeyboardButtonRequestChat of a key, without unknown fields.

    Raises ApiError for one that the real server refuses. The sentences about missing fields are those of its parser;
    the refusal of bot rights that the person need not have is not published.
    """
    if not isinstance(given, dict):
        raise _unparsed("expected an Object")
    for name, form in (("request_id", "Number"), *((flag, "Boolean") for flag in _FLAGS)):
        value = given.get(name)
        if value is None and name in ("request_id", "chat_is_channel"):
            raise _unparsed(f'Can\'t find field "{name}"')
        if value is not None and isinstance(value, bool) != (form == "Boolean"):
            raise _unparsed(f'Field "{name}" must be of type {form}')
    number = given["request_id"]
    if not isinstance(number, int) or not -(2**31) <= number < 2**31:
        raise _unparsed('Field "request_id" must be a valid Number')
    request: JSON = {"request_id": number, **{flag: given[flag] for flag in _FLAGS if given.get(flag) is not None}}
    for name in _RIGHTS:
        rights = given.get(name)
        if rights is not None:
            if not isinstance(rights, dict):
                raise _unparsed(f'Field "{name}" must be of type Object')
            request[name] = {right: rights.get(right) is True for right in ("is_anonymous", *sorted(ALL_RIGHTS))}
    if not _rights(request, "bot") <= _rights(request, "user"):
        raise bad_request("BUTTON_INVALID")
    return request


def fitting(world: World, person_id: int, request_id: int) -> list[int]:
    """Return the ids of the chats that a person may share by a key of the keyboard that they are shown.

    Raises ValueError if they are shown no such key.
    """
    request = _shown(world, person_id, request_id)
    return [chat.id for chat in world.chats.values() if _fits(chat, person_id, request)]


def pick(world: World, person_id: int, request_id: int, chat_id: int) -> JSON:
    """Share a chat: the bot is added or promoted if the key asks for it, then it gets the message with `chat_shared`.

    Raises ValueError for a chat that the person may not share by this key.
    """
    request = _shown(world, person_id, request_id)
    person, private = world.present(person_id, person_id)
    if private.bot.status == KICKED or chat_id not in fitting(world, person_id, request_id):
        raise ValueError(f"person {person_id} cannot share chat {chat_id}")
    chat = world.chats[chat_id]
    bot_id = world.bot["id"]
    if "bot_administrator_rights" in request:
        asked = _rights(request, "bot") & set(known_rights(chat.kind))
        if not chat.bot.administers or not asked <= chat.bot.rights:
            rights = asked | (chat.bot.rights if chat.bot.administers else frozenset())
            membership.change(world, chat_id, person_id, bot_id, administrator(chat.kind, rights))
    elif request.get("bot_is_member") and chat.kind != "channel" and not chat.bot.present:
        membership.change(world, chat_id, person_id, bot_id, IN_CHAT)
    shared: JSON = {"request_id": request_id, "chat_id": chat_id}
    if request.get("request_title"):
        shared["title"] = chat.title
    if request.get("request_username") and "username" in chat.object:
        shared["username"] = chat.object["username"]
    message = world.add_message(private, person.user(), {"chat_shared": shared})
    world.deliver(private, message)
    return message


def _shown(world: World, person_id: int, request_id: int) -> JSON:
    """Return the request of the key that a person's private chat shows."""
    keyboard = world.chats[person_id].keyboard if person_id in world.people else None
    keys = [key for row in (keyboard or {}).get("keyboard", []) for key in row]
    for key in keys:
        if key.get("request_chat", {}).get("request_id") == request_id:
            request: JSON = key["request_chat"]
            return request
    raise ValueError(f"person {person_id} is shown no key with request {request_id}")


def _fits(chat: Chat, person_id: int, request: JSON) -> bool:
    member = chat.member(person_id)
    if chat.private or chat.deleted or chat.migrated_to is not None or not member.present:
        return False
    channel = chat.kind == "channel"
    known = set(known_rights(chat.kind))
    asked = _rights(request, "bot") & known
    is_ready = chat.bot.administers and asked <= chat.bot.rights
    may_promote = member.may("can_promote_members")
    may_add = chat.bot.present or chat.bot.status != KICKED or member.may("can_restrict_members")
    return (
        channel == request["chat_is_channel"]
        and (channel or request.get("chat_is_forum") in (None, chat.forum is not None))
        and request.get("chat_has_username") in (None, "username" in chat.object)
        and (not request.get("chat_is_created") or member.status == CREATOR)
        and all(member.may(right) for right in _rights(request, "user") & known)
        and ("bot_administrator_rights" not in request or may_promote or is_ready)
        and (channel or not request.get("bot_is_member") or may_add)
    )


def _rights(request: JSON, whose: str) -> frozenset[str]:
    """Return the rights that a request demands of the user or the bot."""
    given = request.get(f"{whose}_administrator_rights", {})
    return frozenset(right for right in ALL_RIGHTS if given.get(right))


def _unparsed(reason: str) -> Exception:
    return bad_request(f"can't parse keyboard button: {reason}")
