"""Deliveries to messages. A delivery is rendered just before it is sent, so no message is rendered in vain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.delivery import catchup, reviews
from bot.delivery.claim_reader import ClaimReader
from bot.delivery.digests import compose
from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import Delivery
from bot.domain.events import (
    AlertFired,
    AlertsCapped,
    ArticleCorrected,
    ArticlePublished,
    BoardLost,
    BroadcastSent,
    ChatPaused,
    DigestDue,
    EventKind,
    PolicyDecided,
    ReviewAsked,
    ReviewChanged,
    SourceBack,
    SourceStale,
    TopicClosed,
    Unreadable,
)
from bot.domain.merging import is_late
from bot.domain.rate_graph import currency_of
from bot.domain.topics.curated import COUNTRY_OF
from bot.i18n import Translator
from bot.views import boards, fired_alerts, policy_rates, posts, status
from bot.views.message import View
from storage import (
    alerts,
    article_lists,
    chats,
    deliveries,
    destinations,
    news_languages,
    saved,
)
from storage import policy_rates as stored_policy_rates
from storage import reviews as drafts
from storage.articles import Topics
from storage.database import Connection

# Older articles explain no rate of today.
RELATED_SINCE = dt.timedelta(days=7)
MAX_RELATED = 3

# Events whose message is the same in all chats of one language and time zone.
SHARED = (SourceStale, SourceBack, BroadcastSent)
# Messages that are kept: those of a broadcast leave one after another.
MAX_KEPT = 256

# Messages of a chat's own: its form is theirs. Notices are not posts.
POSTS = frozenset({EventKind.ARTICLE, EventKind.CORRECTION, EventKind.CROSSING, EventKind.DIGEST, EventKind.POLICY})

Render = Callable[[ClaimReader, Delivery, Chat, dt.datetime], Awaitable[View | None]]


def once(render: Render) -> Render:
    """Return a renderer that renders shared events once for each language and time zone."""
    kept: dict[tuple[int, str, str], View | None] = {}

    async def remembered(reader: ClaimReader, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
        if not isinstance(delivery.event.content, SHARED):
            return await render(reader, delivery, chat, now)
        key = (delivery.event.id, chat.language, chat.timezone)
        if key not in kept:
            if len(kept) >= MAX_KEPT:
                del kept[next(iter(kept))]
            kept[key] = await render(reader, delivery, chat, now)
        return kept[key]

    return remembered


async def render(reader: ClaimReader, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    """Return the message in the form of its chat.

    None if it is of no use any more: a topic was unfollowed, an alert deleted. `reader` is that of the delivery's
    claim.
    """
    view = await _rendered(reader, delivery, chat, now)
    return posts.in_form(view, chat) if view and delivery.event.kind in POSTS else view


async def _rendered(reader: ClaimReader, delivery: Delivery, chat: Chat, now: dt.datetime) -> View | None:
    if delivery.carries:
        return await _merged(reader, delivery, chat, delivery.event.created_at, now)
    connection, t, zone = reader.connection, Translator(chat.language), ZoneInfo(chat.timezone)
    match delivery.event.content:
        case ArticlePublished(article_id):
            return await _article(reader, article_id, delivery, chat, now)
        case ArticleCorrected(article_id):
            return await _corrected(reader, article_id, delivery, chat, now)
        case AlertFired() as event:
            alert = await alerts.get(connection, event.alert_id)
            if alert is None or alert.chat_id != chat.id:
                return None
            related = await _related(connection, chat, fired_alerts.currency(event.rule.pair), now)
            return fired_alerts.fired(t, event, now, zone, related, repeat=delivery.repeat)
        case AlertsCapped():
            day = await alerts.of_day(connection, chat.id)
            return None if day is None or chat.channel else fired_alerts.capped(t, *day, zone)
        case DigestDue() as event:
            return await compose(connection, chat, event, now)
        case SourceStale() | SourceBack() as event:
            return status.source_health(t, event, zone)
        case TopicClosed() as event:
            if event.chat_id == chat.id:
                return status.topic_closed(t, event)
            return status.topic_closed_in(t, event, await destinations.whole(connection, event.chat_id))
        case ChatPaused() as event:
            lost = await chats.get(connection, event.chat_id)
            if lost is None or lost.state is not (ChatState.GONE if event.removed else ChatState.PAUSED):
                return None
            managed = await destinations.whole(connection, event.chat_id)
            if managed is None or chat.id not in await destinations.managers(connection, event.chat_id):
                return status.paused(t, event)
            return status.lost(t, event, lost, managed)
        case BoardLost(chat_id) if chat.private and chat_id != chat.id:
            managed = await destinations.whole(connection, chat_id)
            return boards.lost(t, managed) if managed else None
        case BoardLost():
            return boards.lost(t)
        case BroadcastSent(text):
            return View(text)
        case ReviewAsked(post) | ReviewChanged(post) as event:
            review = await drafts.get(connection, post)
            if review is None or (isinstance(event, ReviewAsked) and not review.open):
                return None
            return await reviews.compose(connection, review, chat, now, render)
        case PolicyDecided() as event:
            code = currency_of(event.bank)
            if not await stored_policy_rates.followed(connection, chat.id, (code,)):
                return None
            return policy_rates.decided(t, event, await _related(connection, chat, code, now))
        case Unreadable(kind):
            raise ValueError(f"a {kind} event of another version")


async def _article(
    reader: ClaimReader, article_id: int, delivery: Delivery, chat: Chat, now: dt.datetime
) -> View | None:
    """Return the message of one article; None if it is withdrawn, or the chat follows none of its topics any more."""
    article = await reader.article(article_id)
    topics = await reader.topics(article_id, delivery, unless_muted=True)
    if article is None or article.withdrawn or not topics:
        return None
    if delivery.lead is not None:
        article = replace(article, text=delivery.lead)
    others = await reader.others(article.id)
    return posts.article_post(Translator(chat.language), chat, article, topics, now, others)


async def _merged(
    reader: ClaimReader,
    delivery: Delivery,
    chat: Chat,
    created_at: dt.datetime,
    sent_at: dt.datetime,
    corrected: bool = False,
) -> View | None:
    """Return the message of what was merged into a delivery, as far as there still is a reason to send it.

    `created_at` and `sent_at` (UTC) decide whether it is about a burst of articles or about what came too late.
    """
    if is_late(created_at, chat.quiet, ZoneInfo(chat.timezone), sent_at):
        return await catchup.compose(reader.connection, delivery, chat)
    found = list[StoredArticle]()
    named = list[Topics]()
    for article in await reader.carried_by(delivery.id):
        topics = await reader.topics(article.id, delivery, unless_muted=not corrected)
        if corrected or (topics and not article.withdrawn):
            found.append(article)
            named.append(topics)
    if len(found) == 1 and not corrected:
        return await _article(reader, found[0].id, delivery, chat, sent_at)
    return posts.burst_post(Translator(chat.language), chat, found, named, corrected=corrected) if found else None


async def _corrected(
    reader: ClaimReader, article_id: int, delivery: Delivery, chat: Chat, now: dt.datetime
) -> View | None:
    """Return the message that replaces the one about an article whose headline has changed."""
    article = await reader.article(article_id)
    if article is None:
        return None
    sent = await deliveries.message_of(reader.connection, article_id, delivery.chat_id, delivery.thread_id)
    if sent is not None and sent.several:
        carrier = replace(delivery, id=sent.delivery_id)
        return await _merged(reader, carrier, chat, sent.created_at, sent.sent_at, corrected=True)
    if sent is not None and sent.lead is not None:
        article = replace(article, text=sent.lead)
    topics = await reader.topics(article_id, delivery, unless_muted=False)
    others = await reader.others(article_id)
    kept = await saved.has(reader.connection, chat.id, article_id)
    t = Translator(chat.language)
    return posts.article_post(t, chat, article, topics, now, others, corrected=True, saved=kept)


async def _related(connection: Connection, chat: Chat, code: str, now: dt.datetime) -> list[StoredArticle]:
    """Return the newest articles about the economy of a currency's country."""
    country = COUNTRY_OF.get(code)
    if country is None:
        return []
    languages = await news_languages.read_by(connection, chat)
    return await article_lists.about_economy(connection, country, now - RELATED_SINCE, MAX_RELATED, languages)
