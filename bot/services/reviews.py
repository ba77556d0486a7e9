"""The review of posts before they are published: decisions, other leads, and a chat's settings for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.delivery.render import render
from bot.delivery.reviews import compose, place_of, preview
from bot.domain.chats import Chat
from bot.domain.reviews import Review, ReviewState, new_lead
from bot.views.message import View
from storage import chats, destinations, reviews
from storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A review with its chat, the name of the place that the post is for, and the ids of the chat's managers."""

    review: Review
    chat: Chat
    place: str
    managers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A review and its draft as a person sees it now; `changed`: by the call that returns this."""

    review: Review
    view: View
    changed: bool = True


async def find_review(database: Database, delivery_id: int) -> Reviewed | None:
    """Return the review of a post, None if there is none of this id."""
    async with database.read() as connection:
        review = await reviews.get(connection, delivery_id)
        chat = await chats.get(connection, review.chat_id) if review else None
        if review is None or chat is None:
            return None
        place = await place_of(connection, review)
        return Reviewed(review, chat, place, await destinations.managers(connection, chat.id))


async def decide(
    database: Database, delivery_id: int, state: ReviewState, person: Chat, name: str, now: dt.datetime
) -> Draft | None:
    """Publish (POSTED) or skip a post for a person, known by their private chat and name; the first decision counts.

    A post that there is no reason to publish any more is dropped instead. Returns the draft with the decision that
    counts; None if there is no review of this id.
    """
    async with database.write() as connection:
        await reviews.hold_chat(connection, delivery_id)
        review = await reviews.get(connection, delivery_id)
        if review is None:
            return None
        if await preview(connection, review, now, render) is None:
            state = ReviewState.DROPPED
        changed = await reviews.decide(connection, delivery_id, state, now, person.id, name)
        return await _draft(connection, delivery_id, person, now, changed=changed)


async def edit_lead(database: Database, delivery_id: int, text: str, person: Chat, now: dt.datetime) -> Draft | None:
    """Replace the lead of a post by a typed one; the last edit before the decision counts. InvalidInput for no lead.

    The drafts of the other reviewers are edited. Returns the draft, unchanged if it is decided; None without a review.
    """
    lead = new_lead(text)
    async with database.write() as connection:
        changed = await reviews.set_lead(connection, delivery_id, lead)
        if changed:
            await reviews.redraw(connection, [delivery_id], f"lead:{person.id}:{now.isoformat()}", now, person.id)
        return await _draft(connection, delivery_id, person, now, changed=changed)


async def _draft(
    connection: Connection, delivery_id: int, person: Chat, now: dt.datetime, *, changed: bool
) -> Draft | None:
    review = await reviews.get(connection, delivery_id)
    if review is None:
        return None
    return Draft(review, await compose(connection, review, person, now, render), changed)


async def move_draft(database: Database, delivery_id: int, person_id: int, message_id: int) -> None:
    """Store the message that shows a person the draft from now on: later changes edit it."""
    async with database.write() as connection:
        await reviews.move_draft(connection, delivery_id, person_id, message_id)


async def set_review(database: Database, chat_id: int, hours: int | None, *, unreviewed: bool) -> Chat | None:
    """Turn the review of a chat's posts on, for so many hours (REVIEW_HOURS), or off (None).

    `unreviewed`: a post that nobody decided on in time is published, otherwise skipped. Drafts that wait keep their
    time. Returns the chat, None if it is unknown.
    """
    async with database.write() as connection:
        chat = await chats.get(connection, chat_id)
        if chat is None:
            return None
        form = replace(chat.post_form, review_hours=hours, unreviewed=unreviewed)
        changed = replace(chat, post_form=form)
        await chats.save(connection, changed)
        return changed


async def set_reviewer(database: Database, chat_id: int, person_id: int, *, reviews_posts: bool) -> None:
    """Let a person who manages a chat get its drafts, or no more. Without reviewers all who manage it get them."""
    async with database.write() as connection:
        await destinations.set_reviewer(connection, chat_id, person_id, reviews=reviews_posts)
