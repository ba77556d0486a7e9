"""A person's own currencies: chosen once, and shown first in the direction in which the money goes."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from bot.views.buttons import parse_data
from bot.views.message import View, plain_text
from handlers import own
from handlers.digest import send_now
from handlers.privacy import send_data
from handlers.rates import show_rates
from handlers.start import start
from storage.database import Database
from tests.handlers.conftest import NOW, Conversation, print_rates

TODAY = NOW.date()


@pytest.fixture
async def banks(database: Database) -> None:
    """A ruble was best 40 days ago and has risen in the last week; rates begin 100 days ago."""
    for back, somoni in ((100, "9.1"), (40, "9.6000"), (7, "9.3000"), (0, "9.3450")):
        day = TODAY - dt.timedelta(days=back)
        await print_rates(database, "nbt", day, USDTJS=f"{float(somoni):.4f}")
    for back in range(0, 101, 5):
        await print_rates(database, "cbr", TODAY - dt.timedelta(days=back), USDRUB="81.0000")
        await print_rates(database, "cbu", TODAY - dt.timedelta(days=back), USDUZS="12142.10")
    for back in range(41, 100, 5):
        await print_rates(database, "nbt", TODAY - dt.timedelta(days=back), USDTJS="9.1000")
    for back in range(8, 40, 5):
        await print_rates(database, "nbt", TODAY - dt.timedelta(days=back), USDTJS="9.3000")


def speaking(conversation: Conversation, language: str, *currencies: str) -> Conversation:
    return replace(conversation, chat=replace(conversation.chat, language=language, currencies=currencies))


def labels(view: View) -> list[list[str]]:
    return [[button.label for button in row] for row in view.buttons]


@pytest.mark.usefixtures("banks")
async def test_rates_begin_with_the_own_pair_in_the_direction_in_which_the_money_goes(
    conversation: Conversation,
) -> None:
    view = await speaking(conversation, "ru", "RUB", "TJS").say(show_rates)
    lines = plain_text(view.text).split("\n")
    assert lines[:4] == [
        "100\u00a0₽ = 11,54\u00a0смн ▲0,5% за неделю",
        "10\u00a0000\u00a0₽ = 1\u00a0154\u00a0смн",
        "Лучший курс за 90 дней: 11,85 (29 окт.)",
        "",
    ]
    assert labels(view)[:2] == [["🔔 Сообщить, когда выгоднее"], ["🔁 Конвертер", "📈 График"]]
    [better], [convert, chart] = view.buttons[:2]
    assert better.data == "r1:alerts:draw:RUB:TJS:high:above:90:0"
    assert convert.data == "r1:convert:ask:10000:RUB:TJS"
    assert chart.data == "r1:charts:show:RUB:TJS:90d"
    for button in (better, convert, chart):
        parse_data(button.data or "")


@pytest.mark.usefixtures("banks")
async def test_further_needed_currencies_have_a_line_each(conversation: Conversation) -> None:
    lines = plain_text((await speaking(conversation, "en", "RUB", "TJS", "UZS").say(show_rates)).text).split("\n")
    assert lines[3] == "1\u00a0₽ = 149.90\u00a0soʻm (no change in a week)"


@pytest.mark.usefixtures("banks")
async def test_the_digest_begins_with_the_own_pair(conversation: Conversation) -> None:
    view = await speaking(conversation, "en", "RUB", "TJS").say(send_now)
    assert "100\u00a0₽ = <b>11.54\u00a0TJS</b> ▲0.5% in a week" in view.text.split("\n")[1]
    assert ["🔔 Alert me when it's better"] in labels(view)


@pytest.mark.usefixtures("banks")
async def test_the_first_message_asks_for_own_currencies_until_they_are_chosen(conversation: Conversation) -> None:
    conversation = replace(conversation, chat=replace(conversation.chat, keyboard=False))  # all in one message
    view = await speaking(conversation, "ru").say(start)
    assert "Какой курс вам нужен чаще всего?" in view.text
    assert labels(view)[:3] == [["₽ → смн", "₽ → сум"], ["₽ → сом", "$ → ₸"], ["✎ Другие валюты"]]
    assert view.buttons[0][0].data == "r1:own:set:RUB:TJS"
    view = await speaking(conversation, "ru", "RUB", "TJS").say(start)
    assert "Какой курс" not in view.text
    assert "\n100\u00a0₽ = <b>11,54\u00a0смн</b>" in view.text
    assert "<pre>" not in view.text
    assert labels(view)[0] == ["🔔 Сообщить, когда выгоднее"]
    group = replace(conversation, chat=replace(conversation.chat, kind="group"))
    assert "Which rate" not in (await group.say(start)).text


async def test_a_short_past_is_named_by_its_first_day(database: Database, conversation: Conversation) -> None:
    for back, tenge in ((3, "480.00"), (0, "478.77")):
        await print_rates(database, "nbk", TODAY - dt.timedelta(days=back), USDKZT=tenge)
    text = (await speaking(conversation, "en", "USD", "KZT").say(show_rates)).text
    assert "Best rate since 5 Dec: 480.00 (5 Dec)" in text
    assert (
        "This is the best rate since 5 Dec" in (await speaking(conversation, "en", "KZT", "USD").say(show_rates)).text
    )


async def test_a_fixed_rate_has_no_better_day(database: Database, conversation: Conversation) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    view = await speaking(conversation, "en", "USD", "TMT").say(show_rates)
    assert view.text.startswith("$1 = <b>3.5\u00a0TMT</b>\n$100 = 350\u00a0TMT\n\n")
    assert labels(view)[0] == ["🔁 Convert", "📈 Chart"]


async def test_an_own_pair_without_a_rate_leaves_the_table_alone(
    database: Database, conversation: Conversation
) -> None:
    await print_rates(database, "nbk", TODAY, USDKZT="478.77")
    assert (await speaking(conversation, "en", "JPY", "KRW").say(show_rates)).text.startswith("<b>One US dollar is</b>")


@pytest.mark.parametrize(("language", "first"), [("ru", ["₽ → смн", "₽ → сум"]), ("en", ["$ → ₸", "$ → soʻm"])])
async def test_the_offers_suit_the_language(conversation: Conversation, language: str, first: list[str]) -> None:
    [view] = (await speaking(conversation, language).press("v1:own:ask")).views
    assert labels(view)[0] == first
    assert len(view.buttons) == 4  # nothing to take back yet
    [view] = (await speaking(conversation, language, "USD", "KZT").press("v1:own:ask")).views
    assert "USD → KZT" in view.text
    assert len(view.buttons) == 5


@pytest.mark.usefixtures("banks")
async def test_a_choice_is_stored_confirmed_and_taken_back(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:own:set:RUB:TJS")
    assert ctx.chat.currencies == ("RUB", "TJS")
    assert ctx.edited == 1
    assert ctx.views[0].text.startswith("✓ Your currencies: RUB → TJS\n100\u00a0₽ = <b>11.54\u00a0TJS</b>")
    ctx = await conversation.press("v1:own:none")
    assert ctx.chat.currencies == ()
    assert labels(ctx.views[0]) == [["‹ Back"]]


@pytest.mark.usefixtures("banks")
@pytest.mark.parametrize(
    ("typed", "currencies"),
    [
        ("rub tjs uzs", ("RUB", "TJS", "UZS")),
        ("рубли в сомони", ("RUB", "TJS")),
        ("₽ → смн", ("RUB", "TJS")),
        ("рубли самони", ("RUB", "TJS")),
        ("usd, eur, kzt, kgs, uzs, tjs, tmt", ("USD", "EUR", "KZT", "KGS", "UZS")),
    ],
)
async def test_other_currencies_are_read_in_words(
    conversation: Conversation, typed: str, currencies: tuple[str, ...]
) -> None:
    ctx = await conversation.press("v1:own:other")
    assert ctx.chat.awaiting == own.PROMPT
    answer = replace(conversation, chat=ctx.chat).ctx(typed)
    await own.read_answer(answer)
    assert answer.chat.currencies == currencies
    assert answer.chat.awaiting is None


@pytest.mark.parametrize("typed", ["rub", "rub rub", "привет", "525", "😀", "<b>", "vnd xau", "х" * 4000])
async def test_a_miss_repeats_the_question_and_keeps_waiting(conversation: Conversation, typed: str) -> None:
    ctx = conversation.ctx(typed)
    await own.read_answer(ctx)
    assert ctx.chat.awaiting == own.PROMPT
    assert ctx.chat.currencies == ()
    assert "2 to 5 currencies" in ctx.views[0].text


async def test_cancel_withdraws_the_question(conversation: Conversation) -> None:
    ctx = await conversation.press("v1:own:other")
    [[cancel]] = ctx.views[0].buttons
    ctx = await replace(conversation, chat=ctx.chat).press(cancel.data)
    assert ctx.chat.awaiting is None


async def test_my_data_contains_the_own_currencies(conversation: Conversation) -> None:
    await conversation.press("v1:own:set:RUB:TJS")
    ctx = conversation.ctx()
    await send_data(ctx)
    [(_, content, _)] = ctx.files
    assert json.loads(content)["chat"]["currencies"] == "RUB TJS"
