"""Deliveries to messages. A delivery is rendered just before it is sent, so no message is rendered in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.delivery import catchup
from bot.delivery.digests import compose
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat, ChatState
from bot.domain.events import (
    AlertFired,
    AlertsCapped,
    ArticleCorrected,
    ArticlePublished,
    BroadcastSent,
    ChatPaused,
    Delivery,
    DigestDue,
    SourceBack,
    SourceStale,
    TopicClosed,
    Unreadable,
)
from bot.domain.merging import is_late
from bot.domain.rates import Pair
from bot.domain.topics.curated import COUNTRY_OF
from bot.i18n import Translator
from bot.views import fired_alerts, news, status
from bot.views.message import View
from bot.views.topic_names import name_of
from storage import alerts, article_lists, articles, chats, deliveries, duplicates, news_languages, saved
from storage.database import Connection

# Older articles explain no rate of today.
RELATED_SINCE = dt.timedelta(days=7)
MAX_RELATED = 3

# Events whose message is the same in all chats of one language and time zone.
SHARED = (SourceStale, SourceBack, BroadcastSent)
# Messages that are kept: those of a broadcast leave one after another.
MAX_KEPT = 256

Render = Callable[[Connection, Delivery, Chat, dt.datetime], Awaitable[View | None]]


def once(render: Render) -> Render:
    """Return a renderer that renders shared events once for each language and time zone."""
    kept: dict[tuple[int, str, str], View | None] = {}

    async def remembered(connection: Connection, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
        if not isinstance(delivery.event.content, SHARED):
            return await render(connection, delivery, chat, now)
        key = (delivery.event.id, chat.language, chat.timezone)
        if key not in kept:
            if len(kept) >= MAX_KEPT:
                del kept[next(iter(kept))]
            kept[key] = await render(connection, delivery, chat, now)
        return kept[key]

    return remembered


async def render(connection: Connection, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Return the message, or None if it is of no use any more: a topic was unfollowed, an alert deleted."""
    if delivery.carries:
        return await _merged(connection, delivery, chat, delivery.event.created_at, now)
    t, zone = Translator(chat.language), ZoneInfo(chat.timezone)
    match delivery.event.content:
        case ArticlePublished(article_id):
            return await _article(connection, article_id, delivery, t, zone, now)
        case ArticleCorrected(article_id):
            return await _corrected(connection, article_id, delivery, chat, now)
        case AlertFired() as event:
            alert = await alerts.get(connection, event.alert_id)
            if alert is None or alert.chat_id != chat.id:
                return None
            related = await _related(connection, chat, event.rule.pair, now)
            return fired_alerts.fired(t, event, now, zone, related, repeat=delivery.repeat)
        case AlertsCapped():
            day = await chats.alerts_of_day(connection, chat.id)
            return None if day is None else fired_alerts.capped(t, *day, zone)
        case DigestDue(date):
            return await compose(connection, chat, date, now)
        case SourceStale() | SourceBack() as event:
            return status.source_health(t, event, zone)
        case TopicClosed() as event:
            return status.topic_closed(t, event)
        case ChatPaused() as event:
            paused = await chats.get(connection, event.chat_id)
            return status.paused(t, event) if paused and paused.state is ChatState.PAUSED else None
        case BroadcastSent(text):
            return View(text)
        case Unreadable(kind):
            raise ValueError(f"a {kind} event of another version")


async def _article(
    connection: Connection,
    article_id: int,
    delivery: Delivery,
    t: Translator,
    zone: ZoneInfo,
    now: dt.datetime,
) -> View | None:
    """Return the message of one article; None if it is withdrawn, or the chat follows none of its topics any more."""
    article = await articles.get(connection, article_id)
    topics = await articles.reasons(connection, article_id, delivery.chat_id, delivery.thread_id)
    if article is None or article.withdrawn or not topics:
        return None
    others = await duplicates.others(connection, article.id)
    return news.article_view(t, article, [name_of(t, text, topic) for text, topic in topics], zone, now, others)


async def _merged(
    connection: Connection,
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
        return await _article(connection, found[0].id, delivery, t, zone, sent_at)
    return news.burst(t, found) if found else None


async def _corrected(
    connection: Connection, article_id: int, delivery: Delivery, chat: Chat, now: dt.datetime
) -> View | None:
    """Return the message that replaces the one about an article whose headline has changed."""
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
    kept = await saved.has(connection, chat.id, article_id)
    return news.article_view(t, article, named, zone, now, others, corrected=True, saved=kept)


async def _related(connection: Connection, chat: Chat, pair: Pair, now: dt.datetime) -> list[StoredArticle]:
    """Return the newest articles about the economy of the country whose currency a pair is about."""
    country = COUNTRY_OF.get(fired_alerts.currency(pair))
    if country is None:
        return []
    languages = await news_languages.read_by(connection, chat)
    return await article_lists.about_economy(connection, country, now - RELATED_SINCE, MAX_RELATED, languages)
