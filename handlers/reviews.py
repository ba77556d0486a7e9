"""Drafts in the private chats of reviewers: publish, skip, or write another lead."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import ExpiredButton, InvalidInput, NotAllowed
from bot.domain.reviews import ReviewState
from bot.services import reviews as service
from bot.views import actions
from bot.views import errors as error_views
from bot.views import reviews as views
from handlers.admins import manages
from handlers.command import on
from handlers.context import Context, existing

# The prompt for the lead of a draft, with the id of its post.
LEAD = "review.lead"


async def post(ctx: Context, delivery_id: int) -> None:
    """Publish a draft."""
    await _decide(ctx, delivery_id, ReviewState.POSTED)


async def skip(ctx: Context, delivery_id: int) -> None:
    """Skip a draft."""
    await _decide(ctx, delivery_id, ReviewState.SKIPPED)


async def _decide(ctx: Context, delivery_id: int, state: ReviewState) -> None:
    await _allowed(ctx, delivery_id)
    draft = existing(await service.decide(ctx.database, delivery_id, state, ctx.chat, ctx.user_name, ctx.now))
    if not draft.changed:
        await ctx.answer_callback(views.already(ctx.t, draft.review, ctx.now, ctx.zone), alert=True)
    await ctx.edit_or_reply(draft.view)


async def ask_lead(ctx: Context, delivery_id: int) -> None:
    """Ask for the new lead of a draft."""
    reviewed = await _allowed(ctx, delivery_id)
    if reviewed.review.open:
        await ctx.prompt(LEAD, views.type_lead(ctx.t, reviewed.place), str(delivery_id))
    else:
        await ctx.answer_callback(views.already(ctx.t, reviewed.review, ctx.now, ctx.zone), alert=True)


async def answer_lead(ctx: Context) -> None:
    """Give a draft the typed lead and show it again; after an answer of no use, ask again."""
    delivery_id = int(ctx.prompt_argument)
    reviewed = await _allowed(ctx, delivery_id)
    try:
        draft = existing(await service.edit_lead(ctx.database, delivery_id, ctx.arguments, ctx.chat, ctx.now))
    except InvalidInput as error:
        question, reason = views.type_lead(ctx.t, reviewed.place), error_views.invalid_input(ctx.t, error)
        await ctx.prompt(LEAD, replace(question, text=f"{reason.text}\n{question.text}"), ctx.prompt_argument)
        return
    await ctx.reply(draft.view)
    if draft.changed and ctx.sent:
        await service.move_draft(ctx.database, delivery_id, ctx.chat.id, ctx.sent[-1].message_id)


async def _allowed(ctx: Context, delivery_id: int) -> service.Reviewed:
    """Return the review of a post if this person may decide on it now; NotAllowed if not.

    Telegram is asked each time: a former admin may still have the draft.
    """
    if not ctx.chat.private:
        raise ExpiredButton
    reviewed = existing(await service.find_review(ctx.database, delivery_id))
    if ctx.chat.id not in reviewed.managers or not await manages(ctx.bot, reviewed.chat, ctx.chat.id):
        raise NotAllowed("review.not_allowed")
    return reviewed


BUTTONS = (
    on(actions.REVIEW_POST, post),
    on(actions.REVIEW_LEAD, ask_lead),
    on(actions.REVIEW_SKIP, skip),
)
PROMPTS = ((LEAD, answer_lead),)
