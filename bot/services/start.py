"""The beginning, the end and the return of a chat: /start, /stop, and what it missed while it had blocked the bot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.domain.alerts import Alert
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat, ChatState
from bot.domain.rate_graph import RateTableRow
from storage import alerts, article_lists, chats, news_languages, rates
from storage.database import Database

HEADLINES = 1
# Older articles are no news to a person who returns; a button of an offer is good for a week more.
LONGEST_AWAY = dt.timedelta(days=30)
SHOWN_FOR = LONGEST_AWAY + dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Missed:
    """The news since an instant (UTC): the newest articles, the number of all, and the alerts that fired."""

    since: dt.datetime
    articles: list[StoredArticle]
    count: int
    alerts: list[Alert]


async def overview(database: Database, chat: Chat, now: dt.datetime) -> tuple[list[RateTableRow], list[StoredArticle]]:
    """Return the rates, and the headlines in the chat's languages, of the first message."""
    async with database.read() as connection:
        languages = await news_languages.read_by(connection, chat)
        headlines = await article_lists.latest(connection, HEADLINES, languages=languages)
        return await rates.rate_table(connection, now), headlines


async def reactivate_chat(database: Database, chat_id: int, now: dt.datetime) -> dt.datetime | None:
    """Reactivate a chat; the first call after it had blocked the bot returns since when (UTC) it was away."""
    async with database.write() as connection:
        return await chats.reactivate(connection, chat_id, now)


async def stop_chat(database: Database, chat_id: int, now: dt.datetime) -> None:
    """Stop all deliveries to a chat; its settings stay."""
    async with database.write() as connection:
        await chats.set_state(connection, chat_id, ChatState.STOPPED, now)


async def missed_since(database: Database, chat: Chat, since: dt.datetime, limit: int) -> Missed:
    """Return what happened since an instant (UTC), with at most `limit` articles."""
    async with database.read() as connection:
        languages = await news_languages.read_by(connection, chat)
        articles, count = await article_lists.missed(connection, chat.id, since, limit, languages)
        return Missed(since, articles, count, await alerts.fired_since(connection, chat.id, since))
