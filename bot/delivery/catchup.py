"""The catch-up message after a downtime, composed when it is sent."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Chat
from bot.domain.events import AlertFired, ArticlePublished, Delivery
from bot.i18n import Html, Translator
from bot.views import catchup as views
from bot.views import fired_alerts
from bot.views.message import View, link, shorten
from storage import alerts, articles
from storage import catchup as storage
from storage.catchup import Missed

# Alerts that are read to find those shown: some are about alerts and topics that were deleted.
MAX_READ = 30


async def compose(connection: AsyncConnection, delivery: Delivery, chat: Chat) -> View | None:
    """Return the newest alerts that a delivery contains and the count of the rest; None if none is of use any more."""
    t = Translator(chat.language)
    missed, total = await storage.missed(connection, delivery, MAX_READ)
    lines: list[views.AlertRule] = []
    for one in missed:
        if len(lines) == views.SHOWN:
            break
        said = await _say(connection, t, one, chat, delivery.thread_id)
        if said is None:
            total -= 1
        else:
            lines.append((one.created_at, said))
    if not lines:
        return None
    return views.missed(t, lines, total - len(lines), ZoneInfo(chat.timezone), repeat=delivery.repeat)


async def _say(connection: AsyncConnection, t: Translator, one: Missed, chat: Chat, thread_id: int) -> Html | None:
    if isinstance(one.content, AlertFired):
        alert = await alerts.get(connection, one.content.alert_id)
        return fired_alerts.brief(t, one.content) if alert and alert.chat_id == chat.id else None
    if not isinstance(one.content, ArticlePublished):
        return None
    article = await articles.get(connection, one.content.article_id)
    if article is None or article.withdrawn:
        return None
    if not await articles.reasons(connection, article.id, chat.id, thread_id):
        return None
    return link(shorten(article.title, views.LONGEST_HEADLINE), article.url)
