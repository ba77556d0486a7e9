"""When a post is reviewed, and which leads are taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.posts import REVIEW_HOURS, PostForm
from bot.domain.reviews import MAX_LEAD, ReviewState, is_needed, new_lead, unattended
from bot.views.news import LEAD_LENGTH, lead


@pytest.mark.parametrize("hours", [None, *REVIEW_HOURS])
@pytest.mark.parametrize("state", [None, *ReviewState])
def test_a_post_waits_while_its_review_is_open_or_still_to_be_opened(
    hours: int | None, state: ReviewState | None
) -> None:
    needed = is_needed(PostForm(review_hours=hours), state)
    assert needed == (state is ReviewState.OPEN or (state is None and hours is not None))


def test_a_chat_chooses_what_becomes_of_a_draft_without_a_decision() -> None:
    assert unattended(PostForm()) is ReviewState.SKIPPED
    assert unattended(PostForm(unreviewed=True)) is ReviewState.POSTED


def test_a_lead_may_be_as_long_as_the_lead_of_any_post() -> None:
    assert MAX_LEAD == LEAD_LENGTH
    assert new_lead("x" * MAX_LEAD) == "x" * MAX_LEAD
    with pytest.raises(InvalidInput) as error:
        new_lead("x" * (MAX_LEAD + 1))
    assert error.value.params == {"length": MAX_LEAD + 1, "limit": MAX_LEAD}


@pytest.mark.parametrize("typed", ["", " \n ", "\u200b\u202e"])
def test_an_empty_lead_is_none(typed: str) -> None:
    with pytest.raises(InvalidInput, match="review.lead_empty"):
        new_lead(typed)


@given(st.text(max_size=MAX_LEAD))
def test_a_typed_lead_is_one_line_that_is_shown_whole(typed: str) -> None:
    try:
        taken = new_lead(typed)
    except InvalidInput:
        return
    assert "\n" not in taken
    assert taken.endswith(lead(taken))  # only a dateline is left out
