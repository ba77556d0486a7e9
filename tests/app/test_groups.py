"""In groups everyone may read; only admins change the settings of the group, by commands and by buttons."""

from __future__ import annotations

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.talk import button, filled, texts

GROUP = -100
ADMIN, MEMBER = 1, 2
# The member speaks Russian, and so may the group.
REFUSED = ("admin", "администраторы")


@pytest.fixture(autouse=True)
async def group(app: App, telegram: EmbeddedTelegram) -> None:
    """A group of two, with the bot in it, after the first poll."""
    await filled(telegram, ADMIN)
    telegram.add_group(GROUP, "Bazaar", [ADMIN, MEMBER], [ADMIN])


async def ask(telegram: EmbeddedTelegram, person: int, text: str) -> str:
    before = len(texts(telegram, GROUP))
    telegram.say(person, text, GROUP)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) > before, timeout=10)
    return texts(telegram, GROUP)[-1]


async def press(telegram: EmbeddedTelegram, person: int, label: str) -> str:
    """Press a button of the group and return the note that it answers with."""
    before = len(telegram.calls_of("answerCallbackQuery"))
    telegram.press(person, *button(telegram, GROUP, label), GROUP)
    await telegram.wait_for(lambda: len(telegram.calls_of("answerCallbackQuery")) > before, timeout=10)
    return str(telegram.calls_of("answerCallbackQuery")[-1].params.get("text", ""))


@pytest.mark.parametrize("command", ["/rates", "/rates kzt", "/news", "/status", "/help", "/convert 100 usd kzt"])
async def test_everyone_may_read(telegram: EmbeddedTelegram, command: str) -> None:
    answer = await ask(telegram, MEMBER, command)
    assert not any(word in answer for word in REFUSED)


@pytest.mark.parametrize(
    "command",
    [
        "/subscribe nuclear",
        "/alert kzt > 520",
        "/digest 08:00",
        "/language ru",
        "/timezone bishkek",
        "/quiet 22-7",
        "/stop",
    ],
)
async def test_only_an_admin_changes_settings_by_command(telegram: EmbeddedTelegram, command: str) -> None:
    refused = await ask(telegram, MEMBER, command)
    allowed = await ask(telegram, ADMIN, command)
    assert refused != allowed
    assert any(word in refused for word in REFUSED)


@pytest.mark.parametrize("command", ["/language", "/timezone", "/quiet", "/digest", "/digest now"])
async def test_everyone_may_read_the_settings(telegram: EmbeddedTelegram, command: str) -> None:
    answer = await ask(telegram, MEMBER, command)
    assert not any(word in answer for word in REFUSED)


async def test_only_an_admin_changes_settings_by_button(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, ADMIN, "/digest")
    refused, allowed = await press(telegram, MEMBER, "08:00"), await press(telegram, ADMIN, "08:00")
    assert any(word in refused for word in REFUSED)
    assert allowed == ""
    await telegram.wait_for(lambda: "08:00" in texts(telegram, GROUP)[-1], timeout=10)


async def test_only_an_admin_mutes_a_source(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, MEMBER, "/sources timesca")
    refused, allowed = await press(telegram, MEMBER, "🔇"), await press(telegram, ADMIN, "🔇")
    assert any(word in refused for word in REFUSED)
    assert allowed == ""
    await telegram.wait_for(lambda: "🔇" in texts(telegram, GROUP)[-1], timeout=10)


async def test_a_typed_answer_counts_only_from_the_person_who_was_asked(telegram: EmbeddedTelegram) -> None:
    await ask(telegram, ADMIN, "/alert")
    for label in ("KZT", "✎"):
        await press(telegram, ADMIN, label)
    await telegram.wait_for(lambda: "for example" in texts(telegram, GROUP)[-1], timeout=10)
    before = len(texts(telegram, GROUP))
    # A bot in a group receives plain texts only as replies to its own messages (Telegram's privacy mode).
    question = telegram.messages(GROUP)[-1]["message_id"]
    asked = telegram.calls_of("sendMessage")[-1].params
    assert asked["reply_markup"] == {"force_reply": True, "selective": True}
    assert f"tg://user?id={ADMIN}" in asked["text"]
    telegram.say(MEMBER, "600", GROUP, reply_to=question)
    telegram.say(ADMIN, "520", GROUP, reply_to=question)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) > before, timeout=10)
    assert "USD/KZT above 520" in texts(telegram, GROUP)[-1]
    assert not any("600" in text for text in texts(telegram, GROUP)[before:])


async def test_the_bot_greets_a_group_that_it_is_added_to_and_not_one_that_only_promotes_it(
    telegram: EmbeddedTelegram,
) -> None:
    await ask(telegram, ADMIN, "/help")
    telegram.kick(GROUP, by=ADMIN)
    telegram.invite(GROUP, by=ADMIN)
    await telegram.wait_for(lambda: texts(telegram, GROUP)[-1].startswith("Salam! I post"), timeout=10)
    labels = [one["text"] for one in telegram.messages(GROUP)[-1]["reply_markup"]["inline_keyboard"][0]]
    assert labels == ["⚙️ Set up (admins)", "💱 Rates"]
    assert "KZT" in await press_for_answer(telegram, MEMBER, "💱 Rates")
    telegram.invite(GROUP, by=ADMIN, as_admin=True)
    await ask(telegram, MEMBER, "/help")
    assert sum(text.startswith("Salam! I post") for text in texts(telegram, GROUP)) == 1


async def press_for_answer(telegram: EmbeddedTelegram, person: int, label: str) -> str:
    """Press a button of the group and return the message that it is answered with."""
    before = len(texts(telegram, GROUP))
    await press(telegram, person, label)
    await telegram.wait_for(lambda: len(texts(telegram, GROUP)) > before, timeout=10)
    return texts(telegram, GROUP)[-1]


async def test_a_mention_of_the_bot_is_answered_where_it_receives_all_messages(telegram: EmbeddedTelegram) -> None:
    telegram.invite(GROUP, by=ADMIN, as_admin=True)
    telegram.say(MEMBER, "nice weather", GROUP)
    assert len(await ask(telegram, MEMBER, "@JarchiBot")) > 0
    assert len(texts(telegram, GROUP)) == 1


async def test_a_prompt_calls_the_asked_person_by_name_and_goes_on_in_small_letters(
    telegram: EmbeddedTelegram,
) -> None:
    await ask(telegram, ADMIN, "/alert")
    for label in ("KZT", "✎"):
        await press(telegram, ADMIN, label)
    await telegram.wait_for(lambda: texts(telegram, GROUP)[-1].startswith("Ann, "), timeout=10)
    assert texts(telegram, GROUP)[-1][5].islower()
