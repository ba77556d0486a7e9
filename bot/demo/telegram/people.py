"""People, chats, and the status of a person in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.demo.telegram.wire import JSON

# Ids up to this one belong to supergroups and channels; ids above it (and below 0) to basic groups.
SUPERGROUPS_BELOW = -1_000_000_000_000

MEMBER, LEFT, KICKED = "member", "left", "kicked"

# The sender of messages that an admin of a group writes as the group; its id is the same everywhere.
ANONYMOUS_ADMIN: JSON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


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
    """A private chat or a group. `bot_status` is member, administrator, left or kicked."""

    id: int
    title: str = ""
    members: list[int] = field(default_factory=list)
    admins: list[int] = field(default_factory=list)
    bot_status: str = MEMBER
    migrated_to: int | None = None
    messages: dict[int, JSON] = field(default_factory=dict)
    menu_button: JSON | None = None
    keyboard: JSON | None = None  # the reply keyboard that is shown
    keyboard_messages: set[int] = field(default_factory=set)  # messages sent with one, or with ForceReply
    reactions: dict[int, str] = field(default_factory=dict)  # the bot's, by message
    object: JSON = field(default_factory=dict)  # the Chat object of the API

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person, whose id is the chat's."""
        return self.id > 0


def member_object(user: JSON, status: str) -> JSON:
    """Return a ChatMember of any status, with the fields that the status requires."""
    member: JSON = {"status": status, "user": user}
    if status == KICKED:
        member["until_date"] = 0
    elif status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        allowed = dict.fromkeys(_ADMIN_RIGHTS, True)
        member |= {"can_be_edited": False, "is_anonymous": False, **allowed}
    return member


def reaches_bot(me: JSON, chat: Chat, message: JSON) -> bool:
    """Return whether a bot (`me`) receives a message of a group: in privacy mode, commands and replies to it.

    https://core.telegram.org/bots/features#privacy-mode
    """
    if chat.bot_status in (LEFT, KICKED):
        return False
    if chat.bot_status == "administrator" or me["id"] == message.get("reply_to_message", {}).get("from", {}).get("id"):
        return True
    command, _, bot = message["text"].split()[0].partition("@")
    return command.startswith("/") and bot.lower() in ("", me["username"].lower())
