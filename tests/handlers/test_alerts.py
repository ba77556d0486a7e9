"""Alerts by words: created, refused, asked back, never twice, and fired."""

import asyncio
import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.alerts import MAX_ALERTS, MAX_ALERTS_A_DAY, AlertRequest, AlertState, Kind, Side, UnknownCurrency
from bot.domain.chats import Chat
from bot.domain.intents import Intent, IntentKind, understand
from bot.services.alerts import JUST_CREATED
from bot.views.buttons import parse_data
from handlers.alert_list import show_alerts
from handlers.alerts import create, create_asked
from storage import chats
from storage.database import Database
from tests.handlers.alert_talk import (
    delivered,
    fill_banks,
    labels,
    presses,
    publish_rate,
    stored,
    without_times,
)
from tests.handlers.conftest import NOW, Conversation, RecordedContext, press_button, print_rates, publish

OLD = ["This button is out of date. Please send the command again."]


@pytest.fixture(autouse=True)
async def banks(database: Database) -> None:
    await fill_banks(database)


async def ask(conversation: Conversation, request: AlertRequest | None, *codes: str) -> RecordedContext:
    """Answer a sentence that was understood as a request for an alert."""
    ctx = conversation.ctx()
    await create_asked(ctx, Intent(IntentKind.ALERT, "…", currencies=codes, alert=request))
    return ctx


def level(number: str, *currencies: str, side: Side | None = None) -> AlertRequest:
    return AlertRequest(currencies, side, Decimal(number), None)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("usd kzt > 520", "USD/KZT above 520"),
        ("kzt < 0.0019 once", "KZT/USD below 0.0019"),
        ("rub uzs > 160", "RUB/UZS above 160"),
        ("rub tjs > 0.12", "RUB/TJS above 0.12</b> (100\xa0₽ = 12\xa0TJS)"),
        ("rub tjs > 12", "RUB/TJS above 0.12</b> (100\xa0₽ = 12\xa0TJS)"),
        ("rub tjs > 12 per 100", "RUB/TJS above 0.12</b> (100\xa0₽ = 12\xa0TJS)"),
        ("рубль дороже 12 сомони за 100", "RUB/TJS above 0.12</b> (100\xa0₽ = 12\xa0TJS)"),
        ("kgs uzs < 130", "KGS/UZS below 130"),
        ("kzt 2%", "USD/KZT moves 2%"),
        ("kzt +2%", "USD/KZT rises 2%"),
        ("kzt -2%", "USD/KZT falls 2%"),
        ("доллар выше 520", "USD/KZT above 520"),
        ("kzt 2.5% day", "USD/KZT moves 2.5% in a day"),
        ("kzt down 10% week", "USD/KZT falls 10% in a week"),
        ("kzt high 90", "USD/KZT: highest in 90 days"),
        ("tmt peg", "USD/TMT: no longer fixed"),
    ],
)
async def test_each_kind_of_rule_is_created_by_one_command(
    conversation: Conversation, typed: str, expected: str
) -> None:
    view = await conversation.say(create, typed)
    assert view.text.split("\n")[0].removesuffix("</b>") == f"🔔 Alert set: <b>{expected}"
    assert len(await stored(conversation)) == 1


async def test_a_confirmation_has_the_distance_and_no_red_button(conversation: Conversation) -> None:
    view = await conversation.say(create, "usd kzt > 500")
    assert view.text == (
        "🔔 Alert set: <b>USD/KZT above 500</b>\nNow 478.77, 4.4% away. I'll message you each time it gets there."
    )
    assert labels(view) == [["✎ Change level", "Only once"], ["🔔 My alerts", "ℹ️ Each time"]]
    assert {button.style for row in view.buttons for button in row} == {None}
    ctx = await conversation.press(presses(view)["ℹ️ Each time"])
    assert ctx.callback_answers[0] == ("You get this alert each time. It repeats only after a return to 498.50.")
    once = (await conversation.press(presses(view)["Only once"])).views[-1]
    assert once.text.endswith("I'll message you once.")
    assert (await stored(conversation))[0].once
    again = (await conversation.press(presses(once)["Each time"])).views[-1]
    assert again == view


