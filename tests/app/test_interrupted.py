"""A managed chat that changes between two taps of its owner, while a prompt is open or a button waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.demo.telegram.people import Chat as GroupThere
from bot.domain.chats import ChatState
from bot.views import actions, chat_actions
from bot.views.buttons import for_destination
from storage.database import Database
from tests.app.conftest import Site
from tests.app.owner import CHANNEL, GROUP, OWNER, POSTING, Owner
from tests.app.talk import ask, filled

BASIC, NEW = -500, -1_001_000_000_500
OUT_OF_REACH = "I can't reach this chat any more"


@pytest.fixture
async def owner(app: App, telegram: EmbeddedTelegram, tmp_path: Path) -> AsyncIterator[Owner]:
    """An English-speaking owner of a channel in which the bot may post."""
    await filled(telegram)
    telegram.add_channel(CHANNEL, "Almaty", [], [OWNER], bot_rights=POSTING)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    yield Owner(telegram, database)
    await database.close()


async def _asked_for_signature(owner: Owner) -> None:
    await owner.chosen()
    await owner.press(for_destination(chat_actions.CHATS_SIGN(), await owner.destination(CHANNEL)))


@pytest.mark.parametrize("line", ["Курсы валют", "News", "USD", "100 usd in kzt", "Спасибо"])
async def test_a_signature_may_be_a_text_that_is_a_request_elsewhere(owner: Owner, line: str) -> None:
    await _asked_for_signature(owner)
    assert f"Signature: {line}" in await ask(owner.telegram, OWNER, line)


async def test_a_prompt_about_a_chat_that_the_bot_left_takes_one_answer_only(owner: Owner) -> None:
    await _asked_for_signature(owner)
    await owner.press(for_destination(chat_actions.CHATS_LEAVE_NOW(), await owner.destination(CHANNEL)))
    assert OUT_OF_REACH in await ask(owner.telegram, OWNER, "@almaty_today")
    assert OUT_OF_REACH not in await ask(owner.telegram, OWNER, "@almaty_today")


async def test_a_prompt_about_a_chat_that_removed_the_bot_takes_one_answer_only(owner: Owner) -> None:
    await _asked_for_signature(owner)
    owner.telegram.demote(CHANNEL, OWNER)
    await owner.telegram.wait_for(lambda: any("I was removed" in text for text in owner.texts()), timeout=20)
    assert OUT_OF_REACH in await ask(owner.telegram, OWNER, "@almaty_today")
    assert OUT_OF_REACH not in await ask(owner.telegram, OWNER, "@almaty_today")


async def _moved(owner: Owner) -> int:
    """Make a supergroup of a managed group whose service messages have not come; returns its destination."""
    owner.telegram.add_group(BASIC, "Traders", [], [OWNER], bot_is_admin=True)
    await owner.chosen(BASIC)
    old = owner.telegram.world.chats[BASIC]
    owner.telegram.world.add_chat(GroupThere(NEW, old.title, dict(old.people), old.bot), "supergroup")
    old.migrated_to = NEW
    return await owner.destination(BASIC)


async def test_a_button_about_a_group_that_has_just_moved_acts_on_the_supergroup(owner: Owner) -> None:
    here = await _moved(owner)
    assert "Nothing to post yet" in await owner.press(for_destination(chat_actions.CHATS_ONE(), here))
    await owner.press(for_destination(chat_actions.CHATS_TEST(), here))
    assert len(owner.texts(NEW)) == 1
    assert await owner.stored(BASIC) is None
    assert await owner.managed() == [NEW]


async def test_a_group_that_has_just_moved_is_chosen_as_the_supergroup(owner: Owner) -> None:
    await _moved(owner)
    assert "✓ Traders" in await owner.choose(BASIC)
    assert await owner.managed() == [NEW]


async def test_a_draft_for_a_group_that_has_just_moved_is_posted_in_the_supergroup(owner: Owner, site: Site) -> None:
    here = await _moved(owner)
    owner.telegram.world.chats[BASIC].migrated_to = None
    await owner.press(for_destination(chat_actions.CHATS_REGION(), here))
    await owner.press(for_destination(chat_actions.CHATS_HOURS("3"), here))
    site.articles.append(("Kazakhstan Opens a New Railway", "The railway in Kazakhstan is 300 km long."))
    await owner.telegram.wait_for(lambda: "Railway" in owner.texts()[-1], timeout=20)
    owner.telegram.world.chats[BASIC].migrated_to = NEW
    assert "Posted by Ann" in await owner.tap("✅ Post")
    await owner.telegram.wait_for(lambda: any("Railway" in text for text in owner.texts(NEW)), timeout=20)


async def test_a_board_in_a_closed_topic_is_explained(owner: Owner) -> None:
    owner.telegram.add_group(GROUP, "Forum", [], [OWNER], bot_is_admin=True)
    owner.telegram.make_forum(GROUP, OWNER)
    await owner.chosen(GROUP)
    here = await owner.destination(GROUP)
    await owner.press(for_destination(chat_actions.CHATS_THREAD("energy"), here))
    thread = await owner.thread(GROUP)
    owner.telegram.delete_topic(GROUP, OWNER, thread.thread_id)
    assert "closed or deleted" in await owner.press(for_destination(actions.BOARDS_PIN(), thread.id))


async def test_a_title_without_a_visible_letter_has_a_sign(owner: Owner) -> None:
    owner.telegram.rename(CHANNEL, OWNER, "\u200b\u200b")
    assert await owner.choose(CHANNEL, "\u200b\u200b") == "✓ …"
    assert "📢 …" in await owner.press(for_destination(actions.TOPICS_LIST(0), await owner.destination(CHANNEL)))


async def test_a_paused_chat_stays_paused_when_it_gets_a_board(owner: Owner) -> None:
    await owner.chosen()
    here = await owner.destination(CHANNEL)
    await owner.press(for_destination(chat_actions.CHATS_PAUSE(), here))
    shown = await owner.press(for_destination(actions.SETTINGS_ALL(), here))
    assert "nothing is posted" in shown
    assert "/start" not in shown  # it would turn messages on in the private chat
    assert "again" not in await owner.press(for_destination(actions.BOARDS_PIN(), here))
    assert len(owner.texts(CHANNEL)) == 1
    assert await owner.state(CHANNEL) is ChatState.STOPPED


async def test_a_button_is_answered_when_telegram_does_not_say_whether_the_person_may(owner: Owner) -> None:
    await owner.chosen()
    owner.telegram.fail_next("getChatMember", status=500, description="Internal Server Error")
    assert "went wrong with Telegram" in await owner.press(
        for_destination(chat_actions.CHATS_ONE(), await owner.destination(CHANNEL))
    )
