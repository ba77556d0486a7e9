"""Reviews: posts that people see as drafts before they are published. Pure; instants are UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.articles import clean_text
from bot.domain.errors import InvalidInput
from bot.domain.posts import PostForm

# The longest lead that a reviewer may write, in characters: as much as the lead of any post has (bot/views/news.py), so
# that all of it is shown.
MAX_LEAD = 200


class ReviewState(StrEnum):
    """The life of one review. Only an open one can change, or a posted one whose post cannot be sent any more."""

    OPEN = "open"
    POSTED = "posted"
    SKIPPED = "skipped"
    DROPPED = "dropped"  # there was no reason left to publish it: unfollowed, withdrawn, or the chat is gone


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a post, which is the delivery of an article to a chat and thread.

    `lead` replaces the article's lead; None: it stays. `decide_by` is when it is decided without a person.
    `decided_by` is the id of the person who decided and `decided_name` their name; None and empty: nobody did.
    """

    delivery_id: int
    article_id: int
    chat_id: int
    thread_id: int
    state: ReviewState
    decide_by: dt.datetime
    lead: str | None = None
    decided_by: int | None = None
    decided_name: str = ""
    decided_at: dt.datetime | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state is ReviewState.OPEN


def is_needed(form: PostForm, state: ReviewState | None) -> bool:
    """Return whether a post must not leave before a decision; `state` is that of its review, None before it has one."""
    return state is ReviewState.OPEN or (state is None and form.review_hours is not None)


def unattended(form: PostForm) -> ReviewState:
    """Return what becomes of a draft that nobody has decided on in time."""
    return ReviewState.POSTED if form.unreviewed else ReviewState.SKIPPED


def new_lead(text: str) -> str:
    """Return a typed lead as it is stored; InvalidInput for one that is empty or too long."""
    lead = " ".join(clean_text(text).split())
    if not lead:
        raise InvalidInput("review.lead_empty")
    if len(lead) > MAX_LEAD:
        raise InvalidInput("review.lead_long", length=len(lead), limit=MAX_LEAD)
    return lead
