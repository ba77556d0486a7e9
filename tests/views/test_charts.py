"""The alerts in a picture, the key under which it is cached, and its caption."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.alerts import Alert, AlertRule, AlertState, Side
from bot.domain.charts import RANGES, ChartSeries
from bot.domain.rate_graph import PEG, PEG_PAIR
from bot.domain.rate_series import Leg
from bot.domain.rates import Pair, Rate
from bot.i18n import Translator
from bot.views.charts import MOST_LEVELS, caption, key, picture

DAY = dt.date(2026, 11, 24)
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
USD_KZT, KZT_USD, RUB_TJS = Pair("USD", "KZT"), Pair("KZT", "USD"), Pair("RUB", "TJS")
T = Translator("en")


def rate(value: str, source: str = "nbk", ago: int = 0) -> Rate:
    return Rate(USD_KZT, Decimal(value), Decimal("0.005"), source, NOON, NOON, DAY - dt.timedelta(days=ago))


def drawn(line: AlertRule) -> Alert:
    return Alert(0, 1, 0, KZT_USD, line.side, line, None, None)


def above(level: str, pair: Pair = USD_KZT) -> Alert:
    return drawn(AlertRule(pair, Side.ABOVE, Decimal(level)))


BANK = (Leg("nbk", USD_KZT),)
SINCE = DAY - dt.timedelta(days=90)
CHARTED = ChartSeries(USD_KZT, "90d", SINCE, BANK, [rate("510.25", ago=89), rate("515.5", ago=2), rate("512")], [], [])
LEGS = (Leg("cbr", Pair("USD", "RUB")), Leg("nbt", Pair("USD", "TJS")))
RUBLES = [
    Rate(RUB_TJS, Decimal(value), Decimal("0.00005"), "cross", NOON, NOON, DAY - dt.timedelta(days=ago))
    for ago, value in ((85, "0.11"), (4, "0.1172"), (0, "0.1141"))
]
CROSS = ChartSeries(RUB_TJS, "90d", SINCE, LEGS, RUBLES, [], [])


def text_of(chart: ChartSeries, asked: str = "", language: str = "en") -> str:
    """The caption with common spaces."""
    return caption(Translator(language), chart, asked).text.replace("\u00a0", " ")


def test_levels_are_shown_in_the_direction_of_the_chart_whichever_way_they_were_typed() -> None:
    alerts = [above("520"), above("0.00196", KZT_USD), drawn(AlertRule(USD_KZT, Side.BELOW, Decimal("505.5")))]
    shown = picture(T, replace(CHARTED, alerts=alerts), "light").levels
    assert [(round(level.value, 2), level.number, level.above) for level in shown] == [
        (505.5, "505.5", False),
        (510.2, "510.2", False),
        (520, "520", True),
    ]
    other_way = replace(CHARTED, pair=KZT_USD, official=[rate.inverted for rate in CHARTED.official], alerts=alerts)
    levels = picture(T, other_way, "light").levels
    assert [(level.number, level.above) for level in levels] == [("1.9231", False), ("1.96", True), ("1.9782", True)]


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
    assert picture(T, replace(CHARTED, alerts=[other]), "light").levels == ()


def test_of_many_alerts_the_nearest_are_shown() -> None:
    alerts = [above(str(500 + n)) for n in range(10_000)]
    levels = [level.value for level in picture(T, replace(CHARTED, alerts=alerts), "light").levels]
    assert len(levels) == MOST_LEVELS
    assert levels == sorted(levels)
    assert max(abs(level - 512) for level in levels) <= MOST_LEVELS / 2


def test_a_picture_is_another_one_when_anything_that_it_shows_changes() -> None:
    known = {
        key(T, CHARTED, "light"),
        key(T, CHARTED, "dark"),
        key(Translator("ru"), CHARTED, "light"),
        key(T, replace(CHARTED, span="1y"), "light"),
        key(T, replace(CHARTED, alerts=[above("515")]), "light"),
        key(T, replace(CHARTED, alerts=[above("516")]), "light"),
        key(T, replace(CHARTED, alerts=[drawn(AlertRule(USD_KZT, Side.BELOW, Decimal(516)))]), "light"),
        key(T, replace(CHARTED, ticker=[rate("513", "ticker")]), "light"),
        key(T, replace(CHARTED, official=[*CHARTED.official[:-1], rate("512.01")]), "light"),
        key(T, replace(CHARTED, official=[*CHARTED.official, rate("512")]), "light"),
        key(T, replace(CHARTED, pair=Pair("USD", "KGS")), "light"),
        key(T, replace(CHARTED, pair=KZT_USD), "light"),
    }
    assert len(known) == 12
    assert all(len(one) <= 120 for one in known)
    assert key(T, replace(CHARTED, official=list(CHARTED.official)), "light") in known


def test_the_caption_has_the_change_the_extremes_with_their_days_and_the_source() -> None:
    view = caption(T, CHARTED)
    assert text_of(CHARTED) == (
        "🇰🇿 <b>USD/KZT</b>: $1 = <b>512.00 ₸</b>\n90 days: ▲0.3%\nLowest: 510.25 (27 Aug)\n"
        "Highest: 515.50 (22 Nov)\n<i>National Bank of Kazakhstan, rate for 24 November</i>"
    )
    assert [[button.label for button in row] for row in view.buttons] == [
        ["30 d", "✓ 90 d", "1 y", "max"],
        ["🔔 Alert me", "↗ Share"],
        ["💱 Rate USD/KZT"],
    ]
    assert len(view.buttons[0]) == len(RANGES)


def test_a_range_button_edits_the_picture_and_all_others_leave_it() -> None:
    ranges, (alert, share), (card,) = caption(T, CROSS).buttons
    assert [button.data for button in ranges] == [f"v1:charts:show:RUB:TJS:{span}" for span in RANGES]
    assert (alert.data, card.data) == ("r1:alerts:pair:RUB:TJS", "r1:rates:pair:RUB:TJS")
    assert (share.data, share.share) == (None, "rub tjs")


def test_a_cross_rate_is_shown_as_asked_for_a_hundred_units_and_names_its_legs() -> None:
    text, drawn = text_of(CROSS), picture(T, CROSS, "light")
    assert text.startswith("🇷🇺🇹🇯 <b>RUB/TJS</b>: 100 ₽ = <b>11.41")
    assert "Lowest: 11.00 (31 Aug)\nHighest: 11.72 (20 Nov)" in text
    assert text.endswith(
        "<i>Calculated from USD/RUB (Bank of Russia) and USD/TJS (National Bank of Tajikistan), rate for 24 November</i>"
    )
    assert (drawn.title, drawn.official[-1]) == ("RUB/TJS", (DAY, 11.41))
    assert drawn.subtitle.startswith("100\u00a0₽ in ")
    assert "Рассчитано: USD/RUB (Банк России) и USD/TJS" in text_of(CROSS, language="ru")


def test_the_time_is_that_of_the_rates_where_they_do_not_fill_the_range() -> None:
    short = replace(CHARTED, span="1y", since=DAY - dt.timedelta(days=365))
    assert "Since 27 Aug (no earlier data): ▲0.3%" in text_of(short)
    assert "since 27 Aug (no earlier data)" in picture(T, short, "light").subtitle
    assert "С 27 авг." in text_of(short, language="ru")
    longest = replace(CHARTED, span="max", since=dt.date(2006, 1, 1), official=[rate("470", ago=900), rate("512")])
    assert "Since 7 Jun 2024 (no earlier data): ▲8.9%\nLowest: 470.00 (7 Jun 2024)" in text_of(longest)


def test_a_length_of_time_that_is_no_range_is_answered_with_the_ranges() -> None:
    note = text_of(CHARTED, "2 <weeks>").split("\n")[0]
    assert note == "No chart for “2 &lt;weeks&gt;”. Available: 30 d, 90 d, 1 y, max. Shown: 90 d."


def test_the_fixed_rate_is_called_fixed_and_has_no_change() -> None:
    peg = [replace(rate("3.5", "peg", ago), pair=PEG_PAIR, tick=Decimal(0)) for ago in (90, 0)]
    ticker = [replace(rate("3.5", "ticker"), pair=PEG_PAIR)]  # its dots would be hidden by the line
    fixed = ChartSeries(PEG_PAIR, "90d", SINCE, (Leg(PEG, PEG_PAIR),), peg, ticker, [])
    text = text_of(fixed)
    assert "▲" not in text
    assert "days" not in text
    assert "Fixed by the state since 2015." in text
    assert picture(T, fixed, "light").subtitle.startswith("fixed: $1 = 3.5")
    assert picture(T, fixed, "light").fixed
    assert "🟠" not in text
    assert picture(T, fixed, "light").ticker == ()


def test_the_ticker_s_dots_are_named_only_where_they_are_drawn() -> None:
    assert "🟠" not in text_of(CHARTED)
    assert "🟠 The Times of Central Asia" in text_of(replace(CHARTED, ticker=[rate("513", "ticker")]))


def test_a_rate_that_did_not_move_has_no_extremes() -> None:
    text = text_of(replace(CHARTED, official=[rate("512", ago=89), rate("512")]))
    assert "Lowest" not in text
    assert "90 days: no change" in text


def test_a_single_rate_has_no_change() -> None:
    one = replace(CHARTED, official=[rate("512")])
    assert "Since 24 Nov (no earlier data)\n<i>National Bank" in text_of(one)
    assert picture(T, one, "light").subtitle == "$1 in ₸ · since 24 Nov (no earlier data)"


def test_computed_rates_have_no_meaningless_digits() -> None:
    dollars = [rate("12950.15", "cbu", ago).inverted for ago in (89, 0)]
    shown = ChartSeries(
        Pair("UZS", "USD"), "90d", SINCE, BANK, [replace(one, pair=Pair("UZS", "USD")) for one in dollars], [], []
    )
    assert "10,000 soʻm = <b>$0.77219</b>" in text_of(shown)
    assert picture(T, shown, "light").digits == 5
