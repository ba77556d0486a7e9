"""Commands and buttons of operators in the real application, which nobody else can use."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from bot.domain.articles import Article
from bot.domain.chats import Chat, ChatState
from bot.domain.deliveries import DeliveryState
from bot.domain.events import BroadcastSent, EventKind, SourceStale
from storage import articles, chats, claims, deliveries, outcomes, topics
from storage.database import Database
from storage.outcomes import DeliveryUpdate
from tests.app.talk import ask, button, texts
from tests.stored import fan_out_article, store_article
from tests.waiting import eventually

OPERATOR, OTHER, READER, GROUP = 1, 2, 7, -1_001_000_000_009
REFUSED = "Bad Request: can't parse entities: bad"


@pytest.fixture
def options() -> dict[str, object]:
    """Person 1 is the operator."""
    return {"admin_ids": str(OPERATOR)}


@pytest.fixture
async def store(app: App, tmp_path: Path) -> AsyncIterator[Database]:
    """The running application's database."""
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    yield database
    await database.close()


async def press(telegram: EmbeddedTelegram, label: str, person: int = OPERATOR) -> str:
    """Press the newest button with such a label; return the callback answer."""
    before = len(telegram.calls_of("answerCallbackQuery"))
    telegram.press(person, *button(telegram, person, label))
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=20)
    return str(telegram.calls_of("answerCallbackQuery")[-1].params.get("text", ""))


async def fail(store: Database, *titles: str) -> None:
    """Let deliveries of articles to the reader fail, a second after each other."""
    now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    async with store.write() as connection:
        await chats.ensure(connection, Chat(READER, "private", "en", "Asia/Almaty"), now)
        query = await topics.ensure_query(connection, "plant")
        await topics.subscribe(connection, READER, 0, query.id, "instant", now)
        for n, title in enumerate(titles):
            article = await store_article(connection, "feed", Article(title, url=f"https://example.org/f{n}"), now)
            await articles.add_matches(connection, [(article, query.id)])
            await fan_out_article(connection, article, now)
            [claimed] = await claims.claim(connection, now, 1)
            mark = DeliveryUpdate(claimed.id, DeliveryState.DEAD, error=f"BadRequest: {REFUSED} <{n}>")
            await outcomes.record(connection, [mark], now + dt.timedelta(seconds=n))


async def states(store: Database) -> dict[str, int]:
    async with store.read() as connection:
        return await deliveries.count_by_state(connection)


async def until(store: Database, wanted: dict[str, int]) -> None:
    """Wait until the deliveries are in these states."""
    await eventually(lambda: states(store), lambda found: found == wanted)


