"""Drafts by buttons in the running bot: two admins, a former admin, another lead, and forged presses."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.chats import Chat, ChatState
from bot.domain.reviews import MAX_LEAD
from bot.services.reviews import set_review, set_reviewer
from storage import chats, destinations, topics
from storage.database import Database
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts
from tests.waiting import eventually

ANN, IVAN, MEMBER, CHANNEL = 1, 2, 3, -1_001_000_000_007
NOT_ALLOWED = "Only admins who may post there can decide"


class Channel:
    """A channel that Ann and Ivan manage, whose posts they review; Ivan owns it."""

    def __init__(self, telegram: EmbeddedTelegram, site: Site, database: Database) -> None:
        self.telegram, self.site, self.database = telegram, site, database

    async def draft(self, title: str = "Oil Well Opens in Aktau") -> None:
        """Let an article come, and wait until both have its draft."""
        self.site.articles.append((title, "An oil well was opened. It is deep."))
        for person in (ANN, IVAN):
            await self.telegram.wait_for(lambda person=person: title in self.newest(person), timeout=20)

    def newest(self, chat: int) -> str:
        return (texts(self.telegram, chat) or [""])[-1]

    def posts(self, title: str = "Oil Well Opens in Aktau") -> list[str]:
        """Return the posts of an article in the channel."""
        return [one["text"] for one in self.telegram.messages(CHANNEL) if title in one["text"]]

    async def press(self, person: int, label: str, data: str | None = None) -> str:
        """Press a button under a draft and return the callback answer."""
        number, found = button(self.telegram, person, label)
        before = len(self.telegram.calls_of("answerCallbackQuery"))
        self.telegram.press(person, number, data or found)
        await self.telegram.wait_for(lambda: len(self.telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
        return str(self.telegram.calls_of("answerCallbackQuery")[-1].params.get("text", ""))


@pytest.fixture
async def channel(app: App, telegram: EmbeddedTelegram, site: Site, tmp_path: Path) -> AsyncIterator[Channel]:
    await filled(telegram)
    await ask(telegram, IVAN, "/rates")
    telegram.add_person(MEMBER, "Bek", language_code="en")
    telegram.add_channel(CHANNEL, "Oil News", [MEMBER], [IVAN, ANN], bot_rights=("can_post_messages",))
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    now = dt.datetime.now(dt.UTC)
    async with database.write() as connection:
        await chats.ensure(connection, Chat(CHANNEL, "channel", "en", "Asia/Almaty", title="Oil News"), now)
        query = await topics.ensure_query(connection, "oil")
        await topics.subscribe(connection, CHANNEL, 0, query.id, "instant", now)
        for person in (ANN, IVAN):
            await destinations.add_manager(connection, CHANNEL, person, now)
    chat = await set_review(database, CHANNEL, 3, unreviewed=False)
    assert chat is not None
    assert chat.post_form.review_hours == 3
    yield Channel(telegram, site, database)
    await database.close()


async def test_two_admins_press_at_once_and_it_is_posted_once(channel: Channel) -> None:
    await channel.draft()
    assert channel.posts() == []
    before = len(channel.telegram.calls_of("answerCallbackQuery"))
    for person, label in ((ANN, "✅ Post"), (IVAN, "✅ Опубликовать")):
        channel.telegram.press(person, *button(channel.telegram, person, label))
    for person, posted in ((ANN, "✅ Posted by"), (IVAN, "✅ Опубликовано: ")):
        await channel.telegram.wait_for(
            lambda person=person, posted=posted: posted in channel.newest(person), timeout=20
        )
    await channel.telegram.wait_for(
        lambda: len(channel.telegram.calls_of("answerCallbackQuery")) == before + 2, timeout=20
    )
    answers = [call.params.get("text", "") for call in channel.telegram.calls_of("answerCallbackQuery")[before:]]
    assert [answer for answer in answers if answer.startswith(("Already decided", "Решение уже принято"))] == [
        answer for answer in answers if answer
    ]
    assert answers.count("") == 1
    await channel.telegram.wait_for(lambda: len(channel.posts()) == 1, timeout=20)
    await channel.draft("Oil Falls")
    assert len(channel.posts()) == 1


async def test_the_second_is_answered_by_whom_and_when_it_was_decided(channel: Channel) -> None:
    await channel.draft()
    number, data = button(channel.telegram, IVAN, "✅ Опубликовать")
    await channel.press(ANN, "Skip")
    await channel.telegram.wait_for(lambda: "Пропущено: Ann" in channel.newest(IVAN), timeout=20)
    before = len(channel.telegram.calls_of("answerCallbackQuery"))
    channel.telegram.press(IVAN, number, data)
    await channel.telegram.wait_for(lambda: len(channel.telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
    answer = channel.telegram.calls_of("answerCallbackQuery")[-1].params
    assert answer["text"].startswith("Решение уже принято. ⏭ Пропущено: Ann, ")
    assert channel.posts() == []


async def test_another_lead_is_shown_to_all_and_posted(channel: Channel) -> None:
    await channel.draft()
    assert await channel.press(ANN, "✏️ Edit lead") == ""
    await channel.telegram.wait_for(lambda: "Send the new lead" in channel.newest(ANN), timeout=20)
    assert "That is too long" in await ask(channel.telegram, ANN, "x" * (MAX_LEAD + 1))
    # Words that would be a request as a sentence are a lead here.
    draft = await ask(channel.telegram, ANN, "100 usd in <b>kzt</b>, says the bank")
    assert "📝 Draft for Oil News" in draft
    assert "\n100 usd in <b>kzt</b>, says the bank\n" in draft
    await channel.telegram.wait_for(lambda: "says the bank" in channel.newest(IVAN), timeout=20)
    await channel.press(IVAN, "✅ Опубликовать")
    await channel.telegram.wait_for(lambda: len(channel.posts()) == 1, timeout=20)
    assert "\n100 usd in <b>kzt</b>, says the bank\n" in channel.posts()[0]
    # The newest message with the draft shows the decision.
    await channel.telegram.wait_for(lambda: "✅ Posted by" in channel.newest(ANN), timeout=20)


async def test_a_former_admin_is_refused_and_nothing_happens(channel: Channel) -> None:
    await channel.draft()
    channel.telegram.demote(CHANNEL, IVAN, ANN)
    for label in ("✅ Post", "Skip", "✏️ Edit lead"):
        assert (await channel.press(ANN, label)).startswith(NOT_ALLOWED)
    assert channel.posts() == []
    await channel.press(IVAN, "✅ Опубликовать")
    await channel.telegram.wait_for(lambda: len(channel.posts()) == 1, timeout=20)


async def test_an_admin_who_may_not_post_any_more_is_refused(channel: Channel) -> None:
    await channel.draft()
    channel.telegram.promote(CHANNEL, IVAN, ANN, ["can_manage_chat", "can_invite_users"])
    assert (await channel.press(ANN, "✅ Post")).startswith(NOT_ALLOWED)
    assert channel.posts() == []


async def test_a_post_waits_while_the_bot_may_not_post(channel: Channel) -> None:
    await channel.draft()
    channel.telegram.promote(CHANNEL, IVAN, channel.telegram.world.bot["id"], ["can_manage_chat"])
    assert await channel.press(ANN, "✅ Post") == ""

    async def paused() -> bool:
        async with channel.database.read() as connection:
            chat = await chats.get(connection, CHANNEL)
            return chat is not None and chat.state is ChatState.PAUSED

    await eventually(paused)
    channel.telegram.promote(CHANNEL, IVAN, channel.telegram.world.bot["id"], ["can_post_messages"])
    await channel.telegram.wait_for(lambda: len(channel.posts()) == 1, timeout=20)


async def test_a_lead_typed_by_a_former_admin_is_refused(channel: Channel) -> None:
    await channel.draft()
    await channel.press(ANN, "✏️ Edit lead")
    await channel.telegram.wait_for(lambda: "Send the new lead" in channel.newest(ANN), timeout=20)
    channel.telegram.demote(CHANNEL, IVAN, ANN)
    assert (await ask(channel.telegram, ANN, "Nothing was opened.")).startswith(NOT_ALLOWED)
    assert "Nothing" not in channel.newest(IVAN)


@pytest.mark.parametrize("what", ["post", "skip", "lead"])
async def test_a_forged_press_of_a_member_decides_nothing(channel: Channel, what: str) -> None:
    await channel.draft()
    data = button(channel.telegram, ANN, "✅ Post")[1].replace(":post:", f":{what}:")
    await ask(channel.telegram, MEMBER, "/rates")
    before = len(channel.telegram.calls_of("answerCallbackQuery"))
    channel.telegram.press(MEMBER, channel.telegram.messages(MEMBER)[-1]["message_id"], data)
    await channel.telegram.wait_for(lambda: len(channel.telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
    assert channel.telegram.calls_of("answerCallbackQuery")[-1].params["text"].startswith(NOT_ALLOWED)
    assert channel.posts() == []


async def test_reviewers_are_chosen_among_the_managers(channel: Channel) -> None:
    async with channel.database.write() as connection:
        stored = await chats.get(connection, MEMBER)
        if stored is None:
            await chats.ensure(connection, Chat(MEMBER, "private", "en", "UTC"), dt.datetime.now(dt.UTC))
    await set_reviewer(channel.database, CHANNEL, ANN, reviews_posts=True)
    await set_reviewer(channel.database, CHANNEL, MEMBER, reviews_posts=True)  # manages nothing
    async with channel.database.read() as connection:
        assert await destinations.managers(connection, CHANNEL, reviewers=True) == [ANN]
    await set_reviewer(channel.database, CHANNEL, ANN, reviews_posts=False)
    async with channel.database.read() as connection:
        assert await destinations.managers(connection, CHANNEL, reviewers=True) == []


async def test_settings_of_an_unknown_chat_are_none(channel: Channel) -> None:
    found: Any = await set_review(channel.database, -999, None, unreviewed=True)
    assert found is None
