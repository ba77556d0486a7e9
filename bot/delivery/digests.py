"""The content of a digest, read when it is sent."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.own_rates import own_pairs
from bot.domain.times import DIGEST_LATE, at_local
from bot.i18n import Translator
from bot.views.digest import MAX_ARTICLES, DigestContent, DigestLine, digest
from bot.views.message import View
from storage import article_lists, news_languages, rates, topics
from storage.database import Connection
from storage.own_rates import own_rates

# The time that a first digest covers.
FIRST_DIGEST_SPAN = dt.timedelta(days=1)
# The longest time that a digest covers.
LONGEST_DIGEST_SPAN = dt.timedelta(days=3)
# The newest articles shown to those without topics, and to those whose topics have nothing new.
NEWEST = 5
NEWEST_BESIDE_TOPICS = 3


async def read_digest(
    connection: Connection, chat: Chat, date: dt.date, now: dt.datetime, *, on_demand: bool = False
) -> DigestContent:
    """Return the digest of a local date for a chat: rates since its last one, articles that it was not sent.

    A digest `on_demand` is never late.
    """
    due = now if on_demand or chat.digest_at is None else at_local(date, chat.digest_at, ZoneInfo(chat.timezone))
    since = max(chat.last_digest_at or now - FIRST_DIGEST_SPAN, now - LONGEST_DIGEST_SPAN)
    known = await rates.graph(connection, now)
    current = [line.resolved for line in await rates.rate_table(connection, now, known)]
    lines = [DigestLine(*line) for line in zip(current, await rates.rates_at(connection, current, since), strict=True)]
    has_topics = bool(await topics.count_of_chat(connection, chat.id))
    languages = await news_languages.read_by(connection, chat)
    on_its_topics: list[StoredArticle] = []
    if has_topics:
        on_its_topics = await article_lists.for_digest(connection, chat.id, since, MAX_ARTICLES, languages)
    number = NEWEST_BESIDE_TOPICS if has_topics else NEWEST
    return DigestContent(
        date,
        lines,
        on_its_topics or await article_lists.latest(connection, number, unmuted_by=chat.id, languages=languages),
        has_topics,
        chat.digest_at if now - due > DIGEST_LATE else None,
        on_topics=bool(on_its_topics),
        span=None if chat.last_digest_at == since else now - since,
        own=await own_rates(connection, known, own_pairs(chat.currencies), now) if chat.own_pair else (),
    )


async def compose(connection: Connection, chat: Chat, date: dt.date, now: dt.datetime, *, asked: bool = False) -> View:
    """Return the message of the digest of a local date; one that was `asked` for is never late."""
    content = await read_digest(connection, chat, date, now, on_demand=asked)
    return digest(Translator(chat.language), content, now, ZoneInfo(chat.timezone))