async def test_a_move_says_from_where_it_is_measured_and_where_it_fires(conversation: Conversation) -> None:
    view = await conversation.say(create, "kzt 2%")
    assert "From 478.77, alert at 469.19 or 488.35. I'll message you each time." in view.text
    listed = await conversation.say(show_alerts)
    assert "1. USD/KZT moves 2% · from 478.77, alert at 469.19 or 488.35" in listed.text
    assert "▲" not in listed.text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kzt abc", "Unknown currency “abc”"),
        ("kzr > 5", "Did you mean"),
        ("kzt > -5", "one positive number"),
        ("kzt > 1e999", "one positive number"),
        ("usd kzt > 99999999", "ten times off"),
        ("kzt kzt 5", "currencies are the same"),
        ("kzt 0.001%", "Smallest: <b>0.1%</b>"),
        ("kzt 2.123%", "Nearest: <b>2.12%</b>"),
        ("kzt 90%", "is 50%"),
        ("kzt high 77", "Nearest: <b>90</b>"),
        ("kzt peg", "That rate isn't fixed"),
        ("usd kzt > 478.771", "Nearest possible level: <b>478.775</b>"),
    ],
)
async def test_a_rule_that_no_rate_can_serve_is_refused_with_a_reason(
    conversation: Conversation, typed: str, expected: str
) -> None:
    view = await conversation.say(create, typed)
    assert expected in view.text
    assert await stored(conversation) == []


async def test_a_chat_has_a_limit_of_alerts(conversation: Conversation) -> None:
    for n in range(MAX_ALERTS):
        await conversation.say(create, f"usd kzt > {500 + n}")
    view = await conversation.say(create, "usd kzt > 600")
    assert "the limit of 50 alerts" in view.text
    assert len(await stored(conversation)) == MAX_ALERTS
    first = await conversation.say(show_alerts)
    assert "10. above 509" in first.text
    last = (await conversation.press("v1:alerts:list:99")).views[-1]
    assert "50. above 549" in last.text
    assert "above 509" not in last.text
    assert "‹" in presses(last)
    assert "›" not in presses(last)


async def test_an_equal_rule_is_not_stored_twice(conversation: Conversation) -> None:
    """However it is typed: in the other direction, without the dollar, or as a sentence."""
    await conversation.say(create, "usd kzt > 500")
    [first] = await stored(conversation)
    for again in (
        await conversation.say(create, "kzt 500"),
        await conversation.say(create, "kzt < 0.002"),
        await conversation.say(create, "usd kzt > 500 once"),
        (await ask(conversation, level("500", "KZT"))).views[-1],
    ):
        assert again.text == "You already have this alert: <b>USD/KZT above 500</b> (now 478.77)."
        assert labels(again)[0] == ["✎ Change level", "🗑 Delete"]
        assert presses(again)["🗑 Delete"] == f"v1:alerts:delete:{first.id}"
    assert await stored(conversation) == [first]


