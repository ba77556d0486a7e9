"""Statuses of members: the ChatMember objects of the Bot API, and the rights that each kind of chat knows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.demo.telegram.wire import JSON

MEMBER, LEFT, KICKED = "member", "left", "kicked"
CREATOR, ADMINISTRATOR, RESTRICTED = "creator", "administrator", "restricted"

# https://core.telegram.org/bots/api#chatadministratorrights: the rights that every kind of chat knows, then the others.
_EVERYWHERE = (
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
_OF_KIND = {
    "group": ("can_pin_messages", "can_manage_tags"),
    "supergroup": ("can_pin_messages", "can_manage_topics", "can_manage_tags"),
    "channel": ("can_post_messages", "can_edit_messages", "can_manage_direct_messages"),
}
ALL_RIGHTS = frozenset(_EVERYWHERE).union(*_OF_KIND.values())

# https://core.telegram.org/bots/api#chatmemberrestricted
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


@dataclass(frozen=True, slots=True)
class Member:
    """The status of a person or the bot in a chat.

    `rights` are those of an administrator, or the permissions that are left to a restricted member.
    """

    status: str
    rights: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Whether they are in the chat."""
        return self.status not in (LEFT, KICKED)

    @property
    def administers(self) -> bool:
        """Whether they own or administer the chat."""
        return self.status in (CREATOR, ADMINISTRATOR)

    def may(self, right: str) -> bool:
        """Return whether they have a right of administrators; the owner has all."""
        return self.status == CREATOR or (self.status == ADMINISTRATOR and right in self.rights)

    def may_send(self, permission: str) -> bool:
        """Return whether a member of a group may send a kind of message, such as "can_send_photos"."""
        return self.present and (self.status != RESTRICTED or permission in self.rights)


IN_CHAT, NOT_IN_CHAT, BANNED = Member(MEMBER), Member(LEFT), Member(KICKED)


def known_rights(kind: str) -> tuple[str, ...]:
    """Return the rights of administrators in a kind of chat: group, supergroup or channel."""
    return _EVERYWHERE + _OF_KIND[kind]


def administrator(kind: str, rights: frozenset[str] | None = None) -> Member:
    """Return an administrator of a kind of chat, with all rights unless some are given.

    Each right brings can_manage_chat with it, as in Telegram's apps. Raises ValueError for a right unknown there.
    """
    known = frozenset(known_rights(kind))
    if rights is not None and rights - known:
        raise ValueError(f"no rights in a {kind}: {sorted(rights - known)}")
    return Member(ADMINISTRATOR, known if rights is None else rights | {"can_manage_chat"})


def member_object(user: JSON, member: Member, kind: str) -> JSON:
    """Return the ChatMember object of a member of a kind of chat, with the fields that the status requires."""
    shown: JSON = {"status": member.status, "user": user}
    if member.status == KICKED:
        shown["until_date"] = 0
    elif member.status == CREATOR:
        shown["is_anonymous"] = False
    elif member.status == ADMINISTRATOR:
        shown |= {"can_be_edited": False, "is_anonymous": False}
        shown |= {right: right in member.rights for right in known_rights(kind)}
    elif member.status == RESTRICTED:
        shown |= {"is_member": True, "until_date": 0}
        shown |= {permission: permission in member.rights for permission in PERMISSIONS}
    return shown
