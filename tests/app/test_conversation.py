from typing import Any

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, button, filled, texts


async def test_an_article_on_a_followed_topic_and_a_fired_alert_are_each_sent_once(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    await filled(telegram)
    assert "nuclear" in await ask(telegram, 1, "/subscribe nuclear")
    assert "KZT/USD below 0.00195" in await ask(telegram, 1, "/alert kzt < 0.00195")
    assert "KZT/USD ниже 0,00195" in await ask(telegram, 2, "/alert kzt < 0,00195")
    before = {chat: len(texts(telegram, chat)) for chat in (1, 2)}
    site.articles.append(("Kazakhstan Picks a Site for Its Nuclear Plant", "Officials chose a place by the lake."))
    site.rates["KZT"] = "0.00194"
    await telegram.wait_for(lambda: len(texts(telegram, 1)) == before[1] + 2, timeout=10)
    await telegram.wait_for(lambda: len(texts(telegram, 2)) == before[2] + 1, timeout=10)
    received = sorted(texts(telegram, 1)[before[1] :])
    assert any("Kazakhstan Picks a Site" in text and "Your topics: nuclear" in text for text in received)
    assert any(text.startswith("🔔 KZT/USD ≈ 0.00194 ▼, below your 0.00195") for text in received)
    assert texts(telegram, 2)[-1].startswith("🔔 KZT/USD ≈ 0,00194 ▼, ниже вашего уровня 0,00195")


COMMANDS = """
/chart | /chart qqq | /start | /rates | /rates kzt | /rates uzs | /rates xyz | /news | /news cotton | /news - | /search | /search cotton since:2025 | /search since:x | /saved | /subscribe | /subscribe oil -price
/subscribe kazakhstan | /topics | /unsubscribe | /unsubscribe oil -price | /unsubscribe x | /alert | /alert usd kzt > 520
/alert kzt 2% | /alert kzt 0.1% | /alert kzt abc | /alert eur 1.1 | /alert kzr 5 | /alert usd uzs > 12500 | /alert kzt > 1e999
/alert kzt kzt 5 | /alert kzt -5 | /alerts | /digest | /digest 08:00 | /digest now | /digest 25:00 | /digest off | /timezone
/timezone bishkek | /timezone Mars | /language | /quiet 22-7 | /quiet off | /quiet x | /settings | /status | /privacy | /forget
/convert | /convert 100 usd kzt | /convert x | 100 usd in som | -5 usd | /history | /history kzt | /history kzt 2025-13
/sources | /sources timesca | /sources nonsense | /help | /nonsense | hello | tenge? | /stop
"""


async def test_every_command_answers_in_both_languages(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    for chat in (1, 2):
        for command in (part.strip() for line in COMMANDS.strip().splitlines() for part in line.split("|")):
            answer = await ask(telegram, chat, command)
            assert answer
            assert "{" not in answer
            assert "went wrong" not in answer
            assert "пошло не так" not in answer


async def test_an_alert_is_built_in_two_presses(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    await ask(telegram, 1, "/alert")
    for label, expected in (("KZT", "Alert me when it is:"), ("above", "Alert set: USD/KZT above")):
        message, data = button(telegram, 1, label)
        telegram.press(1, message, data)
        await telegram.wait_for(lambda: any(expected in text for text in texts(telegram, 1)), timeout=10)  # noqa: B023


async def test_the_message_of_a_fired_alert_stays_while_its_buttons_change(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    """Snoozed, ended, turned off: only the buttons under it are edited."""
    await filled(telegram)
    await ask(telegram, 1, "/alert kzt < 0.00195")
    site.rates["KZT"] = "0.00194"
    await telegram.wait_for(lambda: "below your 0.00195" in texts(telegram, 1)[-1], timeout=10)
    text, count = texts(telegram, 1)[-1], len(texts(telegram, 1))
    for label, follows in (
        ("Snooze", "1 day"),
        ("1 day", "End snooze"),
        ("End snooze", "Turn off"),
        ("Turn off", "Turn on"),
    ):
        message, data = button(telegram, 1, label)
        telegram.press(1, message, data)
        await telegram.wait_for(lambda: _has_button(telegram, follows), timeout=10)  # noqa: B023
    assert (texts(telegram, 1)[-1], len(texts(telegram, 1))) == (text, count)
    telegram.press(1, *button(telegram, 1, "Change level"))
    await telegram.wait_for(lambda: "Send the new level" in texts(telegram, 1)[-1], timeout=10)
    assert "Alert set: KZT/USD below 0.0019" in await ask(telegram, 1, "0.0019")
    assert text in texts(telegram, 1)


def _has_button(telegram: EmbeddedTelegram, label: str) -> bool:
    rows = telegram.messages(1)[-1].get("reply_markup", {}).get("inline_keyboard", [])
    return any(label in one["text"] for row in rows for one in row)


async def test_forged_and_expired_buttons_get_a_kind_answer(app: App, telegram: EmbeddedTelegram) -> None:
    await filled(telegram)
    message = telegram.messages(1)[-1]["message_id"]
    for data in ("nonsense", "v0:alerts:delete:1", "v1:alerts:delete:999", "v1:alerts:delete:x", "v1:news:all:99999",
                 "v1:digest:at:9999", "v1:rates:one:XXX", "v1:alerts:delete", "v1:settings:zone:Mars", "v1:topics:set:x:1",
                 "v1:alerts:level:KZT:above:1e9", "v1:rates:turn:x:y:z"):  # fmt: skip
        before = len(telegram.calls_of("answerCallbackQuery"))
        telegram.press(1, message, data)
        await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=10)  # noqa: B023
        answer = telegram.calls_of("answerCallbackQuery")[-1].params
        assert "out of date" in answer.get("text", "") or data == "v1:alerts:level:KZT:above:1e9", data


async def test_a_chart_is_uploaded_once_and_edited_in_place(app: App, telegram: EmbeddedTelegram) -> None:
    def pictures() -> list[dict[str, Any]]:
        return [message for message in telegram.messages(1) if "photo" in message]

    await filled(telegram)
    for count in (1, 2):
        telegram.say(1, "/chart kzt")
        await telegram.wait_for(lambda count=count: len(pictures()) == count, timeout=20)  # type: ignore[misc]
    first, second = pictures()
    assert first["photo"][0]["file_id"] == second["photo"][0]["file_id"]
    assert (first["photo"][0]["width"], first["photo"][0]["height"]) == (1200, 900)
    assert first["caption"].startswith("🇰🇿 USD/KZT: $1 = 510\u00a0₸\nSince ")
    telegram.press(1, *button(telegram, 1, "1 y"))
    await telegram.wait_for(lambda: "edit_date" in pictures()[1], timeout=20)
    assert len(pictures()) == 2
    assert pictures()[1]["photo"][0]["file_id"] != first["photo"][0]["file_id"]
    telegram.fail_next("editMessageMedia", status=400, description="Bad Request: message to edit not found")
    telegram.press(1, *button(telegram, 1, "30 d"))
    await telegram.wait_for(lambda: len(pictures()) == 3, timeout=20)
