"""Boards: which pairs are typed, and which changes of the rates a board shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.boards import MAX_PAIRS, has_changed, pairs_of, requests_in
from bot.domain.currencies import CURRENCIES
from bot.domain.errors import InvalidInput
from bot.domain.rate_graph import RateGraph
from bot.domain.rates import Pair, Rate
from storage.boards import read_pairs, stored_pairs
from storage.models import BoardRow

NOW = dt.datetime(2026, 1, 5, 7, tzinfo=dt.UTC)
USD_KZT = Pair("USD", "KZT")
RATE = Rate(USD_KZT, Decimal("516.43"), Decimal("0.005"), "nbk", NOW, NOW, NOW.date(), id=1)


def graph(*rates: Rate, stale: tuple[str, ...] = ()) -> RateGraph:
    return RateGraph(rates, stale, NOW)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("usd kzt, rub kzt", ["usd kzt", "rub kzt"]),
        ("usd/kzt rub/kzt", ["usd/kzt", "rub/kzt"]),
        ("usd kzt\nrub kzt;", ["usd kzt", "rub kzt"]),
        ("kzt", ["kzt"]),
        ("usd / kzt", ["usd / kzt"]),
        (" , ", []),
    ],
)
def test_requests_are_read_with_commas_lines_or_slashes(text: str, parts: list[str]) -> None:
    assert requests_in(text) == parts


@pytest.mark.parametrize(
    ("named", "pairs"),
    [
        ([("USD", "KZT"), ("RUB", "KZT")], "USD/KZT RUB/KZT"),
        ([("RUB", "TJS", "UZS")], "RUB/TJS RUB/UZS"),
        ([("KZT",)], "USD/KZT"),
        ([("USD",)], ""),
        ([("USD", "KZT"), ("USD", "KZT"), ("KZT",)], "USD/KZT"),
        ([], ""),
    ],
)
def test_the_first_currency_stands_against_the_others(named: list[tuple[str, ...]], pairs: str) -> None:
    found = pairs_of(named)
    assert stored_pairs(found) == pairs
    assert read_pairs(pairs) == found


def test_more_pairs_than_a_board_has_room_for_are_refused() -> None:
    codes = CURRENCIES[: MAX_PAIRS + 1]
    room: int = BoardRow.__table__.c.pairs.type.length  # type: ignore[attr-defined]
    assert len(stored_pairs(pairs_of([codes]))) <= room
    with pytest.raises(InvalidInput) as refused:
        pairs_of([CURRENCIES[: MAX_PAIRS + 2]])
    assert refused.value.params == {"limit": MAX_PAIRS}


def test_a_rate_that_is_only_seen_again_changes_no_board() -> None:
    later = NOW + dt.timedelta(minutes=5)
    assert not has_changed(graph(RATE), graph(replace(RATE, confirmed_at=later)), USD_KZT)
    assert not has_changed(graph(RATE), graph(replace(RATE, confirmed_at=later)), USD_KZT.inverted)
    assert not has_changed(graph(RATE), graph(RATE), Pair("RUB", "KZT"))  # unknown before and after


@pytest.mark.parametrize(
    "after",
    [
        graph(replace(RATE, value=Decimal(517), id=2)),
        graph(replace(RATE, valid_on=NOW.date() + dt.timedelta(days=1), id=2)),
        graph(RATE, stale=("nbk",)),
        graph(),
    ],
)
def test_another_rate_day_or_warning_changes_a_board(after: RateGraph) -> None:
    assert has_changed(graph(RATE), after, USD_KZT)
    assert has_changed(after, graph(RATE), USD_KZT)


def test_a_cross_changes_with_each_of_its_legs() -> None:
    ruble = replace(RATE, pair=Pair("RUB", "KZT"), value=Decimal("6.44"), id=3)
    before, after = graph(RATE, ruble), graph(RATE, replace(ruble, value=Decimal("6.45"), id=4))
    assert has_changed(before, after, Pair("USD", "RUB"))
    assert not has_changed(before, after, USD_KZT)
