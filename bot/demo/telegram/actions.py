"""Actions of people, as the demo and the tests order them: all arguments are plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.demo.telegram import forums, inline, membership, picker, pins, talking, writing
from bot.demo.telegram.people import SUPERGROUPS_BELOW, Chat, Person
from bot.demo.telegram.rights import BANNED, CREATOR, IN_CHAT, NOT_IN_CHAT, RESTRICTED, Member, administrator
from bot.demo.telegram.wire import JSON
from bot.demo.telegram.world import World


class PeopleActions:
    """The part of the embedded Telegram that people are and act in. All methods raise ValueError for what cannot be."""

    world: World

    # -- people and chats

    def add_person(
        self,
        person_id: int,
        first_name: str,
        username: str | None = None,
        language_code: str | None = "en",
        *,
        started: bool = True,
        role: str = "",
    ) -> None:
        """Add a person; without `started` they never opened the bot, which then may not write to them.

        `role` is the key of the page's words that explain the person.
        """
        self.world.add_person(Person(person_id, first_name, username, language_code, started, role))
        self.world.publish({"type": "chats", "chat": person_id})

    def add_group(
        self,
        group_id: int,
        title: str,
        members: Sequence[int],
        admins: Sequence[int],
        *,
        username: str | None = None,
        others: int = 0,
        bot_is_member: bool = True,
        bot_is_admin: bool = False,
    ) -> None:
        """Add a group with the bot. Ids below -10**12 are supergroups. The first admin is the owner.

        `others` is the number of further members. An admin has all rights.
        """
        kind = "supergroup" if group_id < SUPERGROUPS_BELOW else "group"
        bot = administrator(kind) if bot_is_admin else IN_CHAT if bot_is_member else NOT_IN_CHAT
        self._add_chat(Chat(group_id, title, bot=bot, others=others), kind, members, admins, username)

    def add_channel(
        self,
        channel_id: int,
        title: str,
        members: Sequence[int],
        admins: Sequence[int],
        *,
        username: str | None = None,
        others: int = 0,
        bot_rights: Iterable[str] | None = None,
    ) -> None:
        """Add a channel; the first admin is the owner, `others` the number of further subscribers.

        With `bot_rights` the bot is an admin with these rights, without them it is not in the channel.
        """
        bot = NOT_IN_CHAT if bot_rights is None else administrator("channel", frozenset(bot_rights))
        self._add_chat(Chat(channel_id, title, bot=bot, others=others), "channel", members, admins, username)

    def _add_chat(
        self, chat: Chat, kind: str, members: Sequence[int], admins: Sequence[int], username: str | None
    ) -> None:
        unknown = [person for person in [*admins, *members] if person not in self.world.people]
        if unknown:
            raise ValueError(f"add these people first: {unknown}")
        chat.people = {person: administrator(kind) for person in admins}
        chat.people |= dict.fromkeys(admins[:1], Member(CREATOR))
        chat.people |= {person: IN_CHAT for person in members if person not in admins}
        self.world.add_chat(chat, kind, username)
        self.world.publish({"type": "chats", "chat": chat.id})

    # -- in a chat

    def say(
        self,
        person_id: int,
        text: str,
        chat_id: int | None = None,
        *,
        reply_to: int | None = None,
        thread: int = 0,
        anonymous: bool = False,
    ) -> JSON:
        """Write a message as a person, by default in their private chat with the bot.

        `thread`: the topic of a forum. `anonymous`: an admin who writes as the group.
        """
        return talking.say(self.world, person_id, text, chat_id, reply_to, thread=thread, anonymous=anonymous)

    def edit(self, person_id: int, message_id: int, text: str, chat_id: int | None = None) -> JSON:
        """Replace the text of a person's own message."""
        return writing.edit(self.world, person_id, message_id, text, person_id if chat_id is None else chat_id)

    def press(self, person_id: int, message_id: int, data: str, chat_id: int | None = None) -> JSON:
        """Press a button with this data (real or forged); returns the callback query."""
        return talking.press(self.world, person_id, message_id, data, chat_id)

    def delete(self, person_id: int, message_id: int, chat_id: int | None = None) -> None:
        """Delete a message as a person; the bot gets no update."""
        talking.delete(self.world, person_id, message_id, chat_id)

    def ask_inline(self, person_id: int, query: str, chat_id: int | None = None) -> JSON:
        """Type `@bot query` in a chat; returns the inline query."""
        return inline.ask(self.world, person_id, query, chat_id)

    def choose(self, person_id: int, query_id: str, result_id: str) -> JSON:
        """Send a result that the person was shown; returns the message."""
        return inline.choose(self.world, person_id, query_id, result_id)

    def pin(self, person_id: int, message_id: int, chat_id: int | None = None) -> None:
        """Pin a message; raises ApiError without the right."""
        pins.pin(self.world, self._chat(chat_id, person_id), person_id, message_id)

    def unpin(self, person_id: int, message_id: int, chat_id: int | None = None) -> None:
        """Unpin a message; the bot gets no update. Raises ApiError without the right."""
        pins.unpin(self.world, self._chat(chat_id, person_id), person_id, message_id)

    # -- the picker

    def fitting_chats(self, person_id: int, request_id: int) -> list[int]:
        """Return the chats that a person may share by a key that asks for a chat."""
        return picker.fitting(self.world, person_id, request_id)

    def pick(self, person_id: int, request_id: int, chat_id: int) -> JSON:
        """Share a chat with the bot by such a key; returns the message with `chat_shared`."""
        return picker.pick(self.world, person_id, request_id, chat_id)

    # -- topics of a forum: refusals are those of the real server (ApiError)

    def make_forum(self, chat_id: int, by: int, *, on: bool = True) -> None:
        """Turn a supergroup into a forum, or back."""
        forums.set_forum(self.world, self._chat(chat_id, by), by, on)

    def create_topic(self, chat_id: int, by: int, name: str) -> int:
        """Create a topic; returns its message_thread_id."""
        return forums.create(self.world, self._chat(chat_id, by), by, name)

    def close_topic(self, chat_id: int, by: int, thread: int = 0, *, closed: bool = True) -> None:
        """Close or open a topic, by default General."""
        chat = self._chat(chat_id, by)
        if thread:
            forums.set_closed(self.world, chat, by, thread, closed=closed)
        else:
            forums.set_general(self.world, chat, by, closed=closed)

    def hide_general(self, chat_id: int, by: int, *, hidden: bool = True) -> None:
        """Hide or show the General topic."""
        forums.set_general(self.world, self._chat(chat_id, by), by, hidden=hidden)

    def delete_topic(self, chat_id: int, by: int, thread: int) -> None:
        """Delete a topic with its messages; the bot gets no update."""
        forums.delete(self.world, self._chat(chat_id, by), by, thread)

    # -- the bot and other members

    def block(self, person_id: int) -> None:
        """Block the bot: sending to the person answers 403."""
        membership.set_bot(self.world, self.world.chats[person_id], person_id, BANNED)

    def unblock(self, person_id: int) -> None:
        """Unblock the bot."""
        membership.set_bot(self.world, self.world.chats[person_id], person_id, IN_CHAT)

    def invite(self, chat_id: int, by: int, *, as_admin: bool = False) -> None:
        """Add the bot to a group again, or make it an admin with all rights."""
        if as_admin:
            self.promote(chat_id, by, self.world.bot["id"])
        else:
            membership.change(self.world, chat_id, by, self.world.bot["id"], IN_CHAT)

    def kick(self, chat_id: int, by: int, member: int | None = None) -> None:
        """Ban the bot, or another member."""
        membership.change(self.world, chat_id, by, self._bot_or(member), BANNED)

    def promote(self, chat_id: int, by: int, member: int, rights: list[str] | None = None) -> None:
        """Make the bot or a person an admin with these rights (None: with all), or change an admin's rights."""
        admin = membership.promoted(self.world.chats[chat_id], rights)
        membership.change(self.world, chat_id, by, member, admin)

    def demote(self, chat_id: int, by: int, member: int | None = None) -> None:
        """Make an admin an ordinary member; in a channel, where the bot cannot be one, the bot is removed."""
        leaves = self.world.chats[chat_id].kind == "channel" and self._bot_or(member) == self.world.bot["id"]
        membership.change(self.world, chat_id, by, self._bot_or(member), NOT_IN_CHAT if leaves else IN_CHAT)

    def restrict(self, chat_id: int, by: int, member: int, permissions: list[str]) -> None:
        """Leave a member of a supergroup these permissions only."""
        membership.change(self.world, chat_id, by, member, Member(RESTRICTED, frozenset(permissions)))

    def join(self, chat_id: int, person_id: int) -> None:
        """Let a person join a group or a channel."""
        membership.join(self.world, chat_id, person_id)

    def leave(self, chat_id: int, person_id: int) -> None:
        """Let a person leave."""
        membership.change(self.world, chat_id, person_id, person_id, NOT_IN_CHAT)

    def rename(self, chat_id: int, by: int, title: str) -> None:
        """Rename a group or a channel."""
        membership.rename(self.world, chat_id, by, title)

    def delete_chat(self, chat_id: int, by: int) -> None:
        """Delete a group or a channel as its owner."""
        membership.delete_chat(self.world, chat_id, by)

    def migrate(self, group_id: int, new_id: int) -> None:
        """Make a supergroup of a group: sending to the old id answers 400 with migrate_to_chat_id."""
        membership.migrate(self.world, group_id, new_id)

    def _chat(self, chat_id: int | None, person_id: int) -> Chat:
        return self.world.present(person_id, chat_id)[1]

    def _bot_or(self, member: int | None) -> int:
        return int(self.world.bot["id"]) if member is None else member
