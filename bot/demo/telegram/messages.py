"""Methods that send, edit and delete messages, and answer buttons."""

from __future__ import annotations

from bot.demo.telegram.access import open_to, writable
from bot.demo.telegram.content import caption_content, text_content, with_mentions
from bot.demo.telegram.forums import place_in_topic
from bot.demo.telegram.keyboards import asks_for_reply, inline_keyboard, reply_keyboard
from bot.demo.telegram.media import document_content, photo_content
from bot.demo.telegram.people import Chat, is_service
from bot.demo.telegram.talking import answer_callback
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import World

MAX_CALLBACK_ANSWER = 200

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)

# https://core.telegram.org/bots/api#reactiontypeemoji
REACTIONS = frozenset(
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 "  # noqa: SIM905
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 "
    "🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split()
)


def send_message(world: World, params: Params) -> JSON:
    """Send a text message."""
    chat = open_to(world, params.values.get("chat_id"), "text messages")
    return _send(world, chat, params, text_content(params))


def send_photo(world: World, params: Params) -> JSON:
    """Send a picture with a caption, uploaded or by file_id."""
    chat = open_to(world, params.values.get("chat_id"), "photos")
    content = photo_content(world, params, params.text("photo"), "photo") | caption_content(params)
    return _send(world, chat, params, content)


def send_document(world: World, params: Params) -> JSON:
    """Send a file with a caption, uploaded or by file_id."""
    chat = open_to(world, params.values.get("chat_id"), "documents")
    content = document_content(world, params, params.text("document"), "document") | caption_content(params)
    return _send(world, chat, params, content)


def send_chat_action(world: World, params: Params) -> bool:
    """Show "is typing"."""
    chat = writable(world, params.values.get("chat_id"))
    if params.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.publish({"type": "action", "chat": chat.id, "action": params.text("action")})
    return True


def edit_message_text(world: World, params: Params) -> JSON:
    """Replace the text of a text message."""
    chat, message = _editable(world, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    fresh: JSON = {"entities": None, "link_preview_options": None} | text_content(params)
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params, chat.kind)})


def edit_message_caption(world: World, params: Params) -> JSON:
    """Replace the caption of a picture or a file."""
    chat, message = _editable(world, params)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    fresh: JSON = {"caption": None, "caption_entities": None} | caption_content(params)
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params, chat.kind)})


def edit_message_media(world: World, params: Params) -> JSON:
    """Replace a picture or file, with its caption."""
    chat, message = _editable(world, params)
    media = params.mapping("media")
    if media is None:
        raise bad_request("media is not specified")
    described = Params(media, params.files)
    source = described.text("media")
    if media.get("type") == "photo":
        content = photo_content(world, params, source, "media")
    elif media.get("type") == "document":
        content = document_content(world, params, source, "media")
    else:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    nothing: JSON = dict.fromkeys(
        ("text", "entities", "link_preview_options", "photo", "document", "caption", "caption_entities")
    )
    fresh = nothing | content | caption_content(described)
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params, chat.kind)})


def edit_message_reply_markup(world: World, params: Params) -> JSON:
    """Replace or remove the buttons."""
    chat, message = _editable(world, params)
    return _edit(world, chat, message, {"reply_markup": inline_keyboard(params, chat.kind)})


def delete_message(world: World, params: Params) -> bool:
    """Delete a message: the bot's own, or anyone's in a private chat or with the right can_delete_messages.

    In a channel the bot's own needs can_post_messages.
    """
    chat = writable(world, params.values.get("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    own = chat.author(message) == world.bot["id"] and (chat.kind != "channel" or chat.bot.may("can_post_messages"))
    if not (chat.private or own or chat.bot.may("can_delete_messages")):
        raise bad_request("message can't be deleted")
    world.delete_message(chat, message["message_id"])
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """Set or remove the bot's reaction to a message."""
    chat = writable(world, params.values.get("chat_id"))
    number = params.integer("message_id")
    if number not in chat.messages:
        raise bad_request("message to react not found")
    reactions = params.array("reaction") or []
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")  # one for a bot
    emoji = ""
    for reaction in reactions:
        emoji = str(reaction.get("emoji")) if isinstance(reaction, dict) and reaction.get("type") == "emoji" else ""
        if emoji not in REACTIONS:
            raise bad_request("REACTION_INVALID")
    chat.reactions.pop(number, None)
    if emoji:
        chat.reactions[number] = emoji
    world.publish({"type": "reaction", "chat": chat.id, "message_id": number, "emoji": emoji})
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Answer a button press, with a notice, an alert or nothing."""
    text = params.text("text")
    if len(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer_callback(world, params.text("callback_query_id"), text, params.flag("show_alert"))
    return True


def _send(world: World, chat: Chat, params: Params, content: JSON) -> JSON:
    markup, keyboard = inline_keyboard(params, chat.kind), reply_keyboard(params, private=chat.private)
    if chat.kind == "channel" and (keyboard is not None or asks_for_reply(params)):
        raise bad_request("inline keyboard expected")
    if markup:
        content["reply_markup"] = markup
    if "entities" in content:
        content["entities"] = with_mentions(world, content["entities"])
    if reply := params.mapping("reply_parameters"):
        original = chat.messages.get(Params(reply).integer("message_id"))
        if original is not None:
            content["reply_to_message"] = {name: part for name, part in original.items() if name != "reply_to_message"}
        elif reply.get("allow_sending_without_reply") is not True:
            raise bad_request("message to be replied not found")
    place_in_topic(chat, content, params.integer("message_thread_id"))
    paid = params.flag("allow_paid_broadcast")
    if paid and not world.stars:
        raise bad_request("FLOODSKIP_NOT_ALLOWED")  # this bot has no Stars to pay with
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    world.admit(chat, paid=paid)
    message = world.add_message(chat, world.bot, content)
    asks = asks_for_reply(params)
    if asks:
        world.publish(_prompt(chat, message, Params(params.mapping("reply_markup") or {})))
    if keyboard is not None or asks:
        chat.keyboard_messages.add(message["message_id"])
    if keyboard is not None:
        chat.keyboard = keyboard or None
        world.publish({"type": "keyboard", "chat": chat.id, "keyboard": chat.keyboard})
    return message


def _prompt(chat: Chat, message: JSON, markup: Params) -> JSON:
    """Return the event of a forced reply: for all members, or if it is selective for those it mentions or answers."""
    people = chat.members
    if markup.flag("selective") and not chat.private:
        concerned = {entity["user"]["id"] for entity in message.get("entities", ()) if entity["type"] == "text_mention"}
        concerned.add(message.get("reply_to_message", {}).get("from", {}).get("id"))
        people = [person for person in people if person in concerned]
    return {"type": "force_reply", "chat": chat.id, "message_id": message["message_id"], "people": people}


def _editable(world: World, params: Params) -> tuple[Chat, JSON]:
    chat = writable(world, params.values.get("chat_id"))
    if "message_id" not in params.values:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    # A message with another than an inline keyboard cannot be edited, either.
    own = chat.author(message) == world.bot["id"]
    if chat.kind == "channel":
        own = chat.bot.may("can_edit_messages") or (own and chat.bot.may("can_post_messages"))
    if not own or is_service(message) or message["message_id"] in chat.keyboard_messages:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, message: JSON, content: JSON) -> JSON:
    if all(message.get(name) == value for name, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    world.admit(chat)
    return world.change_message(chat, message, content)
