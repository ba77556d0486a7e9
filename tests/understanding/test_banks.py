"""Sentences that ask where a currency is dear or cheap, in Russian and English."""

from __future__ import annotations

import pytest

from bot.domain.intents import IntentKind, understand
from bot.domain.offers import Channel


@pytest.mark.parametrize(
    ("text", "currencies", "buys"),
    [
        ("где дороже доллар", ("USD",), False),
        ("где продать доллары", ("USD",), False),
        ("где дешевле доллар", ("USD",), True),
        ("where to sell dollars", ("USD",), False),
        ("where cheaper dollars", ("USD",), True),
        ("which bank is best for rubles", ("RUB",), False),
        ("в каком банке рубль интереснее", ("RUB",), False),
    ],
)
def test_a_question_for_the_place_is_about_banks(text: str, currencies: tuple[str, ...], buys: bool) -> None:
    found = understand(text, "ru")
    assert (found.kind, found.currencies, found.buys) == (IntentKind.BANKS, currencies, buys)


@pytest.mark.parametrize("text", ["best transfer rate rub tjs", "лучший курс рубля к сомони переводом"])
def test_one_unknown_word_is_allowed_beside_two_currencies_and_a_rate(text: str) -> None:
    found = understand(text)
    assert (found.kind, found.currencies, found.channel) == (IntentKind.BANKS, ("RUB", "TJS"), Channel.TRANSFER)


@pytest.mark.parametrize(
    "text", ["где дешевле квартиры", "банк развития выделил доллары", "в каком банке украли деньги"]
)
def test_other_questions_are_searched_for(text: str) -> None:
    assert understand(text, "ru").kind is IntentKind.SEARCH
