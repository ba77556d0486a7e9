"""Shared alerts, topics and setups: through the real dispatcher, with forged, expired and repeated links."""

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.chats import ChatState
from bot.domain.links import key_of, to_share
from storage import alerts, chats, topics
from storage.database import Database
from tests.handlers.alert_talk import fill_banks
from tests.handlers.talk import PERSON, Talk

RECEIVER = 8
DONE, KNOWN = "Done, it's set up.", "You already have this."
INVALID = "This link is incomplete, or it was made by another bot. Ask for the whole link and open it again."
EXPIRED = "This link has expired: links work for 30 days. Ask for a new one."


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    await fill_banks(database)
    talk = Talk(database)
    await talk.send("/start")
    await talk.send("/start", RECEIVER, RECEIVER)
    yield talk
    await talk.dispatcher.close()


async def own_alerts(talk: Talk, chat: int) -> list[str]:
    async with talk.database.read() as connection:
        return [f"{one.rule.pair} {one.rule.side} {one.rule.level}" for one in await alerts.of_chat(connection, chat)]


async def own_topics(talk: Talk, chat: int) -> list[tuple[str, str]]:
    async with talk.database.read() as connection:
        return [(one.query.text, one.level) for one in await topics.of_chat(connection, chat)]


async def share(talk: Talk, data: str) -> str:
    """Press a button that shares, and return the parameter of the link."""
    shown = await press_data(talk, data)
    [line] = [line for line in shown.splitlines() if line.startswith("https://t.me/")]
    name, _, parameter = line.partition("?start=")
    assert name == "https://t.me/CrierBot"
    assert len(parameter) <= 64
    return parameter


async def press_data(talk: Talk, data: str) -> str:
    """Press a button of the person's own chat, and return the newest text after it."""
    await talk.press(data)
    return talk.bot.texts[max(talk.bot.texts)]


async def follow(talk: Talk, parameter: str, person: int = RECEIVER) -> list[str]:
    return await talk.send(f"/start {parameter}", person, person)


async def press(talk: Talk, label: str, person: int = RECEIVER) -> str:
    """Press a button under the newest message, and return the newest text after it."""
    await talk.press(talk.buttons()[label], person, person)
    return talk.bot.texts[max(talk.bot.texts)]


