"""An edited message replaces its answer and its effects within a minute; later edits change nothing."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.app.intake import UPDATES
from handlers.edits import MAX_ANSWERS, Answer, Answers
from storage import alerts, topics
from storage.database import Database
from tests.handlers.conftest import NOW, print_rates, publish
from tests.handlers.talk import GROUP, PERSON, Talk


@pytest.fixture
async def talk(database: Database) -> Talk:
    """A dispatcher over rates and articles."""
    for day in range(3):
        await print_rates(
            database, "nbk", NOW.date() - dt.timedelta(days=day), USDKZT=f"51{5 - day}.46", USDKGS="87.45"
        )
    await publish(database, "Cotton harvest ends")
    return Talk(database)


def shown(talk: Talk) -> list[str]:
    return list(talk.bot.texts.values())


async def say(talk: Talk, content: dict[str, Any] | str, chat: int = PERSON) -> dict[str, Any]:
    """Send a message and return it."""
    message = talk.message({"text": content} if isinstance(content, str) else content, chat)
    await talk.update("message", message)
    return message


async def alert_levels(talk: Talk) -> list[str]:
    async with talk.database.read() as connection:
        return [str(one.rule.level) for one in await alerts.of_chat(connection, PERSON)]


async def followed(talk: Talk) -> list[str]:
    async with talk.database.read() as connection:
        return [one.query.text for one in await topics.of_chat(connection, PERSON)]


def test_telegram_is_asked_for_edits() -> None:
    assert "edited_message" in UPDATES


@pytest.mark.parametrize(
    ("first", "second"),
    [("/rates kzt", "/rates kgs"), ("100 usd in kzt", "200 usd in kzt"), ("/ratez", "/rates"), ("hello", "/help"),
     ("/rates", "/rates\nkzt"), ("/help", "hello")],
)  # fmt: skip
async def test_the_answer_is_edited(talk: Talk, first: str, second: str) -> None:
    message = await say(talk, first)
    assert await talk.edit(message, second) == []
    [edited] = shown(talk)
    assert talk.bot.sent == 1
    assert [edited] == await talk.send(second)


async def test_edits_follow_each_other(talk: Talk) -> None:
    message = await say(talk, "/rates")
    for number, typed in enumerate(("100 usd in kzt", "200 usd in kzt", "/rates kzt"), 1):
        assert await talk.edit(message, typed, after=number * 10) == []
    [edited] = shown(talk)
    assert [edited] == await talk.send("/rates kzt")


@pytest.mark.parametrize(("after", "read"), [(0, True), (60, True), (61, False), (86_400, False)])
async def test_an_edit_counts_for_a_minute(talk: Talk, after: float, read: bool) -> None:
    message = await say(talk, "/rates kzt")
    before = shown(talk)
    assert await talk.edit(message, "/rates kgs", after) == []
    assert (shown(talk) != before) is read


async def test_an_edit_that_leaves_the_text_as_it_was_is_none(talk: Talk) -> None:
    message = await say(talk, "/alert kzt > 520")
    before = shown(talk)
    for same in ("/alert kzt > 520", " /alert\u200b kzt >\n520 "):
        assert await talk.edit(message, same) == []
    assert (shown(talk), await alert_levels(talk)) == (before, ["520"])


async def test_an_answer_that_cannot_be_edited_is_sent_anew(talk: Talk) -> None:
    message = await say(talk, "/rates kzt")
    talk.bot.frozen |= set(talk.bot.texts)
    [new] = await talk.edit(message, "/rates kgs")
    assert "KGS" in new


async def test_an_answer_that_is_not_remembered_is_sent(talk: Talk) -> None:
    message = await say(talk, "/rates kzt")
    talk.dispatcher._answers = Answers()
    assert len(await talk.edit(message, "/rates kgs")) == 1


async def test_an_edited_alert_replaces_the_first_one_and_says_so(talk: Talk) -> None:
    message = await say(talk, "/alert kzt > 520")
    assert await talk.edit(message, "/alert kzt > 530") == []
    assert await alert_levels(talk) == ["530"]
    [answer] = shown(talk)
    assert "USD/KZT above 530" in answer
    assert "replaces the alert: USD/KZT above 520" in answer
    assert await talk.edit(message, "/alert kzt > 540", 30) == []
    assert await alert_levels(talk) == ["540"]
    assert len(shown(talk)) == 1


async def test_an_alert_survives_an_edit_that_asks_for_no_other(talk: Talk) -> None:
    message = await say(talk, "/alert kzt > 520")
    [confirmed] = shown(talk)
    for number, other in enumerate(("/alert kzt > many", "/rates kgs"), 1):
        [answer] = await talk.edit(message, other, number)
        assert answer != confirmed
    assert confirmed in shown(talk)
    assert await alert_levels(talk) == ["520"]
    await talk.edit(message, "/alert kzt > 530", 9)
    assert await alert_levels(talk) == ["530"]
    assert confirmed not in shown(talk)


async def test_an_edited_alert_that_is_asked_about_first_takes_the_old_one_back(talk: Talk) -> None:
    message = await say(talk, "/alert kzt > 520")
    assert await talk.edit(message, "/alert kzt > 500") == []
    assert await alert_levels(talk) == []
    assert "replaces the alert: USD/KZT above 520" in shown(talk)[0]


async def test_an_edited_subscription_replaces_the_first_one(talk: Talk) -> None:
    await talk.send("/subscribe cotton")
    message = await say(talk, "/subscribe gould")
    assert await talk.edit(message, "/subscribe gold") == []
    assert await followed(talk) == ["cotton", "gold"]
    assert "Unfollowed: gould" in shown(talk)[-1]
    other = await say(talk, "/subscribe cotton")
    await talk.edit(other, "/subscribe silver")
    assert await followed(talk) == ["cotton", "gold", "silver"]


async def test_an_edited_answer_to_a_prompt_is_an_answer_to_it(talk: Talk) -> None:
    await talk.send("/rates")
    async with talk.database.write() as connection:
        until = (NOW + dt.timedelta(minutes=5)).isoformat(sep=" ")
        await connection.execute(
            sql("UPDATE chats SET awaiting = 'alerts.level USD:KZT', awaiting_until = :u"), {"u": until}
        )
    message = await say(talk, "kzt > 520")
    await talk.edit(message, "kzt > 525")
    assert await alert_levels(talk) == ["525"]


async def test_captions_are_edited_too(talk: Talk) -> None:
    photo = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]}
    message = await say(talk, photo | {"caption": "/rates kzt"})
    assert await talk.edit(message, {"caption": "/rates kgs"}) == []
    assert "KGS" in shown(talk)[0]


async def test_edits_in_groups_obey_the_rules_of_groups_and_in_channels_nothing_is_done(talk: Talk) -> None:
    message = await say(talk, "rates?", GROUP)
    assert await talk.edit(message, "well then") == []
    [answer] = await talk.edit(message, "/rates@CrierBot kzt", 30)
    assert "KZT" in answer
    assert await talk.edit(message, "/rates@OtherBot kgs", 40) == []
    assert shown(talk) == [answer]
    post = {
        "message_id": 9,
        "date": 5,
        "edit_date": 6,
        "chat": {"id": -5, "type": "channel", "title": "c"},
        "text": "/rates",
    }
    assert await talk.update("edited_channel_post", post) == []


async def test_an_edit_without_a_text_is_not_read_again(talk: Talk) -> None:
    place = {"location": {"latitude": 43.2, "longitude": 76.9, "live_period": 900}}
    message = await say(talk, place)
    assert len(shown(talk)) == 1
    assert await talk.edit(message, {"location": {"latitude": 43.3, "longitude": 76.9}}) == []


async def test_edits_count_as_actions(talk: Talk) -> None:
    message = await say(talk, "/rates")
    for number in range(40):
        await talk.edit(message, f"{number + 1} usd in kzt")
    assert any("Wait 8 s" in text for text in shown(talk))
    assert talk.bot.sent == 2


def test_the_oldest_answer_is_forgotten() -> None:
    answers = Answers()
    for number in range(MAX_ANSWERS + 5):
        answers.keep(SimpleNamespace(chat=SimpleNamespace(id=1), message_id=number), Answer(0))  # type: ignore[arg-type]
    assert len(answers) == MAX_ANSWERS
    assert answers.get(SimpleNamespace(chat=SimpleNamespace(id=1), message_id=0)) is None  # type: ignore[arg-type]
