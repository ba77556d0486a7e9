import datetime as dt
from decimal import Decimal

import pytest

from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Quote, Rate
from bot.domain.trust import HoldReason, hold_reason

NOW = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
SOUM = Pair("USD", "UZS")


def quote(value: str, pair: Pair = SOUM, tick: str = "0.005") -> Quote:
    return Quote(pair, Decimal(value), Decimal(tick))


def rate(value: str, pair: Pair = SOUM, tick: str = "0.005", source: str = "cbu") -> Rate:
    return Rate(pair, Decimal(value), Decimal(tick), source, NOW, NOW, NOW.date())


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [
        ("12142.10", 1, None),
        ("12700", 1, None),
        ("12900", 1, HoldReason.JUMP),
        ("12900", 2, None),
        ("15000", 30, HoldReason.JUMP),
    ],
)
def test_alone_a_source_may_move_by_five_per_cent_a_day(value: str, days: int, expected: HoldReason | None) -> None:
    assert hold_reason(quote(value), rate("12194.21"), days) == expected


def test_the_first_rate_of_a_source_that_nobody_contradicts_is_believed() -> None:
    assert hold_reason(quote("12194.21"), None, 1) is None


def test_one_agreeing_source_lets_a_devaluation_through_and_disagreeing_ones_hold_it_back() -> None:
    last = rate("12194.21")
    assert hold_reason(quote("15800"), last, 1, [rate("12200"), rate("15750", source="cbr")]) is None
    assert (
        hold_reason(quote("15800"), last, 1, [rate("12200"), rate("12190", source="cbr")]) is HoldReason.OTHER_SOURCES
    )
    assert hold_reason(quote("12800"), last, 1, [rate("12200")]) is HoldReason.OTHER_SOURCES


def test_a_repeated_jump_is_believed_only_where_nobody_contradicts_it() -> None:
    last = rate("12194.21")
    assert hold_reason(quote("15800"), last, 1, repeated=True) is None
    assert hold_reason(quote("15800"), last, 1, [rate("12200")], repeated=True) is HoldReason.OTHER_SOURCES


def test_a_coarse_ticker_s_own_step_is_no_jump() -> None:
    soum = Pair("UZS", "USD")
    last = rate("0.00008", soum, "0.000005", "ticker")
    assert hold_reason(quote("0.00007", soum, "0.000005"), last, 1) is None
    assert hold_reason(quote("0.00005", soum, "0.000005"), last, 1) is HoldReason.JUMP


# The Central Bank of Uzbekistan's manat of 31 March, 1 and 2 April 2026, with its dollar of the same days.
@pytest.mark.parametrize(
    ("manat", "dollar", "expected"),
    [
        ("3929.43", "12210.71", HoldReason.PEG),
        ("4037.68", "12194.21", HoldReason.PEG),
        ("3469.17", "12142.10", None),
    ],
)
def test_manat_off_its_fixed_rate_is_held_back_whatever_others_say(
    manat: str, dollar: str, expected: HoldReason | None
) -> None:
    pair = Pair("TMT", "UZS")
    fixed = RateGraph((rate(dollar),), (), NOW).fixed(pair, "cbu")
    assert (
        hold_reason(quote(manat, pair), rate("4037.68", pair), 1, [rate(manat, pair)], fixed, repeated=True) == expected
    )
