"""From a delivery to the words its chat hears, when its turn comes: nothing is rendered that is not sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery import catchup
from bot.delivery.digests import compose
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat, ChatState
from bot.domain.events import Delivery, EventKind
from bot.domain.merging import is_late
from bot.domain.rates import Pair
from bot.domain.topics.curated import COUNTRY_OF
from bot.i18n import Translator
from bot.views import crossings, news, status
from bot.views.message import View
from bot.views.topics import name_of
from storage import alerts, article_lists, articles, chats, deliveries, duplicates

# Stories older than this explain no rate of today.
WHY_SINCE = dt.timedelta(days=7)
MAX_WHY_ARTICLES = 3


# Kinds whose words are the same for all who share a language and a time zone.
SHARED = (EventKind.STALE, EventKind.BACK, EventKind.BROADCAST)
# Events whose words are kept: those of a broadcast leave one after another.
MAX_KEPT = 256

Render = Callable[[AsyncConnection, Delivery, Chat, dt.datetime], Awaitable[View | None]]


def once(render: Render) -> Render:
    """Return a render that makes the words of shared kinds once for each event, language and time zone."""
    kept: dict[tuple[int, str, str], View | None] = {}

    async def remembered(connection: AsyncConnection, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
        if delivery.event.kind not in SHARED:
            return await render(connection, delivery, chat, now)
        key = (delivery.event.id, chat.language, chat.timezone)
        if key not in kept:
            if len(kept) >= MAX_KEPT:
                del kept[next(iter(kept))]
            kept[key] = await render(connection, delivery, chat, now)
        return kept[key]

    return remembered


async def render(connection: AsyncConnection, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Return the message, or None if there is nothing to say any more: a topic was left, a threshold deleted."""
    if delivery.carries:
        return await _merged(connection, delivery, chat, delivery.event.created_at, now)
    t, zone, payload = Translator(chat.language), ZoneInfo(chat.timezone), delivery.event.payload
    match delivery.event.kind:
        case EventKind.ARTICLE:
            return await _article(connection, payload["article_id"], delivery, t, zone)
        case EventKind.CORRECTION:
            return await _corrected(connection, payload["article_id"], delivery, chat)
        case EventKind.CROSSING:
            alert = await alerts.get(connection, payload["alert_id"])
            if alert is None or alert.chat_id != chat.id:
                return None
            return crossings.crossing(
                t, payload, chat.id, zone, await _why(connection, payload, now), repeat=delivery.repeat
            )
        case EventKind.CAPPED:
            day = await chats.alerts_of_day(connection, chat.id)
            return None if day is None else crossings.capped(t, *day, zone)
        case EventKind.DIGEST:
            return await compose(connection, chat, dt.date.fromisoformat(payload["date"]), now)
        case EventKind.STALE:
            return status.stale(t, payload, zone)
        case EventKind.BACK:
            return status.back(t, payload, zone)
        case EventKind.NOTICE if "thread" in payload:
            return status.topic_closed(t, payload)
        case EventKind.NOTICE:
            silent = await chats.get(connection, payload["chat"])
            if silent is None or silent.state is not ChatState.PAUSED:
                return None
            return status.paused(t, payload)
        case EventKind.BROADCAST:
            return View(payload["text"])


async def _article(
    connection: AsyncConnection, article_id: int, delivery: Delivery, t: Translator, zone: ZoneInfo
) -> View | None:
    """Return the message of one story, or None if the chat follows none of its topics any more, or it is withdrawn."""
    article = await articles.get(connection, article_id)
    topics = await articles.reasons(connection, article_id, delivery.chat_id, delivery.thread_id)
    if article is None or article.withdrawn or not topics:
        return None
    others = await duplicates.others(connection, article.id)
    return news.article_view(t, article, [name_of(t, text, topic) for text, topic in topics], zone, others)


async def _merged(
    connection: AsyncConnection,
    delivery: Delivery,
    chat: Chat,
    created_at: dt.datetime,
    sent_at: dt.datetime,
    corrected: bool = False,
) -> View | None:
    """Return the message of what was merged into a delivery, as far as there still is a reason to send it.

    `created_at` and `sent_at` (UTC) decide whether it is about a burst of articles or about what came too late.
    """
    t, zone = Translator(chat.language), ZoneInfo(chat.timezone)
    if is_late(created_at, chat.quiet, zone, sent_at):
        return await catchup.compose(connection, delivery, chat)
    found = await article_lists.carried_by(connection, delivery.id)
    if corrected:
        return news.burst(t, found, corrected=True)
    found = [
        article
        for article in found
        if not article.withdrawn
        and await articles.reasons(connection, article.id, delivery.chat_id, delivery.thread_id)
    ]
    if len(found) == 1:
        return await _article(connection, found[0].id, delivery, t, zone)
    return news.burst(t, found) if found else None


async def _corrected(connection: AsyncConnection, article_id: int, delivery: Delivery, chat: Chat) -> View | None:
    """Return what replaces the message about an article whose headline has changed."""
    article = await articles.get(connection, article_id)
    if article is None:
        return None
    sent = await deliveries.message_of(connection, article_id, delivery.chat_id, delivery.thread_id)
    if sent is not None and sent.several:
        carrier = replace(delivery, id=sent.delivery_id)
        return await _merged(connection, carrier, chat, sent.created_at, sent.sent_at, corrected=True)
    t, zone = Translator(chat.language), ZoneInfo(chat.timezone)
    topics = await articles.topics_matched(connection, article_id, delivery.chat_id, delivery.thread_id)
    others = await duplicates.others(connection, article_id)
    named = [name_of(t, text, topic) for text, topic in topics]
    return news.article_view(t, article, named, zone, others, corrected=True)


async def _why(connection: AsyncConnection, payload: Mapping[str, Any], now: dt.datetime) -> list[StoredArticle]:
    """Return the newest stories about the economy of the country whose currency crossed a line: one question."""
    country = COUNTRY_OF.get(crossings.currency(Pair(payload["base"], payload["quote"])))
    if country is None:
        return []
    return await article_lists.about_economy(connection, country, now - WHY_SINCE, MAX_WHY_ARTICLES)
