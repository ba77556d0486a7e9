"""Drafts: a post that must be reviewed is asked about instead of sent, and what its draft shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import structlog

from bot.delivery.claim_reader import ClaimReader
from bot.domain.chats import Chat
from bot.domain.deliveries import Delivery
from bot.domain.events import ArticlePublished
from bot.domain.posts import PostForm
from bot.domain.reviews import Review, ReviewState
from bot.i18n import Translator
from bot.views import reviews as views
from bot.views.message import View
from storage import articles, chats, claims, destinations, reviews
from storage.database import Connection

log = structlog.get_logger()

Render = Callable[[ClaimReader, Delivery, Chat, dt.datetime], Awaitable[View | None]]


async def ask(connection: Connection, delivery: Delivery, now: dt.datetime) -> None:
    """Open the review of a delivery that was put into the state `review`, and send its draft to people.

    They are the reviewers of the chat, or all its managers where no reviewer can be reached. A chat that has no
    managers, or reviews nothing any more, publishes at once. A delivery that has a review already is left as it is.
    """
    # A group that has become a supergroup since the claim has another id.
    current = await claims.get_many(connection, [delivery.id])
    chat = await chats.get(connection, current[0].chat_id) if current else None
    content = delivery.event.content
    if chat is None or not isinstance(content, ArticlePublished):
        return
    hours = chat.post_form.review_hours
    decide_by = now + dt.timedelta(hours=hours or 0)
    if not await reviews.start(connection, delivery.id, content.article_id, decide_by, now):
        return
    managers = await destinations.managers(connection, chat.id)
    if hours is None or not managers:
        log.warning("review_without_managers", chat=chat.id, delivery=delivery.id)
        await reviews.decide(connection, delivery.id, ReviewState.POSTED, now)
        return
    reviewers = await destinations.managers(connection, chat.id, reviewers=True)
    if not await reviews.ask(connection, delivery.id, reviewers, managers, now):
        log.warning("draft_without_recipients", chat=chat.id, delivery=delivery.id)


async def preview(connection: Connection, review: Review, now: dt.datetime, render: Render) -> View | None:
    """Return the post as it would be published now; None if there is no reason left to publish it."""
    [post] = await claims.get_many(connection, [review.delivery_id])
    chat = await chats.get(connection, review.chat_id)
    return None if chat is None else await render(ClaimReader(connection, [post]), post, chat, now)


async def place_of(connection: Connection, review: Review) -> str:
    """Return the name of the chat (and topic of a forum) that a post is for; its id where no name is known."""
    places = await destinations.of_chat(connection, review.chat_id)
    labels = [one.label for one in places if one.thread_id == review.thread_id]
    chat = await chats.get(connection, review.chat_id)
    return next((name for name in (*labels, chat.title if chat else "") if name), str(review.chat_id))


async def compose(connection: Connection, review: Review, reader: Chat, now: dt.datetime, render: Render) -> View:
    """Return the draft of a post for one of its reviewers, with what was decided on it."""
    post = await preview(connection, review, now, render)
    article = await articles.get(connection, review.article_id)
    chat = await chats.get(connection, review.chat_id)
    return views.draft(
        Translator(reader.language),
        review,
        post,
        article,
        await place_of(connection, review),
        chat.post_form if chat else PostForm(),
        now,
        ZoneInfo(reader.timezone),
    )
