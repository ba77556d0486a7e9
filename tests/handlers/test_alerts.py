import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.delivery.render import render
from bot.domain.alerts import MAX_ALERTS, MAX_ALERTS_A_DAY, Alert, AlertState
from bot.domain.chats import Chat
from bot.domain.rates import Pair, Quote
from bot.domain.snapshot import Table
from bot.ingest.rates import store_history, store_table
from bot.views.message import View
from handlers.alert_list import show_alerts
from handlers.alerts import create
from storage import alerts, chats, claims
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, half_step, print_rates, publish

TODAY = NOW.date()
DAY = dt.timedelta(days=1)
OLD = ["That button is from an older message. Send the command again for a fresh one."]


@pytest.fixture(autouse=True)
async def banks(database: Database) -> None:
    """Real rates of real banks, as of one day, and a history of the tenge."""
    tenge = [
        Table(TODAY - days * DAY, (Quote(Pair("USD", "KZT"), Decimal(480 + days), Decimal("0.005")),))
        for days in range(40, 0, -1)
    ]
    async with database.write() as connection:
        await store_history(connection, "nbk", tenge)
    await print_rates(database, "nbk", TODAY, USDKZT="478.77", KGSKZT="5.47")
    await print_rates(database, "cbu", TODAY, USDUZS="12142.10", RUBUZS="150.53")
    await print_rates(database, "cbr", TODAY, USDRUB="81.1291")


def presses(view: View) -> dict[str, str]:
    """The data of the buttons of a view, by their labels."""
    return {button.label: button.data for row in view.buttons for button in row if button.data}


async def stored(conversation: Conversation) -> list[Alert]:
    async with conversation.database.read() as connection:
        return await alerts.of_chat(connection, conversation.chat.id)


async def publish_rate(
    database: Database, value: str, at: dt.datetime = NOW, source: str = "nbk", pair: str = "USDKZT"
) -> int:
    """Let a bank publish a new rate for tomorrow; returns how many deliveries follow."""
    quote = Quote(Pair(pair[:3], pair[3:]), Decimal(value), half_step(value))
    return (await store_table(database, source, Table(at.date() + DAY, (quote,)), at)).deliveries


async def delivered(conversation: Conversation) -> list[View]:
    """All pending messages of the chat, rendered."""
    async with conversation.database.write() as connection:
        waiting = await claims.claim(connection, NOW + DAY, 100)
        chat = await chats.get(connection, conversation.chat.id)
        assert chat is not None
        views = [await render(connection, one, chat, NOW) for one in waiting if one.chat_id == chat.id]
    return [view for view in views if view]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("usd kzt > 520", "🔔 I will cry when <b>USD/KZT above 520</b>."),
        ("kzt < 0.0019 once", "🔔 I will cry when <b>KZT/USD below 0.0019, once</b>."),
        ("rub uzs > 160", "🔔 I will cry when <b>RUB/UZS above 160</b>."),
        ("kgs uzs < 130", "🔔 I will cry when <b>KGS/UZS below 130</b>."),
        ("kzt 2%", "🔔 I will cry when <b>USD/KZT moves by 2 %</b>."),
        ("kzt 2.5% day", "🔔 I will cry when <b>USD/KZT moves by 2.5 % within a day</b>."),
        ("kzt down 10% week", "🔔 I will cry when <b>USD/KZT falls by 10 % within a week</b>."),
        ("kzt high 90", "🔔 I will cry when <b>USD/KZT at its highest in 90 days</b>."),
        ("tmt peg", "🔔 I will cry when <b>USD/TMT leaves its fixed rate</b>."),
    ],
)
async def test_each_kind_of_rule_is_created_by_one_command(
    conversation: Conversation, typed: str, expected: str
) -> None:
    view = await conversation.say(create, typed)
    assert view.text.split("\n")[0] == expected
    assert len(await stored(conversation)) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kzt abc", "I do not know the currency “abc”"),
        ("kzr > 5", "Did you mean"),
        ("kzt > -5", "one positive number"),
        ("kzt > 1e999", "one positive number"),
        ("usd kzt > 99999999", "ten times away"),
        ("kzt kzt 5", "one currency twice"),
        ("kzt 0.001%", "The smallest move I can see: <b>0.1 %</b>"),
        ("kzt 2.123%", "The nearest one: <b>2.12 %</b>"),
        ("kzt 90%", "A move of more than 50 %"),
        ("kzt high 77", "The nearest is <b>90</b>"),
        ("kzt peg", "That rate is not a fixed one"),
        ("usd kzt > 478.771", "The nearest value I can watch: <b>478.775</b>"),
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
    assert "which is the most" in view.text
    assert len(await stored(conversation)) == MAX_ALERTS
    first = await conversation.say(show_alerts)
    assert "10. USD/KZT above 509" in first.text
    last = (await conversation.press("v1:alerts:list:99")).views[-1]
    assert "50. USD/KZT above 549" in last.text
    assert "above 509" not in last.text
    assert "‹" in presses(last)
    assert "›" not in presses(last)


