"""A group that reviews its posts, its managers, and an article for it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from bot.domain.articles import Article
from bot.domain.chats import Chat
from bot.domain.posts import PostForm
from storage import chats, destinations, topics
from storage.articles import add_matches
from storage.database import Database
from storage.models import DeliveryRow
from tests.stored import fan_out_article, store_article

GROUP = -5
ARTICLE = Article("Gold Mine Opens in Osh", "A mine of gold was opened.", guid="1", url="https://one.example/1")


async def reviewing_group(
    database: Database,
    now: dt.datetime,
    *managers: int,
    reviewers: tuple[int, ...] = (),
    hours: int | None = 3,
    unreviewed: bool = False,
    group: int = GROUP,
) -> Chat:
    """Store a group that follows "gold" and reviews its posts, and people who manage it."""
    form = PostForm(review_hours=hours, unreviewed=unreviewed)
    chat = Chat(group, "supergroup", "en", "Asia/Almaty", title="Gold <News>", post_form=form)
    async with database.write() as connection:
        chat = await chats.ensure(connection, chat, now)
        query = await topics.ensure_query(connection, "gold")
        await topics.subscribe(connection, group, 0, query.id, "instant", now)
        for person in managers:
            await chats.ensure(connection, Chat(person, "private", "en", "Asia/Almaty"), now)
            await destinations.add_manager(connection, group, person, now)
            await destinations.set_reviewer(connection, group, person, reviews=person in reviewers)
    return chat


async def publish(database: Database, now: dt.datetime, article: Article = ARTICLE) -> int:
    """Publish an article about gold; returns the id of its delivery to the group."""
    async with database.write() as connection:
        number = await store_article(connection, "one", article, now)
        query = await topics.ensure_query(connection, "gold")
        await add_matches(connection, [(number, query.id)])
        assert await fan_out_article(connection, number, now)
    async with database.read() as connection:
        found = select(DeliveryRow.id).where(DeliveryRow.chat_id == GROUP).order_by(DeliveryRow.id.desc())
        return (await connection.execute(found)).scalars().first() or 0
