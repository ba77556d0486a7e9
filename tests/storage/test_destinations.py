"""Managed chats: their destinations, the people who manage them, and topics of a forum that are created once."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from bot.domain.chats import Chat
from bot.services import managing
from storage import chats, destinations, personal_data
from storage.database import Database

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(minutes=2)
PERSON, OTHER, CHANNEL = 1, 2, -1_001_000_000_001
GIVEN = Chat(CHANNEL, "channel", "ru", "Asia/Almaty", title="Almaty & <Co>")


@pytest.fixture(autouse=True)
async def _people(database: Database) -> None:
    async with database.write() as connection:
        for person in (PERSON, OTHER):
            await chats.ensure(connection, Chat(person, "private", "en", "UTC"), NOW)


async def test_a_chat_is_set_up_once_and_keeps_its_settings_but_not_its_old_name(database: Database) -> None:
    first = await managing.set_up(database, GIVEN, PERSON, NOW)
    again = await managing.set_up(database, Chat(CHANNEL, "channel", "en", "UTC", title="Almaty Today"), PERSON, LATER)
    assert (first.new, first.shared, again.new, again.shared) == (True, False, False, False)
    assert (again.since, again.destination.id) == (NOW, first.destination.id)
    assert (again.chat.language, again.chat.title) == ("ru", "Almaty Today")
    other = await managing.set_up(database, GIVEN, OTHER, LATER)
    assert (other.new, other.shared) == (True, True)


async def test_a_person_who_never_opened_the_bot_manages_nothing(database: Database) -> None:
    done = await managing.set_up(database, GIVEN, 99, NOW)
    assert await managing.managed_chats(database, 99) == []
    assert done.destination.chat_id == CHANNEL


async def test_forgetting_a_person_leaves_the_chat_to_the_others(database: Database) -> None:
    for person in (PERSON, OTHER):
        await managing.set_up(database, GIVEN, person, NOW)
    async with database.write() as connection:
        await personal_data.forget(connection, PERSON)
        assert await destinations.managers(connection, CHANNEL) == [OTHER]
        assert await chats.get(connection, CHANNEL) is not None


async def test_two_people_at_once_reserve_one_topic_of_a_forum(database: Database) -> None:
    await managing.set_up(database, GIVEN, PERSON, NOW)
    results = await asyncio.gather(*(managing.reserve_thread(database, CHANNEL, "energy", NOW) for _ in range(4)))
    assert sorted(results) == [False, False, False, True]
    async with database.read() as connection:  # none is shown while Telegram creates it
        assert len(await destinations.of_chat(connection, CHANNEL)) == 1
    opened = await managing.open_thread(database, GIVEN, "energy", 17, "Energy", NOW)
    assert opened is not None
    assert (opened.thread_id, opened.label) == (17, "Almaty & <Co> › Energy")
    assert not await managing.reserve_thread(database, CHANNEL, "energy", LATER)


async def test_a_topic_of_a_forum_that_was_refused_or_never_created_can_be_created_later(database: Database) -> None:
    await managing.set_up(database, GIVEN, PERSON, NOW)
    assert await managing.reserve_thread(database, CHANNEL, "energy", NOW)
    await managing.free_thread(database, CHANNEL, "energy")
    assert await managing.reserve_thread(database, CHANNEL, "energy", NOW)  # the process ends here
    assert not await managing.reserve_thread(database, CHANNEL, "energy", NOW)
    assert await managing.reserve_thread(database, CHANNEL, "energy", LATER)
    assert await managing.reserve_thread(database, CHANNEL, "water", NOW)


async def test_a_dropped_topic_of_a_forum_takes_its_setup_along(database: Database) -> None:
    await managing.set_up(database, GIVEN, PERSON, NOW)
    await managing.reserve_thread(database, CHANNEL, "energy", NOW)
    opened = await managing.open_thread(database, GIVEN, "energy", 17, "Energy", NOW)
    assert opened is not None
    assert (await managing.overview(database, opened, PERSON)).topics == 1
    await managing.forget_thread(database, opened)
    assert (await managing.overview(database, opened, PERSON)).topics == 0
    assert await managing.managed(database, opened.id) is None
