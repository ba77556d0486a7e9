"""Reviews: posts that wait for a decision, the decisions, and the edits of the drafts that people have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, literal, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from bot.domain.deliveries import PRIORITY, DeliveryState
from bot.domain.events import EventKind, ReviewAsked, ReviewChanged
from bot.domain.posts import PostForm
from bot.domain.reviews import Review, ReviewState
from storage.database import announce_queue
from storage.deliveries import insert_deliveries, insert_event
from storage.models import ArticleRow, ChatRow, DeliveryRow, EventRow, ReviewRow
from storage.upsert import insert

# A literal: with a parameter, PostgreSQL's prepared plans would not use the partial index.
_OPEN = ReviewRow.state == literal_column("'open'")


def draft_key(delivery_id: int) -> str:
    """Return the key of the event by which people get the draft of a post."""
    return f"review:{delivery_id}"


async def start(
    connection: AsyncConnection, delivery_id: int, article_id: int, decide_by: dt.datetime, now: dt.datetime
) -> bool:
    """Open the review of a delivery in the state `review`; returns whether it was opened now."""
    values = {"article_id": article_id, "state": ReviewState.OPEN, "decide_by": decide_by, "decided_name": ""}
    columns: list[Any] = [literal(value, getattr(ReviewRow, name).type) for name, value in values.items()]
    chosen = select(DeliveryRow.id, DeliveryRow.chat_id, literal(now, ReviewRow.created_at.type), *columns).where(
        DeliveryRow.id == delivery_id, DeliveryRow.state == DeliveryState.REVIEW
    )
    names = ["delivery_id", "chat_id", "created_at", *values]
    statement = insert(connection, ReviewRow).from_select(names, chosen, include_defaults=False)
    return (await connection.execute(statement.on_conflict_do_nothing())).rowcount > 0


async def ask(
    connection: AsyncConnection, delivery_id: int, reviewers: Sequence[int], others: Sequence[int], now: dt.datetime
) -> bool:
    """Write the deliveries of a draft to the private chats of its reviewers, or of others if none can be reached.

    Returns whether anybody can.
    """
    asked = ReviewAsked(delivery_id)
    event = await insert_event(connection, asked, draft_key(delivery_id), now)
    if event is None:
        return False
    for people in (reviewers, others):
        if await insert_deliveries(connection, event, asked.kind, [(person, 0) for person in people], now):
            return True
    return False


def _reviews() -> Select[*tuple[Any, ...]]:
    names = (
        *("delivery_id", "article_id", "chat_id", "state", "decide_by", "lead"),
        *("decided_by", "decided_name", "decided_at"),
    )
    columns = (getattr(ReviewRow, name) for name in names)
    return select(*columns, DeliveryRow.thread_id).join(DeliveryRow, DeliveryRow.id == ReviewRow.delivery_id)


async def get(connection: AsyncConnection, delivery_id: int) -> Review | None:
    """Return the review of a delivery, None if it has none."""
    row = (await connection.execute(_reviews().where(ReviewRow.delivery_id == delivery_id))).one_or_none()
    return Review(**dict(row._mapping) | {"state": ReviewState(row.state)}) if row else None


async def hold_chat(connection: AsyncConnection, delivery_id: int) -> None:
    """Let the chat of a post not become a supergroup before the transaction ends.

    On PostgreSQL each statement sees what was committed before it: the group could be gone between two of them.
    """
    chat = select(ChatRow.id).join(DeliveryRow, DeliveryRow.chat_id == ChatRow.id)
    held = chat.where(DeliveryRow.id == delivery_id).with_for_update(of=ChatRow, read=True, key_share=True)
    if (await connection.execute(held)).first() is None:  # it became one while this waited
        await connection.execute(held)


async def set_lead(connection: AsyncConnection, delivery_id: int, lead: str) -> bool:
    """Replace the lead of a post; returns False if its review is not open any more."""
    changed = update(ReviewRow).where(ReviewRow.delivery_id == delivery_id, _OPEN).values(lead=lead)
    return (await connection.execute(changed)).rowcount > 0


async def decide(
    connection: AsyncConnection,
    delivery_id: int,
    state: ReviewState,
    now: dt.datetime,
    person: int | None = None,
    name: str = "",
) -> bool:
    """Decide an open review, once: the first decision wins; returns whether this was it.

    The delivery becomes pending if the post is published, otherwise dropped; the drafts are edited.
    """
    values = {"state": state, "decided_by": person, "decided_name": name, "decided_at": now}
    decided = update(ReviewRow).where(ReviewRow.delivery_id == delivery_id, _OPEN).values(values)
    if not (await connection.execute(decided)).rowcount:
        return False
    waiting = update(DeliveryRow).where(DeliveryRow.id == delivery_id, DeliveryRow.state == DeliveryState.REVIEW)
    if state is ReviewState.POSTED:
        await connection.execute(waiting.values(state=DeliveryState.PENDING, not_before=None))
        announce_queue(connection)
    else:
        dropped = {"state": DeliveryState.DROPPED, "finished_at": now, "last_error": f"review: {state}"}
        await connection.execute(waiting.values(dropped))
    await redraw(connection, [delivery_id], state, now)
    return True


async def drop(connection: AsyncConnection, chat_id: int, now: dt.datetime) -> None:
    """Drop the reviews of a chat whose deliveries were dropped, whatever was decided; their drafts are edited."""
    dropped = select(DeliveryRow.id).where(
        DeliveryRow.id == ReviewRow.delivery_id, DeliveryRow.state == DeliveryState.DROPPED
    )
    unsent = ReviewRow.state.in_((ReviewState.OPEN, ReviewState.POSTED))
    change = update(ReviewRow).where(ReviewRow.chat_id == chat_id, unsent, dropped.exists())
    changed = change.values(state=ReviewState.DROPPED).returning(ReviewRow.delivery_id)
    await redraw(connection, (await connection.execute(changed)).scalars().all(), ReviewState.DROPPED, now)


async def overdue(connection: AsyncConnection, now: dt.datetime, limit: int) -> list[tuple[int, PostForm]]:
    """Return the open reviews that nobody decided in time, the oldest first: the delivery and the form of its chat."""
    statement = (
        select(ReviewRow.delivery_id, ChatRow.post_form)
        .join(ChatRow, ChatRow.id == ReviewRow.chat_id)
        .where(_OPEN, ReviewRow.decide_by <= now)
        .order_by(ReviewRow.decide_by, ReviewRow.delivery_id)
        .limit(limit)
    )
    return [(row.delivery_id, PostForm.of(row.post_form)) for row in await connection.execute(statement)]


async def correct(connection: AsyncConnection, article_id: int, key: str, now: dt.datetime) -> None:
    """Edit the open drafts of an article that was corrected; `key` is that of the correction's event."""
    found = select(ReviewRow.delivery_id).where(_OPEN, ReviewRow.article_id == article_id)
    await redraw(connection, (await connection.execute(found)).scalars().all(), key, now)


