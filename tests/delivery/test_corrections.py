"""A headline that changes after it was sent: the messages are edited, and nobody receives a second one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.delivery.render import render
from bot.domain.articles import Article
from bot.domain.chats import Quiet
from bot.domain.deliveries import EDITABLE
from bot.domain.events import MAX_CORRECTIONS, EventKind
from storage import chats, claims, saved, topics
from storage.models import DeliveryRow
from tests.delivery.articles import come, listen
from tests.delivery.conftest import Post

ORIGINAL = Article("Gold Mine Opens in Osh", "A mine of gold was opened.", guid="1", url="https://one.example/1")
CHANGED = replace(ORIGINAL, title="Gold Mine Opens in Batken")


async def sent(post: Post, *found: Article, people: tuple[int, ...] = (1,)) -> None:
    """Let articles be sent."""
    await listen(post.database, *people)
    await come(post, *found)
    async with post.worker(render=render):
        await post.until_idle()


def sends(post: Post) -> int:
    return len(post.telegram.calls_of("sendMessage"))


async def test_a_changed_headline_is_edited_in_and_nobody_receives_a_second_message(post: Post) -> None:
    await sent(post, ORIGINAL, people=(1, 2))
    assert await come(post, CHANGED) == 2
    async with post.worker(render=render):
        await post.until({"sent": 4})
    assert sends(post) == 2
    for person in (1, 2):
        [message] = post.received(person)
        assert message.startswith("Gold Mine Opens in Batken\n")
        assert "\nHeadline corrected\n" in message
        assert "Your topics: gold" in message
    # The next polls bring the same: nothing more happens.
    assert [await come(post, CHANGED), await come(post, CHANGED)] == [0, 0]


async def test_a_correction_that_comes_before_the_message_leaves_needs_no_edit(post: Post) -> None:
    await listen(post.database, 1)
    await come(post, ORIGINAL)
    assert await come(post, CHANGED) == 0
    async with post.worker(render=render):
        await post.until({"sent": 1})
    assert post.received(1)[0].startswith("Gold Mine Opens in Batken\n")
    assert post.telegram.calls_of("editMessageText") == []


async def test_other_words_in_the_text_edit_nothing(post: Post) -> None:
    await sent(post, ORIGINAL)
    assert await come(post, replace(ORIGINAL, text="A gold mine was opened today.")) == 0


async def test_messages_older_than_the_limit_stay(post: Post) -> None:
    await sent(post, ORIGINAL)
    post.ahead = EDITABLE + dt.timedelta(hours=1)
    assert await come(post, CHANGED) == 0


async def test_a_worker_killed_between_edit_and_mark_repeats_it_harmlessly(post: Post) -> None:
    await sent(post, ORIGINAL)
    await come(post, CHANGED)
    async with post.worker(render=render):
        await post.until({"sent": 2})
    async with post.database.write() as connection:
        taken = update(DeliveryRow).where(DeliveryRow.event_id == 2)
        await connection.execute(taken.values(state="sending", lease_until=post.clock(), finished_at=None))
    async with post.worker(render=render):
        await post.until({"sent": 2})
    assert (sends(post), len(post.telegram.calls_of("editMessageText")), len(post.received(1))) == (1, 2, 1)
    assert post.received(1)[0].startswith("Gold Mine Opens in Batken\n")


async def test_an_edit_of_uncertain_fate_is_tried_again(post: Post) -> None:
    await sent(post, ORIGINAL)
    await come(post, CHANGED)
    post.telegram.drop_next("editMessageText", before=False)
    async with post.worker(render=render):
        await post.until_attempted()
        post.ahead += dt.timedelta(seconds=10)
        await post.until({"sent": 2})
    assert len(post.received(1)) == 1


@pytest.mark.parametrize("refusal", ["message to edit not found", "message can't be edited"])
async def test_a_message_that_is_gone_is_left_alone(post: Post, refusal: str) -> None:
    await sent(post, ORIGINAL)
    await come(post, CHANGED)
    post.telegram.fail_next("editMessageText", status=400, description=f"Bad Request: {refusal}")
    async with post.worker(render=render):
        await post.until({"sent": 1, "dropped": 1})
    assert sends(post) == 1


@pytest.mark.slow
async def test_a_flood_limit_puts_an_edit_back(post: Post) -> None:
    await sent(post, ORIGINAL)
    await come(post, CHANGED)
    post.telegram.fail_next(
        "editMessageText", status=429, description="Too Many Requests: retry after 5", parameters={"retry_after": 5}
    )
    async with post.worker(render=render):
        await post.telegram.wait_for(lambda: post.telegram.calls_of("editMessageText"))
        await post.until({"sent": 1, "pending": 1})
        post.ahead += dt.timedelta(seconds=6)
        await post.until({"sent": 2})


@pytest.mark.slow
async def test_a_message_on_its_way_when_the_correction_comes_is_edited_when_it_has_arrived(post: Post) -> None:
    await listen(post.database, 1)
    await come(post, ORIGINAL)
    post.telegram.hang_next("sendMessage", 2.0)
    async with post.worker(render=render) as worker:
        await post.telegram.wait_for(lambda: post.telegram.calls_of("sendMessage"))
        assert await come(post, CHANGED) == 1
        worker.wake()
        await post.until_attempted()
        assert post.telegram.calls_of("editMessageText") == []
        await post.until({"sent": 1, "pending": 1})
        post.ahead += claims.LEASE
        await post.until({"sent": 2})
    [message] = post.received(1)
    assert message.startswith("Gold Mine Opens in Batken\n")


async def test_an_edit_makes_no_sound_and_does_not_wait_for_the_morning(post: Post) -> None:
    await sent(post, ORIGINAL)
    async with post.database.write() as connection:
        chat = await chats.get(connection, 1)
        assert chat is not None
        await chats.save(connection, replace(chat, quiet=Quiet(22 * 60, 7 * 60)))
    post.ahead = dt.timedelta(hours=11)  # 23:00 in Almaty
    await come(post, CHANGED)
    async with post.worker(render=render):
        await post.until({"sent": 2})


async def test_edits_leave_after_news_and_before_digests(post: Post) -> None:
    await sent(post, ORIGINAL)
    await post.add(EventKind.DIGEST, 1)
    await come(post, CHANGED)
    await post.add(EventKind.ARTICLE, 1)
    async with post.database.write() as connection:
        claimed = await claims.claim(connection, post.clock(), 10)
    assert [one.event.kind for one in claimed] == [EventKind.ARTICLE, EventKind.CORRECTION, EventKind.DIGEST]


async def test_a_headline_that_cannot_decide_is_let_be(post: Post) -> None:
    await sent(post, ORIGINAL)
    edits = [await come(post, (CHANGED, ORIGINAL)[step % 2]) for step in range(MAX_CORRECTIONS + 3)]
    assert edits == [1] * MAX_CORRECTIONS + [0] * 3


async def test_a_withdrawn_article_is_struck_through(post: Post) -> None:
    await sent(post, ORIGINAL)
    withdrawn = replace(ORIGINAL, title=f"WITHDRAWN: {ORIGINAL.title}", text="This article was withdrawn.")
    assert [await come(post, withdrawn), await come(post, withdrawn)] == [1, 0]
    async with post.worker(render=render):
        await post.until({"sent": 2})
    [edit] = post.telegram.calls_of("editMessageText")
    lines = edit.params["text"].split("\n")
    assert lines[:2] == [f'<s><a href="{ORIGINAL.url}">{ORIGINAL.title}</a></s>', "<i>Retracted by the publisher</i>"]
    assert "corrected" not in edit.params["text"]
    # It comes back as it was.
    assert await come(post, ORIGINAL) == 1
    async with post.worker(render=render):
        await post.until({"sent": 3})
    assert "<s>" not in post.telegram.calls_of("editMessageText")[1].params["text"]


async def test_an_article_withdrawn_before_it_is_sent_is_not_sent(post: Post) -> None:
    await listen(post.database, 1)
    await come(post, ORIGINAL)
    await come(post, replace(ORIGINAL, title=f"[Retracted] {ORIGINAL.title}"))
    async with post.worker(render=render):
        await post.until({"dropped": 1})
    assert sends(post) == 0


@pytest.mark.parametrize(
    "title",
    [
        "Опровержение: gold is not found",
        "Withdrawn: Gold Bill Leaves the Parliament",
        "[Retracted] Gold Is Found",
        "Correction: Gold Is Not Silver",
        "Update: Gold Mine Opens in Naryn",
        "Уточнение: gold is 999",
    ],
)
@pytest.mark.parametrize("article", [Article("", guid="2", url="https://one.example/2"), Article("")])
async def test_such_a_word_before_a_headline_never_published_is_part_of_the_news(
    post: Post, title: str, article: Article
) -> None:
    await listen(post.database, 1)
    for _ in range(2):  # a second poll changes nothing
        await come(post, replace(article, title=title))
    async with post.worker(render=render):
        await post.until({"sent": 1})
    [message] = post.received(1)
    assert message.startswith(f"{title}\n")
    assert "Retracted by the publisher" not in message


async def test_a_denial_of_its_own_is_sent_to_those_who_received_what_it_denies(post: Post) -> None:
    await sent(post, ORIGINAL)
    denial = Article(f"Withdrawn: {ORIGINAL.title}", ORIGINAL.text, guid="9", url="https://one.example/9")
    for _ in range(2):
        await come(post, denial)
        await come(post, ORIGINAL)
    async with post.worker(render=render):
        await post.until({"sent": 2})
    assert [message.split("\n")[0] for message in post.received(1)] == [ORIGINAL.title, denial.title]


async def test_another_headline_behind_the_word_corrects_the_article_and_withdraws_nothing(post: Post) -> None:
    await sent(post, ORIGINAL)
    await come(post, replace(ORIGINAL, title="Опровержение: no gold mine in Osh"))
    async with post.worker(render=render):
        await post.until({"sent": 2})
    assert post.received(1)[0].startswith("Опровержение: no gold mine in Osh\n")
    assert "Withdrawn" not in post.received(1)[0]


async def test_another_source_withdraws_nothing(post: Post) -> None:
    await sent(post, ORIGINAL)
    assert await come(post, replace(ORIGINAL, title=f"WITHDRAWN: {ORIGINAL.title}"), source="two") == 0


async def test_one_article_of_several_in_a_message_is_corrected_there(post: Post) -> None:
    metals = [Article(f"Gold and {m} found", guid=m, url=f"https://one.example/{m}") for m in ("tin", "zinc", "lead")]
    await sent(post, ORIGINAL, *metals)
    assert sends(post) == 1
    assert await come(post, CHANGED) == 1
    async with post.worker(render=render):
        await post.until({"sent": 2, "merged": 3})
    [message] = post.received(1)
    assert "Gold Mine Opens in Batken · one" in message
    assert "Gold and zinc found" in message
    assert message.endswith("Headline corrected")


async def test_who_left_the_topic_still_sees_the_correction(post: Post) -> None:
    await sent(post, ORIGINAL)
    async with post.database.write() as connection:
        await topics.unsubscribe(connection, 1, (await topics.of_chat(connection, 1))[0].id)
    await come(post, CHANGED)
    async with post.worker(render=render):
        await post.until({"sent": 2})
    assert post.received(1)[0].startswith("Gold Mine Opens in Batken\n")


async def test_a_correction_keeps_the_mark_of_a_saved_article(post: Post) -> None:
    await sent(post, ORIGINAL)
    async with post.database.write() as connection:
        await saved.save(connection, 1, 1, post.clock())
    await come(post, CHANGED)
    async with post.worker(render=render):
        await post.until({"sent": 2})
    [call] = post.telegram.calls_of("editMessageText")
    assert "✓ Saved" in str(call)
