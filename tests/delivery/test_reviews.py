"""Drafts through a real worker: reviewers get them, the first decision is carried out, and each draft shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.outcome_writer import Attempt, OutcomeWriter
from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.chats import ChatState, Quiet
from bot.domain.deliveries import Delivery, DeliveryState, Priority
from bot.domain.reviews import ReviewState
from bot.schedule.jobs import review_tick
from storage import chat_moves, chats, claims, reviews, topics
from storage.outcomes import DeliveryUpdate
from tests.delivery.articles import come
from tests.delivery.conftest import Knife, Post
from tests.drafts import ARTICLE, GROUP, reviewing_group
from tests.waiting import eventually

POSTED, SKIPPED = ReviewState.POSTED, ReviewState.SKIPPED
CHANGED = replace(ARTICLE, title="Gold Mine Opens in Batken")
WITHDRAWN = replace(ARTICLE, title=f"WITHDRAWN: {ARTICLE.title}", text="This article was withdrawn.")


async def drafted(post: Post, *managers: int, **options: Any) -> int:
    """Let the group's reviewers get the draft of an article; returns its delivery."""
    await reviewing_group(post.database, post.clock(), *(managers or (1, 2)), **options)
    await come(post, ARTICLE)
    async with post.worker(render=render):
        await post.until_idle()
    return 1


async def decide(post: Post, number: int, state: ReviewState) -> None:
    async with post.database.write() as connection:
        assert await reviews.decide(connection, number, state, post.clock(), 1, "Aida <3")


async def work(post: Post) -> None:
    async with post.worker(render=render):
        await post.until_idle()


def labels(post: Post, chat: int) -> list[list[str]]:
    markup = post.telegram.messages(chat)[-1].get("reply_markup", {})
    return [[button["text"] for button in row] for row in markup.get("inline_keyboard", [])]


async def test_a_draft_goes_to_the_reviewers_and_the_post_waits(post: Post) -> None:
    await drafted(post, 1, 2, 3, reviewers=(1, 2))
    assert await post.states() == {"review": 1, "sent": 2}
    assert post.received(GROUP) == post.received(3) == []
    for person in (1, 2):
        [draft] = post.received(person)
        assert draft.startswith("📝 Draft for Gold <News>\n\nGold Mine Opens in Osh\nA mine of gold was opened.\n")
        assert "Waits until 15:00. If nobody decides by then, it will be skipped." in draft
        assert labels(post, person) == [["✅ Post", "Skip"], ["✏️ Edit lead"]]


async def test_a_posted_draft_is_published_as_it_was_shown_and_every_draft_names_the_decision(post: Post) -> None:
    number = await drafted(post)
    await decide(post, number, POSTED)
    await work(post)
    [published] = post.received(GROUP)
    for person in (1, 2):
        [draft] = post.received(person)
        assert published in draft
        assert "✅ Posted by Aida <3 at 12:00" in draft
        assert labels(post, person) == []
    await work(post)
    assert len(post.received(GROUP)) == 1


async def test_a_skipped_draft_is_never_published(post: Post) -> None:
    number = await drafted(post)
    await decide(post, number, SKIPPED)
    post.ahead = dt.timedelta(hours=5)
    await review_tick(post.database, post.clock())
    await work(post)
    assert post.received(GROUP) == []
    assert "⏭ Skipped by Aida <3 at 12:00" in post.received(2)[0]


@pytest.mark.parametrize("unreviewed", [True, False])
async def test_a_draft_that_nobody_decides_on_is_published_or_dropped(post: Post, unreviewed: bool) -> None:
    await drafted(post, unreviewed=unreviewed)
    post.ahead = dt.timedelta(hours=4)
    assert await review_tick(post.database, post.clock()) == 1
    await work(post)
    assert len(post.received(GROUP)) == unreviewed
    assert ("✅ Posted at" if unreviewed else "⏭ Skipped at") in post.received(1)[0]
    assert "nobody decided in time" in post.received(1)[0]


async def test_an_edited_lead_is_published_and_stays_after_a_correction(post: Post) -> None:
    number = await drafted(post)
    async with post.database.write() as connection:
        assert await reviews.set_lead(connection, number, "Gold <b>shines</b>.")
    await decide(post, number, POSTED)
    await work(post)
    assert "\nGold <b>shines</b>.\n" in post.received(GROUP)[0]
    await come(post, CHANGED)
    await work(post)
    [corrected] = post.received(GROUP)
    assert corrected.startswith("Gold Mine Opens in Batken\nGold <b>shines</b>.\n")


async def test_an_open_draft_shows_a_corrected_headline(post: Post) -> None:
    await drafted(post)
    await come(post, CHANGED)
    await work(post)
    for person in (1, 2):
        [draft] = post.received(person)
        assert "\n\nGold Mine Opens in Batken\n" in draft
        assert labels(post, person)[0] == ["✅ Post", "Skip"]
    assert post.received(GROUP) == []


async def test_an_article_withdrawn_meanwhile_is_not_published_and_its_drafts_say_so(post: Post) -> None:
    number = await drafted(post)
    await come(post, WITHDRAWN)
    await work(post)
    assert "🚫 Not posted" in post.received(1)[0]
    assert labels(post, 1) == []
    await decide(post, number, POSTED)
    await work(post)
    assert post.received(GROUP) == []
    assert "🚫 Not posted" in post.received(2)[0]
    assert (await post.states())["dropped"] == 1


