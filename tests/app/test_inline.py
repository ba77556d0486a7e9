"""`@bot …` in any chat, over the embedded Telegram: cards, chosen cards, and the links back."""

from typing import Any

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from storage.database import Database
from storage.errors import StorageError
from tests.app.conftest import Site
from tests.app.talk import ask, filled, texts

NEW_PERSON = 3


async def typed(telegram: EmbeddedTelegram, person: int, text: str, chat: int | None = None) -> tuple[str, Any]:
    """Type words after the bot's name; returns the query's id and the bot's answer."""
    query: str = telegram.ask_inline(person, text, chat)["id"]

    def answered() -> list[Any]:
        calls = telegram.calls_of("answerInlineQuery")
        return [call.params for call in calls if call.params["inline_query_id"] == query]

    return query, (await telegram.wait_for(answered, timeout=10))[0]


async def test_a_card_is_shared_and_leads_back_to_a_subscription(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    telegram.add_group(-1_000_000_000_007, "Traders", members=[2], admins=[1])
    await filled(telegram)
    query, answer = await typed(telegram, 2, "cotton", -1_000_000_000_007)
    [card] = answer["results"]
    assert (card["title"], answer["is_personal"]) == ("Uzbek Cotton Harvest Ends Early", True)
    before = len(texts(telegram, -1_000_000_000_007))
    chosen = telegram.choose(2, query, card["id"])
    links = [button["url"] for row in chosen["reply_markup"]["inline_keyboard"] for button in row]
    assert links == ["https://example.org/0", f"https://t.me/JarchiBot?start={answer['button']['start_parameter']}"]
    assert "Now following: cotton" in await ask(telegram, 1, f"/start {answer['button']['start_parameter']}")
    assert len(texts(telegram, -1_000_000_000_007)) == before  # the bot's own card gets no answer


async def test_a_chart_that_was_drawn_is_sent_as_a_photo(app: App, site: Site, telegram: EmbeddedTelegram) -> None:
    telegram.add_group(-1_000_000_000_007, "Traders", members=[1, 2], admins=[1])
    await filled(telegram)
    telegram.say(1, "/chart kzt")
    await telegram.wait_for(lambda: telegram.calls_of("sendPhoto"), timeout=20)
    query, answer = await typed(telegram, 1, "chart kzt", -1_000_000_000_007)
    while answer["results"][0]["type"] != "photo":  # its id is stored after it was sent
        query, answer = await typed(telegram, 1, "chart kzt", -1_000_000_000_007)
    chosen = telegram.choose(1, query, answer["results"][0]["id"])
    assert chosen["photo"]
    assert "USD/KZT" in chosen["caption"]


async def test_a_card_sent_to_the_bot_itself_is_not_taken_for_a_text(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    query, answer = await typed(telegram, 1, "kzt")
    telegram.choose(1, query, answer["results"][0]["id"])
    before = len(texts(telegram, 1))
    assert "KZT" in await ask(telegram, 1, "/rates")
    assert len(texts(telegram, 1)) == before + 1


async def test_a_person_without_a_chat_gets_an_answer_and_is_not_stored(
    app: App, site: Site, telegram: EmbeddedTelegram, tmp_path: Any
) -> None:
    telegram.add_person(NEW_PERSON, "Олег", language_code="ru-RU", started=False)
    await filled(telegram)
    _, answer = await typed(telegram, NEW_PERSON, "100 usd kzt")
    assert answer["button"]["text"] == "🔔 Оповещение: USD/KZT"
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'jarchi.db'}")
    async with database.read() as connection:
        known = (await connection.exec_driver_sql("SELECT id FROM chats ORDER BY id")).scalars().all()
    await database.close()
    assert known == [1]


async def test_a_stopped_chat_is_reactivated_by_a_link(app: App, site: Site, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    await ask(telegram, 1, "/stop")
    assert "currency" in await ask(telegram, 1, "/start alert")
    await ask(telegram, 1, "/subscribe dam")
    site.articles.append(("A Dam Is Built", "By the lake."))
    await telegram.wait_for(lambda: "A Dam Is Built" in texts(telegram, 1)[-1], timeout=10)


async def test_in_a_group_a_link_is_for_admins(app: App, telegram: EmbeddedTelegram) -> None:
    telegram.add_group(-1_000_000_000_007, "Traders", members=[2], admins=[1])
    telegram.say(2, "/start@JarchiBot sub_Z29sZA", -1_000_000_000_007)
    await telegram.wait_for(lambda: texts(telegram, -1_000_000_000_007), timeout=10)
    assert texts(telegram, -1_000_000_000_007) == ["Это могут менять только администраторы группы."]


async def test_a_database_that_fails_gets_an_error_reply(
    app: App, telegram: EmbeddedTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_database: Database) -> None:
        raise StorageError("gone")

    monkeypatch.setattr(Database, "read", broken)
    _, answer = await typed(telegram, 1, "gold")
    assert (answer["results"], answer["cache_time"]) == ([], 0)
    assert answer["button"]["text"] == "Something went wrong. Try again"
