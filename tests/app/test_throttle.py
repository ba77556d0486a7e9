"""A person over the limit gets one warning, then no answers for a minute; other people are not affected."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.app import App, root
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.throttle import ACTIONS_A_MINUTE, MINUTE, Throttle
from handlers import dispatch
from tests.app.conftest import Site, settings_for
from tests.app.talk import ask, texts

OPERATOR, GROUP = 5, -100


class Clock:
    """A clock that the test moves."""

    now = 1000.0


@pytest.fixture(autouse=True)
async def clock(
    site: Site, telegram: EmbeddedTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Clock]:
    """The clock of a running application with its usual limits."""
    clock = Clock()
    monkeypatch.setattr(dispatch, "Throttle", Throttle)
    monkeypatch.setattr(root, "Dispatcher", partial(dispatch.Dispatcher, monotonic=lambda: clock.now))
    telegram.add_person(OPERATOR, "Oper", language_code="en")
    telegram.add_group(GROUP, "Bazaar", [1, 2], [1])
    settings = settings_for(site, telegram, tmp_path) | {"admin_ids": str(OPERATOR), "poll_seconds": 900}
    app = App(load({}, _env_file=None, **settings))
    running = asyncio.create_task(app.run())
    await asyncio.wait_for(app.ready.wait(), 20)
    yield clock
    app.stop()
    await asyncio.wait_for(running, 20)


async def exhaust(telegram: EmbeddedTelegram, person: int, chat: int | None = None) -> None:
    """Send as many requests as a minute allows."""
    where = chat or person
    before = len(texts(telegram, where))
    for _ in range(ACTIONS_A_MINUTE):
        telegram.say(person, "/privacy", chat)
    await telegram.wait_for(lambda: len(texts(telegram, where)) == before + ACTIONS_A_MINUTE, timeout=10)


async def test_one_warning_then_no_answer_until_the_minute_has_passed(telegram: EmbeddedTelegram, clock: Clock) -> None:
    await exhaust(telegram, 2)
    for _ in range(5):
        telegram.say(2, "/help")
    await telegram.wait_for(lambda: texts(telegram, 2)[-1].startswith("Слишком много сразу"), timeout=10)
    assert "/rates" in await ask(telegram, 1, "/help")
    clock.now += MINUTE - 0.1
    telegram.say(2, "/help")
    telegram.say(2, "words")
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0, timeout=10)
    assert "/rates" in await ask(telegram, 1, "/help")
    assert len(texts(telegram, 2)) == ACTIONS_A_MINUTE + 1
    clock.now += 0.1
    assert "/rates" in await ask(telegram, 2, "/help")
    assert len(texts(telegram, 2)) == ACTIONS_A_MINUTE + 2


async def test_presses_count_and_none_is_left_spinning(telegram: EmbeddedTelegram) -> None:
    await exhaust(telegram, 1)
    message = telegram.messages(1)[-1]["message_id"]
    for _ in range(3):
        telegram.press(1, message, "v1:rates:all")
    answers = await telegram.wait_for(
        lambda: len(calls := telegram.calls_of("answerCallbackQuery")) == 3 and calls, timeout=10
    )
    words = [call.params.get("text", "") for call in answers]
    assert [word[:17] for word in words] == ["That was a lot at", "", ""]
    assert len(texts(telegram, 1)) == ACTIONS_A_MINUTE
    assert not telegram.calls_of("editMessageText")


async def test_operators_are_not_throttled(telegram: EmbeddedTelegram) -> None:
    await exhaust(telegram, OPERATOR)
    assert "/rates" in await ask(telegram, OPERATOR, "/help")


async def test_in_a_group_each_person_has_their_own_minute_and_chatter_does_not_count(
    telegram: EmbeddedTelegram,
) -> None:
    for _ in range(ACTIONS_A_MINUTE):
        telegram.say(1, "who has seen my goat?", GROUP)
        telegram.say(1, "/help@AnotherBot", GROUP)
    await exhaust(telegram, 1, GROUP)
    telegram.say(1, "/help", GROUP)
    telegram.say(2, "/help", GROUP)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) == ACTIONS_A_MINUTE + 2, timeout=10)
    assert ["/rates" in text for text in texts(telegram, GROUP)[-2:]] == [False, True]
    telegram.say(1, "/help")  # the person is the same in their own chat
    assert "/rates" in await ask(telegram, 2, "/help")
    assert texts(telegram, 1) == []


async def test_anonymous_admins_of_a_group_are_not_taken_for_one_person(telegram: EmbeddedTelegram) -> None:
    other = -200
    telegram.add_group(other, "Caravan", [1, 2], [2])
    for group, admin in ((GROUP, 1), (other, 2)):
        for _ in range(ACTIONS_A_MINUTE):
            telegram.world.say(admin, "/help", group, anonymous=True)
        await telegram.wait_for(
            lambda group=group: len([t for t in texts(telegram, group) if "/rates" in t]) == ACTIONS_A_MINUTE,  # type: ignore[misc]
            timeout=10,
        )
