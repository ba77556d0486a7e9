"""A person over the limit gets the seconds left, over each button and once in a message; others are not affected."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot.app import App, root
from bot.config import load
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.throttle import BURST, PAUSE, REFILL_SECONDS, Throttle
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
    """Send as many requests as may come at once."""
    where = chat or person
    before = len(texts(telegram, where))
    for _ in range(BURST):
        telegram.say(person, "/privacy", chat)
    await telegram.wait_for(lambda: len(texts(telegram, where)) == before + BURST, timeout=10)


async def test_one_message_names_the_seconds_left_after_which_requests_are_answered(
    telegram: EmbeddedTelegram, clock: Clock
) -> None:
    await exhaust(telegram, 2)
    for _ in range(5):
        telegram.say(2, "/help")
    await telegram.wait_for(lambda: texts(telegram, 2)[-1].endswith("Подождите 8 с."), timeout=10)
    assert "/rates" in await ask(telegram, 1, "/help")
    clock.now += PAUSE * REFILL_SECONDS - 0.1
    telegram.say(2, "/help")
    telegram.say(2, "words")
    await telegram.wait_for(lambda: len(telegram.world.updates) == 0, timeout=10)
    assert "/rates" in await ask(telegram, 1, "/help")
    assert len(texts(telegram, 2)) == BURST + 1
    clock.now += 0.1
    assert "/rates" in await ask(telegram, 2, "/help")
    assert len(texts(telegram, 2)) == BURST + 2


async def test_each_pressed_button_is_answered_with_the_seconds_left(telegram: EmbeddedTelegram, clock: Clock) -> None:
    await exhaust(telegram, 1)
    message = telegram.messages(1)[-1]["message_id"]

    async def press(chat: int | None = None) -> dict[str, object]:
        before = len(telegram.calls_of("answerCallbackQuery"))
        telegram.press(1, message, "v1:rates:all", chat)
        await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=10)
        return telegram.calls_of("answerCallbackQuery")[-1].params

    for seconds in (8, 6, 4):
        answer = await press()
        assert str(answer["text"]).endswith(f"Wait {seconds} s.")
        assert not answer.get("show_alert"), "the seconds are gone before an alert is closed"
        clock.now += 2
    assert len(texts(telegram, 1)) == BURST
    assert not telegram.calls_of("editMessageText")


async def test_presses_cost_half_of_a_message(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, 1, "/privacy")
    message = telegram.messages(1)[-1]["message_id"]
    for round_ in (1, 2):  # more at once would not fit into the backlog of a chat
        for _ in range(BURST - 1):
            telegram.press(1, message, "v1:settings:all")
        await telegram.wait_for(
            lambda count=round_ * (BURST - 1): len(telegram.calls_of("answerCallbackQuery")) == count,  # type: ignore[misc]
            timeout=20,
        )
    assert not any("Wait" in str(call.params.get("text", "")) for call in telegram.calls_of("answerCallbackQuery"))


async def test_operators_are_limited_like_everyone(telegram: EmbeddedTelegram) -> None:
    await exhaust(telegram, OPERATOR)
    assert (await ask(telegram, OPERATOR, "/help")).endswith("Wait 8 s.")


async def test_in_a_group_each_person_has_their_own_limit_and_chatter_does_not_count(
    telegram: EmbeddedTelegram,
) -> None:
    for _ in range(BURST):
        telegram.say(1, "who has seen my goat?", GROUP)
        telegram.say(1, "/help@AnotherBot", GROUP)
    await exhaust(telegram, 1, GROUP)
    telegram.say(1, "/help", GROUP)
    telegram.say(2, "/help", GROUP)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) == BURST + 2, timeout=10)
    assert ["/rates" in text for text in texts(telegram, GROUP)[-2:]] == [False, True]
    telegram.say(1, "/help")  # the person is the same in their own chat
    assert "/rates" in await ask(telegram, 2, "/help")
    assert texts(telegram, 1) == []


async def test_anonymous_admins_of_a_group_are_not_taken_for_one_person(telegram: EmbeddedTelegram) -> None:
    other = -200
    telegram.add_group(other, "Caravan", [1, 2], [2])
    for group, admin in ((GROUP, 1), (other, 2)):
        for _ in range(BURST):
            telegram.say(admin, "/help", group, anonymous=True)
        await telegram.wait_for(
            lambda group=group: len([t for t in texts(telegram, group) if "/rates" in t]) == BURST,  # type: ignore[misc]
            timeout=10,
        )


async def test_the_seconds_are_named_before_the_earlier_requests_are_answered(telegram: EmbeddedTelegram) -> None:
    for _ in range(BURST + 10):
        telegram.say(1, "/privacy")
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == BURST + 1, timeout=20)
    [place] = [place for place, text in enumerate(texts(telegram, 1)) if text.endswith("Wait 8 s.")]
    assert place < BURST


async def test_of_many_quick_presses_each_is_answered(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, 1, "/privacy")
    message = telegram.messages(1)[-1]["message_id"]
    presses = 2 * BURST + 10
    for _ in range(presses):
        telegram.press(1, message, "v1:settings:all")
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) == presses, timeout=20)
    answers = [str(call.params.get("text", "")) for call in telegram.calls_of("answerCallbackQuery")]
    assert sum("Wait" in text for text in answers) == 12  # the message before them cost as much as two presses
