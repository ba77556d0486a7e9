"""The alerts in a picture, the key under which it is cached, and its caption."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.alerts import Alert, AlertRule, AlertState, Side
from bot.domain.charts import RANGES, ChartSeries
from bot.domain.rates import Pair, Rate
from bot.i18n import Translator
from bot.views.charts import MOST_LINES, caption, key, picture

DAY = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
USD_KZT, KZT_USD = Pair("USD", "KZT"), Pair("KZT", "USD")
T = Translator("en")


def rate(value: str, source: str = "nbk", ago: int = 0) -> Rate:
    return Rate(USD_KZT, Decimal(value), Decimal("0.005"), source, NOON, NOON, DAY - dt.timedelta(days=ago))


def drawn(line: AlertRule) -> Alert:
    return Alert(0, 1, 0, KZT_USD, line.side, line, None, None)


def above(level: str, pair: Pair = USD_KZT) -> Alert:
    return drawn(AlertRule(pair, Side.ABOVE, Decimal(level)))


CHARTED = ChartSeries("KZT", "90d", "nbk", [rate("510.25", ago=89), rate("515.5", ago=2), rate("512")], [], [])


def test_alerts_are_shown_per_dollar_whichever_way_they_were_typed() -> None:
    lines = [above("520"), above("0.00196", KZT_USD), drawn(AlertRule(USD_KZT, Side.BELOW, Decimal("505.5")))]
    shown = picture(T, replace(CHARTED, alerts=lines), "light").lines
    assert [(round(level, 2), label) for level, label in shown] == [
        (505.5, "< 505.50"),
        (510.2, "< 510.20"),
        (520, "> 520.00"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        above("512", Pair("USD", "KGS")),
        above("6", Pair("RUB", "KZT")),
        drawn(AlertRule(USD_KZT, Side.BOTH, move=Decimal("0.02"))),
        replace(above("515"), state=AlertState.DONE),
    ],
)
def test_alerts_that_are_done_moves_and_alerts_on_other_pairs_are_not_in_the_picture(other: Alert) -> None:
    assert picture(T, replace(CHARTED, alerts=[other]), "light").lines == ()


def test_of_many_alerts_the_nearest_are_shown() -> None:
    lines = [above(str(500 + n)) for n in range(10_000)]
    levels = [level for level, _ in picture(T, replace(CHARTED, alerts=lines), "light").lines]
    assert len(levels) == MOST_LINES
    assert levels == sorted(levels)
    assert max(abs(level - 512) for level in levels) <= MOST_LINES / 2


def test_a_picture_is_another_one_when_anything_that_it_shows_changes() -> None:
    known = {
        key(T, CHARTED, "light"),
        key(T, CHARTED, "dark"),
        key(Translator("ru"), CHARTED, "light"),
        key(T, replace(CHARTED, span="1y"), "light"),
        key(T, replace(CHARTED, alerts=[above("515")]), "light"),
        key(T, replace(CHARTED, alerts=[above("516")]), "light"),
        key(T, replace(CHARTED, ticker=[rate("513", "ticker")]), "light"),
        key(T, replace(CHARTED, official=[*CHARTED.official[:-1], rate("512.01")]), "light"),
        key(T, replace(CHARTED, official=[*CHARTED.official, rate("512")]), "light"),
    }
    assert len(known) == 9
    assert all(len(one) <= 120 for one in known)
    assert key(T, replace(CHARTED, official=list(CHARTED.official)), "light") in known


def test_the_caption_shows_the_change_the_range_and_the_day() -> None:
    view = caption(T, CHARTED, "dark")
    assert "<b>USD/KZT</b>: 512.00 ₸, 90 days: ▲0.3%" in view.text
    assert "510.25 – 515.50" in view.text
    assert [button.label for button in view.buttons[0]] == ["30 d", "✓ 90 d", "1 y", "max"]
    assert len(view.buttons[0]) == len(RANGES)
    assert "Light" in view.buttons[1][0].label


def test_a_rate_that_did_not_move_has_no_range() -> None:
    view = caption(T, replace(CHARTED, official=[rate("512", ago=3), rate("512")]), "light")
    assert "–" not in view.text
    assert "<b>USD/KZT</b>: 512.00 ₸, 90 days: =" in view.text
