"""Feeds for other programs: the address of a chat's feed, and the content of feeds and of the rates.

The secret of an address exists in the address alone: its SHA-256 is stored, so neither the database nor a backup of it
opens a feed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Hashable
from dataclasses import dataclass

from bot.domain.chats import Chat
from bot.domain.feeds import Feed
from bot.domain.rates import Rate
from storage import chats, destinations, feeds, news_languages, rates, topics
from storage.database import Connection, Database

# A secret of so many random bytes is never guessed. In an address it has 43 characters.
SECRET_BYTES = 32
# The length of a feed's public key, in hexadecimal digits of the hash: enough for the feeds of one reader to differ.
_KEY_LENGTH = 16


async def destination_of(database: Database, chat_id: int, now: dt.datetime) -> int:
    """Return the id by which a group is managed from private chats; it is stored now if it is new."""
    async with database.write() as connection:
        return (await destinations.add(connection, chat_id, now)).id


async def make_feed(database: Database, chat_id: int, now: dt.datetime) -> str:
    """Make a new address of a chat's feed and return its secret; an earlier address ends."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    async with database.write() as connection:
        await feeds.put(connection, chat_id, hash_of(secret), now)
    return secret


async def feed_since(database: Database, chat_id: int) -> dt.datetime | None:
    """Return when (UTC) the address of a chat's feed was made; None if it has no feed."""
    async with database.read() as connection:
        found = await feeds.of_chat(connection, chat_id)
    return found.since if found else None


async def end_feed(database: Database, chat_id: int) -> None:
    """End the feed of a chat."""
    async with database.write() as connection:
        await feeds.remove(connection, chat_id)


def hash_of(secret: str) -> str:
    """Return the hash under which a secret is stored."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


async def feed_version(database: Database, secret_hash: str) -> Hashable:
    """Return a value that changes with the content of a feed: no texts are read. None if there is no such feed."""
    async with database.read() as connection:
        if (shown := await _shown(connection, secret_hash)) is None:
            return None
        return shown.chat.title, await feeds.version(connection, shown.chat.id, shown.languages, own=shown.own)


async def read_feed(database: Database, secret_hash: str) -> Feed | None:
    """Return the content of a feed; None if there is no such feed."""
    async with database.read() as connection:
        if (shown := await _shown(connection, secret_hash)) is None:
            return None
        items = await feeds.items(connection, shown.chat.id, shown.languages, own=shown.own)
    return Feed(secret_hash[:_KEY_LENGTH], shown.chat.title, shown.since, items)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The choice of a feed's articles: those of the chat's topics (`own`) or all, in some languages or all (None)."""

    chat: Chat
    since: dt.datetime
    own: bool
    languages: Collection[str] | None


async def _shown(connection: Connection, secret_hash: str) -> _Shown | None:
    found = await feeds.find(connection, secret_hash)
    chat = await chats.get(connection, found.chat_id) if found else None
    if found is None or chat is None:
        return None
    own = bool(await topics.count_of_chat(connection, chat.id))
    return _Shown(chat, found.since, own, await news_languages.read_by(connection, chat))


async def current_rates(database: Database, now: dt.datetime) -> list[tuple[Rate, bool]]:
    """Return the newest confirmed rates of all sources as they print them, each with whether it is stale."""
    async with database.read() as connection:
        graph = await rates.graph(connection, now)
    return [(rate, graph.is_stale(rate)) for rate in sorted(graph.rates, key=lambda rate: (rate.source, rate.pair))]