async def test_a_button_on_an_old_alert_says_that_it_is_there_already(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    later = conversation.ctx()
    later.now += JUST_CREATED + dt.timedelta(seconds=1)
    await press_button(later, "v1:alerts:draw:USD:KZT:level:above:500:0")
    assert later.views[-1].text.startswith("You already have this alert")


async def test_quick_presses_of_one_button_make_one_alert_and_are_all_confirmed(conversation: Conversation) -> None:
    data = "v1:alerts:draw:USD:KZT:level:above:500:0"
    pressed = await asyncio.gather(*(conversation.press(data) for _ in range(3)))
    assert len(await stored(conversation)) == 1
    assert all(ctx.views[-1].text.startswith("🔔 Alert set") for ctx in pressed)


async def test_a_paused_equal_alert_can_be_resumed(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    [alert] = await stored(conversation)
    await conversation.press(f"v1:alerts:pause:{alert.id}")
    view = await conversation.say(create, "usd kzt > 500")
    assert "⏸ paused" in view.text
    await conversation.press(presses(view)["▶️ Turn on"])
    assert [one.state for one in await stored(conversation)] == [AlertState.ARMED]


async def test_an_alert_that_is_done_can_be_created_again(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480 once")
    await publish_rate(conversation.database, "482.11")
    [done] = await stored(conversation)
    assert done.state is AlertState.DONE
    await publish_rate(conversation.database, "475.00", NOW + dt.timedelta(hours=1))
    assert "Alert set" in (await conversation.say(create, "usd kzt > 480 once")).text
    [new] = await stored(conversation)
    assert new.state is AlertState.ARMED


async def test_a_far_level_is_asked_back(conversation: Conversation) -> None:
    """Nine rubles for a dollar were hardly meant."""
    view = await conversation.say(create, "руб 9")
    assert view.text == "<b>USD/RUB below 9</b>\nNow 81.13, 89% away. Set the alert anyway?"
    assert labels(view) == [["Set it", "Other level"]]
    assert await stored(conversation) == []
    other = (await conversation.press(presses(view)["Other level"])).views[-1]
    assert "Send the level for <b>USD/RUB below</b> (now 81.13)" in other.text
    assert "Alert set" in (await conversation.press(presses(view)["Set it"])).views[-1].text
    assert [str(one.rule.level) for one in await stored(conversation)] == ["9"]


async def test_a_level_of_the_dollar_alone_finds_its_currency_and_says_so(conversation: Conversation) -> None:
    ctx = await ask(conversation, level("520", "USD", side=Side.ABOVE))
    assert ctx.notes == ["No other currency was named. Chosen: KZT."]
    assert "USD/KZT above 520" in ctx.views[-1].text
    assert "Currency chosen" not in (await conversation.say(create, "usd kzt > 530")).text


async def test_a_level_of_the_dollar_that_fits_several_currencies_is_asked_back(conversation: Conversation) -> None:
    await print_rates(conversation.database, "nbkr", NOW.date(), USDKGS="87.45")
    [view] = (await ask(conversation, level("85", "USD", side=Side.ABOVE))).views
    assert view.text == "<b>Dollar above 85</b>: in which currency?"
    assert labels(view) == [["🇰🇬 KGS", "🇷🇺 RUB"]]
    await conversation.press(presses(view)["🇷🇺 RUB"])
    assert [str(one.rule.pair) for one in await stored(conversation)] == ["USD/RUB"]
    [which] = (await ask(conversation, AlertRequest(("USD",), Side.ABOVE, None, Decimal("0.02"), Kind.MOVE))).views
    assert which.text == "In which currency?"


async def test_a_sentence_creates_the_alert_at_once_and_can_be_undone(conversation: Conversation) -> None:
    [view] = (await ask(conversation, level("500", "KZT"))).views
    assert "Alert set: <b>USD/KZT above 500</b>" in view.text
    gone = (await conversation.press(presses(view)["↩ Undo"])).views[-1]
    assert gone.text == "Deleted: USD/KZT above 500"
    assert await stored(conversation) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("kzt > 520", "USD/KZT above 520"),
        ("tell me when the dollar hits 520", "USD/KZT above 520"),
        ("сообщи когда рубль будет 0,12 сомони", "RUB/TJS above 0.12"),
        ("сообщи когда рубль 11,6 сомони", "RUB/TJS above 0.116"),
        ("alert me if ruble drops below 0.11 somoni", "RUB/TJS below 0.11"),
        ("дай знать когда доллар вырастет на 2% к тенге", "USD/KZT rises 2%"),
    ],
)
async def test_sentences_of_people_become_alerts(conversation: Conversation, sentence: str, expected: str) -> None:
    intent = understand(sentence, "ru")
    assert intent.kind is IntentKind.ALERT
    ctx = conversation.ctx()
    await create_asked(ctx, intent)
    assert f"Alert set: <b>{expected}</b>" in ctx.views[-1].text


async def test_a_sentence_without_a_level_opens_the_builder(conversation: Conversation) -> None:
    assert "USD/KZT is 478.77" in (await ask(conversation, None, "KZT")).views[-1].text
    assert "100 RUB = 11.41 TJS" in (await ask(conversation, None, "RUB", "TJS")).views[-1].text
    assert "Which currency?" in (await ask(conversation, None)).views[-1].text


async def test_a_rule_that_is_met_already_waits_for_the_next_crossing(conversation: Conversation) -> None:
    asked = await conversation.say(create, "usd kzt > 470")
    assert asked.text == "Already true: <b>USD/KZT above 470</b> (now 478.77). When should I alert you?"
    assert await stored(conversation) == []
    waiting = (await conversation.press(presses(asked)["Next time"])).views[-1]
    assert "Now 478.77. It's there already." in waiting.text
    assert await delivered(conversation) == []
    assert [one.state for one in await stored(conversation)] == [AlertState.FIRED]
    await publish_rate(conversation.database, "465.00", NOW + dt.timedelta(hours=1))
    assert await delivered(conversation) == []
    assert [one.state for one in await stored(conversation)] == [AlertState.ARMED]


async def test_a_rule_that_is_met_already_fires_now(conversation: Conversation) -> None:
    asked = await conversation.say(create, "usd kzt > 470")
    for _ in range(2):
        await conversation.press(presses(asked)["Alert me now"])
    [message] = await delivered(conversation)
    assert message.text.startswith("🔔 <b>USD/KZT 478.77</b> ▲, above your 470")


async def test_the_message_begins_with_the_rate(conversation: Conversation) -> None:
    await publish(
        conversation.database,
        "Tenge Slides as Kazakhstan's National Bank Steps Back",
        "Kazakhstan Opens a Museum",
        "Uzbekistan Sees Inflation Ease",
    )
    await conversation.say(create, "usd kzt > 480")
    assert await publish_rate(conversation.database, "482.11") == 1
    [message] = await delivered(conversation)
    assert without_times(message.text).split("\n") == [
        "🔔 <b>USD/KZT 482.11</b> ▲, above your 480",
        "Before: 478.77 (▲0.7%)",
        "National Bank of Kazakhstan, …",
        "",
        "Possibly related:",
        '• <a href="https://example.org/0">Tenge Slides as Kazakhstan\'s National Bank Steps Back</a> · feed',
    ]
    assert labels(message) == [["📈 Chart", "✎ Change level"], ["💤 Snooze", "🔕 Turn off"]]


async def test_a_change_within_a_day_is_sent_with_its_measure(conversation: Conversation) -> None:
    await conversation.say(create, "kzt 1% day")
    await conversation.say(create, "usd kzt low 30")
    for view in await delivered(conversation):
        raise AssertionError(view.text)
    await publish_rate(conversation.database, "490.00")
    [message] = await delivered(conversation)
    assert message.text.startswith("🔔 <b>USD/KZT 490.00</b> ▲2.3% in a day (your alert: 1%)")


async def test_a_level_for_a_hundred_units_fires_in_the_same_words(conversation: Conversation) -> None:
    await conversation.say(create, "rub tjs > 11.5")
    await publish_rate(conversation.database, "9.3500", source="nbt", pair="USDTJS")
    [message] = await delivered(conversation)
    assert message.text.startswith("🔔 <b>RUB/TJS 0.1152</b> ▲, above your 0.115\nBefore: 0.1141")


async def test_an_alert_fires_when_independent_rates_leave_a_peg(conversation: Conversation) -> None:
    await conversation.say(create, "tmt peg")
    assert await publish_rate(conversation.database, "22.5407", source="cbr", pair="TMTRUB") == 1  # 81.1291 / 3.6
    [message] = await delivered(conversation)
    assert message.text.startswith(
        "🔔 <b>USD/TMT 3.5</b>, no longer fixed\nOther sources differ from the fixed rate by 2"
    )


async def test_after_so_many_alerts_one_summary(conversation: Conversation) -> None:
    for n in range(MAX_ALERTS_A_DAY + 3):
        await conversation.say(create, f"usd kzt > {480 + n / 10}")
    await publish_rate(conversation.database, "484.00")
    views = await delivered(conversation)
    assert len(views) == MAX_ALERTS_A_DAY + 1
    [summary] = [view for view in views if "above your" not in view.text]
    assert f"Limit reached: {MAX_ALERTS_A_DAY} alerts in 24 hours." in summary.text
    assert "Not sent: 3" in summary.text


@pytest.mark.parametrize(
    "data",
    [
        "v1:alerts:delete:999",
        "v1:alerts:delete:x",
        "v1:alerts:resume:{other}",
        "v1:alerts:snooze:{id}:year",
        "v1:alerts:shift:{id}:up",
        "v1:alerts:list:x",
        "v1:alerts:one:{other}",
        "v1:alerts:change:{other}",
        "v1:alerts:set:{other}:above:500",
        "v1:alerts:set:{id}:both:500",
        "v1:alerts:set:{id}:above:9999999",
        "v1:alerts:once:{other}:1",
        "v1:alerts:repeats:{other}",
        "v1:alerts:restore:{other}:armed",
        "v1:alerts:restore:{id}:deleted",
        "v1:alerts:percent:USD:XXX",
        "v1:alerts:type:KZT:sideways",
        "v1:alerts:level:USD:KZT:both",
        "v1:alerts:draw:USD:KZT:level:above:1e9:0",
        "v1:alerts:draw:USD:KZT:level:both:500:0",
        "v1:alerts:draw:USD:USD:level:above:500:0",
        "v1:alerts:next:USD:KZT:none:above:500:0",
        "v1:alerts:now:USD:KZT:level:above:nan:0",
        "v1:alerts:now:USD:KZT:level:above:-5:0",
        "v1:alerts:now:USD:KZT:high:above:1.5:0",
    ],
)
async def test_a_forged_button_changes_nothing(database: Database, conversation: Conversation, data: str) -> None:
    await conversation.say(create, "usd kzt > 520")
    async with database.write() as connection:
        other = Conversation(database, await chats.ensure(connection, Chat(2, "private", "en", "Asia/Almaty"), NOW))
    await other.say(create, "usd kzt > 530")
    [mine], [theirs] = await stored(conversation), await stored(other)
    ctx = await conversation.press(data.format(id=mine.id, other=theirs.id))
    said = [*ctx.callback_answers, *(view.text for view in ctx.views)]
    assert said == OLD or "ten times" in said[0] or "30, 90 or 365" in said[0]
    assert (await stored(conversation), await stored(other)) == ([mine], [theirs])


async def test_an_alert_has_russian_texts(conversation: Conversation) -> None:
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    view = await russian.say(create, "тенге 3% за неделю один раз")
    assert "USD/KZT изменится на 3% за неделю" in view.text
    assert "Сообщу один раз." in view.text


async def test_a_sentence_about_a_currency_of_no_source_is_explained(conversation: Conversation) -> None:
    wanted = understand("сообщи когда песо выше 5", "ru")
    assert isinstance(wanted.problem, UnknownCurrency)
    view = await conversation.say(lambda ctx: create_asked(ctx, wanted))
    assert view.text.startswith("Unknown currency “песо”. Available: ")


@pytest.mark.parametrize(
    "typed",
    [
        "usd kzt > 900.12345678901234567",
        "usd kzt > 300.12345678901234567",
        "kzt usd > 0.00123456789012345678",
        "usd kzt > 0.123e2",
    ],
)
async def test_a_level_with_very_many_digits_is_answered(conversation: Conversation, typed: str) -> None:
    view = await conversation.say(create, typed)
    for data in presses(view).values():
        assert parse_data(data)
