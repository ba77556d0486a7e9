"""Methods about the bot itself: its name, descriptions, commands and menu button."""

from __future__ import annotations

import re

from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World

# https://core.telegram.org/bots/api#setmycommands and #botcommand
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
# https://core.telegram.org/bots/api#setmyname, #setmydescription, #setmyshortdescription
MAX_PROFILE_TEXT = {"name": 64, "description": 512, "short_description": 120}
_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


def get_me(world: World, _params: Params) -> JSON:
    """Return the bot as its owner sees it."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": True,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(world: World, params: Params) -> bool:
    """Replace the commands of a scope and language."""
    commands = params.array("commands")
    if commands is None:
        raise bad_request("commands must be specified")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept: list[JSON] = []
    for given in commands:
        if not isinstance(given, dict):
            raise bad_request("can't parse BotCommand: expected an Object")
        command = str(given.get("command", "")).removeprefix("/")
        description = str(given.get("description", "")).strip()
        if not _COMMAND.fullmatch(command):
            raise bad_request("BOT_COMMAND_INVALID")
        if not description:
            raise bad_request("command description must be non-empty")
        if len(description) > MAX_COMMAND_DESCRIPTION:
            raise bad_request("command description length must not exceed 256")
        kept.append({"command": command, "description": description})
    world.profile.commands[_scope(world, params)] = kept
    world.publish({"type": "commands", "commands": shown_commands(world)})
    return True


def get_my_commands(world: World, params: Params) -> list[JSON]:
    """Return the commands of exactly this scope and language."""
    return world.profile.commands.get(_scope(world, params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """Delete the commands of a scope and language."""
    world.profile.commands.pop(_scope(world, params), None)
    world.publish({"type": "commands", "commands": shown_commands(world)})
    return True


def shown_commands(world: World) -> dict[str, list[JSON]]:
    """Return the commands that private chats show: by language, and by the chat's id where it has its own."""
    shown: dict[str, list[JSON]] = {}
    for scope in ("default", "all_private_chats"):
        for (kind, _chat, _user, language), commands in world.profile.commands.items():
            if kind == scope and commands:
                shown[language] = commands
    for (kind, chat, _user, language), commands in world.profile.commands.items():
        if kind == "chat" and not language and commands:
            shown[str(chat)] = commands
    return shown


def shown_bot(world: World) -> JSON:
    """Return the bot as the page shows it; `descriptions` are by language, "" for all others."""
    return {
        "id": world.bot["id"],
        "username": world.bot["username"],
        "first_name": profile_text(world, "name", "") or world.bot["first_name"],
        "descriptions": {
            language: text for (name, language), text in world.profile.texts.items() if name == "description"
        },
    }


def set_my_name(world: World, params: Params) -> bool:
    """Set the bot's name in a language."""
    return _set_text(world, params, "name")


def get_my_name(world: World, params: Params) -> JSON:
    """Return the name for a language."""
    return {"name": profile_text(world, "name", _language(params)) or world.bot["first_name"]}


def set_my_description(world: World, params: Params) -> bool:
    """Set the text of an empty chat."""
    return _set_text(world, params, "description")


def get_my_description(world: World, params: Params) -> JSON:
    """Return the text of an empty chat for a language."""
    return {"description": profile_text(world, "description", _language(params))}


def set_my_short_description(world: World, params: Params) -> bool:
    """Set the text of the profile page."""
    return _set_text(world, params, "short_description")


def get_my_short_description(world: World, params: Params) -> JSON:
    """Return the text of the profile page for a language."""
    return {"short_description": profile_text(world, "short_description", _language(params))}


def set_chat_menu_button(world: World, params: Params) -> bool:
    """Set the button beside the text field, in one private chat or by default."""
    button = params.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: unsupported type")
    if "chat_id" not in params.values:
        world.profile.menu_button = button
        return True
    chat = world.chat(params.values["chat_id"])
    chat.menu_button = None if button["type"] == "default" else button
    return True


def get_chat_menu_button(world: World, params: Params) -> JSON:
    """Return the button beside the text field, in one private chat or by default."""
    if "chat_id" in params.values:
        return world.chat(params.values["chat_id"]).menu_button or {"type": "default"}
    return world.profile.menu_button


def profile_text(world: World, name: str, language: str) -> str:
    """Return a text of the profile in a language, else the one for all languages, else empty."""
    texts = world.profile.texts
    return texts.get((name, language)) or texts.get((name, ""), "")


def _set_text(world: World, params: Params, name: str) -> bool:
    text = params.text(name).strip()
    if len(text) > MAX_PROFILE_TEXT[name]:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    world.profile.texts[name, _language(params)] = text
    world.publish({"type": "bot", "bot": shown_bot(world)})
    return True


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, params: Params) -> tuple[str, int, int, str]:
    """Return scope, chat, person and language of a list of commands."""
    scope = params.mapping("scope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat = world.chat(scope.get("chat_id")).id if kind.startswith("chat") else 0
    user = Params(scope).integer("user_id") if kind == "chat_member" else 0
    if kind == "chat_member" and user not in world.people:
        raise bad_request("invalid user_id specified")
    return kind, chat, user, _language(params)
