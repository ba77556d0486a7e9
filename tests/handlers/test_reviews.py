"""The right to decide on a draft is asked for at each press: who owns the chat, or may post there as an admin."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from telegram import ChatMemberAdministrator, ChatMemberLeft, ChatMemberMember, ChatMemberOwner, User
from telegram.error import BadRequest, Forbidden

from bot.delivery import reviews as drafts
from bot.domain.deliveries import DeliveryState
from bot.views import actions
from storage import chats, claims, outcomes, reviews
from storage.database import Database
from storage.outcomes import DeliveryUpdate
from tests.drafts import GROUP, publish, reviewing_group
from tests.handlers.conftest import NOW
from tests.handlers.talk import PERSON, RecordingBot, Talk

ANN = User(PERSON, "Ann", False)
# Past the pause that limits presses.
BETWEEN = dt.timedelta(minutes=1)


def admin(*, can_post: bool | None) -> ChatMemberAdministrator:
    rights = dict.fromkeys(
        (
            *("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"),
            *("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"),
            *("can_post_stories", "can_edit_stories", "can_delete_stories"),
        ),
        False,
    )
    return ChatMemberAdministrator(ANN, **rights, can_post_messages=can_post)


class AskedBot(RecordingBot):
    """A bot to which Telegram gives one answer about every member."""

    answer: Any = None

    async def get_chat_member(self, _chat: int, _user: int) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def draft(database: Database, kind: str) -> int:
    """Store a chat of a kind with an open review; returns the delivery."""
    chat = await reviewing_group(database, NOW, PERSON)
    number = await publish(database, NOW)
    async with database.write() as connection:
        await chats.save(connection, replace(chat, kind=kind))
        [claimed] = await claims.claim(connection, NOW, 1)
        await outcomes.record(connection, [DeliveryUpdate(number, DeliveryState.REVIEW)], NOW)
        await drafts.ask(connection, claimed, NOW)
    assert claimed.chat_id == GROUP
    return number


async def press(database: Database, bot: RecordingBot, data: str) -> str:
    """Press a button and return the callback answer."""
    talk = Talk(database, bot, NOW + BETWEEN)
    await talk.press(data)
    return bot.callback_answers[-1] or ""


@pytest.mark.parametrize(
    ("kind", "answer", "allowed"),
    [
        ("channel", ChatMemberOwner(ANN, False), True),
        ("channel", admin(can_post=True), True),
        ("channel", admin(can_post=False), False),
        ("channel", admin(can_post=None), False),
        ("supergroup", admin(can_post=None), True),
        ("supergroup", ChatMemberMember(ANN), False),
        ("channel", ChatMemberLeft(ANN), False),
        ("channel", BadRequest("PARTICIPANT_ID_INVALID"), False),
        ("channel", Forbidden("bot was kicked from the channel chat"), False),
    ],
)
async def test_telegram_decides_who_may_publish(database: Database, kind: str, answer: Any, allowed: bool) -> None:
    number, bot = await draft(database, kind), AskedBot()
    bot.answer = answer
    refusal = await press(database, bot, actions.REVIEW_POST(number))
    async with database.read() as connection:
        review = await reviews.get(connection, number)
    assert review is not None
    assert review.open is not allowed
    assert refusal.startswith("Only admins who may post there can decide") is not allowed


async def test_an_admin_who_does_not_manage_the_chat_here_is_refused(database: Database) -> None:
    number, bot = await draft(database, "channel"), AskedBot()
    bot.answer = ChatMemberOwner(ANN, False)
    talk = Talk(database, bot, NOW + BETWEEN)
    await talk.press(actions.REVIEW_SKIP(number), chat=8, person=8)
    assert (bot.callback_answers[-1] or "").startswith("Only admins who may post there can decide")


@pytest.mark.parametrize("action", [actions.REVIEW_POST, actions.REVIEW_SKIP, actions.REVIEW_LEAD])
async def test_a_draft_that_is_decided_or_gone_is_answered(database: Database, action: Any) -> None:
    number, bot = await draft(database, "channel"), AskedBot()
    bot.answer = ChatMemberOwner(ANN, False)
    assert await press(database, bot, actions.REVIEW_POST(number)) == ""
    assert (await press(database, bot, action(number))).startswith("Already decided. ✅ Posted by Ann at ")
    assert "This button" in await press(database, bot, action(number + 100))


async def test_a_press_in_a_group_is_answered_as_expired(database: Database) -> None:
    number, bot = await draft(database, "channel"), AskedBot()
    bot.answer = ChatMemberOwner(ANN, False)
    talk = Talk(database, bot, NOW + BETWEEN)
    await talk.press(actions.REVIEW_POST(number), chat=-100)
    assert "This button" in (bot.callback_answers[-1] or "")


async def test_a_lead_comes_too_late_for_a_draft_that_is_decided(database: Database) -> None:
    number, bot = await draft(database, "channel"), AskedBot()
    bot.answer = ChatMemberOwner(ANN, False)
    talk = Talk(database, bot, NOW + BETWEEN)
    await talk.press(actions.REVIEW_LEAD(number))
    async with database.write() as connection:
        await reviews.decide(connection, number, reviews.ReviewState.SKIPPED, NOW, 9, "Bek")
    [answer] = await talk.send("Gold shines.")
    assert "⏭ Skipped by Bek" in answer
    assert "shines" not in answer
