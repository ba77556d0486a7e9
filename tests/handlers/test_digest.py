"""/digest: the time of the daily digest, typed or chosen, and the digest itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.chats import Chat
from bot.services import settings
from bot.views.message import View
from handlers.digest import show_digest, take_time
from handlers.topics import subscribe
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates, publish
from tests.handlers.talk import Talk


def labels(view: View) -> list[list[str]]:
    return [[button.label for button in row] for row in view.buttons]


async def test_half_hours_and_another_time_are_offered(conversation: Conversation) -> None:
    view = await conversation.say(show_digest)
    assert view.text.startswith("The digest is off.\n")
    assert labels(view)[:-1] == [
        ["06:30", "07:00", "07:30"],
        ["08:00", "08:30", "09:00"],
        ["12:00", "18:00", "21:00"],
        ["✎ Other time"],
        ["Show one now"],
    ]
    assert view.buttons[-1][0].data == "v1:settings:all"
    own = replace(conversation, chat=replace(conversation.chat, digest_times=(7 * 60 + 15,)))
    view = await own.say(show_digest)
    assert view.text.startswith("Every day at <b>07:15</b>, Almaty time (now 11:00 there).\n")
    assert "✓ 07:15" in labels(view)[0]
    assert ["Show one now", "Turn off"] in labels(view)


@pytest.mark.parametrize("typed", ["7:30", "07.30", "730", "at 7:30", "в 7.30", "7:30 утра", "7:30 AM"])
async def test_a_typed_time_is_answered_in_words_with_the_time_there(conversation: Conversation, typed: str) -> None:
    tashkent = replace(conversation, chat=replace(conversation.chat, timezone="Asia/Tashkent"))
    view = await tashkent.say(show_digest, typed)
    assert view.text == "🗞 Every day at <b>07:30</b>, Tashkent time (now 11:00 there)."
    assert labels(view)[0] == ["Show one now"]
    assert view.buttons[1][0].data == "v1:digest:choose"


async def test_tapped_times_are_added_and_removed_and_a_second_press_changes_nothing(
    conversation: Conversation,
) -> None:
    for data, shown in (
        ("480:1", "Every day at <b>08:00</b>,"),
        ("1110:1", "Every day at <b>08:00, 18:30</b>,"),
        ("1110:1", "Every day at <b>08:00, 18:30</b>,"),
        ("480:0", "Every day at <b>18:30</b>,"),
        ("1110:0", "The digest is off."),
    ):
        ctx = await conversation.press(f"v1:digest:at:{data}")
        assert ctx.views[0].text.startswith(shown)
        conversation = replace(conversation, chat=ctx.chat)


async def test_typed_times_replace_the_earlier_ones_up_to_six(database: Database) -> None:
    talk = Talk(database)
    [answer] = await talk.send("/digest 18:30, 8:00 и 8:00")
    assert answer.startswith("🗞 Every day at <b>08:00, 18:30</b>,")
    [answer] = await talk.send("/digest 1:00 2:00 3:00 4:00 5:00 6:00 7:00")
    assert answer == "At most 6 digests a day. Turn one off first."
    [answer] = await talk.send("/digest")
    assert answer.startswith("Every day at <b>08:00, 18:30</b>,")
    [answer] = await talk.send("дайджест в 7 и в 19")
    assert answer.startswith("🗞 Every day at <b>07:00, 19:00</b>,")


async def test_a_text_that_is_no_time_repeats_the_question_until_it_is_answered_or_cancelled(
    database: Database,
) -> None:
    talk = Talk(database)
    [asked] = await talk.send("/digest noon")
    assert (
        asked
        == "I didn't understand the time.\nSend the time, for example <code>7:30</code>, or several: <code>8:00 18:30</code>."
    )
    assert await talk.send("later") == [asked]
    [answer] = await talk.send("7:30")
    assert answer.startswith("🗞 Every day at <b>07:30</b>")
    assert (await talk.send("7:30")) != [answer]  # the question is answered


async def test_the_question_for_a_time_may_be_answered_by_off(database: Database) -> None:
    talk = Talk(database)
    await talk.send("/digest 7:30")
    await talk.send("/stop")
    for typed in ("off", "Выкл"):
        await talk.press("v1:digest:type")
        assert await talk.send(typed) == ["The digest is off. Turn on: /digest"]  # and the chat stays stopped


async def test_the_button_for_another_time_asks_and_going_back_withdraws_the_question(
    conversation: Conversation,
) -> None:
    ctx = await conversation.press("v1:digest:type")
    assert ctx.views[0].text == "Send the time, for example <code>7:30</code>, or several: <code>8:00 18:30</code>."
    assert ctx.chat.awaiting == "digest.time"
    asking = replace(conversation, chat=ctx.chat)
    ctx = await asking.press(ctx.views[0].buttons[0][0].data)
    assert ctx.chat.awaiting is None
    assert "07:30" in (await conversation.say(take_time, "7:30")).text


async def test_a_digest_is_kept_when_its_buttons_are_pressed(database: Database, conversation: Conversation) -> None:
    await publish(database, "Gold")
    view = await conversation.say(show_digest, "now")
    for button in view.buttons[0]:
        assert (await conversation.press(button.data)).edited == 0


async def test_topics_with_nothing_new_are_followed_by_the_three_latest_articles(
    database: Database, conversation: Conversation
) -> None:
    await publish(database, *(f"Cotton {n}" for n in range(5)))
    await conversation.say(subscribe, "gold")
    text = (await conversation.say(show_digest, "now")).text
    assert "\nNothing new on your topics.\n<b>Latest news</b>\n• " in text
    assert text.count("\n• ") == 3
    await publish(database, "Gold")
    await conversation.say(subscribe, "cotton")
    text = (await conversation.say(show_digest, "now")).text
    assert "<b>On your topics</b>" in text
    assert "Nothing new" not in text


@pytest.mark.parametrize(
    ("last", "heading"),
    [
        (None, "the change since yesterday:"),
        (NOW - dt.timedelta(hours=20), "the change since the last digest:"),
        (NOW - dt.timedelta(days=9), "the change (days: 3):"),
    ],
)
async def test_a_digest_says_since_when_the_rates_changed(
    database: Database, conversation: Conversation, last: dt.datetime | None, heading: str
) -> None:
    await print_rates(database, "nbk", NOW.date(), USDKZT="515.46")
    chat: Chat = replace(conversation.chat, last_digest_at=last)
    content = await settings.digest_now(database, chat, NOW)
    assert content.lines
    view = await replace(conversation, chat=chat).say(show_digest, "now")
    assert heading in view.text
