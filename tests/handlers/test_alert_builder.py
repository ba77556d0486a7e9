"""Alerts by buttons: one screen of round levels for any pair, and typed levels that are asked for again."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import text as sql

from bot.domain.alerts import AlertState, Kind
from bot.domain.rates import Pair
from bot.views import actions
from bot.views.message import View
from handlers.alert_builder import follow
from handlers.alert_prompts import CHANGE, LEVEL
from handlers.alerts import create
from handlers.features import PROMPTS
from storage import alerts
from storage.database import Database
from tests.handlers.alert_talk import fill_banks, labels, presses, publish_rate, reloaded, stored
from tests.handlers.conftest import NOW, Conversation
from tests.handlers.talk import PERSON, Talk


@pytest.fixture(autouse=True)
async def banks(database: Database) -> None:
    await fill_banks(database)


async def press(conversation: Conversation, data: str) -> View:
    """Press a button and return the last view."""
    return (await conversation.press(data)).views[-1]


async def answer(conversation: Conversation, text: str) -> View:
    """Answer the open prompt, as the dispatcher passes it on: the prompt is closed first."""
    open_ = await reloaded(conversation)
    prompt = open_.chat.awaiting
    assert prompt is not None
    ctx = open_.ctx(text)
    ctx.answered_prompt = prompt
    await ctx.save(replace(open_.chat, awaiting=None, awaiting_until=None))
    await PROMPTS[prompt.partition(" ")[0]](ctx)
    return ctx.views[-1]


async def awaiting(conversation: Conversation) -> str | None:
    return (await reloaded(conversation)).chat.awaiting


async def rules(conversation: Conversation) -> list[tuple[str, str, str]]:
    return [
        (str(one.rule.pair), str(one.rule.side), str(one.rule.level or one.rule.move))
        for one in await stored(conversation)
    ]


async def test_a_level_is_two_presses_from_the_command(conversation: Conversation) -> None:
    first = await conversation.say(create)
    screen = await press(conversation, presses(first)["🇰🇿 KZT"])
    assert screen.text == "🔔 <b>USD/KZT is 478.77</b>. Alert me when it is:"
    assert labels(screen) == [
        ["above 480", "above 482.5", "above 485"],
        ["below 477.5", "below 475", "below 472.5"],
        ["✎ Other level", "↕ By percentage"],
        ["‹ Back"],
    ]
    assert "Alert set: <b>USD/KZT above 480</b>" in (await press(conversation, presses(screen)["above 480"])).text
    assert (await press(conversation, presses(screen)["‹ Back"])).text == first.text


async def test_the_persons_own_currencies_come_first(conversation: Conversation) -> None:
    mine = replace(conversation, chat=replace(conversation.chat, currencies=("RUB", "TJS", "UZS")))
    view = await mine.say(create)
    assert labels(view)[:2] == [["RUB/TJS", "RUB/UZS"], ["🇷🇺 RUB", "🇹🇯 TJS", "🇺🇿 UZS"]]
    assert labels(view)[-1] == ["‹ Alerts"]


async def test_levels_of_small_money_are_shown_as_people_count(conversation: Conversation) -> None:
    screen = await press(conversation, actions.ALERTS_PAIR(Pair("RUB", "TJS")))
    assert screen.text == "🔔 <b>100 RUB = 11.41 TJS</b>. Alert me when it is:"
    assert labels(screen)[0] == ["above 11.5", "above 11.6", "above 11.7"]
    confirmed = await press(conversation, presses(screen)["above 11.5"])
    assert "Alert set: <b>RUB/TJS above 0.115</b> (100\xa0₽ = 11.5\xa0TJS)\nNow 0.1141, 0.8% away." in confirmed.text
    assert await rules(conversation) == [("RUB/TJS", "above", "0.115")]


async def test_moves_and_extremes_are_on_one_screen_with_a_way_back(conversation: Conversation) -> None:
    levels = await press(conversation, actions.ALERTS_PAIR(Pair("USD", "KZT")))
    screen = await press(conversation, presses(levels)["↕ By percentage"])
    assert labels(screen) == [
        ["± 1%", "± 2%", "± 5%"],
        ["1% / day", "2% / day", "3% / day"],
        ["2% / week", "3% / week", "5% / week"],
        ["30-day high", "90-day high", "1-year high"],
        ["30-day low", "90-day low", "1-year low"],
        ["‹ Back"],
    ]
    assert await press(conversation, presses(screen)["‹ Back"]) == levels
    await press(conversation, presses(screen)["2% / day"])
    assert [one.kind for one in await stored(conversation)] == [Kind.DAY]
    fixed = await press(conversation, actions.ALERTS_PERCENT(Pair("USD", "TMT")))
    assert labels(fixed)[-2] == ["No longer fixed"]


@pytest.mark.parametrize("typed", ["kzt", "KZT", "тенге", "usd kzt", "usd/kzt"])
async def test_a_currency_alone_opens_its_levels(conversation: Conversation, typed: str) -> None:
    assert "USD/KZT is 478.77" in (await conversation.say(create, typed)).text


@pytest.mark.parametrize("typed", ["usd", "доллар", "$"])
async def test_the_dollar_alone_asks_for_the_other_currency(conversation: Conversation, typed: str) -> None:
    assert "Which currency?" in (await conversation.say(create, typed)).text


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("KZT", "USD/KZT is 478.77"),
        ("RUB_TJS", "100 RUB = 11.41 TJS"),
        ("USD", "Which currency?"),
        ("", "Which currency?"),
        ("XXX", "Which currency?"),
        ("RUB_TJS_KZT", "Which currency?"),
        ("KZT_KZT", "Which currency?"),
        ("KZT_JPY", "Which currency?"),
    ],
)
async def test_a_link_opens_the_levels_of_its_pair(conversation: Conversation, link: str, expected: str) -> None:
    ctx = conversation.ctx()
    await follow(ctx, link)
    assert expected in ctx.views[-1].text


@pytest.mark.parametrize(
    ("typed", "side", "level"),
    [
        ("525", "above", "525"),
        ("525,5", "above", "525.5"),
        ("> 525", "above", "525"),
        ("460", "below", "460"),
        ("460 ниже", "below", "460"),
        ("above 490", "above", "490"),
        ("kzt > 520", "above", "520"),
        ("usd/kzt > 520", "above", "520"),
    ],
)
async def test_another_level_is_typed_as_a_number(
    conversation: Conversation, typed: str, side: str, level: str
) -> None:
    screen = await press(conversation, actions.ALERTS_PAIR(Pair("USD", "KZT")))
    question = await press(conversation, presses(screen)["✎ Other level"])
    assert question.text == "Send the level for <b>USD/KZT</b> (now 478.77), for example <code>482.5</code>."
    assert labels(question) == [["Cancel"]]
    assert "Alert set" in (await answer(conversation, typed)).text
    assert await rules(conversation) == [("USD/KZT", side, level)]
    assert await awaiting(conversation) is None


@pytest.mark.parametrize(("typed", "level"), [("11.5", "0.115"), ("0.115", "0.115"), ("11,7", "0.117")])
async def test_a_typed_level_of_small_money_is_for_a_hundred_or_for_one(
    conversation: Conversation, typed: str, level: str
) -> None:
    question = await press(conversation, actions.ALERTS_TYPE(Pair("RUB", "TJS")))
    assert "<b>RUB/TJS</b> (now 0.1141), for example <code>0.116</code>" in question.text
    await answer(conversation, typed)
    assert await rules(conversation) == [("RUB/TJS", "above", level)]


async def test_another_currency_may_be_typed_too(conversation: Conversation) -> None:
    await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    await answer(conversation, "rub > 90")
    assert await rules(conversation) == [("USD/RUB", "above", "90")]


async def test_the_chosen_side_is_kept(conversation: Conversation) -> None:
    question = await press(conversation, "v1:alerts:level:USD:KZT:above")
    assert "Send the level for <b>USD/KZT above</b>" in question.text
    assert await awaiting(conversation) == f"{LEVEL} USD:KZT:above"
    await answer(conversation, "490")
    assert await rules(conversation) == [("USD/KZT", "above", "490")]
    await press(conversation, "v1:alerts:level:USD:KZT:below")
    assert "Already true" in (await answer(conversation, "495")).text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("abc", "I didn't understand that."),
        ("-5", "I didn't understand that."),
        ("1e999", "I didn't understand that."),
        ("9" * 300, "I didn't understand that."),
        ("🙃", "I didn't understand that."),
        ("kzt", "I didn't understand that."),
        ("9999999", "more than ten times off"),
        ("478.771", "too close to the current value"),
    ],
)
async def test_a_miss_repeats_the_question_and_keeps_waiting(
    conversation: Conversation, typed: str, reason: str
) -> None:
    question = await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    for _ in range(2):
        repeated = await answer(conversation, typed)
        assert reason in repeated.text
        assert repeated.text.endswith(question.text)
        assert repeated.buttons == question.buttons
    assert await rules(conversation) == []
    await answer(conversation, "525")
    assert await rules(conversation) == [("USD/KZT", "above", "525")]


async def test_an_answer_after_ten_minutes_is_an_ordinary_text(database: Database) -> None:
    talk = Talk(database)
    await talk.send("/rates")
    for minutes, expected in ((-1, []), (1, [("USD/KZT", "above", "525")])):
        until = (NOW + dt.timedelta(minutes=minutes)).isoformat(sep=" ")
        async with database.write() as connection:
            open_ = sql("UPDATE chats SET awaiting = 'alerts.level USD:KZT', awaiting_until = :until")
            await connection.execute(open_, {"until": until})
        await talk.send("525")
        async with database.read() as connection:
            found = [one.rule for one in await alerts.of_chat(connection, PERSON)]
        assert [(str(one.pair), str(one.side), str(one.level)) for one in found] == expected


async def test_an_alert_in_words_is_no_answer_to_another_question(database: Database) -> None:
    await fill_banks(database)
    talk = Talk(database)
    for question in ("v1:digest:type", "v1:own:other"):
        await talk.press(question)
        [confirmed] = await talk.send("сообщи когда доллар выше 520 тенге" if "own" in question else "kzt > 530")
        assert confirmed.startswith("🔔 Alert set: <b>USD/KZT above 5")
    [answered] = await talk.send("rub tjs")
    assert answered.startswith("✓ Your currencies: RUB → TJS")  # the question stayed open


async def test_another_level_for_an_alert_that_was_deleted_meanwhile(database: Database) -> None:
    await fill_banks(database)
    talk = Talk(database)
    await talk.send("/alert kzt > 520")
    await talk.press("v1:alerts:change:1")
    await talk.press("v1:alerts:delete:1")
    assert await talk.send("525") == ["This alert no longer exists. Your alerts: /alerts"]


async def test_a_question_is_cancelled(conversation: Conversation) -> None:
    question = await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    cancelled = await (await reloaded(conversation)).press(presses(question)["Cancel"])
    assert cancelled.views[-1].text == "Cancelled."
    assert await awaiting(conversation) is None


async def test_a_level_chosen_by_a_button_closes_the_question(conversation: Conversation) -> None:
    await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    await (await reloaded(conversation)).press("v1:alerts:draw:USD:KZT:level:above:490:0")
    assert await awaiting(conversation) is None


async def test_a_far_typed_level_is_asked_back(conversation: Conversation) -> None:
    await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    view = await answer(conversation, "700")
    assert view.text == "<b>USD/KZT above 700</b>\nNow 478.77, 46% away. Set the alert anyway?"
    assert "for example" in (await press(conversation, presses(view)["Other level"])).text
    await press(conversation, presses(view)["Set it"])
    assert await rules(conversation) == [("USD/KZT", "above", "700")]


@pytest.mark.parametrize(
    ("typed", "side", "level"), [("525", "above", "525"), ("460", "below", "460"), ("kzt > 530", "above", "530")]
)
async def test_a_level_is_changed_in_place(conversation: Conversation, typed: str, side: str, level: str) -> None:
    view = await conversation.say(create, "usd kzt > 500 once")
    [before] = await stored(conversation)
    question = await press(conversation, presses(view)["✎ Change level"])
    assert "Send the new level instead of <b>USD/KZT above 500</b> (now 478.77)" in question.text
    assert await awaiting(conversation) == f"{CHANGE} {before.id}"
    changed = await answer(conversation, typed)
    assert "Alert set" in changed.text
    [after] = await stored(conversation)
    assert (after.id, after.once) == (before.id, True)
    assert await rules(conversation) == [("USD/KZT", side, level)]


async def test_a_changed_level_waits_for_its_next_crossing(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 480")
    await publish_rate(conversation.database, "482.11")
    [fired] = await stored(conversation)
    assert fired.state is AlertState.FIRED
    await press(conversation, f"v1:alerts:change:{fired.id}")
    await answer(conversation, "490")
    [changed] = await stored(conversation)
    assert (changed.state, changed.last_fired_at) == (AlertState.ARMED, fired.last_fired_at)
    await press(conversation, f"v1:alerts:change:{fired.id}")
    assert "It's there already." in (await answer(conversation, "> 470")).text
    assert [one.state for one in await stored(conversation)] == [AlertState.FIRED]


async def test_a_changed_alert_stays_paused_and_snoozed(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    [alert] = await stored(conversation)
    await press(conversation, f"v1:alerts:snooze:{alert.id}:day")
    await press(conversation, f"v1:alerts:pause:{alert.id}")
    await press(conversation, f"v1:alerts:change:{alert.id}")
    await answer(conversation, "510")
    [changed] = await stored(conversation)
    assert changed.state is AlertState.PAUSED
    assert changed.snoozed_until == NOW + dt.timedelta(days=1)


async def test_a_per_cent_is_changed_in_place(conversation: Conversation) -> None:
    view = await conversation.say(create, "kzt up 2% day")
    question = await press(conversation, presses(view)["✎ Change the %"])
    assert "Send the new percentage instead of <b>USD/KZT rises 2% in a day</b>" in question.text
    await answer(conversation, "3")
    [changed] = await stored(conversation)
    assert (changed.kind, str(changed.rule.side), str(changed.rule.move)) == (Kind.DAY, "above", "0.03")


@pytest.mark.parametrize(
    ("typed", "reason"), [("nonsense", "I didn't understand"), ("rub > 90", "This alert is about USD/KZT")]
)
async def test_a_useless_change_is_asked_for_again(conversation: Conversation, typed: str, reason: str) -> None:
    await conversation.say(create, "usd kzt > 500")
    [alert] = await stored(conversation)
    await press(conversation, f"v1:alerts:change:{alert.id}")
    repeated = await answer(conversation, typed)
    assert reason in repeated.text
    assert "Send the new level" in repeated.text
    assert await stored(conversation) == [alert]
    await answer(conversation, "510")
    assert await rules(conversation) == [("USD/KZT", "above", "510")]


async def test_a_far_change_is_asked_back(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    [alert] = await stored(conversation)
    await press(conversation, f"v1:alerts:change:{alert.id}")
    view = await answer(conversation, "800")
    assert "67% away" in view.text
    assert await stored(conversation) == [alert]
    await press(conversation, presses(view)["Set it"])
    assert await rules(conversation) == [("USD/KZT", "above", "800")]


async def test_a_change_to_an_equal_rule_is_refused(conversation: Conversation) -> None:
    await conversation.say(create, "usd kzt > 500")
    await conversation.say(create, "usd kzt > 510")
    [first, second] = await stored(conversation)
    await press(conversation, f"v1:alerts:change:{second.id}")
    view = await answer(conversation, "500")
    assert view.text.startswith("You already have this alert")
    assert presses(view)["🗑 Delete"] == f"v1:alerts:delete:{first.id}"
    assert await stored(conversation) == [first, second]


async def test_another_level_answers_the_question_whether_a_far_one_is_meant(conversation: Conversation) -> None:
    await press(conversation, actions.ALERTS_TYPE(Pair("USD", "KZT")))
    far = await answer(conversation, "100")
    assert labels(far) == [["Set it", "Other level"]]
    assert "Alert set: <b>USD/KZT above 490</b>" in (await answer(conversation, "490")).text
    assert await rules(conversation) == [("USD/KZT", "above", "490")]
    assert await awaiting(conversation) is None
    [alert] = await stored(conversation)
    await press(conversation, actions.ALERTS_CHANGE(alert.id))
    far = await answer(conversation, "100")
    assert await awaiting(conversation) == f"alerts.change {alert.id}"
    await press(await reloaded(conversation), presses(far)["Set it"])
    assert await rules(conversation) == [("USD/KZT", "below", "100")]
    assert await awaiting(conversation) is None
