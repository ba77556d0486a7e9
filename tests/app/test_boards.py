"""Boards in the running bot: pinned by Telegram's rules, in each kind of chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.views.buttons import for_destination
from bot.views.chat_actions import CHATS_ONE
from storage.database import Database
from tests.app.owner import CHANNEL, POSTING, Owner
from tests.app.talk import button, filled, texts

ADMIN, MEMBER = 1, 2
GROUP = -1000000000100
MADE = "The rates board is ready"


@pytest.fixture(autouse=True)
async def _filled(app: App, telegram: EmbeddedTelegram) -> None:
    """The first poll has brought rates."""
    await filled(telegram, ADMIN)


async def answered(telegram: EmbeddedTelegram, chat: int, text: str) -> str:
    """Wait for a message with this text."""
    await telegram.wait_for(lambda: any(text in one for one in texts(telegram, chat)), timeout=10)
    return next(one for one in reversed(texts(telegram, chat)) if text in one)


def pinned(telegram: EmbeddedTelegram, chat: int) -> set[int]:
    return set(telegram.world.chats[chat].pinned)


async def test_a_board_in_a_private_chat_is_pinned_replaced_and_removed(telegram: EmbeddedTelegram) -> None:
    telegram.say(ADMIN, "/board")
    await answered(telegram, ADMIN, MADE)
    [first] = pinned(telegram, ADMIN)
    telegram.say(ADMIN, "/board kzt, tjs/kgs")
    await telegram.wait_for(lambda: pinned(telegram, ADMIN) and first not in pinned(telegram, ADMIN), timeout=10)
    await telegram.wait_for(lambda: sum(MADE in one for one in texts(telegram, ADMIN)) == 2, timeout=10)
    telegram.press(ADMIN, *button(telegram, ADMIN, "Remove the board"))
    await answered(telegram, ADMIN, "removed")
    assert pinned(telegram, ADMIN) == set()
    assert not any("Last change" in one for one in texts(telegram, ADMIN))


@pytest.mark.parametrize("can_pin", [True, False])
async def test_in_a_group_of_200_000_an_admin_makes_one_board(telegram: EmbeddedTelegram, can_pin: bool) -> None:
    telegram.add_group(GROUP, "Bazaar", [ADMIN, MEMBER], [ADMIN], others=200_000, bot_is_admin=can_pin)
    telegram.say(MEMBER, "/board", GROUP)
    await telegram.wait_for(lambda: texts(telegram, GROUP), timeout=10)
    assert telegram.calls_of("pinChatMessage") == []
    telegram.say(ADMIN, "/board", GROUP)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) == 3, timeout=10)
    _, board, answer = texts(telegram, GROUP)
    assert "KZT" in board
    assert len(pinned(telegram, GROUP)) == can_pin
    assert ("закреплять сообщения" in answer) != can_pin  # how to give the right


async def test_each_topic_of_a_forum_may_have_a_board(telegram: EmbeddedTelegram) -> None:
    telegram.add_group(GROUP, "Bazaar", [ADMIN], [ADMIN], bot_is_admin=True)
    telegram.make_forum(GROUP, ADMIN)
    topics = [telegram.create_topic(GROUP, ADMIN, name) for name in ("Rates", "Money")]
    for count, thread in enumerate(topics, 1):
        telegram.say(ADMIN, "/board", GROUP, thread=thread)
        await telegram.wait_for(lambda count=count: len(texts(telegram, GROUP)) == 2 * count, timeout=10)
    sent = {
        message["message_id"]: message["message_thread_id"] for message in telegram.messages(GROUP) if "text" in message
    }
    assert sorted(sent[number] for number in pinned(telegram, GROUP)) == sorted(topics)


async def test_the_board_of_a_channel_is_made_again_and_removed_from_the_private_chat(
    telegram: EmbeddedTelegram, tmp_path: Path
) -> None:
    telegram.add_channel(CHANNEL, "Bazaar", [], [ADMIN], bot_rights=POSTING)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    try:
        owner = Owner(telegram, database)
        await owner.choose(CHANNEL)
        card = for_destination(CHATS_ONE(), await owner.destination(CHANNEL))
        for _ in range(2):
            before = pinned(telegram, CHANNEL)
            await owner.press(card)
            made = await owner.tap("Rates board")
            assert made.startswith(f"📢 Bazaar\n✓ {MADE}"), made
            [board] = owner.texts(CHANNEL)
            assert "KZT" in board
            assert len(pinned(telegram, CHANNEL) - before) == 1
        assert (await owner.tap("Remove the board")).startswith("📢 Bazaar\n✓")
        assert (owner.texts(CHANNEL), pinned(telegram, CHANNEL)) == ([], set())
    finally:
        await database.close()