async def redraw(
    connection: AsyncConnection, delivery_ids: Sequence[int], reason: str, now: dt.datetime, but_for: int | None = None
) -> None:
    """Write the edits of drafts that people have, or that are on their way; each reason of a draft counts once.

    A draft that has not left is not edited: it shows the review as it is when it is sent. `but_for`: a person who
    sees the change already.
    """
    asked = {draft_key(one): one for one in delivery_ids}
    if not asked:
        return
    holders = (
        select(EventRow.key, DeliveryRow.chat_id)
        .join(DeliveryRow, DeliveryRow.event_id == EventRow.id)
        .where(
            EventRow.key.in_(asked),
            or_(DeliveryRow.message_id.is_not(None), DeliveryRow.state == DeliveryState.SENDING),
            DeliveryRow.chat_id != (but_for or 0),
        )
    )
    events: dict[str, int | None] = {}
    rows = []
    for key, chat_id in (await connection.execute(holders)).all():
        if key not in events:
            events[key] = await insert_event(connection, ReviewChanged(asked[key]), f"{key}:{reason}", now)
        if events[key] is not None:
            rows.append({"event_id": events[key], "chat_id": chat_id})
    if rows:
        common = {
            "priority": PRIORITY[EventKind.REVIEW_EDIT],
            "silent": True,
            "state": DeliveryState.PENDING,
            "created_at": now,
        }
        edits = insert(connection, DeliveryRow).on_conflict_do_nothing()
        await connection.execute(edits, [common | row for row in rows])
        announce_queue(connection)


async def move_draft(connection: AsyncConnection, delivery_id: int, person: int, message_id: int) -> None:
    """Note the message that shows a person the draft of a post now: later edits change this one."""
    event = select(EventRow.id).where(EventRow.key == draft_key(delivery_id)).scalar_subquery()
    theirs = (DeliveryRow.event_id == event, DeliveryRow.chat_id == person, DeliveryRow.message_id.is_not(None))
    await connection.execute(update(DeliveryRow).where(*theirs).values(message_id=message_id))


def withheld(chat_id: int) -> Any:
    """Return the condition that a chat has not published an article: its review is open, or it was skipped.

    Articles on the same event count as one.
    """
    report = aliased(ArticleRow)
    return exists().where(
        ReviewRow.chat_id == chat_id,
        ReviewRow.article_id == report.id,
        ReviewRow.state.in_((ReviewState.OPEN, ReviewState.SKIPPED)),
        or_(report.id == ArticleRow.id, report.same_as == ArticleRow.id),
    )


async def forget_person(connection: AsyncConnection, person: int) -> None:
    """Remove a person from the reviews that they decided."""
    decided = update(ReviewRow).where(ReviewRow.decided_by == person)
    await connection.execute(decided.values(decided_by=None, decided_name=""))