async def test_failed_deliveries_are_listed_shown_retried_and_dropped(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    telegram.add_person(READER, "Reader")
    assert await ask(telegram, OPERATOR, "/failures") == "✅ No failed messages."
    await fail(store, *(f"Plant {n}" for n in range(7)))
    assert "Not sent: 7 (/failures). Possibly sent: 0" in await ask(telegram, OPERATOR, "/status")
    listed = (await ask(telegram, OPERATOR, "/failures")).split("\n\n")
    assert listed[0] == "⚠️ Not sent: 7"
    assert len(listed) == 7
    assert listed[1].startswith(f"1. Article, chat {READER}\n")
    assert listed[1].endswith(f"attempts: 1\nBadRequest: {REFUSED} <6>")
    await press(telegram, "1")
    assert texts(telegram, OPERATOR)[-1].startswith(f"Article, chat {READER}\nLast attempt: ")
    await press(telegram, "👁 Show message")
    heading, shown = texts(telegram, OPERATOR)[-2:]
    assert heading == f"Chat {READER} would get:"
    assert shown.startswith("Plant 6\n")
    assert "reply_markup" not in telegram.messages(OPERATOR)[-1]
    await press(telegram, "‹ Back")
    await press(telegram, "›")
    assert "7. Article" in texts(telegram, OPERATOR)[-3]
    await press(telegram, "7")
    assert await press(telegram, "↻ Retry") == "Waiting for another attempt: 1"
    await telegram.wait_for(lambda: [text.split("\n")[0] for text in texts(telegram, READER)] == ["Plant 0"], 20)
    await press(telegram, "6")
    assert await press(telegram, "🗑 Delete") == "Deleted: 1"
    assert await states(store) == {"sent": 1, "dropped": 1, "dead": 5}


async def test_a_second_try_that_fails_is_a_failure_again_and_two_presses_are_one_try(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    telegram.add_person(READER, "Reader")
    await fail(store, "Plant")
    await ask(telegram, OPERATOR, "/failures")
    telegram.fail_next("sendMessage", chat_id=READER, status=400, description=REFUSED, times=2)
    labels = [one["text"] for row in telegram.messages(OPERATOR)[-1]["reply_markup"]["inline_keyboard"] for one in row]
    assert labels == ["1"]  # of one there are no all
    await press(telegram, "1")
    message, data = button(telegram, OPERATOR, "↻ Retry")
    await press(telegram, "↻ Retry")
    await telegram.wait_for(
        lambda: [c for c in telegram.calls_of("sendMessage") if c.params.get("chat_id") == READER][1:], timeout=20
    )
    await until(store, {"dead": 1})
    assert "attempts: 2" in await ask(telegram, OPERATOR, "/failures")
    await press(telegram, "1")
    await press(telegram, "🗑 Delete")
    telegram.press(OPERATOR, message, data)
    old = "That button was out of date."
    await telegram.wait_for(
        lambda: str(telegram.calls_of("answerCallbackQuery")[-1].params.get("text", "")).startswith(old), timeout=20
    )
    assert await states(store) == {"dropped": 1}


async def test_a_message_that_telegram_refuses_here_too_is_shown_as_it_is_written(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    now = dt.datetime.now(dt.UTC)
    async with store.write() as connection:
        await chats.ensure(connection, Chat(READER, "private", "en", "Asia/Almaty"), now)
        event = await deliveries.insert_event(connection, BroadcastSent("<b>Never closed & so"), "broadcast:1", now)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.BROADCAST, [(READER, 0)], now)
        [claimed] = await claims.claim(connection, now, 1)
        await outcomes.record(connection, [DeliveryUpdate(claimed.id, DeliveryState.DEAD)], now)
    await ask(telegram, OPERATOR, "/failures")
    await press(telegram, "1")
    await press(telegram, "👁 Show message")
    assert texts(telegram, OPERATOR)[-1] == "Telegram rejects this message here too. Its source:\n<b>Never closed & so"


@pytest.mark.parametrize(("what", "left"), [("↻ Retry", {"sent": 3}), ("🗑 Delete", {"dropped": 3})])
async def test_all_are_retried_or_dropped_after_a_question(
    app: App, store: Database, telegram: EmbeddedTelegram, what: str, left: dict[str, int]
) -> None:
    telegram.add_person(READER, "Reader")
    await fail(store, "Plant 1", "Plant 2", "Plant 3")
    await ask(telegram, OPERATOR, "/failures")
    await press(telegram, f"{what} all")
    assert texts(telegram, OPERATOR)[-1].endswith("Total: 3")
    assert await states(store) == {"dead": 3}
    await press(telegram, f"{what} all")
    assert texts(telegram, OPERATOR)[-1] in ("Waiting for another attempt: 3", "Deleted: 3")
    await until(store, left)


async def test_others_get_a_friendly_answer_and_an_unchanged_menu(app: App, telegram: EmbeddedTelegram) -> None:
    telegram.add_group(GROUP, "Traders", [OTHER], [OPERATOR])
    assert (await ask(telegram, 2, "/failures")).startswith("Эта команда только для операторов")
    assert "/failures" not in await ask(telegram, OTHER, "/help")
    assert "/failures" in await ask(telegram, OPERATOR, "/help")
    telegram.say(OPERATOR, "/failures", GROUP)
    await telegram.wait_for(lambda: any("the bot's operators" in text for text in texts(telegram, GROUP)), timeout=20)
    before = len(telegram.calls_of("answerCallbackQuery"))
    for data in ("v1:failures:list:0", "v1:failures:drop_all:1", "v1:failures:see:1"):
        telegram.press(OTHER, telegram.messages(OTHER)[-1]["message_id"], data)
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) == before + 3, timeout=20)
    assert all(
        "только для операторов" in call.params["text"] for call in telegram.calls_of("answerCallbackQuery")[before:]
    )
    public = [command["command"] for command in telegram.world.profile.commands["default", 0, 0, "en"]]
    assert "failures" not in public


async def test_an_operator_with_a_chat_has_a_longer_menu(app: App, telegram: EmbeddedTelegram) -> None:
    telegram.say(OPERATOR, "/start")
    scoped = await telegram.wait_for(lambda: telegram.world.profile.commands.get(("chat", OPERATOR, 0, "")), timeout=20)
    assert "failures" in [command["command"] for command in scoped]