async def test_a_topic_unfollowed_after_the_decision_publishes_nothing_and_the_drafts_say_so(post: Post) -> None:
    number = await drafted(post)
    await decide(post, number, POSTED)
    async with post.database.write() as connection:
        await topics.unsubscribe(connection, GROUP, (await topics.of_chat(connection, GROUP))[0].id)
    await work(post)
    assert post.received(GROUP) == []
    assert "🚫 Not posted" in post.received(1)[0]


async def test_a_chat_that_removes_the_bot_drops_its_drafts(post: Post) -> None:
    await drafted(post)
    async with post.database.write() as connection:
        await chats.set_state(connection, GROUP, ChatState.GONE, post.clock())
    await work(post)
    assert "🚫 Not posted" in post.received(1)[0]


async def test_a_lost_right_to_post_keeps_the_decided_post(post: Post) -> None:
    number = await drafted(post)
    await decide(post, number, POSTED)
    post.telegram.fail_next(
        "sendMessage", chat_id=GROUP, status=400, description="Bad Request: not enough rights to send text messages"
    )
    async with post.worker(render=render):
        await post.until_attempted()
    assert (await post.chat(GROUP)).state is ChatState.PAUSED
    post.ahead = dt.timedelta(days=1, minutes=1)
    await work(post)
    assert len(post.received(GROUP)) == 1


async def test_drafts_wait_for_the_end_of_a_reviewer_s_quiet_hours(post: Post) -> None:
    await reviewing_group(post.database, post.clock(), 1, 2)
    async with post.database.write() as connection:
        person = await chats.get(connection, 2)
        assert person is not None
        await chats.save(connection, replace(person, quiet=Quiet(11 * 60, 14 * 60)))
    await come(post, ARTICLE)
    await work(post)
    assert (len(post.received(1)), post.received(2)) == (1, [])
    await decide(post, 1, POSTED)
    await work(post)
    assert len(post.received(GROUP)) == 1
    post.ahead = dt.timedelta(hours=3)
    await work(post)
    assert post.received(2) == []  # decided before it could be shown


async def test_each_article_of_a_burst_is_a_draft_of_its_own(post: Post) -> None:
    await reviewing_group(post.database, post.clock(), 1)
    await come(post, *(Article(f"Gold {n} tons", guid=str(n), url=f"https://one.example/{n}") for n in range(5)))
    await work(post)
    assert len(post.received(1)) == 5


@pytest.mark.slow
@pytest.mark.parametrize("state", [POSTED, SKIPPED])
async def test_killed_at_every_step_a_post_is_published_as_decided_and_each_reviewer_has_its_draft(
    post: Post, state: ReviewState
) -> None:
    """Before and after the decision: a kill after the request left may repeat a message, which is counted."""
    await reviewing_group(post.database, post.clock(), 1)
    for n in range(60):
        drafts_before, posts_before = len(post.received(1)), len(post.received(GROUP))
        await come(post, Article(f"Gold {n} tons", guid=str(n), url=f"https://one.example/{n}"))
        cut = []
        for decided in (False, True):
            knife = Knife(after=n)
            if decided:
                async with post.database.read() as connection:
                    [(number, _)] = await reviews.overdue(connection, post.clock() + dt.timedelta(hours=9), 2)
                await decide(post, number, state)
            async with post.worker(render=render, knife=knife):
                await eventually(
                    post.states,
                    lambda states, knife=knife: knife.cut.is_set() or not {"pending", "sending"} & states.keys(),
                )
            async with post.worker(render=render):
                await post.until_finished()
            cut.append(knife.cut.is_set())
        repeated = 1 if any(cut) else 0
        assert 1 <= len(post.received(1)) - drafts_before <= 1 + repeated
        published = len(post.received(GROUP)) - posts_before
        assert published == 0 if state is SKIPPED else 1 <= published <= 1 + repeated
        if not any(cut):
            assert n > 5
            return
    raise AssertionError("the worker never came to its end")


async def claimed_before_a_move(post: Post, new_id: int) -> Delivery:
    """Return the claimed post of a group that has become a supergroup since."""
    await reviewing_group(post.database, post.clock(), 1)
    await come(post, ARTICLE)
    async with post.database.write() as connection:
        [claimed] = await claims.claim(connection, post.clock(), 1)
        await chat_moves.migrate(connection, GROUP, new_id)
    return claimed


async def record(post: Post, delivery: Delivery, state: DeliveryState) -> None:
    writer = OutcomeWriter(post.database, post.clock, ())
    writer.add(Attempt(delivery, DeliveryUpdate(delivery.id, state, attempted=False)))
    await writer.close()


async def test_a_group_that_moves_between_claim_and_outcome_gets_its_review(post: Post) -> None:
    moved = -1_000_000_000_005
    await record(post, await claimed_before_a_move(post, moved), DeliveryState.REVIEW)
    async with post.database.read() as connection:
        review = await reviews.get(connection, 1)
    assert review is not None
    assert (review.chat_id, review.open) == (moved, True)


async def test_a_posted_review_of_a_group_that_moves_is_dropped_with_its_post(post: Post) -> None:
    number = await drafted(post, 1)
    await decide(post, number, POSTED)
    async with post.database.write() as connection:
        [claimed] = await claims.claim(connection, post.clock(), 1, Priority.NEWS)
        await chat_moves.migrate(connection, GROUP, -1_000_000_000_005)
    await record(post, claimed, DeliveryState.DROPPED)
    async with post.database.read() as connection:
        review = await reviews.get(connection, number)
    assert review is not None
    assert review.state is ReviewState.DROPPED