@pytest.mark.parametrize("first", ["above", "below", "move", "day", "high", "low"])
async def test_every_kind_is_built_in_three_taps(conversation: Conversation, first: str) -> None:
    one = await conversation.say(create)
    two = await conversation.press(next(data for label, data in presses(one).items() if "KZT" in label))
    three = await conversation.press(f"v1:alerts:side:USD:KZT:{first}")
    assert f"v1:alerts:side:USD:KZT:{first}" in presses(two.views[0]).values()
    last = await conversation.press(next(iter(presses(three.views[0]).values())))
    assert "I will cry" in last.views[0].text or "That is so already" in last.views[0].text


async def test_a_rule_that_is_met_already_fires_now_or_at_the_next_crossing(conversation: Conversation) -> None:
    asked = await conversation.say(create, "usd kzt > 470")
    assert asked.text.startswith("That is so already: <b>USD/KZT above 470</b>, now USD/KZT is 478.77.")
    assert await stored(conversation) == []
    buttons = presses(asked)
    await conversation.press(buttons["At the next crossing"])
    assert await delivered(conversation) == []
    await conversation.press(buttons["Tell me now"])
    [message] = await delivered(conversation)
    assert "Crossed: USD/KZT above 470" in message.text
    assert [one.state for one in await stored(conversation)] == [AlertState.FIRED, AlertState.FIRED]
    await publish_rate(conversation.database, "465.00", NOW + dt.timedelta(hours=1))
    assert await delivered(conversation) == []
    assert [one.state for one in await stored(conversation)] == [AlertState.ARMED, AlertState.ARMED]


async def test_the_message_is_complete_and_keeps_the_rule_that_fired(conversation: Conversation) -> None:
    await publish(
        conversation.database,
        "Tenge Slides as Kazakhstan's National Bank Steps Back",
        "Kazakhstan Opens a Museum",
        "Uzbekistan Sees Inflation Ease",
    )
    await conversation.say(create, "usd kzt > 480")
    assert await publish_rate(conversation.database, "482.11") == 1
    [line] = await stored(conversation)
    await conversation.press(f"v1:alerts:shift:{line.id}:up")
    [moved] = await stored(conversation)
    assert (moved.rule.level, moved.state) == (Decimal("484.8"), AlertState.ARMED)
    [message] = await delivered(conversation)
    text = re.sub(r"<tg-time[^>]*>.*?</tg-time>", "…", message.text)
    assert text.split("\n") == [
        "🇰🇿 <b>Crossed: USD/KZT above 480</b>",
        "USD/KZT = <b>482.11</b>",
        "before: 478.77 (▲0.7%)",
        "seen …, National Bank of Kazakhstan",
        "<i>After a cry it rests until the rate is back at 478.56.</i>",
        "",
        "Why? The newest about its economy:",
        '• <a href="https://example.org/0">Tenge Slides as Kazakhstan\'s National Bank Steps Back</a> · feed',
    ]
    assert [[button.label for button in row] for row in message.buttons] == [
        ["💤 1 hour", "💤 1 day", "💤 until Monday"],
        ["Line −1 %", "Line +1 %"],
        ["📈 Chart", "Arm again", "Delete"],
    ]


