"""The values that the understanding of a sentence returns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.alerts import AlertRequest
from bot.domain.errors import InvalidInput
from bot.domain.offers import Channel
from bot.domain.periods import Period


class IntentKind(StrEnum):
    """The things that a sentence can ask for."""

    RATES = "rates"  # the table of all rates, which is also the price of the dollar
    RATE = "rate"  # one currency
    PAIR = "pair"  # two currencies
    CONVERT = "convert"
    BANKS = "banks"  # the offers of banks and other providers
    ALERT = "alert"
    CHART = "chart"
    HISTORY = "history"
    GOLD = "gold"  # the price of gold bars, in a country if one is named
    NEWS = "news"  # all, or about words or a country
    SEARCH = "search"
    HELP = "help"
    MENU = "menu"
    GREETING = "greeting"
    THANKS = "thanks"
    NUMBER = "number"  # a number alone
    WHICH_CURRENCY = "which_currency"  # a word for money has several meanings: the person is asked
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Correction:
    """A misspelt word, and the known word that it was read as."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent with its arguments; those that do not apply are None or empty.

    `text` is the cleaned input. `currencies` are in the order of the question: the first is the base, the others the
    quotes ("10000 руб в сомони": RUB, TJS; "тенге": KZT). `amount` is in the base; that of a history is converted by
    the rate of its `day`. `channel` is the way of payment of offers, `buys`: the person needs the base, which they
    otherwise give; a chart with a channel is one of offers. `alert` is the request of an alert, with its level,
    side and move (a share); None if the sentence names no more than currencies of the official rate. `span` is the
    range of a chart (`bot.domain.charts.RANGES`) or `yesterday`; `asked_span` is the one as typed, where the chart
    has no such range ("2 недели"). `period` is the month or year of a history, and `day` the day of it that was
    named. `query` are the words of news and of a search, in the person's own spelling; `language` is the one that
    news shall be in. `command` names the command that the words ask for ("настройки", "подпишись на уран"); its
    argument is `query`. `meanings` are the codes that a word for money can have, the likeliest first, if it has
    several. `problem` is the reason why a recognised intent cannot be done ("-5 usd"): the answer explains it.
    """

    kind: IntentKind
    text: str = ""
    amount: Decimal | None = None
    channel: Channel | None = None
    buys: bool = False
    currencies: tuple[str, ...] = ()
    alert: AlertRequest | None = None
    span: str | None = None
    asked_span: str = ""
    period: Period | None = None
    day: dt.date | None = None
    query: str = ""
    language: str = ""
    command: str = ""
    corrections: tuple[Correction, ...] = ()
    meanings: tuple[str, ...] = ()
    problem: InvalidInput | None = None
