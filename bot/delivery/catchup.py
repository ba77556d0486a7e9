"""The catch-up message after a downtime, composed when it is sent."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.chats import Chat
from bot.domain.deliveries import Delivery
from bot.domain.events import AlertFired, ArticlePublished
from bot.i18n import Html, Translator
from bot.views import catchup as views
from bot.views import fired_alerts
from bot.views.message import View, link, shorten
from bot.views.news import LONGEST_HEADLINE
from storage import alerts, articles, merging
from storage.database import Connection
from storage.merging import Carried

# Alerts that are read to find those shown: some are about alerts and topics that were deleted.
MAX_READ = 30


async def compose(connection: Connection, delivery: Delivery, chat: Chat) -> View | None:
    """Return the newest events that a delivery carries and the count of the rest; None if none is of use any more."""
    t = Translator(chat.language)
    carried, total = await merging.carried(connection, delivery.id, MAX_READ)
    lines: list[views.AlertRule] = []
    for one in carried:
        if len(lines) == views.SHOWN:
            break
        line = await _line(connection, t, one, chat, delivery.thread_id)
        if line is None:
            total -= 1
        else:
            lines.append((one.created_at, line))
    if not lines:
        return None
    more, zone = total - len(lines), ZoneInfo(chat.timezone)
    return views.missed(t, lines, more, zone, repeat=delivery.repeat, in_channel=chat.channel)


async def _line(connection: Connection, t: Translator, one: Carried, chat: Chat, thread_id: int) -> Html | None:
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
    return link(shorten(article.title, LONGEST_HEADLINE), article.url)
