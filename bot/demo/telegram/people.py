"""People and chats: members, messages, and which messages reach the bot."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.demo.telegram.records import Forum
from bot.demo.telegram.rights import IN_CHAT, NOT_IN_CHAT, Member
from bot.demo.telegram.wire import JSON

# Ids up to this one belong to supergroups and channels; ids above it (and below 0) to basic groups.
SUPERGROUPS_BELOW = -1_000_000_000_000

# The sender of messages that an admin of a group writes as the group; its id is the same everywhere.
ANONYMOUS_ADMIN: JSON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


@dataclass(slots=True)
class Person:
    """A person who can write to the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = "en"
    started: bool = True  # whether they have opened the chat with the bot
    role: str = ""  # the key of the page's words that explain who this is

    def user(self) -> JSON:
        """The User object."""
        user: JSON = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class Chat:
    """A private chat, a group or a channel. `people` has the members that are people of this server, the owner first.

    `others` is the number of further members. A blocked bot has the status kicked in a private chat.
    """

    id: int
    title: str = ""
    people: dict[int, Member] = field(default_factory=dict)
    bot: Member = IN_CHAT
    others: int = 0
    migrated_to: int | None = None
    deleted: bool = False
    forum: Forum | None = None
    messages: dict[int, JSON] = field(default_factory=dict)
    posters: dict[int, int] = field(default_factory=dict)  # authors of channel posts, by message; a post has no sender
    pinned: set[int] = field(default_factory=set)
    menu_button: JSON | None = None
    keyboard: JSON | None = None  # the reply keyboard that is shown
    keyboard_messages: set[int] = field(default_factory=set)  # messages sent with one, or with ForceReply
    reactions: dict[int, str] = field(default_factory=dict)  # the bot's, by message
    object: JSON = field(default_factory=dict)  # the Chat object of the API

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person, whose id is the chat's."""
        return self.id > 0

    @property
    def kind(self) -> str:
        """The type of the chat in the Bot API: private, group, supergroup or channel."""
        return str(self.object["type"])

    @property
    def members(self) -> list[int]:
        """The people who are in the chat."""
        return [person for person, member in self.people.items() if member.present]

    @property
    def admins(self) -> list[int]:
        """The people who own or administer the chat, the owner first."""
        return [person for person, member in self.people.items() if member.administers]

    def member(self, person_id: int) -> Member:
        """Return a person's status in the chat."""
        return self.people.get(person_id, NOT_IN_CHAT)

    def author(self, message: JSON) -> int:
        """Return the id of the sender of a message of this chat, also of a channel post."""
        return int(self.posters.get(message["message_id"]) or message["from"]["id"])


def check_writer(chat: Chat, person_id: int) -> None:
    """Raise ValueError if a person may not write in a chat: in a channel, that right is given to single admins."""
    member = chat.member(person_id)
    if chat.kind == "channel" and not member.may("can_post_messages"):
        raise ValueError(f"person {person_id} may not post in channel {chat.id}")
    if not member.may_send("can_send_messages"):
        raise ValueError(f"person {person_id} may not write in chat {chat.id}")


def is_service(message: JSON) -> bool:
    """Return whether a message is an announcement of the server, such as a new title."""
    return not message.keys() & {"text", "photo", "document"}


def reaches_bot(me: JSON, chat: Chat, message: JSON) -> bool:
    """Return whether a bot (`me`) receives a person's message.

    In a channel it must be an administrator. In a group, privacy mode lets through commands, mentions of the bot and
    replies to it (https://core.telegram.org/bots/features#privacy-mode; @BotFather names mentions in /setprivacy).
    """
    if chat.private:
        return True
    if not chat.bot.present:
        return False
    if chat.bot.administers or chat.kind == "channel":
        return chat.bot.administers
    answered = message.get("reply_to_message", {})
    if answered.get("from", {}).get("id") == me["id"] and "forum_topic_created" not in answered:
        return True
    command, _, bot = message["text"].split()[0].partition("@")
    return mentions(me, message) or (command.startswith("/") and bot.lower() in ("", me["username"].lower()))


def mentions(me: JSON, message: JSON) -> bool:
    """Return whether a text message mentions the bot by its username; offsets of entities count UTF-16 units."""
    units = message["text"].encode("utf-16-le")
    places = [entity for entity in message.get("entities", ()) if entity["type"] == "mention"]
    names = [units[2 * place["offset"] : 2 * (place["offset"] + place["length"])] for place in places]
    return f"@{me['username']}".lower() in {name.decode("utf-16-le").lower() for name in names}
