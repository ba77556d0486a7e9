"""Members of groups and channels: their statuses and rights, and the changes that people make."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import ChatMemberAdministrator, ChatMemberRestricted
from telegram.error import BadRequest, Forbidden

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.rights import (
    BANNED,
    CREATOR,
    IN_CHAT,
    NOT_IN_CHAT,
    PERMISSIONS,
    RESTRICTED,
    Member,
    administrator,
    known_rights,
    member_object,
)
from bot.demo.telegram.schema import result_problems
from tests.demo.telegram.conftest import ANN, BEK, CHANNEL, GROUP, POSTING, Client

CHOLPON, VILLAGE = 7, -7


@pytest.fixture(autouse=True)
def channel(tg: EmbeddedTelegram) -> None:
    tg.add_person(CHOLPON, "Cholpon")
    tg.add_channel(CHANNEL, "Market", [BEK], [ANN], others=199_998, bot_rights=POSTING)
    tg.add_group(VILLAGE, "Village", [BEK], [ANN])


async def test_the_bots_rights_are_those_it_was_given(tg: EmbeddedTelegram, client: Client) -> None:
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_post_messages"])
    tg.promote(GROUP, ANN, client.bot.id, ["can_pin_messages", "can_manage_topics"])
    channel = await client.bot.get_chat_member(CHANNEL, client.bot.id)
    group = await client.bot.get_chat_member(GROUP, client.bot.id)
    assert isinstance(channel, ChatMemberAdministrator)
    assert isinstance(group, ChatMemberAdministrator)
    assert (channel.can_post_messages, channel.can_edit_messages, channel.can_pin_messages) == (True, False, None)
    assert (group.can_post_messages, group.can_pin_messages, group.can_delete_messages) == (None, True, False)
    assert group.can_manage_chat


async def test_a_change_of_the_bots_rights_is_an_update_of_old_and_new(tg: EmbeddedTelegram, client: Client) -> None:
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_post_messages"])
    tg.promote(CHANNEL, ANN, client.bot.id, ["can_post_messages"])
    [update] = await client.updates()
    change = update.my_chat_member
    assert change is not None
    old, new = change.old_chat_member, change.new_chat_member
    assert isinstance(old, ChatMemberAdministrator)
    assert isinstance(new, ChatMemberAdministrator)
    assert (change.chat.id, change.from_user.id) == (CHANNEL, ANN)
    assert (old.can_edit_messages, new.can_edit_messages, new.user.id) == (True, False, client.bot.id)


async def test_people_are_listed_with_their_statuses(tg: EmbeddedTelegram, client: Client) -> None:
    tg.join(CHANNEL, CHOLPON)
    tg.promote(CHANNEL, ANN, CHOLPON, ["can_post_messages"])
    tg.kick(CHANNEL, ANN, BEK)
    statuses = [(await client.bot.get_chat_member(CHANNEL, person)).status for person in (ANN, BEK, CHOLPON)]
    assert statuses == ["creator", "kicked", "administrator"]
    admins = await client.bot.get_chat_administrators(CHANNEL)
    assert [admin.user.id for admin in admins] == [ANN, CHOLPON, client.bot.id]
    tg.demote(CHANNEL, ANN, CHOLPON)
    assert (await client.bot.get_chat_member(CHANNEL, CHOLPON)).status == "member"
    assert await client.bot.get_chat_member_count(CHANNEL) == 200_001


async def test_only_the_bot_itself_is_shown_to_a_bot_outside(tg: EmbeddedTelegram, client: Client) -> None:
    tg.add_channel(CHANNEL - 1, "Public", [BEK], [ANN], username="public")
    for call in (client.bot.get_chat_member("@public", ANN), client.bot.get_chat_administrators("@public")):
        with pytest.raises(BadRequest, match="Member list is inaccessible"):
            await call
    assert (await client.bot.get_chat_member("@public", client.bot.id)).status == "left"


async def test_a_private_chat_of_others_cannot_be_read(tg: EmbeddedTelegram, client: Client) -> None:
    await client.bot.leave_chat(CHANNEL)
    for method in (client.bot.get_chat, client.bot.get_chat_administrators, client.bot.get_chat_member_count):
        with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
            await method(CHANNEL)


async def test_changes_of_people_reach_an_admin_bot_that_asks_for_them(tg: EmbeddedTelegram, client: Client) -> None:
    await client.bot.get_updates(allowed_updates=["chat_member"])
    tg.kick(GROUP, ANN, BEK)
    tg.join(CHANNEL, CHOLPON)
    tg.leave(CHANNEL, CHOLPON)
    changes = [update.chat_member for update in await client.updates()]
    assert [(change.from_user.id, change.new_chat_member.status) for change in changes if change] == [
        (CHOLPON, "member"),
        (CHOLPON, "left"),
    ]


async def test_a_restricted_member_sends_only_the_allowed(tg: EmbeddedTelegram, client: Client) -> None:
    tg.restrict(GROUP, ANN, client.bot.id, ["can_send_photos"])
    with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
        await client.bot.send_message(GROUP, "x")
    with pytest.raises(BadRequest, match="Not enough rights to send documents to the chat"):
        await client.bot.send_document(GROUP, b"x")
    member = await client.bot.get_chat_member(GROUP, client.bot.id)
    assert isinstance(member, ChatMemberRestricted)
    assert (member.can_send_photos, member.can_send_messages) == (True, False)
    tg.restrict(GROUP, ANN, BEK, [])
    with pytest.raises(ValueError, match="may not write"):
        tg.say(BEK, "x", GROUP)


async def test_a_renamed_chat_has_its_new_name_everywhere(tg: EmbeddedTelegram, client: Client) -> None:
    before = await client.bot.send_message(CHANNEL, "x")
    tg.rename(CHANNEL, ANN, "Bazaar")
    tg.rename(VILLAGE, ANN, "Town")
    post, message = await client.updates()
    assert post.channel_post is not None
    assert message.message is not None
    assert message.message.from_user is not None
    assert (post.channel_post.new_chat_title, message.message.new_chat_title) == ("Bazaar", "Town")
    assert message.message.from_user.id == ANN
    assert (await client.bot.get_chat(VILLAGE)).title == "Town"
    edited = await client.bot.edit_message_text("y", CHANNEL, before.message_id)
    assert isinstance(edited, type(before))
    assert edited.chat.title == "Bazaar"


async def test_a_deleted_group_is_refused_by_its_kind(tg: EmbeddedTelegram, client: Client) -> None:
    tg.delete_chat(VILLAGE, ANN)
    tg.delete_chat(GROUP, ANN)
    with pytest.raises(Forbidden, match="the group chat was deleted"):
        await client.bot.send_message(VILLAGE, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await client.bot.send_message(GROUP, "x")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda tg: tg.promote(GROUP, BEK, CHOLPON), "has no right to do that: can_promote_members"),
        (lambda tg: tg.kick(GROUP, BEK), "has no right to do that: can_restrict_members"),
        (lambda tg: tg.kick(GROUP, CHOLPON), "no person"),
        (lambda tg: tg.kick(GROUP, ANN, ANN), "stays its owner"),
        (lambda tg: tg.leave(GROUP, ANN), "stays its owner"),
        (lambda tg: tg.kick(GROUP, ANN, 404), "no person 404"),
        (lambda tg: tg.promote(GROUP, ANN, BEK, ["can_post_messages"]), "no rights in a supergroup"),
        (lambda tg: tg.restrict(VILLAGE, ANN, BEK, []), "in supergroups only"),
        (lambda tg: tg.invite(CHANNEL, ANN), "as an admin only"),
        (lambda tg: tg.rename(GROUP, BEK, "x"), "may not rename"),
        (lambda tg: tg.delete_chat(GROUP, BEK), "does not own"),
        (lambda tg: tg.rename(ANN, ANN, "x"), "no other members"),
        (lambda tg: (tg.kick(GROUP, ANN, BEK), tg.join(GROUP, BEK)), "cannot join"),
        (lambda tg: tg.join(GROUP, 404), "no person 404"),
        (lambda tg: tg.delete(BEK, tg.say(ANN, "x", GROUP)["message_id"], GROUP), "may not delete"),
        (lambda tg: tg.delete(BEK, 99, GROUP), "no message 99"),
        (lambda tg: tg.add_channel(-8, "x", [], [ANN]), "no id of a channel"),
    ],
)
def test_people_do_only_what_they_may(
    tg: EmbeddedTelegram, change: Callable[[EmbeddedTelegram], object], refusal: str
) -> None:
    with pytest.raises(ValueError, match=refusal):
        change(tg)


def test_admins_delete_messages_of_others(tg: EmbeddedTelegram) -> None:
    tg.delete(ANN, tg.say(BEK, "x", GROUP)["message_id"], GROUP)
    tg.delete(BEK, tg.say(BEK, "x", GROUP)["message_id"], GROUP)
    assert tg.messages(GROUP) == []


KINDS = ("group", "supergroup", "channel")
members = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.sampled_from([BANNED, IN_CHAT, NOT_IN_CHAT, Member(CREATOR)])
        | st.builds(Member, st.just(RESTRICTED), st.frozensets(st.sampled_from(PERMISSIONS)))
        | st.builds(administrator, st.just(kind), st.frozensets(st.sampled_from(known_rights(kind)))),
    )
)


@given(members)
def test_every_member_has_the_published_form_and_exactly_its_rights(
    schema: dict[str, Any] | None, drawn: tuple[str, Member]
) -> None:
    kind, member = drawn
    shown = member_object({"id": 5, "is_bot": False, "first_name": "Ann"}, member, kind)
    assert schema is None or result_problems("getChatMember", shown, schema) == []
    assert {name for name, value in shown.items() if value is True and name.startswith("can_")} == member.rights
    assert all(member.may(right) == member.administers for right in member.rights)
