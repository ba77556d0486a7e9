"""What a digest contains, composed when it is sent."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Chat
from bot.domain.times import DIGEST_LATE, at_local
from bot.i18n import Translator
from bot.views.digest import MAX_ARTICLES, DigestLine, digest
from bot.views.message import View
from storage import article_lists, rates, topics

# What a first digest looks back on.
FIRST_DIGEST_SPAN = dt.timedelta(days=1)
# The longest time that a digest after a long pause looks back on.
LONGEST_DIGEST_SPAN = dt.timedelta(days=3)
# The newest articles shown to chats without topics.
NEWEST = 5


async def compose(
    connection: AsyncConnection, chat: Chat, date: dt.date, now: dt.datetime, *, asked: bool = False
) -> View:
    """Return the digest of a local date for a chat: rates since its last one, articles that it was not sent.

    One that was `asked` for by hand is never late.
    """
    zone = ZoneInfo(chat.timezone)
    due = now if asked or chat.digest_at is None else at_local(date, chat.digest_at, zone)
    since = max(chat.last_digest_at or now - FIRST_DIGEST_SPAN, now - LONGEST_DIGEST_SPAN)
    current = [line.resolved for line in await rates.rate_table(connection, now)]
    lines = [DigestLine(*line) for line in zip(current, await rates.rates_at(connection, current, since), strict=True)]
    has_topics = bool(await topics.count_of_chat(connection, chat.id))
    if has_topics:
        articles = await article_lists.for_digest(connection, chat.id, since, MAX_ARTICLES)
    else:
        articles = await article_lists.latest(connection, NEWEST, unmuted_by=chat.id)
    late = chat.digest_at if now - due > DIGEST_LATE else None
    return digest(Translator(chat.language), date, lines, articles, has_topics, now, zone, late=late)
