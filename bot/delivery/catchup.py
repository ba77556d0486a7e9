"""The message about what came too late, composed when it is sent."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.chats import Chat
from bot.domain.events import Delivery, EventKind
from bot.i18n import Html, Translator
from bot.views import catchup as views
from bot.views import crossings
from bot.views.message import View, link, shorten
from storage import alerts, articles, merging
from storage.merging import Carried

# How many events are read to find those shown: some are about alerts and topics that were deleted.
MAX_READ = 30


async def compose(connection: AsyncConnection, delivery: Delivery, chat: Chat) -> View | None:
    """Return the newest of what a delivery carries and the count of the rest; None if nothing of it holds any more."""
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
    return views.missed(t, lines, total - len(lines), ZoneInfo(chat.timezone), repeat=delivery.repeat)


async def _line(connection: AsyncConnection, t: Translator, one: Carried, chat: Chat, thread_id: int) -> Html | None:
    if one.kind is EventKind.CROSSING:
        alert = await alerts.get(connection, one.payload["alert_id"])
        return crossings.brief(t, one.payload, chat.id) if alert and alert.chat_id == chat.id else None
    article = await articles.get(connection, one.payload["article_id"])
    if article is None or article.withdrawn:
        return None
    if not await articles.reasons(connection, article.id, chat.id, thread_id):
        return None
    return link(shorten(article.title, views.LONGEST_HEADLINE), article.url)
