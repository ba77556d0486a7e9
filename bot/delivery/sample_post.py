"""The test post of a managed chat: an article in the form that its posts have."""

from __future__ import annotations

import datetime as dt

from bot.domain.chats import Chat
from bot.i18n import Translator
from bot.views import posts
from bot.views.message import View
from storage import article_lists, articles, duplicates, news_languages
from storage.database import Connection


async def compose(connection: Connection, chat: Chat, thread_id: int, now: dt.datetime) -> View | None:
    """Return the newest article on the topics of a thread, or else the newest of all, as a post; None without any."""
    languages = await news_languages.read_by(connection, chat)
    found = await article_lists.for_chat(connection, chat.id, 1, languages=languages, thread_id=thread_id)
    found = found or await article_lists.latest(connection, 1, languages=languages)
    if not found:
        return None
    [article] = found
    because = await articles.topics_matched(connection, article.id, chat.id, thread_id)
    others = await duplicates.others(connection, article.id)
    return posts.in_form(posts.article_post(Translator(chat.language), chat, article, because, now, others), chat)
