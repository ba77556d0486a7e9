"""Sentences in Uzbek whose words stand in another order, or are written in another alphabet."""

import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.alerts import Side
from bot.domain.intents import IntentKind, understand
from bot.domain.periods import Period
from bot.domain.spelling import APOSTROPHES

TODAY = dt.date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "language", "amount", "currencies"),
    [
        ("1 mln 500 ming so'm", "uz", 1_500_000, ("UZS",)),
        ("1 mln besh yuz ming so'm necha dollar", "uz", 1_500_000, ("UZS", "USD")),
        ("bir yarim million som rublda", "uz", 1_500_000, ("UZS", "RUB")),
        ("5 yuz ming so'm", "uz", 500_000, ("UZS",)),
        ("o'n ming besh yuz rubl", "uz", 10_500, ("RUB",)),
        ("on ming rubl", "uz", 10_000, ("RUB",)),
        ("юз доллар неча сўм", "uz_cyrl", 100, ("USD", "UZS")),
        ("2 млн 300 минг сум рублга", "uz_cyrl", 2_300_000, ("UZS", "RUB")),
        ("100 dollar neça söm", "uz", 100, ("USD", "UZS")),
    ],
)
def test_amounts_are_read_in_all_alphabets(text: str, language: str, amount: int, currencies: tuple[str, ...]) -> None:
    intent = understand(text, language)
    assert (intent.kind, intent.amount, intent.currencies) == (IntentKind.CONVERT, Decimal(amount), currencies)


@pytest.mark.parametrize(
    ("text", "language"),
    [("on dollar som", "uz"), ("bugun on dollar necha so'm", "uz"), ("он доллар сўмга", "uz_cyrl")],
)
def test_on_is_ten_before_a_currency(text: str, language: str) -> None:
    intent = understand(text, language)
    assert (intent.amount, intent.currencies) == (Decimal(10), ("USD", "UZS"))


@pytest.mark.parametrize(("text", "language"), [("alerts on usd", "uz"), ("on dollar", "en"), ("он доллар", "ru")])
def test_on_is_no_number_after_what_is_switched_on_or_in_another_language(text: str, language: str) -> None:
    assert understand(text, language).amount is None


def test_on_is_a_switch_after_a_command() -> None:
    assert understand("digest on", "uz").command == "digest"


@pytest.mark.parametrize("sign", APOSTROPHES)
def test_every_apostrophe_is_one(sign: str) -> None:
    intent = understand(f"100 so{sign}m rublga", "uz")
    assert (intent.amount, intent.currencies) == (Decimal(100), ("UZS", "RUB"))


@pytest.mark.parametrize(
    ("text", "language"), [("dollar 12500 so'mdan oshsa xabar ber", "uz"), ("12500 so'mdan oşsa dollar ayt", "uz"), ("доллар 12500 сумдан ошса айт", "uz_cyrl")]
)  # fmt: skip
def test_the_currency_of_a_level_is_the_quote(text: str, language: str) -> None:
    intent = understand(text, language)
    assert intent.alert is not None
    assert (intent.currencies, intent.alert.level, intent.alert.side) == (("USD", "UZS"), Decimal(12500), Side.ABOVE)


@pytest.mark.parametrize(
    ("text", "language", "command", "query"),
    [
        ("uranga obuna bo'l", "uz", "subscribe", "uranga"),
        ("уранга обуна бўл", "uz_cyrl", "subscribe", "уранга"),
        ("uran haqida ayt", "uz", "", "uran"),
        ("uran yangiliklaridan obunani bekor qil", "uz", "unsubscribe", "uran"),
        ("sokin soatlar 22 dan 7 gacha", "uz", "quiet", "22-7"),
        ("ertalab 8 da yangilik yubor", "uz", "digest", "08:00"),
    ],
)
def test_the_verb_stands_at_the_end(text: str, language: str, command: str, query: str) -> None:
    intent = understand(text, language)
    assert (intent.command, intent.query) == (command, query)


def test_the_language_of_the_news_stands_before_its_noun() -> None:
    assert understand("rus tilida yangiliklar", "uz").language == "ru"


def test_the_last_month_is_the_one_until_now() -> None:
    assert understand("o'tgan oyda dollar", "uz", today=TODAY).period == Period(2026, 10)
    assert understand("so'nggi oyda dollar", "uz", today=TODAY).kind is IntentKind.CHART


@pytest.mark.parametrize(
    ("text", "language", "level"),
    [
        ("dollar on uch mingdan oshsa ayt", "uz", 13_000),
        ("dollar on mingdan oshsa ayt", "uz", 10_000),
        ("доллар 13 мингдан ошса айт", "uz_cyrl", 13_000),
    ],
)
def test_a_level_in_thousands_has_an_ending(text: str, language: str, level: int) -> None:
    intent = understand(text, language)
    assert intent.alert is not None
    assert (intent.alert.level, intent.alert.side, intent.corrections) == (Decimal(level), Side.ABOVE, ())
