"""The steps of the tour are finished by the messages of a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import aiohttp
import pytest

from bot.demo.telegram import EmbeddedTelegram
from bot.demo.tour import ALERT, CHANNEL, CONVERT, EVENT, OTHER, START, Tour
from bot.views import actions
from bot.views.buttons import under_record

ANN, BEK = 5, 6


class Demo:
    """A chat with the bot, whose answers are made by the test; `alerts` are the texts about people's first ones."""

    def __init__(self, telegram: EmbeddedTelegram, http: aiohttp.ClientSession) -> None:
        self.telegram, self._http, self.alerts = telegram, http, list[str]()
        self.shown: dict[str, list[str]] = {}
        telegram.world.listeners.append(self._listen)
        Tour(telegram, self._alert)

    def _alert(self, text: str) -> None:
        self.alerts.append(text)

    def _listen(self, event: dict[str, object]) -> None:
        if event["type"] == "tour":
            self.shown = event["tour"]  # type: ignore[assignment]

    async def answer(self, person: int, *data: str) -> None:
        keys = [[{"text": one, "callback_data": one} for one in data]] if data else []
        body = {"chat_id": person, "text": "answer", "reply_markup": {"inline_keyboard": keys}}
        await self._http.post(f"{self.telegram.url}/bot{self.telegram.token}/sendMessage", json=body)


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    telegram = EmbeddedTelegram()
    telegram.add_person(ANN, "Ann", language_code="en")
    telegram.add_person(BEK, "Bek", language_code="ru")
    async with telegram, aiohttp.ClientSession() as http:
        yield Demo(telegram, http)


async def test_nothing_is_finished_at_the_start(demo: Demo) -> None:
    assert demo.shown == {str(ANN): [], str(BEK): []}


async def test_the_first_answer_finishes_the_start(demo: Demo) -> None:
    demo.telegram.say(ANN, "/start")
    assert demo.shown[str(ANN)] == []
    await demo.answer(ANN, actions.ALERTS_LIST(0), actions.RATES_ALL())
    assert demo.shown == {str(ANN): [START], str(BEK): []}


async def test_a_conversion_needs_an_amount_and_counts_for_people_of_other_languages(demo: Demo) -> None:
    button = actions.CONVERT_ASK(Decimal(100), "USD", "KZT")
    await demo.answer(ANN, button)
    assert CONVERT not in demo.shown[str(ANN)]
    demo.telegram.say(ANN, "100 usd in tenge")
    await demo.answer(ANN, actions.CONVERT_AMOUNT(Decimal(100), "USD"))  # the question for the currency of a number
    assert CONVERT not in demo.shown[str(ANN)]
    await demo.answer(ANN, under_record(button))
    assert demo.shown == {str(ANN): [START, CONVERT], str(BEK): [OTHER]}


async def test_a_shared_chat_reaches_the_bot(demo: Demo) -> None:
    world = demo.telegram.world
    message = world.add_message(world.chats[ANN], world.people[ANN].user(), {"chat_shared": {"request_id": 1}})
    assert message in world.chats[ANN].messages.values()
    assert demo.shown[str(ANN)] == []


async def test_an_alert_is_set_once_and_its_message_finishes_the_next_step(demo: Demo) -> None:
    await demo.answer(ANN, actions.ALERTS_DELETE(7))
    assert demo.shown[str(ANN)] == [START, ALERT]
    await demo.answer(ANN, under_record(actions.ALERTS_DELETE(7)))
    await demo.answer(ANN, actions.ALERTS_DELETE(8))
    assert demo.shown[str(ANN)] == [START, ALERT, EVENT]
    assert demo.alerts == ["answer"]


async def test_following_a_topic_stands_for_an_alert_that_fired(demo: Demo) -> None:
    await demo.answer(ANN, actions.TOPICS_UNFOLLOW(3))
    assert demo.shown[str(ANN)] == [START, EVENT]
    await demo.answer(BEK, "v1:topics:set:energy:1")  # the picker: this button would follow it
    assert demo.shown[str(BEK)] == [START]
    await demo.answer(BEK, "v1:topics:set:energy:0")
    assert demo.shown[str(BEK)] == [START, EVENT]


async def test_the_first_post_in_a_channel_finishes_the_step_of_its_owner(demo: Demo) -> None:
    channel = -1_001_000_000_009
    demo.telegram.add_channel(channel, "News", members=[], admins=[ANN, BEK], bot_rights=["can_post_messages"])
    demo.telegram.say(ANN, "my own post", channel)
    assert demo.shown == {str(ANN): [], str(BEK): []}
    await demo.answer(channel)
    assert demo.shown == {str(ANN): [CHANNEL], str(BEK): []}