async def test_a_chat_that_took_the_right_to_write_away_is_reported_to_the_operator(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    telegram.add_group(GROUP, "Traders", [OTHER], [OPERATOR])
    now = dt.datetime.now(dt.UTC)
    await ask(telegram, OPERATOR, "/start")
    telegram.fail_next(
        "sendMessage", chat_id=GROUP, status=400,
        description="Bad Request: not enough rights to send text messages to the chat",
    )  # fmt: skip
    async with store.write() as connection:
        await chats.ensure(connection, Chat(GROUP, "supergroup", "en", "Asia/Almaty"), now)
        event = await deliveries.insert_event(connection, SourceStale("feed", now), "stale:1", now)
        assert event is not None
        await deliveries.insert_deliveries(connection, event, EventKind.STALE, [(GROUP, 0)], now)
    notice = f"⏸ I can't write in chat {GROUP} any more"
    await telegram.wait_for(lambda: texts(telegram, OPERATOR)[-1].startswith(notice), timeout=20)
    async with store.read() as connection:
        chat = await chats.get(connection, GROUP)
    assert chat is not None
    assert chat.state is ChatState.PAUSED


async def reach(telegram: EmbeddedTelegram, start: str) -> str:
    """Wait until one of the operator's newest messages begins so, and return it."""
    return await telegram.wait_for(
        lambda: next((text for text in texts(telegram, OPERATOR)[-2:] if text.startswith(start)), ""), timeout=20
    )


@pytest.mark.slow
async def test_a_broadcast_is_shown_first_then_sent_as_it_was_written(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    for person in (OPERATOR, OTHER):
        await ask(telegram, person, "/start")
    telegram.say(OPERATOR, "/broadcast lang:ru\nСмотри https://example.org/?a=1&b <завтра>")
    card = await reach(telegram, "👆")
    expected = "Смотри https://example.org/?a=1&b <завтра>"
    assert texts(telegram, OPERATOR)[-2] == expected
    assert "Recipients: language Русский. Chats: 1\nTime needed: 1 second" in card
    assert expected not in texts(telegram, OTHER)
    await press(telegram, "Send")
    assert await reach(telegram, "✅") == "✅ Done. Sent: 1 of 1"
    assert texts(telegram, OTHER)[-1] == expected
    assert texts(telegram, OPERATOR).count(expected) == 1
    assert "⭐" not in card


@pytest.mark.slow
async def test_a_reply_broadcasts_the_message_it_replies_to_with_its_formatting(
    app: App, telegram: EmbeddedTelegram
) -> None:
    for person in (OPERATOR, OTHER):
        await ask(telegram, person, "/start")
    await ask(telegram, OPERATOR, "/privacy")
    model = telegram.messages(OPERATOR)[-1]
    assert model["entities"]
    telegram.say(OPERATOR, "/broadcast", reply_to=model["message_id"])
    assert "Recipients: everyone. Chats: 2" in await reach(telegram, "👆")
    await press(telegram, "Send")
    await reach(telegram, "✅ Done. Sent: 2 of 2")
    sent = telegram.messages(OTHER)[-1]
    assert (sent["text"], sent["entities"]) == (model["text"], model["entities"])


async def test_wrong_texts_drafts_and_expired_buttons_send_nothing(
    app: App, store: Database, telegram: EmbeddedTelegram
) -> None:
    assert (await ask(telegram, OTHER, "/broadcast Hello")).startswith("Эта команда только")
    for words, answer in (
        ("", "Send /broadcast and the text."),
        ("lang:xx Hello", "Unknown language xx. Languages: en, ru, kk"),
        ("topic:enrgy Hello", "Unknown topic enrgy. Topics: "),
        ("lng:ru Hello", "Unknown word lng:."),
        ("topic:energy Hello", "No recipients (topic "),
    ):
        assert (await ask(telegram, OPERATOR, f"/broadcast {words}".strip())).startswith(answer)
    telegram.say(OPERATOR, "/broadcast Hello")
    await reach(telegram, "👆")
    message, data = button(telegram, OPERATOR, "Send")
    await press(telegram, "Don't send")
    assert texts(telegram, OPERATOR)[-1] == "Not sent."
    for old in (data, data.replace("send", "quick"), data.replace("send", "cancel"), "v1:broadcast:send:99"):
        before = len(telegram.calls_of("answerCallbackQuery"))
        telegram.press(OPERATOR, message, old)
        await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=20)  # noqa: B023
        assert "out of date" in telegram.calls_of("answerCallbackQuery")[-1].params["text"]
    assert await states(store) == {}
