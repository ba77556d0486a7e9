"""Methods that send, edit and delete messages, and answer buttons."""

from __future__ import annotations

import re

from bot.demo.telegram.entities import given_entities, parse_html
from bot.demo.telegram.keyboards import asks_for_reply, inline_keyboard, reply_keyboard
from bot.demo.telegram.links import link_problem
from bot.demo.telegram.media import document_content, photo_content
from bot.demo.telegram.people import Chat
from bot.demo.telegram.spans import found_entities, trimmed
from bot.demo.telegram.wire import JSON, Params, bad_request
from bot.demo.telegram.world import MAX_TEXT, World

# The longest caption, counted like a text (caption_length_max of https://core.telegram.org/api/config).
MAX_CAPTION = 1024
MAX_CALLBACK_ANSWER = 200

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
# Half a surrogate pair: JSON can carry it, UTF-8 cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")
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
    chat = world.writable(params.values.get("chat_id"))
    return _send(world, chat, params, text_content(params))


def send_photo(world: World, params: Params) -> JSON:
    """Send a picture with a caption, uploaded or by file_id."""
    chat = world.writable(params.values.get("chat_id"))
    return _send(world, chat, params, photo_content(world, params, params.text("photo"), "photo") | _caption(params))


def send_document(world: World, params: Params) -> JSON:
    """Send a file with a caption, uploaded or by file_id."""
    chat = world.writable(params.values.get("chat_id"))
    content = document_content(world, params, params.text("document"), "document") | _caption(params)
    return _send(world, chat, params, content)


def send_chat_action(world: World, params: Params) -> bool:
    """Show "is typing"."""
    chat = world.writable(params.values.get("chat_id"))
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
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params)})


def edit_message_caption(world: World, params: Params) -> JSON:
    """Replace the caption of a picture or a file."""
    chat, message = _editable(world, params)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    fresh: JSON = {"caption": None, "caption_entities": None} | _caption(params)
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params)})


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
    fresh = nothing | content | _caption(described)
    return _edit(world, chat, message, fresh | {"reply_markup": inline_keyboard(params)})


def edit_message_reply_markup(world: World, params: Params) -> JSON:
    """Replace or remove the buttons."""
    chat, message = _editable(world, params)
    return _edit(world, chat, message, {"reply_markup": inline_keyboard(params)})


def delete_message(world: World, params: Params) -> bool:
    """Delete a message: the bot's own, or anyone's in a private chat or where the bot is an administrator."""
    chat = world.writable(params.values.get("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not (chat.private or chat.bot_status == "administrator" or message["from"]["id"] == world.bot["id"]):
        raise bad_request("message can't be deleted")
    world.delete_message(chat, message["message_id"])
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    """Set or remove the bot's reaction to a message."""
    chat = world.writable(params.values.get("chat_id"))
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
    world.answer_callback(params.text("callback_query_id"), text, params.flag("show_alert"))
    return True


def _send(world: World, chat: Chat, params: Params, content: JSON) -> JSON:
    markup, keyboard = inline_keyboard(params), reply_keyboard(params)
    if markup:
        content["reply_markup"] = markup
    if "entities" in content:
        content["entities"] = _with_mentions(world, content["entities"])
    if params.integer("message_thread_id"):
        raise bad_request("message thread not found")  # no chat here has topics
    if reply := params.mapping("reply_parameters"):
        original = chat.messages.get(Params(reply).integer("message_id"))
        if original is not None:
            content["reply_to_message"] = {name: part for name, part in original.items() if name != "reply_to_message"}
        elif reply.get("allow_sending_without_reply") is not True:
            raise bad_request("message to be replied not found")
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


def _with_mentions(world: World, entities: list[JSON]) -> list[JSON]:
    """Return entities with the links to people as mentions of them."""
    made: list[JSON] = []
    for entity in entities:
        number = str(entity.get("url", "")).removeprefix("tg://user?id=")
        person = world.people.get(int(number)) if number.isdecimal() else None
        if person is not None:
            place = {"offset": entity["offset"], "length": entity["length"]}
            entity = {"type": "text_mention", **place, "user": person.user()}
        made.append(entity)
    return made


def _editable(world: World, params: Params) -> tuple[Chat, JSON]:
    chat = world.writable(params.values.get("chat_id"))
    if "message_id" not in params.values:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    # A message with another than an inline keyboard cannot be edited, either.
    if message["from"]["id"] != world.bot["id"] or message["message_id"] in chat.keyboard_messages:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, message: JSON, content: JSON) -> JSON:
    if all(message.get(name) == value for name, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    world.admit(chat)
    return world.change_message(chat, message, content)


def text_content(params: Params) -> JSON:
    """Return text, entities and preview options of a text message, without missing ones."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    text, entities = _formatted(params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("message is too long")
    content: JSON = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := params.mapping("link_preview_options"):
        if preview.get("url") and link_problem(str(preview["url"])):
            raise bad_request("WEBPAGE_URL_INVALID")
        content["link_preview_options"] = preview
    return content


def _caption(params: Params) -> JSON:
    """Return caption and entities, empty without a caption."""
    text, entities = _formatted(params, "caption", "caption_entities")
    if len(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def _formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[JSON]]:
    """Return a text after entity parsing, with the entities that the server detects itself."""
    text = params.text(name).replace("\r", "").replace("\0", "")
    if _SURROGATE.search(text):
        raise bad_request("strings must be encoded in UTF-8")
    mode = params.text("parse_mode").lower()
    entities: list[JSON] = []
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        raise bad_request("unsupported parse_mode")  # the real server also has two kinds of Markdown
    else:
        entities = given_entities(text, params.array(entities_name) or [])
    found = found_entities(text, entities)
    if found:
        entities = sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
    return trimmed(text, entities)