async def test_an_alert_is_shown_to_the_receiver_and_set_up_once_they_confirm(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520 once")
    parameter = await share(talk, "v1:shares:alert:1")
    [offered] = await follow(talk, parameter)
    assert offered == ("Someone shared this with you:\n🔔 Alert: <b>USD/KZT above 520 (once)</b>\nSet it up here?")
    assert await own_alerts(talk, RECEIVER) == []
    assert await press(talk, "Set it up") == DONE
    assert await own_alerts(talk, RECEIVER) == ["USD/KZT above 520"]


async def test_a_link_is_for_many_people_and_for_each_of_them_once(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    for person, answer in ((RECEIVER, DONE), (9, DONE), (RECEIVER, KNOWN), (PERSON, KNOWN)):
        await follow(talk, parameter, person)
        assert await press(talk, "Set it up", person) == answer
    assert len(await own_alerts(talk, RECEIVER)) == 1


async def test_no_thanks_changes_nothing(talk: Talk) -> None:
    await talk.send("/subscribe gold")
    await follow(talk, await share(talk, "v1:shares:topic:1"))
    assert await press(talk, "No, thanks") == "OK, nothing was changed."
    assert await own_topics(talk, RECEIVER) == []


async def test_a_topic_keeps_its_level_and_its_words(talk: Talk) -> None:
    await talk.send("/subscribe Gold or Silver")
    await talk.press("v1:topics:level:1:silent")
    [offered] = await follow(talk, await share(talk, "v1:shares:topic:1"))
    assert "📣 Topic: <b>Gold or Silver</b>" in offered
    assert await press(talk, "Set it up") == DONE
    assert await own_topics(talk, RECEIVER) == await own_topics(talk, PERSON)


async def test_a_whole_setup_leaves_language_and_time_zone_to_the_receiver(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    await talk.send("/alert rub tjs > 0.13")
    await talk.send("/subscribe gold")
    await talk.press("v1:topics:set:energy:1")
    await talk.send("/digest 07:30")
    await talk.send("/timezone Asia/Dushanbe")
    await talk.send("/language ru")
    await talk.send("/timezone Europe/Moscow", RECEIVER, RECEIVER)
    await talk.send("/alert usd kzt > 520", RECEIVER, RECEIVER)
    [offered] = await follow(talk, await share(talk, "v1:shares:setup"))
    assert "📣 Topics: 2 (gold, Energy)" in offered
    assert "🔔 Alerts: 2 (USD/KZT above 520; RUB/TJS above 0.13)" in offered
    assert "🗞 Digest: 07:30" in offered
    assert await press(talk, "Set it up") == "Done. Some of it you already had."
    assert await own_alerts(talk, RECEIVER) == ["USD/KZT above 520", "RUB/TJS above 0.13"]
    assert await own_topics(talk, RECEIVER) == await own_topics(talk, PERSON)
    async with talk.database.read() as connection:
        chat = await chats.get(connection, RECEIVER)
    assert chat is not None
    assert (chat.language, chat.timezone, chat.digest_times) == ("en", "Europe/Moscow", (450,))


async def test_a_chat_without_rules_has_nothing_to_share(talk: Talk) -> None:
    assert await press_data(talk, "v1:shares:setup") == "There's nothing to share yet: no alerts, no topics, no digest."


async def test_a_share_holds_nothing_that_names_its_chat(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    await share(talk, "v1:shares:alert:1")
    async with talk.database.read() as connection:
        rows: Any = (await connection.execute(text("SELECT * FROM shares"))).mappings().all()
    assert set(rows[0]) == {"id", "kind", "payload", "fingerprint", "created_at", "expires_at"}
    assert "chat" not in rows[0]["payload"]


async def test_sharing_the_same_thing_again_on_one_day_gives_the_same_link(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    assert await share(talk, "v1:shares:alert:1") == await share(talk, "v1:shares:alert:1")


async def test_another_chat_s_alert_or_topic_is_not_shared(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    await talk.send("/subscribe gold")
    for data in ("v1:shares:alert:1", "v1:shares:topic:1"):
        shown = await talk.press(data, RECEIVER, RECEIVER)
        assert "t.me" not in "".join(shown)


async def test_a_forged_cut_altered_or_foreign_link_gets_one_clear_line(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    foreign = to_share(key_of("5:another"), 1, dt.date(2099, 1, 1))
    altered = parameter.replace("set_1_", "set_2_")
    for one in ("set", "set_", "set_1", parameter[:-1], parameter + "x", altered, foreign):
        assert await follow(talk, one) == [INVALID]
        talk.now += dt.timedelta(seconds=10)


async def test_an_expired_link_and_an_old_button_say_so(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    talk.now += dt.timedelta(days=29, hours=17)
    await follow(talk, parameter)
    data = talk.buttons()["Set it up"]
    talk.now += dt.timedelta(hours=2)
    assert await follow(talk, parameter) == [EXPIRED]
    await talk.press(data, RECEIVER, RECEIVER)
    assert talk.bot.callback_answers[-1] == EXPIRED
    assert await own_alerts(talk, RECEIVER) == []


async def test_a_link_whose_setup_was_deleted_has_expired(talk: Talk) -> None:
    parameter = to_share(key_of(""), 99, dt.date(2099, 1, 1))
    assert await follow(talk, parameter) == [EXPIRED]


async def test_a_forged_button_sets_up_nothing(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    number, day, _ = parameter.removeprefix("set_").split("_", 2)
    await talk.press(f"v1:shares:take:{number}_{day}_AAAAAAAAAAAAAAAA", RECEIVER, RECEIVER)
    assert talk.bot.callback_answers[-1] == INVALID
    assert await own_alerts(talk, RECEIVER) == []


async def test_a_limit_stops_only_what_it_is_about(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.topics.MAX_SUBSCRIPTIONS", 1)
    await talk.send("/subscribe gold", RECEIVER, RECEIVER)
    await talk.send("/subscribe silver")
    await talk.send("/alert usd kzt > 520")
    await follow(talk, await share(talk, "v1:shares:setup"))
    answer = await press(talk, "Set it up")
    assert answer.splitlines()[:2] == [DONE, "Not everything could be set up:"]
    assert len(answer.splitlines()) == 3
    assert await own_topics(talk, RECEIVER) == [("gold", "instant")]
    assert len(await own_alerts(talk, RECEIVER)) == 1


async def test_a_stopped_chat_is_reactivated_by_the_confirmation_only(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    await talk.send("/stop", RECEIVER, RECEIVER)
    await follow(talk, parameter)
    assert await state(talk) is ChatState.STOPPED
    assert (await press(talk, "Set it up")).endswith(DONE)
    assert await state(talk) is ChatState.ACTIVE


async def state(talk: Talk) -> ChatState:
    async with talk.database.read() as connection:
        chat = await chats.get(connection, RECEIVER)
    assert chat is not None
    return chat.state


async def test_the_link_can_be_copied_and_sent_to_a_chat(talk: Talk) -> None:
    await talk.send("/alert usd kzt > 520")
    parameter = await share(talk, "v1:shares:alert:1")
    [row] = talk.bot.markups[max(talk.bot.texts)]["inline_keyboard"]
    assert row[0]["copy_text"]["text"].endswith(parameter)
    assert row[1]["switch_inline_query_chosen_chat"]["query"] == parameter
