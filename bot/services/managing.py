"""Groups and channels that people manage from their private chats."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.delivery import sample_post
from bot.domain.chats import Chat, Destination
from bot.domain.posts import PostForm
from bot.domain.topics.curated import TOPICS
from bot.services.chats import save_chat
from bot.services.topics import set_topic
from bot.views.message import View
from storage import alerts, chats, destinations, personal_data, topics
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Managed:
    """A managed chat with one of its destinations."""

    destination: Destination
    chat: Chat


@dataclass(frozen=True, slots=True)
class SetUp:
    """A chat that a person has set up. `new`: they did not manage it before; `since` when (UTC) they do.

    `shared`: another person manages it too.
    """

    destination: Destination
    chat: Chat
    new: bool
    since: dt.datetime
    shared: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """The contents of a destination: the numbers of its topics and alerts, and the topics of its forum.

    `drafts`: the person gets the drafts of the chat.
    """

    topics: int
    alerts: int
    threads: Sequence[Destination]
    drafts: bool


async def managed(database: Database, destination_id: int) -> Managed | None:
    """Return a destination and its chat; None if there is none of this id."""
    async with database.read() as connection:
        destination = await destinations.get(connection, destination_id)
        chat = await chats.get(connection, destination.chat_id) if destination else None
    return Managed(destination, chat) if destination and chat else None


async def managed_chats(database: Database, person_id: int) -> list[Managed]:
    """Return the chats that a person manages, by name."""
    async with database.read() as connection:
        found = await destinations.of_person(connection, person_id)
        stored = await chats.get_many(connection, [one.chat_id for one in found])
    return [Managed(one, stored[one.chat_id]) for one in found if one.chat_id in stored]


async def set_up(database: Database, chat: Chat, person_id: int, now: dt.datetime) -> SetUp:
    """Store that a person manages a chat; a new chat is stored with the given settings, a known one keeps its own.

    The title and the kind are those given: a chat may have been renamed. A person who never opened the bot is not
    stored, and so manages nothing.
    """
    async with database.write() as connection:
        stored = await chats.ensure(connection, chat, now)
        if (stored.title, stored.kind) != (chat.title, chat.kind):
            stored = replace(stored, title=chat.title, kind=chat.kind)
            await chats.save(connection, stored)
        destination = await destinations.add(connection, chat.id, now)
        before = await destinations.managers(connection, chat.id)
        since = now
        if await chats.get(connection, person_id) is not None:
            since = await destinations.add_manager(connection, chat.id, person_id, now)
    return SetUp(destination, stored, person_id not in before, since, any(one != person_id for one in before))


async def overview(database: Database, destination: Destination, person_id: int) -> Overview:
    """Return the contents of a destination, for its card."""
    chat_id, thread_id = destination.chat_id, destination.thread_id
    async with database.read() as connection:
        followed = await topics.of_chat(connection, chat_id, thread_id)
        rules = [one for one in await alerts.of_chat(connection, chat_id) if one.thread_id == thread_id]
        threads = [one for one in await destinations.of_chat(connection, chat_id) if one.thread_id]
        reviewers = await destinations.managers(connection, chat_id, reviewers=True)
    return Overview(len(followed), len(rules), () if thread_id else threads, person_id in reviewers)


async def set_form(database: Database, chat: Chat, form: PostForm) -> Chat:
    """Store the form of a chat's posts; returns the chat."""
    changed = replace(chat, post_form=form)
    await save_chat(database, changed)
    return changed


async def stop_managing(database: Database, chat_id: int, person_id: int) -> None:
    """Store that a person manages a chat no more; its settings stay."""
    async with database.write() as connection:
        await destinations.remove_manager(connection, chat_id, person_id)


async def reserve_thread(database: Database, chat_id: int, slug: str, now: dt.datetime) -> bool:
    """Reserve the topic of a forum for a curated topic; False if it is there, or being created."""
    async with database.write() as connection:
        return await destinations.reserve(connection, chat_id, slug, TOPICS.index(slug) + 1, now)


async def free_thread(database: Database, chat_id: int, slug: str) -> None:
    """Free the place of a reserved topic of a forum that Telegram has not created."""
    async with database.write() as connection:
        await destinations.free(connection, chat_id, slug)


async def open_thread(
    database: Database, chat: Chat, slug: str, thread_id: int, name: str, now: dt.datetime
) -> Destination | None:
    """Store a created topic of a forum, which follows its curated topic from now on.

    None if it took so long that its place was taken. InvalidInput at the limit of topics.
    """
    async with database.write() as connection:
        destination = await destinations.fill(connection, chat.id, slug, thread_id, name)
    if destination is not None:
        await set_topic(database, chat, thread_id, slug, now, wanted=True)
    return destination


async def forget_thread(database: Database, destination: Destination) -> None:
    """Remove the topic of a forum with all that was set up in it."""
    async with database.write() as connection:
        await personal_data.forget_thread(connection, destination.chat_id, destination.thread_id)
        await destinations.remove(connection, destination.id)


async def test_post(database: Database, chat: Chat, thread_id: int, now: dt.datetime) -> View | None:
    """Return a test post: the newest article on the topics of a thread, or else the newest one; None without any."""
    async with database.read() as connection:
        return await sample_post.compose(connection, chat, thread_id, now)
