"""From a delivery to the words its chat hears, when its turn comes: nothing is rendered that is not sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.digests import compose
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat, ChatState
from bot.domain.curated import COUNTRY_OF
from bot.domain.events import Delivery, EventKind
from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.views import alerts, news, status
from bot.views.message import View
from bot.views.topics import name_of
from storage import articles, chats, mutes, thresholds

# Stories older than this explain no rate of today.
WHY_SINCE = dt.timedelta(days=7)
WHY_STORIES = 3


async def render(connection: AsyncConnection, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Return the message, or None if there is nothing to say any more: a topic was left, a threshold deleted."""
    t, zone, payload = Translator(chat.language), ZoneInfo(chat.timezone), delivery.event.payload
    match delivery.event.kind:
        case EventKind.ARTICLE:
            article = await articles.get(connection, payload["article_id"])
            topics = await articles.topics_matched(connection, payload["article_id"], chat.id, delivery.thread_id)
            if article is None or not topics or article.source in await mutes.of_chat(connection, chat.id):
                return None
            return news.story(t, article, [name_of(t, text, topic) for text, topic in topics], zone)
        case EventKind.CROSSING:
            threshold = await thresholds.get(connection, payload["threshold_id"])
            if threshold is None or threshold.chat_id != chat.id:
                return None
            return alerts.crossing(
                t, payload, chat.id, zone, await _why(connection, payload, now), repeat=delivery.repeat
            )
        case EventKind.CAPPED:
            return alerts.capped(t, await chats.cries_of_day(connection, chat.id))
        case EventKind.DIGEST:
            return await compose(connection, chat, dt.date.fromisoformat(payload["date"]), now)
        case EventKind.STALE:
            return status.stale(t, payload, zone)
        case EventKind.BACK:
            return status.back(t, payload, zone)
        case EventKind.NOTICE:
            silent = await chats.get(connection, payload["chat"])
            if silent is None or silent.state is not ChatState.PAUSED:
                return None
            return status.paused(t, payload)


async def _why(connection: AsyncConnection, payload: Mapping[str, Any], now: dt.datetime) -> list[StoredArticle]:
    """Return the newest stories about the economy of the country whose currency crossed a line: one question."""
    country = COUNTRY_OF.get(alerts.currency(Pair(payload["base"], payload["quote"])))
    if country is None:
        return []
    return await articles.about_economy(connection, country, now - WHY_SINCE, WHY_STORIES)
