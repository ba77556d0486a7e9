"""Sentences, prompts, the reply keyboard, and the reactivation of stopped chats, through the real dispatcher."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.alerts import AlertRequest, Side
from bot.domain.amounts import LARGEST_AMOUNT
from bot.domain.chats import ChatState
from bot.domain.errors import InvalidInput
from bot.domain.intents import Correction, Intent, IntentKind
from bot.i18n import Translator
from bot.views.message import View
from handlers import features, keyboard, routing
from handlers.context import Context
from storage import chats
from storage.database import Database
from tests.handlers.conftest import print_rates
from tests.handlers.talk import GROUP, PERSON, MemberBot, Talk

OTHER = 8
WANTED = AlertRequest(("USD", "KZT"), Side.ABOVE, Decimal(520), None)
# The intents of the sentences that these tests say.
INTENTS = {
    "курс": Intent(IntentKind.RATES),
    "hi": Intent(IntentKind.GREETING),
    "thanks": Intent(IntentKind.THANKS),
    "menu": Intent(IntentKind.MENU),
    "help": Intent(IntentKind.HELP),
    "525": Intent(IntentKind.NUMBER, amount=Decimal(525)),
    "tenge": Intent(IntentKind.RATE, currencies=("KZT",)),
    "самони": Intent(IntentKind.RATE, currencies=("TJS",), corrections=(Correction("самони", "сомони"),)),
    "-5 usd": Intent(IntentKind.CONVERT, problem=InvalidInput("settings.not_quiet")),
    "kzt > 520": Intent(IntentKind.ALERT, currencies=("KZT",), alert=WANTED),
    "digest at 7:30": Intent(IntentKind.MENU, command="digest", query="07:30"),
    "follow uranium": Intent(IntentKind.SEARCH, command="subscribe", query="uranium"),
    "delete all alerts": Intent(IntentKind.ALERT, command="alerts"),
    "cancel": Intent(IntentKind.MENU, command="cancel"),
    "5 usd in kzt": Intent(IntentKind.CONVERT, amount=Decimal(5), currencies=("USD", "KZT")),
}


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Intent]:
    """The intents that the features were given; the rate of a currency and an alert answer with their names."""
    given: list[Intent] = []

    def understand(text: str, *_context: object, **_more: object) -> Intent:
        return INTENTS.get(text, Intent(IntentKind.UNKNOWN, text))

    async def take(ctx: Context, intent: Intent) -> None:
        given.append(intent)
        await ctx.reply(View(f"done: {intent.kind}"))

    async def level(ctx: Context) -> None:
        if not ctx.arguments.isdigit():
            await ctx.prompt("test.level", View("A number, please."), ctx.prompt_argument)
            return
        await ctx.reply(View(f"level: {ctx.prompt_argument} {ctx.arguments}"))

    monkeypatch.setattr(routing, "understand", understand)
    for kind in (IntentKind.RATES, IntentKind.RATE, IntentKind.ALERT, IntentKind.CONVERT):
        monkeypatch.setitem(features.INTENTS, kind, take)
    monkeypatch.setitem(features.PROMPTS, "test.level", level)
    return given


@pytest.fixture
async def talk(database: Database, done: list[Intent]) -> AsyncIterator[Talk]:
    talk = Talk(database)
    await talk.send("/privacy")
    await talk.send("/privacy", GROUP)
    yield talk
    await talk.dispatcher.close()


async def state(talk: Talk, chat: int = PERSON) -> ChatState:
    async with talk.database.read() as connection:
        stored = await chats.get(connection, chat)
    assert stored is not None
    return stored.state


async def ask_level(talk: Talk, chat: int = PERSON, person: int | None = PERSON) -> None:
    """Open a prompt, as a button of the alert builder does."""
    async with talk.database.write() as connection:
        stored = await chats.get(connection, chat)
        assert stored is not None
        until = talk.now + dt.timedelta(minutes=10)
        asked = replace(stored, awaiting="test.level USD:KZT", awaiting_until=until, awaiting_from=person)
        await chats.save(connection, asked)


# -- sentences


async def test_a_sentence_does_what_it_asks_for_and_is_never_repeated_as_a_command(
    talk: Talk, done: list[Intent]
) -> None:
    assert await talk.send("tenge") == ["done: rate"]
    assert done == [INTENTS["tenge"]]
    [answer] = await talk.send("скока стоит")
    assert "скока" not in answer
    assert "/news" not in answer
    assert list(talk.buttons()) == ["💱 Rates", "🔁 Convert", "🔔 Alerts", "📰 News"]


async def test_a_corrected_word_is_said_above_the_answer(talk: Talk) -> None:
    assert await talk.send("самони") == ["<i>(самони → сомони)</i>\ndone: rate"]


async def test_a_sentence_that_cannot_be_done_is_explained(talk: Talk, done: list[Intent]) -> None:
    [answer] = await talk.send("-5 usd")
    assert answer == talk_text("settings.not_quiet")
    assert done == []


async def test_a_sentence_is_understood_with_the_day_of_the_chat(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[dt.date] = []

    def understand(text: str, *context: Any, **_more: Any) -> Intent:
        days.append(context[-1])
        return Intent(IntentKind.UNKNOWN, text)

    monkeypatch.setattr(routing, "understand", understand)
    for hour in (18, 19):  # in Almaty, midnight is at 19:00 UTC
        talk.now = talk.now.replace(day=8, hour=hour)
        await talk.send("what was the dollar yesterday")
    assert [day.day for day in days] == [8, 9]


async def test_a_sentence_gives_a_command_its_argument(talk: Talk) -> None:
    [digest] = await talk.send("digest at 7:30")
    assert digest.startswith("🗞 Every day at <b>07:30</b>")
    [topic] = await talk.send("follow uranium")
    assert topic.startswith("Now following: <code>uranium</code>")
    [alerts] = await talk.send("delete all alerts")
    assert alerts.startswith("No alerts yet.")


@pytest.mark.parametrize("typed", ["cancel", "/cancel"])
async def test_a_question_of_the_bot_can_be_cancelled_by_words(talk: Talk, typed: str) -> None:
    await ask_level(talk)
    assert await talk.send(typed) == ["Cancelled. Menu: /help"]
    assert (await talk.send("525"))[0].startswith("525: in which currency?")


def talk_text(key: str) -> str:
    return Translator("en")(key)


async def test_a_greeting_is_answered_with_three_buttons_and_thanks_with_a_reaction(talk: Talk) -> None:
    assert await talk.send("hi") == ["Salam! 👋"]
    assert len(talk.buttons()) == 3
    assert await talk.send("thanks") == []
    assert [emoji for _, emoji in talk.bot.reactions] == ["👍"]


async def test_buttons_of_the_menu_open_commands_in_messages_of_their_own(talk: Talk) -> None:
    await talk.send("menu")
    for label, data in talk.buttons().items():
        before = talk.bot.sent
        await talk.press(data)
        assert talk.bot.sent == before + 1, label


async def test_a_number_asks_for_its_currency_and_the_button_converts_it(talk: Talk, done: list[Intent]) -> None:
    assert await talk.send("525") == ["525: in which currency?"]
    assert list(talk.buttons())[:2] == ["🇺🇸 USD", "🇷🇺 RUB"]
    await talk.press(talk.buttons()["🇷🇺 RUB"])
    assert done == [Intent(IntentKind.CONVERT, amount=Decimal(525), currencies=("RUB",))]


async def test_a_forged_number_above_the_largest_amount_is_not_converted(talk: Talk, done: list[Intent]) -> None:
    await talk.press(f"v1:convert:amount:{'9' * 32}:KZT")
    assert done == []
    assert talk.bot.callback_answers == [talk_text("common.fresh_screen")]


@pytest.mark.parametrize("number", [Decimal(0), Decimal(-5), LARGEST_AMOUNT + 1, Decimal("0." + "1" * 60)])
async def test_a_number_that_cannot_be_converted_is_not_offered(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, number: Decimal
) -> None:
    monkeypatch.setattr(routing, "understand", lambda *_, **_more: Intent(IntentKind.NUMBER, amount=number))
    [answer] = await talk.send("x")
    assert answer.startswith("I don't understand that.")


# -- prompts


async def test_a_number_answers_the_prompt_and_a_miss_asks_again(talk: Talk) -> None:
    await ask_level(talk)
    assert await talk.send("words") == ["A number, please."]
    assert await talk.send("525") == ["level: USD:KZT 525"]
    assert await talk.send("525") == ["525: in which currency?"]


async def test_another_request_is_answered_and_the_prompt_stays_open(talk: Talk) -> None:
    await ask_level(talk)
    assert await talk.send("курс") == ["done: rates"]
    assert await talk.send("5 usd in kzt") == ["done: convert"]
    assert await talk.send("hi") == ["Salam! 👋"]
    assert await talk.send("525") == ["level: USD:KZT 525"]


async def test_an_answer_after_ten_minutes_is_an_ordinary_sentence(talk: Talk) -> None:
    await ask_level(talk)
    talk.now += dt.timedelta(minutes=10)
    assert await talk.send("525") == ["525: in which currency?"]


async def test_of_two_people_in_a_group_only_the_asked_one_answers(talk: Talk) -> None:
    await ask_level(talk, GROUP, PERSON)
    question = {"message_id": 500, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "title": "Bazaar"}}
    asked = {
        "type": "text_mention",
        "offset": 0,
        "length": 3,
        "user": {"id": PERSON, "is_bot": False, "first_name": "A"},
    }
    question |= {"from": {"id": 1, "is_bot": True, "first_name": "Jarchi"}, "text": "Ann, …", "entities": [asked]}
    assert await talk.send({"text": "530", "reply_to_message": question}, GROUP, OTHER) == []
    assert await talk.send({"text": "525", "reply_to_message": question}, GROUP, PERSON) == ["level: USD:KZT 525"]
    assert await talk.send({"text": "530", "reply_to_message": question}, GROUP, OTHER) == []


# -- groups


async def test_in_a_group_only_sentences_meant_for_the_bot_are_answered(talk: Talk) -> None:
    ours = {"message_id": 500, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "title": "Bazaar"}}
    ours |= {"from": {"id": 1, "is_bot": True, "first_name": "Jarchi"}, "text": "Rates"}
    assert await talk.send("tenge", GROUP) == []
    assert await talk.send("@CrierBot tenge", GROUP) == ["done: rate"]
    assert await talk.send({"text": "tenge", "reply_to_message": ours}, GROUP) == ["done: rate"]
    assert await talk.send({"text": "so expensive!", "reply_to_message": ours}, GROUP) == []
    assert len(await talk.send("@CrierBot so expensive!", GROUP)) == 1
    assert await talk.send("@CrierBot", GROUP) == [talk_text("help.menu")]
    assert await talk.send({"photo": [], "reply_to_message": ours}, GROUP) == []


@pytest.mark.parametrize(
    ("typed", "parameter"),
    [
        ("/alert", "alert"),
        ("/subscribe gold", "sub_Z29sZA"),
    ],
)
async def test_a_member_without_rights_gets_a_link_to_do_it_in_private(talk: Talk, typed: str, parameter: str) -> None:
    talk.bot = MemberBot()
    assert await talk.send(typed, GROUP) == ["Only group admins can change this."]
    assert talk.buttons() == {"🔔 Set it for me in private": f"https://t.me/CrierBot?start={parameter}"}


# -- commands


@pytest.mark.parametrize("typed", ["/ help", "/помощь", "/HELP", "/help please"])
async def test_other_spellings_of_a_command_are_known(talk: Talk, typed: str) -> None:
    [answer] = await talk.send(typed)
    assert answer.startswith("<b>What I can do</b>")


def test_commands_have_other_names() -> None:
    for name, command in {"s": "search", "price": "rates", "fx": "rates", "rate": "rates", "stats": "stats"}.items():
        assert features.command_named(name) is features.BY_NAME[command]
    russian = "курс rates курсы rates алерт alert новости news график chart помощь help темы topics настройки settings"
    for name, command in zip(russian.split()[::2], russian.split()[1::2], strict=True):
        assert features.command_named(name) is features.BY_NAME[command]
    assert features.command_named("доллар") is None


async def test_a_misspelt_command_names_the_nearest_one(talk: Talk) -> None:
    assert await talk.send("/ratse") == ["There's no /ratse. Did you mean /rates?"]
    assert await talk.send("/xyzzy") == ["There's no /xyzzy. All commands: /help"]


async def test_help_has_eight_lines_and_names_every_command(talk: Talk) -> None:
    [answer] = await talk.send("/help")
    assert len(answer.split("\n")) == 8
    [everything] = await talk.press(talk.buttons()["📋 All commands"])
    shown = {command.name for command in features.COMMANDS if not command.operators}
    assert all(f"/{name} — " in everything for name in shown)


# -- the reply keyboard


async def test_start_brings_the_keyboard_in_the_reader_s_language(talk: Talk) -> None:
    greeting, rates = await talk.send("/start")
    assert "Salam, Ann!" in greeting
    assert "Try: <code>10000 rub in somoni</code>" in rates
    shown = talk.bot.markups[max(talk.bot.texts) - 1]
    labels = [[key["text"] for key in row] for row in shown["keyboard"]]
    assert labels == [["💱 Rates", "🔁 Convert"], ["🔔 Alerts", "📰 News"]]
    assert shown["resize_keyboard"]
    assert shown["is_persistent"]


@pytest.mark.parametrize("label", keyboard.KEYS)
async def test_a_key_opens_its_command_in_any_language(talk: Talk, label: str) -> None:
    assert await talk.send(label) == await talk.send(f"/{keyboard.KEYS[label]}")


async def test_the_keyboard_can_be_hidden_and_shown_again(talk: Talk) -> None:
    await talk.press("v1:keyboard:set:0")
    assert {"remove_keyboard": True} in talk.bot.markups.values()
    assert len(await talk.send("/start")) == 1
    await talk.press("v1:keyboard:set:1")
    assert len(await talk.send("/start")) == 2


async def test_after_a_change_of_the_language_the_keyboard_is_sent_anew(talk: Talk) -> None:
    answers = await talk.send("/language ru")
    assert answers[-1] == "Кнопки внизу теперь на русском."
    assert talk.bot.markups[max(talk.bot.texts)]["keyboard"][0][0] == {"text": "💱 Курсы"}
    await talk.press("v1:keyboard:set:0")
    assert len(await talk.send("/language en")) == 1


# -- stopped chats

AGAIN = "I send messages here again."


@pytest.mark.parametrize(
    "typed",
    ["/subscribe gold", "/alert usd kzt > 520", "/digest 9", "kzt > 520", "/start sub_Z29sZA", "/start alert_KZT"],
)
async def test_asking_for_messages_reactivates_a_stopped_chat_and_says_so(
    talk: Talk, database: Database, typed: str
) -> None:
    await print_rates(database, "nbk", talk.now.date(), USDKZT="478.77")
    await talk.send("/stop")
    assert await state(talk) is ChatState.STOPPED
    answers = await talk.send(typed)
    assert answers[0].startswith(AGAIN)
    assert await state(talk) is ChatState.ACTIVE
    assert not any(AGAIN in text for text in await talk.send(typed))


@pytest.mark.parametrize(
    "typed", ["/rates", "/alert", "/digest off", "/digest now", "/topics", "/language ru", "tenge"]
)
async def test_reading_leaves_a_stopped_chat_stopped(talk: Talk, typed: str) -> None:
    await talk.send("/stop")
    assert not any(AGAIN in text for text in await talk.send(typed))
    assert await state(talk) is ChatState.STOPPED


async def test_the_menu_of_a_stopped_chat_offers_to_send_messages_again(talk: Talk, done: list[Intent]) -> None:
    assert (await talk.send("menu"))[0].startswith("What would you like")
    await talk.send("/stop")
    [menu] = await talk.send("menu")
    assert menu.startswith("⏸ Messages are off")
    assert await state(talk) is ChatState.STOPPED
    await talk.press(talk.buttons()["▶️ Resume"])
    assert await state(talk) is ChatState.ACTIVE


async def test_a_request_that_failed_reactivates_nothing(talk: Talk) -> None:
    await talk.send("/stop")
    assert AGAIN not in (await talk.send("/alert xyz abc"))[0]
    assert await state(talk) is ChatState.STOPPED


@pytest.mark.parametrize("data", ["v1:topics:set:energy:1", "r1:digest:at:480:1", "v1:start:resume"])
async def test_a_button_that_asks_for_messages_reactivates_the_chat(talk: Talk, data: str) -> None:
    await talk.send("/stop")
    assert talk.buttons() == {"▶️ Resume": "v1:start:resume"}
    await talk.press(data)
    assert any(text.startswith(AGAIN) for text in talk.bot.texts.values())
    assert await state(talk) is ChatState.ACTIVE


async def test_unfollowing_a_topic_leaves_a_stopped_chat_stopped(talk: Talk) -> None:
    await talk.send("/stop")
    await talk.press("v1:topics:set:energy:0")
    assert await state(talk) is ChatState.STOPPED


async def test_a_member_of_a_group_reactivates_nothing(talk: Talk) -> None:
    await talk.send("/stop", GROUP)
    talk.bot = MemberBot()
    for typed in ("/start", "/subscribe gold", "@CrierBot kzt > 520", "/start sub_Z29sZA"):
        await talk.send(typed, GROUP)
    assert await state(talk, GROUP) is ChatState.STOPPED


# -- bad input


@pytest.mark.parametrize("typed", ["x" * 4000, "🚆" * 900, "\u202egold\u200f", "👍🏽", "!!!", '"' * 50, "\u202e\u200f"])
async def test_odd_sentences_get_a_short_answer(talk: Talk, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.undo()  # the real understanding
    answers = await talk.send(typed)
    assert all(len(answer) < 600 for answer in answers)
    assert not any("went wrong" in answer for answer in answers)


async def test_a_member_of_a_group_cancels_nothing(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def get_chat_member(_chat: int, _user: int) -> Any:
        return SimpleNamespace(status="member")

    await ask_level(talk, GROUP, PERSON)
    monkeypatch.setattr(talk.bot, "get_chat_member", get_chat_member)
    assert await talk.send("/cancel", GROUP, OTHER) == ["Only group admins can change this."]
