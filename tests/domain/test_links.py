import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.currencies import CURRENCIES
from bot.domain.links import (
    FOLLOW,
    MAX_PARAMETER,
    key_of,
    pair_in,
    query_in,
    request_in,
    share_in,
    to_alert,
    to_chart,
    to_follow,
    to_request,
    to_share,
)
from bot.domain.rates import Pair


@given(st.text(min_size=1))
def test_a_link_says_its_query_again_or_asks_for_topics(query: str) -> None:
    query = query.encode("utf-8", "ignore").decode()
    parameter = to_follow(query)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter)
    name, _, rest = parameter.partition("_")
    assert name == FOLLOW
    assert query_in(rest) == (query or None) if parameter != FOLLOW else len(query.encode()) > 45 or not query


def test_the_longest_query_fits_exactly() -> None:
    assert len(to_follow("x" * 45)) == MAX_PARAMETER
    assert to_follow("x" * 46) == FOLLOW


@pytest.mark.parametrize("forged", ["", "_", "%%%", "AAAAA", "gICA", "й", "_" * 60])
def test_what_was_never_a_link_says_nothing(forged: str) -> None:
    assert query_in(forged) is None


pairs = st.lists(st.sampled_from(CURRENCIES), min_size=2, max_size=2, unique=True).map(lambda two: Pair(*two))


@given(pairs)
def test_an_alert_names_its_pair(pair: Pair) -> None:
    name, _, rest = to_alert(pair).partition("_")
    assert name == "alert"
    assert pair_in(rest) == pair
    assert to_chart(pair) == f"chart_{rest}"


def test_an_alert_on_a_dollar_names_the_other_currency() -> None:
    assert to_alert(Pair("USD", "KZT")) == "alert_KZT"
    assert to_alert(Pair("RUB", "TJS")) == "alert_RUB_TJS"


@pytest.mark.parametrize("forged", ["", "_", "XYZ", "USD", "USD_USD", "RUB_", "_KZT_", "RUB_TJS_UZS", "kzt", "KZT_kzt"])
def test_a_forged_alert_names_no_pair(forged: str) -> None:
    assert pair_in(forged) is None


KEY, OTHER = key_of("1:token"), key_of("2:token")
PARAMETER = r"[A-Za-z0-9_-]{1,64}"
ids = st.integers(1, 2**63 - 1)
days = st.dates(dt.date(2026, 1, 1), dt.date(9999, 12, 31))


@given(ids, days)
def test_a_share_is_found_by_its_link_and_by_that_of_no_other_bot(share_id: int, day: dt.date) -> None:
    parameter = to_share(KEY, share_id, day)
    assert re.fullmatch(PARAMETER, parameter)
    rest = parameter.removeprefix("set_")
    assert share_in(KEY, rest) == (share_id, day)
    assert share_in(OTHER, rest) is None


@given(ids, days, st.data())
def test_a_link_that_is_cut_longer_or_altered_in_one_letter_finds_nothing(
    share_id: int, day: dt.date, data: st.DataObject
) -> None:
    rest = to_share(KEY, share_id, day).removeprefix("set_")
    place = data.draw(st.integers(0, len(rest) - 1))
    letter = data.draw(st.characters().filter(lambda one: one != rest[place]))
    assert share_in(KEY, rest[:place]) is None
    assert share_in(KEY, rest + letter) is None
    assert share_in(KEY, rest[:place] + letter + rest[place + 1 :]) is None


@given(st.text(max_size=80))
def test_any_text_is_no_share_and_no_request(text: str) -> None:
    assert share_in(KEY, text) is None
    assert request_in(KEY, 7, text) is None


@given(st.text(min_size=1, max_size=40), ids)
def test_a_request_is_repeated_by_its_own_person_only(text: str, person: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    parameter = to_request(KEY, person, text)
    if parameter is None:
        assert len(text.encode()) > 32
        return
    assert re.fullmatch(PARAMETER, parameter)
    rest = parameter.removeprefix("ask_")
    assert request_in(KEY, person, rest) == (text or None)
    assert request_in(KEY, person + 1, rest) is None
    assert request_in(OTHER, person, rest) is None


def test_the_longest_request_fits_exactly() -> None:
    assert len(to_request(KEY, 7, "x" * 32) or "") == MAX_PARAMETER
    assert to_request(KEY, 7, "x" * 33) is None


def test_a_share_is_not_a_request() -> None:
    assert request_in(KEY, 7, to_share(KEY, 7, dt.date(2026, 1, 1)).removeprefix("set_")) is None
