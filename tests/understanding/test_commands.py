"""Sentences that name a command with its argument, the words that withdraw or stop, and the days of the past."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.intents import IntentKind, understand
from bot.domain.periods import Period
from tests.understanding.labelled import TODAY


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("digest at 7:30", "digest", "07:30"),
        ("дайджест в 7 утра", "digest", "07:00"),
        ("дайджест в 8 и в 18", "digest", "08:00 18:00"),
        ("дайджест в 8 утра, в 12:30 и в 9 вечера", "digest", "08:00 12:30 21:00"),
        ("digest at 8 and 18:30", "digest", "08:00 18:30"),
        ("news every evening at 9", "digest", "21:00"),
        ("пришли мне новости утром в 8", "digest", "08:00"),
        ("выключи дайджест", "digest", "off"),
        ("включи дайджест", "digest", ""),
        ("каждый день в 8 утра присылай курс", "digest", "08:00"),
        ("send me the dollar rate every morning at 9", "digest", "09:00"),
        ("присылай новости утром", "digest", ""),
        ("send me news in the morning", "digest", ""),
        ("уведомляй каждый день", "digest", ""),
        ("notify me every day about the dollar", "digest", ""),
        ("отключи новости", "topics", ""),
        ("turn off the news", "topics", ""),
        ("what's my timezone", "timezone", ""),
        ("удали меня", "forget", ""),
        ("delete everything", "forget", ""),
        ("что ты знаешь обо мне", "mydata", ""),
        ("mute", "quiet", ""),
        ("мои валюты", "settings", ""),
        ("change my currencies", "settings", ""),
        ("не пиши ночью", "quiet", ""),
        ("make it quiet at night", "quiet", ""),
        ("digest off", "digest", "off"),
        ("поменяй язык на русский", "language", "ru"),
        ("change language to english", "language", "en"),
        ("таджикский язык", "language", "tg"),
        ("қазақша", "language", "kk"),
        ("language kyrgyz", "language", "ky"),
        ("change the language to o‘zbekcha", "language", "uz"),
        ("ўзбекча", "language", "uz_cyrl"),
        ("забони тоҷикӣ", "language", "tg"),
        ("на туркменском", "language", "tk"),
        ("на русском", "language", "ru"),
        ("english please", "language", "en"),
        ("часовой пояс москва", "timezone", "москва"),
        ("my time zone is tashkent", "timezone", "tashkent"),
        ("тихо с 22 до 7", "quiet", "22-7"),
        ("тихо с 10 вечера до 7 утра", "quiet", "22-7"),
        ("quiet hours 23:30-6", "quiet", "23:30-6"),
        ("turn off quiet hours", "quiet", "off"),
        ("unfollow kazakhstan", "unsubscribe", "kazakhstan"),
        ("отпишись от урана", "unsubscribe", "урана"),
        ("отмена", "cancel", ""),
        ("отмени", "cancel", ""),
        ("cancel", "cancel", ""),
        ("хватит", "stop", ""),
        ("не пиши мне", "stop", ""),
        ("my saved articles", "saved", ""),
        ("мои подписки", "topics", ""),
        ("удали мои данные", "forget", ""),
        ("откуда данные", "sources", ""),
    ],
)
def test_a_command_is_named_with_its_argument(text: str, command: str, argument: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.command, intent.query) == (IntentKind.MENU, command, argument)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("follow uranium", "uranium"),
        ("подпишись на мигрантов", "мигрантов"),
        ("подпиши меня на новости узбекистана", "узбекистана"),
    ],
)
def test_to_follow_words_is_more_than_to_search_for_them(text: str, query: str) -> None:
    intent = understand(text, "ru")
    assert (intent.command, intent.query) == ("subscribe", query)


@pytest.mark.parametrize(("language", "command"), [("tg", "subscribe"), ("tk", "subscribe"), ("ru", ""), ("en", "")])
def test_the_verb_may_end_a_sentence_where_the_language_has_it_so(language: str, command: str) -> None:
    intent = understand("на уран подпишись", language)
    assert (intent.kind, intent.command, intent.query) == (IntentKind.SEARCH, command, "уран")


@pytest.mark.parametrize(
    ("text", "kind", "span"),
    [
        ("доллар в 2024-м году", "history", "2024"),
        ("доллар год 2023", "history", "2023"),
        ("доллар в марте 2024 года", "history", "2024-03"),
        ("доллар 2024-nji год", "history", "2024"),
    ],
)
def test_a_year_may_have_an_ending_and_stand_beside_its_unit(text: str, kind: str, span: str) -> None:
    intent = understand(text, "ru", today=TODAY)
    assert (intent.kind.value, str(intent.period)) == (kind, span)


@pytest.mark.parametrize("text", ["тенге выше 520-ден", "тенге выше 520-ге", "тенге выше 520-den", "тенге выше 520"])
def test_the_ending_of_a_number_is_no_word(text: str) -> None:
    alert = understand(text, "ru").alert
    assert alert is not None
    assert alert.level == 520


def test_quiet_hours_are_named_in_tajik() -> None:
    assert understand("тихо 22 то 7", "tg").query == "22-7"


@pytest.mark.parametrize(
    "text", ["удали уведомление", "убери все оповещения", "выключи уведомления", "delete all alerts", "мои оповещения"]
)
def test_alerts_are_deleted_in_their_list(text: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.command) == (IntentKind.ALERT, "alerts")


@pytest.mark.parametrize("text", ["новости утром", "evening in almaty", "новости 2025", "the news at 24"])
def test_other_news_set_no_digest(text: str) -> None:
    assert understand(text, "ru").command != "digest"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("usd kzt yesterday", TODAY - dt.timedelta(days=1)),
        ("курс рубля позавчера", TODAY - dt.timedelta(days=2)),
        ("курс неделю назад", TODAY - dt.timedelta(days=7)),
        ("dollar 3 days ago", TODAY - dt.timedelta(days=3)),
        ("курс рубля 5 ноября 2024", dt.date(2024, 11, 5)),
        ("usd on nov 25 2024", dt.date(2024, 11, 25)),
        ("usd kzt 25.11.2024", dt.date(2024, 11, 25)),
        ("usd kzt 2024-11-25", dt.date(2024, 11, 25)),
        ("usd kzt 31.02.2024", None),
        ("тенге в ноябре 2024", None),
    ],
)
def test_a_day_of_the_past_is_read_with_its_month(text: str, day: dt.date | None) -> None:
    intent = understand(text, "ru", today=TODAY)
    assert (intent.kind, intent.day) == (IntentKind.HISTORY, day)
    assert day is None or intent.period == Period(day.year, day.month)


@pytest.mark.parametrize(
    "text", ["курс доллара в марте 2022", "курс доллара в марте 2022 года", "dollar in march of the year 2022"]
)
def test_the_year_of_a_month_may_be_called_a_year(text: str) -> None:
    assert understand(text, "ru", today=TODAY).period == Period(2022, 3)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("доллар растёт?", "rates"), ("тенге падает", "rate"), ("рубль дешевеет к доллару", "pair"), ("нефть падает", "search")],
)  # fmt: skip
def test_a_rate_that_moves_is_shown_with_its_change(text: str, kind: str) -> None:
    assert understand(text, "ru").kind.value == kind


@pytest.mark.parametrize(
    ("text", "amount", "day"),
    [
        ("100 usd in tenge yesterday", 100, dt.date(2026, 11, 28)),
        ("1000 руб в сомони вчера", 1000, dt.date(2026, 11, 28)),
        ("сколько было 100 долларов в тенге 1 ноября", 100, dt.date(2026, 11, 1)),
        ("100 долларов в тенге 15.11.2026", 100, dt.date(2026, 11, 15)),
        ("доллар в тенге 15.11.2026", None, dt.date(2026, 11, 15)),
    ],
)
def test_an_amount_may_be_of_a_past_day(text: str, amount: int | None, day: dt.date) -> None:
    intent = understand(text, "ru", today=dt.date(2026, 11, 29))
    assert (intent.kind, intent.amount, intent.day) == (IntentKind.HISTORY, amount, day)


@pytest.mark.parametrize(
    ("text", "language", "query"),
    [
        ("news in russian", "ru", ""),
        ("show me the news in english please", "en", ""),
        ("новости на русском", "ru", ""),
        ("новости на английском", "en", ""),
        ("новости россии", "", "россии"),
        ("есть что нибудь про газ", "", "газ"),
        ("news about russian oil", "", "russian oil"),
    ],
)
def test_news_are_asked_for_in_a_language(text: str, language: str, query: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.language, intent.query) == (IntentKind.NEWS, language, query)


@pytest.mark.parametrize("text", ["почему такой курс", "почему доллар такой", "why is the rate so low"])
def test_a_question_for_a_reason_is_not_about_a_price(text: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.corrections) == (IntentKind.SEARCH, ())


@pytest.mark.parametrize(
    ("text", "amount"),
    [("½ usd in kzt", "0.5"), ("1½ usd in kzt", "1.5"), ("2 ¾ usd in kzt", "2.75"), ("١٠٠ usd in kzt", "100"), ("１００ usd in kzt", "100"), ("۱٫۵ usd in kzt", "1.5")],
)  # fmt: skip
def test_numbers_of_other_keyboards_are_numbers(text: str, amount: str) -> None:
    intent = understand(text)
    assert (intent.kind, intent.amount, intent.currencies) == (IntentKind.CONVERT, Decimal(amount), ("USD", "KZT"))


@pytest.mark.parametrize(
    "text", ["отправить маме 20000 рублей в таджикистан", "send my mom 20000 rubles to tajikistan"]
)
def test_money_for_the_family_is_converted(text: str) -> None:
    intent = understand(text, "ru")
    assert (intent.kind, intent.amount, intent.currencies) == (IntentKind.CONVERT, 20000, ("RUB", "TJS"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("stop the news", "en"), ("не присылай новости", "ru"), ("жаңалықтарды тоқтат", "kk"),
        ("жаңылыктарды токтот", "ky"), ("yangiliklarni to'xtat", "uz"), ("янгилик юборма", "uz_cyrl"),
        ("хабар нафирист", "tg"), ("habarlary duruz", "tk"),
    ],
)  # fmt: skip
def test_to_stop_the_news_is_to_choose_among_the_topics(text: str, language: str) -> None:
    assert understand(text, language).command == "topics"


@pytest.mark.parametrize(
    ("text", "language"), [("stop the digest", "en"), ("стоп дайджест", "ru"), ("дайжестти токтот", "ky")]
)
def test_to_stop_the_digest_stops_nothing_else(text: str, language: str) -> None:
    intent = understand(text, language)
    assert (intent.command, intent.query) == ("digest", "off")


def test_to_stop_is_a_word_alone_too() -> None:
    assert understand("токтот", "ky").command == "stop"
