"""The list of alerts, the card of one, and the buttons under one that fired."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.alerts import AlertState
from bot.views.message import View
from handlers.alert_list import show_alerts
from handlers.alerts import create
from storage.database import Database
from tests.handlers.alert_talk import delivered, fill_banks, labels, presses, publish_rate, stored, without_times
from tests.handlers.conftest import NOW, Conversation

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
async def banks(database: Database) -> None:
    await fill_banks(database)


async def press(conversation: Conversation, data: str) -> View:
    """Press a button and return the last view."""
    return (await conversation.press(data)).views[-1]


async def states(conversation: Conversation) -> list[AlertState]:
    return [one.state for one in await stored(conversation)]


async def listed(conversation: Conversation, *typed: str) -> View:
    """Create alerts and show the list."""
    for text in typed:
        await conversation.say(create, text)
    return await conversation.say(show_alerts)


async def test_the_list_is_sorted_by_nearness_and_has_a_number_for_each(conversation: Conversation) -> None:
    view = await listed(conversation, "usd kzt > 530", "rub tjs > 12", "usd kzt < 470", "kzt high 90")
    [far, *_, high] = await stored(conversation)
    await press(conversation, f"v1:alerts:snooze:{far.id}:hour")
    assert view.text.split("\n") == [
        "🔔 <b>Alerts</b> · active: 4",
        "1. USD/KZT below 470 · now 478.77, 1.8% away",
        "2. RUB/TJS above 0.12 · now 0.1141, 5.2% away",
        "3. USD/KZT above 530 · now 478.77, 10.7% away",
        "4. USD/KZT: highest in 90 days · now 478.77",
    ]
    assert labels(view) == [["1", "2", "3", "4"], ["➕ New alert", "⏸ Pause all"]]
    assert presses(view)["4"] == f"v1:alerts:one:{high.id}"
    snoozed = await conversation.say(show_alerts)
    assert "4. USD/KZT above 530 · 💤 until 12:00" in snoozed.text


async def test_many_alerts_are_grouped_by_pair(conversation: Conversation) -> None:
    levels = [f"usd kzt > {500 + 10 * n}" for n in range(4)]
    view = await listed(conversation, "rub tjs > 12", *levels, "kzt 2%")
    assert view.text.split("\n") == [
        "🔔 <b>Alerts</b> · active: 6",
        "",
        "<b>USD/KZT</b> · 478.77",
        "1. moves 2% · from 478.77, alert at 469.19 or 488.35",
        "2. above 500 · 4.4% away",
        "3. above 510 · 6.5% away",
        "4. above 520 · 8.6% away",
        "5. above 530 · 10.7% away",
        "",
        "<b>RUB/TJS</b> · 0.1141",
        "6. above 0.12 · 5.2% away",
    ]
    assert labels(view)[:2] == [["1", "2", "3", "4", "5"], ["6"]]


async def test_an_empty_list_offers_a_new_alert(conversation: Conversation) -> None:
    view = await conversation.say(show_alerts)
    assert "No alerts yet." in view.text
    assert labels(view) == [["➕ New alert"]]


async def test_the_card_of_an_alert_has_named_buttons(conversation: Conversation) -> None:
    view = await listed(conversation, "usd kzt > 500")
    card = await press(conversation, presses(view)["1"])
    assert card.text.split("\n") == [
        "🔔 <b>USD/KZT above 500</b>",
        "Now 478.77, 4.4% away",
        "You get this alert each time. It repeats only after a return to 498.50.",
    ]
    assert labels(card) == [
        ["✎ Change level", "⏸ Pause"],
        ["💤 1 h", "💤 1 day", "💤 Until Mon"],
        ["📈 Chart", "🗑 Delete"],
        ["🔗 Share", "‹ Alerts"],
    ]
    assert await press(conversation, presses(card)["‹ Alerts"]) == view


async def test_a_deletion_can_be_undone(conversation: Conversation) -> None:
    """The same alert comes back, with the same id, in the same state."""
    await conversation.say(create, "usd kzt > 480")
    await publish_rate(conversation.database, "482.11")
    [fired] = await stored(conversation)
    assert fired.state is AlertState.FIRED
    gone = await press(conversation, f"v1:alerts:delete:{fired.id}")
    assert gone.text == "Deleted: USD/KZT above 480"
    assert await stored(conversation) == []
    assert "No alerts yet" in (await conversation.say(show_alerts)).text
    for _ in range(2):  # the second press changes nothing
        card = await press(conversation, presses(gone)["↩ Undo"])
        assert "USD/KZT above 480" in card.text
        assert [replace(one, changed_at=None) for one in await stored(conversation)] == [
            replace(fired, changed_at=None)
        ]


async def test_a_deleted_alert_neither_fires_nor_counts(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    [alert] = await stored(conversation)
    await press(conversation, f"v1:alerts:delete:{alert.id}")
    assert await publish_rate(conversation.database, "482.11") == 0
    old = await conversation.press(f"v1:alerts:pause:{alert.id}")
    assert "out of date" in old.callback_answers[0]
    assert "Already true" in (await conversation.say(create, "usd kzt > 480")).text


async def test_an_undone_deletion_makes_no_second_equal_alert(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    [alert] = await stored(conversation)
    gone = await press(conversation, f"v1:alerts:delete:{alert.id}")
    await conversation.say(create, "usd kzt > 500")
    [new] = await stored(conversation)
    await press(conversation, presses(gone)["↩ Undo"])
    assert await stored(conversation) == [new]


async def test_a_snooze_is_shown_on_the_card_and_can_be_ended(conversation: Conversation) -> None:
    view = await listed(conversation, "usd kzt > 480")
    card = await press(conversation, presses(view)["1"])
    assert ["💤 1 h", "💤 1 day", "💤 Until Mon"] in labels(card)
    snoozed = await press(conversation, presses(card)["💤 Until Mon"])
    assert "💤 until 15 Dec 09:00" in snoozed.text
    assert ["▶️ End snooze"] in labels(snoozed)
    assert await publish_rate(conversation.database, "482.11") == 0
    awake = await press(conversation, presses(snoozed)["▶️ End snooze"])
    assert "💤 1 h" in presses(awake)
    assert await publish_rate(conversation.database, "482.15", NOW + HOUR) == 1


async def test_an_alert_fires_after_its_snooze_if_its_rule_is_met(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    [alert] = await stored(conversation)
    await press(conversation, f"v1:alerts:snooze:{alert.id}:monday")
    assert await publish_rate(conversation.database, "482.11") == 0
    monday = dt.datetime(2025, 12, 15, 4, tzinfo=dt.UTC)
    assert await publish_rate(conversation.database, "482.15", monday) == 1


async def test_a_paused_alert_that_is_met_waits_for_the_next_crossing(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    [alert] = await stored(conversation)
    paused = await press(conversation, f"v1:alerts:pause:{alert.id}")
    assert "⏸ paused" in paused.text
    assert await publish_rate(conversation.database, "482.11") == 0
    await press(conversation, presses(paused)["▶️ Turn on"])
    assert await states(conversation) == [AlertState.FIRED]
    assert await publish_rate(conversation.database, "482.15", NOW + HOUR) == 0


async def test_a_fired_alert_can_be_sent_again_from_its_card(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    await publish_rate(conversation.database, "482.11")
    [alert] = await stored(conversation)
    card = await press(conversation, f"v1:alerts:one:{alert.id}")
    assert without_times(card.text).split("\n")[1] == ("Now 482.11 · last alert …, waiting for it to go back")
    await press(conversation, presses(card)["🔔 Alert me again now"])
    assert await publish_rate(conversation.database, "482.15", NOW + HOUR) == 1


async def test_all_alerts_are_paused_and_resumed(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    await publish_rate(conversation.database, "482.11")
    view = await listed(conversation, "usd kzt > 500", "tmt peg")
    paused = await press(conversation, presses(view)["⏸ Pause all"])
    assert await states(conversation) == [AlertState.PAUSED] * 3
    assert "active: 0" in paused.text
    await press(conversation, presses(paused)["▶️ Turn on all"])
    # The first is met: it has fired before, and waits for the rate to come back.
    assert await states(conversation) == [AlertState.FIRED, AlertState.ARMED, AlertState.ARMED]


@pytest.fixture
async def message(conversation: Conversation) -> View:
    """The message about an alert that fired."""
    await conversation.say(create, "usd kzt > 480")
    await publish_rate(conversation.database, "482.11")
    [found] = await delivered(conversation)
    return found


async def keyboard(conversation: Conversation, data: str) -> dict[str, str]:
    """Press a button under the message; return the buttons that replace those under it: its text stays."""
    ctx = await conversation.press(data)
    assert ctx.views == []
    [rows] = ctx.keyboards
    found = presses(View("", rows))
    assert all(data.startswith("r1:") for data in found.values())
    return found


async def test_the_message_of_a_fired_alert_keeps_its_text_while_it_is_snoozed(
    conversation: Conversation, message: View
) -> None:
    spans = await keyboard(conversation, presses(message)["💤 Snooze"])
    assert list(spans) == ["1 h", "1 day", "Until Mon", "‹"]
    assert await keyboard(conversation, spans["‹"]) == presses(message)
    snoozed = await keyboard(conversation, spans["1 day"])
    assert list(snoozed) == ["📈 Chart", "✎ Change level", "💤 until Tue 11:00 · End snooze"]
    assert await keyboard(conversation, snoozed["💤 until Tue 11:00 · End snooze"]) == presses(message)


async def test_the_message_of_a_fired_alert_keeps_its_text_when_it_is_off(
    conversation: Conversation, message: View
) -> None:
    off = await keyboard(conversation, presses(message)["🔕 Turn off"])
    assert list(off) == ["📈 Chart", "✎ Change level", "🔕 Off · Turn on"]
    assert await states(conversation) == [AlertState.PAUSED]
    assert await keyboard(conversation, off["🔕 Off · Turn on"]) == presses(message)
    assert await states(conversation) == [AlertState.FIRED]


async def test_the_message_of_an_alert_that_fires_once_offers_to_resume_it(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480 once")
    await publish_rate(conversation.database, "482.11")
    [message] = await delivered(conversation)
    assert labels(message) == [["📈 Chart", "✎ Change level"], ["▶️ Turn on"]]


async def test_the_snooze_button_is_in_the_persons_language(conversation: Conversation, message: View) -> None:
    assert message.text
    [alert] = await stored(conversation)
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    assert "💤 до вт 11:00 · Не откладывать" in await keyboard(russian, f"r1:alerts:snooze:{alert.id}:day")
