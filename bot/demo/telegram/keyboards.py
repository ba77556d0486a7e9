"""The real server's rules for buttons: those under a message, and those of a keyboard beside the text field."""

from __future__ import annotations

from typing import Any

from bot.demo.telegram.links import link_problem
from bot.demo.telegram.picker import chat_request
from bot.demo.telegram.wire import JSON, Params, bad_request

MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
MAX_BUTTONS = 100
MAX_KEYS = 300
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "copy_text",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
    }
)


def inline_keyboard(params: Params, kind: str = "private") -> JSON | None:
    """Return the inline keyboard of a call, None if it has none (or another one, which is no part of a message).

    `kind` is that of the chat: a channel has no buttons that begin an inline query, since a post does not name the bot.

    Raises ApiError for buttons that the real server refuses.
    """
    markup = params.mapping("reply_markup")
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('object expected as reply markup: field "inline_keyboard" must be of type Array')
    kept = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    if kind == "channel":
        for name in ("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat"):
            if any(name in button for row in kept for button in row):
                raise bad_request(
                    f"can't use {name.removesuffix('_chosen_chat')} button in a channel chat, because users will not be"
                    " able to use the button without knowing bot's username"
                )
    return {"inline_keyboard": kept} if kept else None


def reply_keyboard(params: Params, *, private: bool = True) -> JSON | None:
    """Return the reply keyboard that a call shows, empty if it removes one, None if it changes nothing.

    `private`: in a private chat, the only one where a key may ask for a chat.

    Raises ApiError for buttons that the real server refuses.
    """
    markup = params.mapping("reply_markup")
    if markup is None or not markup.keys() & {"keyboard", "remove_keyboard"}:
        return None
    if "keyboard" not in markup:
        return {}
    rows = markup["keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('object expected as reply markup: field "keyboard" must be of type Array')
    kept = [[_key(key, private) for key in row] for row in rows if row]
    if not kept:
        raise bad_request("reply markup must contain at least one button")
    if sum(map(len, kept)) > MAX_KEYS:
        raise bad_request("reply markup is too long")
    requests = [key["request_chat"]["request_id"] for row in kept for key in row if "request_chat" in key]
    if len(set(requests)) < len(requests):
        raise bad_request("BUTTON_ID_INVALID")
    flags = {
        name: True for name in ("is_persistent", "resize_keyboard", "one_time_keyboard") if markup.get(name) is True
    }
    return {"keyboard": kept, **flags}


def asks_for_reply(params: Params) -> bool:
    """Return whether a call lets the client open a reply to its message (ForceReply)."""
    return (params.mapping("reply_markup") or {}).get("force_reply") is True


def _key(key: Any, private: bool) -> JSON:
    text = key if isinstance(key, str) else key.get("text") if isinstance(key, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse keyboard button: Text must be non-empty")
    if isinstance(key, dict) and key.get("request_chat") is not None:
        if not private:
            raise bad_request("chats can be requested in private chats only")
        return {"text": text, "request_chat": chat_request(key["request_chat"])}
    return {"text": text}


def _button(button: Any) -> JSON:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Text must be non-empty")
    # An empty text counts as missing here, but an empty switch_inline_query is a real action.
    actions = {name for name in _ACTIONS & button.keys() if button[name] != "" or name.startswith("switch")}
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in actions:
        url = button["url"]
        problem = link_problem(url) if isinstance(url, str) else "Wrong HTTP URL"
        if problem:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")
    if "web_app" in actions:
        url = button["web_app"].get("url") if isinstance(button["web_app"], dict) else None
        if not isinstance(url, str) or not url.startswith("https://"):
            raise bad_request(f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    if "copy_text" in actions:
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button
