"""Every declared button: forged, truncated, of another version, pressed twice, or pressed without rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import ExpiredButton
from bot.i18n import Translator
from bot.views.buttons import ACTIONS, MAX_DATA_BYTES, VERSION, Access, AnyAction, action, integer, parse_data
from handlers.features import BUTTONS, _joined
from storage.database import Database
from tests.button_data import data_of, texts_of
from tests.handlers.talk import GROUP, PERSON, MemberBot, Talk

ENGLISH = Translator("en").plain
OLD, CURRENT = ENGLISH("common.expired_button"), ENGLISH("common.fresh_screen")
ADMINS_ONLY = ENGLISH("common.admins_only")
OPERATORS_ONLY, ERROR = ENGLISH("common.operators_only"), ENGLISH("common.error")
# Presses that are this far apart are not limited.
BETWEEN = dt.timedelta(minutes=1)
each_action = pytest.mark.parametrize("each", ACTIONS.values(), ids=str)


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    talk = Talk(database)
    await talk.send("/start")
    yield talk
    await talk.dispatcher.close()


async def press(talk: Talk, data: str, chat: int = PERSON) -> list[str | None]:
    """Press a button under the bot's message, and return the answers to the press."""
    talk.bot.callback_answers.clear()
    message = talk.message({"text": "…"}, chat)
    sender = message["from"]
    body = {"id": "1", "from": sender, "message": message, "chat_instance": "1", "data": data}
    await talk.update("callback_query", body)
    talk.now += BETWEEN
    return talk.bot.callback_answers


def test_each_declared_button_has_one_handler() -> None:
    assert set(BUTTONS) == set(ACTIONS.values())
    assert len(_joined("BUTTONS")) == len(BUTTONS)


def test_two_buttons_of_one_name_fail_at_the_start() -> None:
    with pytest.raises(ValueError, match="alerts:list"):
        action("alerts:list", integer(0, 1))


@each_action
def test_data_is_read_as_it_was_built(each: AnyAction) -> None:
    for place, argument in enumerate(each.arguments):
        for text in texts_of(argument):
            values = [texts_of(other)[0] for other in each.arguments]
            values[place] = text
            data = ":".join((VERSION, each.name, *values))
            found, read = parse_data(data)
            assert (found, each(*read)) == (each, data)


def is_expired(data: str) -> bool:
    try:
        parse_data(data)
    except ExpiredButton:
        return True
    return False


@each_action
def test_a_truncated_or_longer_button_or_one_of_another_version_is_expired(each: AnyAction) -> None:
    data = data_of(each)
    assert is_expired(data.replace(VERSION, "v0", 1))
    assert is_expired(f"{data}:1")
    assert is_expired(data + "x" * MAX_DATA_BYTES)
    if each.arguments:
        assert is_expired(data.rpartition(":")[0])


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_forged_data_is_expired_or_what_the_button_would_build(data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(list(ACTIONS.values())))
    texts = [
        data.draw(st.one_of(st.sampled_from(texts_of(argument)), st.text(max_size=12)), label="argument")
        for argument in each.arguments
    ]
    forged = ":".join((VERSION, each.name, *texts))
    try:
        found, values = parse_data(forged)
    except ExpiredButton:
        return
    assert found(*values) == forged


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_expired_or_a_button(text: str) -> None:
    is_expired(text)
    is_expired(f"{VERSION}:{text}")


@each_action
async def test_a_button_pressed_twice_is_answered_each_time_and_fails_never(talk: Talk, each: AnyAction) -> None:
    for data in {data_of(each), ":".join((VERSION, each.name, *(texts_of(one)[-1] for one in each.arguments)))}:
        for _ in range(2):
            [answer] = await press(talk, data)
            assert answer != ERROR


@each_action
async def test_a_forged_button_is_answered_as_expired_with_the_screen_of_its_feature(
    talk: Talk, each: AnyAction
) -> None:
    for data in (f"{data_of(each)}:forged", f"v0:{each.name}"):
        before = talk.bot.sent
        [answer] = await press(talk, data)
        assert answer == (CURRENT if talk.bot.sent > before else OLD)


@pytest.mark.parametrize(
    ("data", "screen"),
    [
        ("v1:alerts:delete:999", "No alerts yet"),
        ("v0:alerts:pause:1", "No alerts yet"),
        ("v1:history:show:gone", "/history"),
        ("v1:topics:end:999", "/subscribe"),
        ("v1:settings:zone:Mars", "<b>Settings</b>"),
        ("v1:keyboard:set:2", "<b>Settings</b>"),
        ("v1:menu:open:stop", "/rates"),
    ],
)
async def test_an_expired_button_shows_the_current_screen_in_a_message_of_its_own(
    talk: Talk, data: str, screen: str
) -> None:
    before = talk.bot.sent
    assert await press(talk, data) == [CURRENT]
    assert talk.bot.sent == before + 1
    assert screen in list(talk.bot.texts.values())[-1]


@pytest.mark.parametrize(
    "data", ["nonsense", "", "v1:gone:x", "v0:failures:list:0", "v1:broadcast:send:9x", "v1:stats:x:y"]
)
async def test_an_expired_button_of_no_feature_or_of_operators_gets_a_note(talk: Talk, data: str) -> None:
    before = talk.bot.sent
    assert await press(talk, data) == [OLD]
    assert talk.bot.sent == before


@each_action
async def test_a_person_without_rights_changes_nothing(talk: Talk, each: AnyAction) -> None:
    talk.bot = MemberBot()
    answers = await press(talk, data_of(each), GROUP)
    if each.access is Access.ADMINS:
        assert answers == [ADMINS_ONLY]
    elif each.access is Access.OPERATORS:
        assert answers == [OPERATORS_ONLY]
    else:
        assert len(answers) == 1
