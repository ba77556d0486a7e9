"""Guest queries: questions from chats in which the bot is no member, through the real dispatcher."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from telegram.error import BadRequest

from bot.delivery.drawing import Drawer
from bot.domain.throttle import INLINE_BURST
from handlers import inline
from storage.database import Database
from tests.handlers.conftest import NOW, print_rates, publish
from tests.handlers.talk import GROUP, PERSON, Talk

# A chat that the bot does not know; its id may be that of one of the bot's chats.
ELSEWHERE = -555
HOW = "I didn't understand that. Example: <code>@CrierBot 100 usd in tenge</code>"


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    await print_rates(database, "nbk", NOW.date(), USDKZT="515.46", KZTKGS="0.1697")
    await publish(database, "Uranium by rail")
    talk = Talk(database)
    yield talk
    await talk.dispatcher.close()


async def ask(talk: Talk, words: str, chat: int = ELSEWHERE, **more: Any) -> Any:
    """Send a guest query and return the result that answers it; None without an answer."""
    before = len(talk.bot.guest_answers)
    message = talk.message({"text": words, "guest_query_id": "77"}, chat) | more
    assert await talk.update("guest_message", message) == []
    answers = talk.bot.guest_answers[before:]
    assert len(answers) <= 1
    assert all(query_id == "77" for query_id, _ in answers)
    return answers[0][1] if answers else None


def failures(talk: Talk) -> float | None:
    return talk.metrics.registry.get_sample_value("jarchi_updates_failed_total")


def said(result: Any) -> str:
    return str(result.input_message_content.message_text)


def urls(result: Any) -> list[str]:
    return [button.url for row in result.reply_markup.inline_keyboard for button in row]


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("@CrierBot 100 usd in kzt", "100 USD = <b>51,546 KZT</b>"),
        ("100 usd in kzt @crierbot", "100 USD = <b>51,546 KZT</b>"),
        ("@CrierBot /rates kzt", "🇰🇿 <b>USD/KZT</b>"),
        ("@CrierBot, kzt", "🇰🇿 <b>USD/KZT</b>"),
        ("@CrierBot rates", "<b>One US dollar is</b>"),
        ("@CrierBot news", '<a href="https://example.org/0">Uranium by rail</a>'),
        ("@CrierBot uranium", '<a href="https://example.org/0">Uranium by rail</a>'),
        ("@CrierBot chart kzt", "🇰🇿 <b>USD/KZT</b>"),
    ],
)
async def test_a_question_is_answered_in_its_chat_by_the_best_card(talk: Talk, words: str, begins: str) -> None:
    result = await ask(talk, words)
    assert said(result).startswith(begins)
    assert all(url.startswith(("https://t.me/CrierBot?start=", "https://example.org/")) for url in urls(result))


async def test_a_chart_is_a_link_into_the_bots_chat_that_shows_it(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def draw(*_: object) -> bytes:
        return b"png"

    monkeypatch.setattr(Drawer, "draw", draw)
    assert urls(await ask(talk, "@CrierBot chart kzt"))[0] == "https://t.me/CrierBot?start=chart_KZT"
    [shown] = await talk.send("/start chart_KZT")
    assert shown.startswith("photo ")


@pytest.mark.parametrize(
    "words", ["@CrierBot", "@CrierBot hello", "@CrierBot 100", "@CrierBot qwrtpsd", "@CrierBot \u202e"]
)
async def test_a_text_that_is_not_understood_gets_one_line_with_an_example(talk: Talk, words: str) -> None:
    assert said(await ask(talk, words)) == HOW


async def test_nothing_is_stored_about_the_chat_or_its_people(talk: Talk) -> None:
    await ask(talk, "@CrierBot 100 usd in kzt")
    async with talk.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM chats"))).scalar_one() == 0


async def test_the_language_is_the_persons_and_their_own_currencies_stay_private(talk: Talk) -> None:
    await talk.send("/start")
    await talk.send("/language ru")
    await talk.press("v1:own:set:USD:KGS")
    result = await ask(talk, "@CrierBot 100 usd")
    assert "100\u00a0USD" in said(result) or "100 USD" in said(result)
    assert said(result).index("KZT") < said(result).index("KGS")
    assert "Проверено" in said(result)


async def test_a_chat_with_the_id_of_one_of_the_bots_chats_is_not_that_chat(talk: Talk) -> None:
    await talk.send("/language ru", GROUP)
    assert said(await ask(talk, "@CrierBot 100 usd in kzt", GROUP)).startswith("100 USD = <b>51,546 KZT</b>")


async def test_a_prompt_of_the_persons_own_chat_stays_open(talk: Talk) -> None:
    await talk.send("/start")
    await talk.press("v1:alerts:level:USD:KZT:above")
    await ask(talk, "@CrierBot 530")
    assert "530" in (await talk.send("530"))[0]


async def test_an_anonymous_admin_is_answered_and_another_bot_is_not(talk: Talk) -> None:
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    where = {"id": ELSEWHERE, "type": "supergroup", "title": "Bazaar"}
    assert said(await ask(talk, "@CrierBot kzt", sender_chat=where, **{"from": bot})).startswith("🇰🇿")
    assert await ask(talk, "@CrierBot kzt", **{"from": bot}) is None


async def test_too_many_questions_are_answered_once_with_the_seconds_and_then_not(talk: Talk) -> None:
    for _ in range(INLINE_BURST):
        assert said(await ask(talk, "@CrierBot hello")) == HOW
    assert said(await ask(talk, "@CrierBot hello")).startswith("Too many requests. Wait ")
    assert await ask(talk, "@CrierBot hello") is None


async def test_an_error_is_answered_and_counted(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise LookupError("secret")

    monkeypatch.setattr(inline, "best", fail)
    assert said(await ask(talk, "@CrierBot kzt")).startswith("Sorry, something went wrong.")
    assert failures(talk) == 1


async def test_a_question_that_telegram_answers_no_more_is_no_failure(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*_: object) -> None:
        raise BadRequest("Query is too old and response timeout expired or query id is invalid")

    monkeypatch.setattr(talk.bot, "answer_guest_query", late)
    assert await ask(talk, "@CrierBot kzt") is None
    assert failures(talk) == 0


async def test_a_picture_with_a_mention_in_its_caption_is_answered(talk: Talk) -> None:
    message = talk.message({"photo": [], "caption": "@CrierBot kzt", "guest_query_id": "77"}, ELSEWHERE, PERSON)
    await talk.update("guest_message", message)
    assert said(talk.bot.guest_answers[-1][1]).startswith("🇰🇿")