async def test_a_change_within_a_day_and_a_new_high_are_sent_with_their_measure(conversation: Conversation) -> None:
    await conversation.say(create, "kzt 1% day")
    await conversation.say(create, "usd kzt low 30")
    for view in await delivered(conversation):
        raise AssertionError(view.text)
    await publish_rate(conversation.database, "490.00")
    [message] = await delivered(conversation)
    assert "<b>Crossed: USD/KZT moves by 1 % within a day</b>" in message.text
    assert "within a day: ▲2.3%" in message.text
    assert "until the difference is under 0.7 %" in message.text


async def test_an_alert_fires_when_independent_rates_leave_a_peg(conversation: Conversation) -> None:
    await conversation.say(create, "tmt peg")
    assert await publish_rate(conversation.database, "22.5407", source="cbr", pair="TMTRUB") == 1  # 81.1291 / 3.6
    [message] = await delivered(conversation)
    assert "USD/TMT leaves its fixed rate" in message.text
    assert "% off the fixed rate" in message.text


async def test_after_so_many_alerts_one_summary(conversation: Conversation) -> None:
    for n in range(MAX_ALERTS_A_DAY + 3):
        await conversation.say(create, f"usd kzt > {480 + n / 10}")
    await publish_rate(conversation.database, "484.00")
    views = await delivered(conversation)
    assert len(views) == MAX_ALERTS_A_DAY + 1
    [summary] = [view for view in views if "Crossed:" not in view.text]
    assert f"{MAX_ALERTS_A_DAY} alerts within a day" in summary.text
    assert "by now: 3" in summary.text


async def test_snoozed_paused_and_armed_again(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    [line] = await stored(conversation)
    ctx = await conversation.press(f"v1:alerts:snooze:{line.id}:monday")
    assert ctx.callback_answers == ["Asleep. If the line is still crossed when it wakes, I will say so."]
    assert await publish_rate(conversation.database, "482.11") == 0
    monday = dt.datetime(2025, 12, 15, 4, tzinfo=dt.UTC)
    assert await publish_rate(conversation.database, "482.15", monday) == 1
    await conversation.press(f"v1:alerts:pause:{line.id}")
    assert [one.state for one in await stored(conversation)] == [AlertState.PAUSED]
    listed = await conversation.press(f"v1:alerts:resume:{line.id}")
    assert [one.state for one in await stored(conversation)] == [AlertState.ARMED]
    assert "1. USD/KZT above 480 · ▼0.4% · waiting" in listed.views[-1].text
    await conversation.press(f"v1:alerts:delete:{line.id}")
    assert await stored(conversation) == []


@pytest.mark.parametrize(
    "data",
    [
        "v1:alerts:delete:999",
        "v1:alerts:delete:x",
        "v1:alerts:resume:{other}",
        "v1:alerts:snooze:{id}:year",
        "v1:alerts:shift:{id}:sideways",
        "v1:alerts:list:x",
        "v1:alerts:side:USD:KZT:sideways",
        "v1:alerts:side:USD:XXX:above",
        "v1:alerts:type:KZT:sideways",
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
    assert ctx.callback_answers == OLD or "ten times" in ctx.views[0].text or "30, 90 and 365" in ctx.views[0].text
    assert (await stored(conversation), await stored(other)) == ([mine], [theirs])


async def test_an_alert_has_russian_texts(conversation: Conversation) -> None:
    russian = replace(conversation, chat=replace(conversation.chat, language="ru"))
    view = await russian.say(create, "тенге 3% за неделю один раз")
    assert "USD/KZT меняется на 3 % за неделю, один раз" in view.text
