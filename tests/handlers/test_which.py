"""The question which money `som` means, whose answer is that of the request."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.rates import Pair
from bot.i18n import Translator
from bot.views import actions
from bot.views.message import plain_text
from storage.database import Database
from tests.handlers.conftest import print_rates
from tests.handlers.talk import GROUP, PERSON, Talk

QUESTION = Translator("kk")("convert.which")


@pytest.fixture
async def talk(database: Database) -> Talk:
    """A chat in Kazakh, with rates of both moneys."""
    day = dt.date(2025, 12, 8)
    await print_rates(database, "nbkr", day, USDKGS="87.45", USDUZS="12000", USDKZT="500")
    talk = Talk(database)
    await talk.send("/language kk")
    await talk.send("/timezone London")
    return talk


async def press(talk: Talk, code: str, chat: int = PERSON) -> str:
    """Press a button of the newest message, which is the question; returns what it shows afterwards."""
    number = max(talk.bot.texts)
    shown = plain_text(talk.bot.texts[number])
    message = talk.message({"text": shown}, chat) | {"message_id": number}
    data = actions.CONVERT_WHICH(code)
    await talk.update(
        "callback_query", {"id": "1", "from": message["from"], "message": message, "chat_instance": "1", "data": data}
    )
    return talk.bot.texts.get(number, "")


@pytest.mark.parametrize(
    ("request_", "code", "answer"),
    [
        ("100 USD сом", "KGS", "8"),
        ("100 USD сом", "UZS", "1"),
        ("сом", "UZS", "UZS"),
        ("/convert 100 USD сом", "UZS", "1"),
        ("/rates сом", "KGS", "KGS"),
        ("/alert usd сом > 90", "KGS", "USD/KGS"),
        ("usd сом > 90", "KGS", "USD/KGS"),
        ("/history сом", "KGS", "KGS"),
    ],
)
async def test_the_answer_replaces_the_question(talk: Talk, request_: str, code: str, answer: str) -> None:
    [question] = await talk.send(request_)
    assert question.startswith(QUESTION)
    assert list(talk.buttons().values()) == [actions.CONVERT_WHICH("KGS"), actions.CONVERT_WHICH("UZS")]
    shown = await press(talk, code)
    assert QUESTION not in shown
    assert answer in shown


async def test_a_request_with_marks_of_html_is_read_again(talk: Talk) -> None:
    [question] = await talk.send("usd сом < 80")
    assert question.endswith("<i>usd сом &lt; 80</i>")
    assert "USD/KGS" in await press(talk, "KGS")


async def test_an_answer_without_its_question_is_expired(talk: Talk) -> None:
    await talk.send("100 USD сом")
    before = dict(talk.bot.texts)
    await talk.press(actions.CONVERT_WHICH("KGS"))
    assert {number: talk.bot.texts[number] for number in before} == before


async def test_a_prompt_stays_open_for_the_answer(talk: Talk) -> None:
    await talk.press(actions.OWN_OTHER())
    [question] = await talk.send("рубль сом")
    assert question.startswith(QUESTION)
    assert "RUB → UZS" in await press(talk, "UZS")


async def test_a_level_of_a_pair_asks_nothing(talk: Talk) -> None:
    await talk.press(actions.ALERTS_TYPE(Pair("USD", "KGS")))
    [created] = await talk.send("90 сом")
    assert "USD/KGS" in created
    assert QUESTION not in created


async def test_in_a_group_the_request_needs_no_mention_again(talk: Talk) -> None:
    await talk.send("/language kk", chat=GROUP)
    [question] = await talk.send("@CrierBot 100 USD сом", chat=GROUP)
    assert question.startswith(QUESTION)
    assert QUESTION not in await press(talk, "KGS", GROUP)
